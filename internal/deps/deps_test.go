package deps

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const root = "../.."

func TestHouseStandsAsDrawn(t *testing.T) {
	packages, err := List(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	if len(packages) < 8 {
		t.Fatalf("%d packages listed, expected the whole house", len(packages))
	}
	for _, finding := range Check(packages) {
		t.Error(finding)
	}
}

func TestNothingBannedIsUsed(t *testing.T) {
	found, err := Banned(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, finding := range found {
		t.Error(finding)
	}
}

func TestCheck(t *testing.T) {
	pkg := func(path string, imports ...string) Package {
		for i, to := range imports {
			imports[i] = strings.Replace(to, "~", module, 1)
		}
		return Package{ImportPath: module + "/" + path, Imports: imports}
	}
	tests := []struct {
		name     string
		packages []Package
		want     []string
	}{
		{"downward", []Package{pkg("cmd/tmi", "~/jobs", "~/schemas", "fmt"), pkg("jobs", "~/lake", "~/sources/jumpit")}, nil},
		{"within a room", []Package{pkg("lake", "~/lake/objects"), pkg("internal/a", "~/internal/b")}, nil},
		{"heavy dependency at home", []Package{pkg("api", "github.com/gin-gonic/gin"), pkg("lake/objects", "github.com/aws/aws-sdk-go-v2/service/s3")}, nil},
		{"upward", []Package{pkg("lake", "~/jobs")}, []string{module + "/lake: imports " + module + "/jobs; imports go downward only"}},
		{"sideways", []Package{pkg("api", "~/jobs")}, []string{module + "/api: imports " + module + "/jobs; imports go downward only"}},
		{"sideways below a room", []Package{pkg("queries", "~/lake/objects")}, []string{module + "/queries: imports " + module + "/lake/objects; imports go downward only"}},
		{"internal looks up", []Package{pkg("internal/disk", "~/schemas")}, []string{module + "/internal/disk: imports " + module + "/schemas; imports go downward only"}},
		{"unknown room", []Package{pkg("helpers")}, []string{module + "/helpers: no room of the picture"}},
		{"import of an unknown room", []Package{pkg("lake", "~/util")}, []string{module + "/lake: imports " + module + "/util, no room of the picture"}},
		{"heavy dependency astray", []Package{pkg("jobs", "github.com/duckdb/duckdb-go/v2")}, []string{module + "/jobs: imports github.com/duckdb/duckdb-go/v2, whose place is lake"}},
		{"retired module", []Package{pkg("extract", "github.com/google/generative-ai-go/genai")}, []string{module + "/extract: imports github.com/google/generative-ai-go/genai, whose place is no room"}},
		{"schemas stays small", []Package{pkg("schemas", "encoding/json", "github.com/google/uuid")}, []string{module + "/schemas: imports github.com/google/uuid; schemas has the standard library alone"}},
		{"test kit in a program", []Package{pkg("jobs", "~/lake/laketest")}, []string{module + "/jobs: imports " + module + "/lake/laketest, which is for tests only"}},
		{"test kit of a test kit", []Package{pkg("lake/laketest", "~/internal/clocktest")}, nil},
		{
			"the collector carries the lake",
			[]Package{pkg("jobs/collect", "~/sources"), pkg("sources", "~/lake"), pkg("lake", "github.com/duckdb/duckdb-go/v2")},
			[]string{
				module + "/jobs/collect: reaches github.com/duckdb/duckdb-go/v2, which it must do without",
				module + "/jobs/collect: reaches " + module + "/lake, which it must do without",
				module + "/sources: imports " + module + "/lake; imports go downward only",
			},
		},
		{"the collector carries objects", []Package{pkg("jobs/collect", "~/lake/objects"), pkg("lake/objects", "os")}, nil},
		{"a test looks sideways", []Package{{ImportPath: module + "/queries", TestImports: []string{module + "/lake", "github.com/duckdb/duckdb-go/v2"}}}, nil},
		{
			"a test looks up",
			[]Package{{ImportPath: module + "/lake", TestImports: []string{module + "/jobs"}}},
			[]string{module + "/lake: its tests import " + module + "/jobs, a room above"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, Check(test.packages)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPlantedViolations builds a small house of the same name with one wall broken and one
// banned name in each way, and expects List, Check and Banned to find exactly those.
func TestPlantedViolations(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":              "module " + module + "\n\ngo 1.26.0\n",
		"schemas/schemas.go":  "package schemas\n\nimport _ \"" + module + "/lake\"\n",
		"lake/lake.go":        "package lake\n\n// RegisterView in a comment is no use of it.\nconst text = \"RegisterView\"\n",
		"lake/arrow.go":       "package lake\n\ntype door struct{}\n\nfunc (door) open(d interface{ RegisterView() }) { d.RegisterView() }\n",
		"jobs/tagged.go":      "//go:build duckdb_arrow || linux\n\npackage jobs\n",
		"jobs/jobs_test.go":   "package jobs_test\n\nimport _ \"" + module + "/cmd/tmi\"\n",
		"cmd/tmi/tmi.go":      "package tmi\n",
		"Makefile":            "build:\n\tgo build -tags duckdb_arrow ./...\n",
		"internal/a/a.go":     "package a\n",
		"internal/a/a_e2e.go": "//go:build e2e\n\npackage a\n\nimport _ \"" + module + "/schemas\"\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	packages, err := List(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		module + "/internal/a: imports " + module + "/schemas; imports go downward only",
		module + "/jobs: its tests import " + module + "/cmd/tmi, a room above",
		module + "/schemas: imports " + module + "/lake; imports go downward only",
	}
	if diff := cmp.Diff(want, Check(packages)); diff != "" {
		t.Errorf("Check (-want +got):\n%s", diff)
	}
	found, err := Banned(dir)
	if err != nil {
		t.Fatal(err)
	}
	want = []string{
		"Makefile:2: builds with the tag duckdb_arrow",
		"jobs/tagged.go:1: builds with the tag duckdb_arrow",
		"lake/arrow.go:5: names RegisterView; go through database/sql",
		"lake/arrow.go:5: names RegisterView; go through database/sql",
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("Banned (-want +got):\n%s", diff)
	}
}
