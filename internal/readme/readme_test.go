package readme

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const root = "../.."

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// pages are the Markdown files that a user reads, by their path from the root.
func pages(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md", "extract/techs/*.md"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range found {
			name, err := filepath.Rel(root, path)
			if err != nil {
				t.Fatal(err)
			}
			names = append(names, name)
		}
	}
	return names
}

func texts(commands []Command) []string {
	var all []string
	for _, c := range commands {
		all = append(all, c.Text)
	}
	return all
}

func TestBothLanguagesListTheSameCommands(t *testing.T) {
	english, korean := texts(Commands(read(t, "README.md"))), texts(Commands(read(t, "README.ko.md")))
	if diff := cmp.Diff(english, korean); diff != "" {
		t.Errorf("README.md (-) and README.ko.md (+) differ:\n%s", diff)
	}
	if len(english) != 7 {
		t.Errorf("README.md has %d commands, expected two and five more", len(english))
	}
	if !slices.Contains(english, "make demo") || !slices.Contains(english, "make test") {
		t.Errorf("README.md does not say make demo and make test: %q", english)
	}
}

func TestMakeVerbsExist(t *testing.T) {
	makefile := read(t, "Makefile")
	for _, page := range pages(t) {
		for _, c := range Commands(read(t, page)) {
			verb, ok := c.Make()
			if !ok {
				continue
			}
			if !regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(verb) + `:`).MatchString(makefile) {
				t.Errorf("%s:%d: make %s: the Makefile has no such verb", page, c.Line, verb)
			}
		}
	}
}

func TestLinksLead(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)
	for _, page := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(read(t, page), -1) {
			target := filepath.Join(root, filepath.Dir(page), m[1])
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: link to %s leads nowhere", page, m[1])
			}
		}
	}
}

func TestDirectModulesAreExplained(t *testing.T) {
	out, err := exec.Command("go", "mod", "edit", "-json", filepath.Join(root, "go.mod")).Output()
	if err != nil {
		t.Fatal(err)
	}
	var mod struct {
		Require []struct {
			Path, Version string
			Indirect      bool
		}
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatal(err)
	}
	page := read(t, "docs/dependencies.md")
	for _, r := range mod.Require {
		if r.Indirect {
			continue
		}
		row := regexp.MustCompile(`(?m)^\| ` + regexp.QuoteMeta(r.Path) + ` \| [^|]+ \| ([^|,]+)`).FindStringSubmatch(page)
		switch {
		case row == nil:
			t.Errorf("docs/dependencies.md does not explain %s", r.Path)
		case !strings.HasPrefix(row[1], "commit") && strings.TrimSpace(row[1]) != strings.TrimSuffix(r.Version, "+incompatible"):
			t.Errorf("docs/dependencies.md says %s of %s, go.mod %s", row[1], r.Path, r.Version)
		}
	}
}

// binary is tmi: the one that make built, or one built here.
var binary = sync.OnceValues(func() (string, error) {
	if path := os.Getenv("TMI_TEST_BINARY"); path != "" {
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	dir, err := os.MkdirTemp("", "tmi-readme-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "tmi")
	cmd := exec.Command("go", "build", "-o", path, "./cmd/tmi")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build tmi: %w: %s", err, out)
	}
	built = dir
	return path, nil
})

var built string // folder to remove

func TestMain(m *testing.M) {
	code := m.Run()
	if built != "" {
		_ = os.RemoveAll(built)
	}
	os.Exit(code)
}

func theBinary(t *testing.T) string {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// environment is ours without the settings of a user's lake.
func environment(more ...string) []string {
	var all []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "TMI_") {
			all = append(all, v)
		}
	}
	return append(all, more...)
}

// unknown says what of a call of tmi its help does not know; empty if it knows all.
func unknown(t *testing.T, program string, args []string) string {
	t.Helper()
	var words []string
	for _, a := range args {
		if strings.HasPrefix(a, "-") {
			break
		}
		words = append(words, a)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, append(words, "--help")...)
	cmd.Dir, cmd.Env = t.TempDir(), environment()
	help, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Sprintf("tmi %s --help: %v: %s", strings.Join(words, " "), err, help)
	}
	// A command that only groups others prints its help whatever word follows.
	isGroup := bytes.Contains(help, []byte("Available Commands:")) || bytes.Contains(help, []byte("Additional Commands:"))
	if isGroup && len(words) > 0 &&
		!bytes.Contains(help, []byte("  tmi "+strings.Join(words, " ")+" [command]")) {
		return fmt.Sprintf("tmi %s: no such command", strings.Join(words, " "))
	}
	for _, a := range args {
		flag, _, _ := strings.Cut(a, "=")
		if strings.HasPrefix(a, "--") && !regexp.MustCompile(regexp.QuoteMeta(flag)+`\b`).Match(help) {
			return fmt.Sprintf("tmi %s has no flag %s", strings.Join(words, " "), flag)
		}
	}
	return ""
}

func TestCommandsExist(t *testing.T) {
	program := theBinary(t)
	seen := map[string]bool{}
	for _, page := range pages(t) {
		for _, c := range Commands(read(t, page)) {
			args, ok := c.Tmi()
			if !ok || seen[c.Text] {
				continue
			}
			seen[c.Text] = true
			if why := unknown(t, program, args); why != "" {
				t.Errorf("%s:%d: %s: %s", page, c.Line, c.Text, why)
			}
		}
	}
	if len(seen) < 5 {
		t.Errorf("%d commands looked at, expected more", len(seen))
	}
	for _, planted := range [][]string{{"nosuchcommand"}, {"run", "--nosuchflag"}, {"config", "nosuchcommand"}} {
		if unknown(t, program, planted) == "" {
			t.Errorf("tmi %q was taken for a command that exists", planted)
		}
	}
}

// TestCommandsWork runs what the pages say to try on a small demo lake. What collects from
// real boards or serves until it is stopped is left out.
func TestCommandsWork(t *testing.T) {
	program := theBinary(t)
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(program, filepath.Join(dir, "bin", "tmi")); err != nil {
		t.Fatal(err)
	}
	run := func(command string) (string, error) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", command)
		cmd.Dir, cmd.Env = dir, environment("TMI_LAKE_URI=file://"+dir+"/data/demo")
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		err := cmd.Run()
		if err != nil {
			err = fmt.Errorf("%w: %s", err, stderr.String())
		}
		return stdout.String(), err
	}
	if _, err := run("bin/tmi demo --no-serve --postings 80 --days 4 --seed 2"); err != nil {
		t.Fatal(err)
	}
	for _, page := range []string{"README.md", "docs/first-run.md"} {
		for _, c := range Commands(read(t, page)) {
			args, ok := c.Tmi()
			if !ok || args[0] == "run" || args[0] == "serve" || args[0] == "demo" {
				continue
			}
			t.Run(c.Text, func(t *testing.T) {
				out, err := run(c.Text)
				if err != nil {
					t.Fatalf("%s:%d: %v", page, c.Line, err)
				}
				if strings.TrimSpace(out) == "" && args[0] != "rejects" {
					t.Errorf("%s:%d: nothing printed", page, c.Line)
				}
			})
		}
	}
}

func TestCommands(t *testing.T) {
	got := Commands("text `tmi x`\n```sh\nmake demo   # why\n\nexport A=b#c\n# only a comment\necho 'a # b' | bin/tmi extract\n```\n```\ntmi not marked\n```\n```yaml\nk: v\n```\n  ```sh\n  tmi sql \"select '#' as x\"\n  ```\n")
	want := []Command{{"make demo", 3}, {"export A=b#c", 5}, {"echo 'a # b' | bin/tmi extract", 7}, {`tmi sql "select '#' as x"`, 16}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("commands (-want +got):\n%s", diff)
	}
}

func TestTmi(t *testing.T) {
	tests := []struct {
		text string
		want []string
		ok   bool
	}{
		{"bin/tmi run --quick", []string{"run", "--quick"}, true},
		{"TMI_LAKE_URI=file://$PWD/x tmi tables", []string{"tables"}, true},
		{`echo '{"id":"1"}' | bin/tmi extract`, []string{"extract"}, true},
		{`tmi sql "select 1 as a" > out.csv`, []string{"sql", "select 1 as a"}, true},
		{"make demo", nil, false},
		{"git clone tmi", nil, false},
	}
	for _, test := range tests {
		got, ok := Command{Text: test.text}.Tmi()
		if diff := cmp.Diff(test.want, got); diff != "" || ok != test.ok {
			t.Errorf("%s: got %q, %v", test.text, got, ok)
		}
	}
}
