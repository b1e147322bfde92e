package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The bill of materials names the program and every module in it.
func TestReleaseCheck(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("no python3")
	}
	own, err := os.Executable() // a Go program too
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	program := filepath.Join(folder, "program")
	text := "#!/bin/sh\necho tmi version v9.8.7\n"
	if err := os.WriteFile(program, []byte(text), 0o755); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	file := filepath.Join(folder, "bom.json")
	if out, err := exec.Command(deploy+"/release/bom", program, file).CombinedOutput(); err == nil {
		t.Errorf("a bill of materials of what is no Go program: %s", out)
	}
	c := exec.Command(deploy+"/release/bom", own, file)
	c.Env = append(os.Environ(), "TMI_RELEASE=v9.8.7")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("bom: %v\n%s", err, out)
	}
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var bom struct {
		BOMFormat, SpecVersion string
		Metadata               struct {
			Component struct{ Name, Version string }
		}
		Components []struct{ Name, Version, PURL string }
	}
	if err := json.Unmarshal(written, &bom); err != nil {
		t.Fatal(err)
	}
	if bom.BOMFormat != "CycloneDX" || bom.Metadata.Component.Name != "github.com/techmapit/tmi" || bom.Metadata.Component.Version != "v9.8.7" {
		t.Errorf("%+v", bom.Metadata)
	}
	for _, name := range []string{"github.com/apache/iceberg-go", "github.com/spf13/cobra", "std"} {
		if !slices.ContainsFunc(bom.Components, func(c struct{ Name, Version, PURL string }) bool {
			return c.Name == name && c.Version != "" && strings.HasPrefix(c.PURL, "pkg:golang/"+name+"@")
		}) {
			t.Errorf("%s is not among %d components", name, len(bom.Components))
		}
	}
	var exit *exec.ExitError
	if out, err := exec.Command(deploy+"/release/check", "1.0").CombinedOutput(); !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(string(out), "expected vMAJOR.MINOR.PATCH") {
		t.Errorf("check of no version: %v\n%s", err, out)
	}
	notes, err := exec.Command(deploy+"/release/notes", "v1.0.0").Output()
	if err != nil || !strings.Contains(string(notes), "\n- ") || strings.Contains(string(notes), "## ") {
		t.Errorf("notes of v1.0.0: %v\n%s", err, notes)
	}
}
