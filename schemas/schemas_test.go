package schemas_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/schemas"
)

var update = flag.Bool("update", false, "write the golden files of tables that have none for their version, and new nullable columns")

// golden is what a file in testdata says of a table's version.
type golden struct {
	Table     string
	Version   int
	Grain     string
	Key       []string
	Partition []schemas.PartitionField
	Columns   []goldenColumn
}

type goldenColumn struct {
	ID        int
	Name      string
	Type      schemas.ColumnType
	ElementID int    `json:",omitempty"`
	Required  bool   `json:",omitempty"`
	Check     string `json:",omitempty"`
}

func goldenOf(t schemas.Table) golden {
	g := golden{Table: t.Name(), Version: t.Version, Grain: t.Grain, Key: t.Key, Partition: t.Partition}
	for _, c := range t.Columns() {
		g.Columns = append(g.Columns, goldenColumn{c.ID, c.Name, c.Type, c.ElementID, c.IsRequired, c.Check})
	}
	return g
}

// incompatible says why a declaration cannot go on under the version that was kept.
func incompatible(kept, now golden) (reasons []string) {
	byID := map[int]goldenColumn{}
	for _, c := range now.Columns {
		byID[c.ID] = c
	}
	for _, c := range kept.Columns {
		n, ok := byID[c.ID]
		switch {
		case !ok:
			reasons = append(reasons, fmt.Sprintf("column %s (id %d) is gone", c.Name, c.ID))
		case n != c:
			reasons = append(reasons, fmt.Sprintf("column %s (id %d) was %+v and is %+v", c.Name, c.ID, c, n))
		}
		delete(byID, c.ID)
	}
	for _, c := range byID {
		if c.Required {
			reasons = append(reasons, fmt.Sprintf("new column %s (id %d) is required", c.Name, c.ID))
		}
	}
	if diff := cmp.Diff([]any{kept.Key, kept.Partition}, []any{now.Key, now.Partition}); diff != "" {
		reasons = append(reasons, "key or partition differ: "+diff)
	}
	return reasons
}

// A stored table outlives the code: its declaration may only gain nullable columns without
// a new version. Deleting the golden file is no way around; raise the version.
func TestTablesAreCompatible(t *testing.T) {
	for _, table := range schemas.Tables() {
		t.Run(table.Name(), func(t *testing.T) {
			path := filepath.Join("testdata", fmt.Sprintf("%s.v%d.golden.json", table.Name(), table.Version))
			now := goldenOf(table)
			text, err := os.ReadFile(path)
			if os.IsNotExist(err) && *update {
				write(t, path, now)
				return
			}
			if err != nil {
				t.Fatalf("%v: run with -update for a new table or version", err)
			}
			var kept golden
			if err := json.Unmarshal(text, &kept); err != nil {
				t.Fatal(err)
			}
			if reasons := incompatible(kept, now); reasons != nil {
				t.Fatalf("raise the version of %s:\n%s", table.Name(), strings.Join(reasons, "\n"))
			}
			if diff := cmp.Diff(kept, now); diff != "" {
				if *update {
					write(t, path, now)
				} else {
					t.Errorf("a compatible change: run with -update (-kept +now)\n%s", diff)
				}
			}
		})
	}
}

func write(t *testing.T, path string, g golden) {
	t.Helper()
	text, err := json.MarshalIndent(g, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(text, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestIncompatibleChangesAreRefused(t *testing.T) {
	base := goldenOf(schemas.SilverPostings)
	change := func(f func(g *golden)) golden {
		g := base
		g.Columns = append([]goldenColumn{}, base.Columns...)
		f(&g)
		return g
	}
	for name, c := range map[string]struct {
		now  golden
		want string
	}{
		"removed":        {change(func(g *golden) { g.Columns = g.Columns[1:] }), "is gone"},
		"renamed":        {change(func(g *golden) { g.Columns[0].Name = "id" }), "was"},
		"retyped":        {change(func(g *golden) { g.Columns[0].Type = schemas.TypeLong }), "was"},
		"made required":  {change(func(g *golden) { g.Columns[7].Required = true }), "was"},
		"new required":   {change(func(g *golden) { g.Columns = append(g.Columns, goldenColumn{ID: 99, Name: "x", Required: true}) }), "is required"},
		"repartitioned":  {change(func(g *golden) { g.Partition = nil }), "partition"},
		"new nullable":   {change(func(g *golden) { g.Columns = append(g.Columns, goldenColumn{ID: 99, Name: "x"}) }), ""},
		"nothing at all": {base, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := strings.Join(incompatible(base, c.now), "; ")
			if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
				t.Errorf("reasons: got %q, want %q in it", got, c.want)
			}
		})
	}
}

func TestDeclarations(t *testing.T) {
	names := map[string]bool{}
	for _, table := range schemas.Tables() {
		if names[table.Name()] {
			t.Errorf("%s is declared twice", table.Name())
		}
		names[table.Name()] = true
		ids, columns := map[int]bool{}, map[string]schemas.Column{}
		for _, c := range table.Columns() {
			if ids[c.ID] || c.ID == 0 {
				t.Errorf("%s.%s: field id %d is not its own", table.Name(), c.Name, c.ID)
			}
			ids[c.ID] = true
			if c.ElementID != 0 {
				if ids[c.ElementID] {
					t.Errorf("%s.%s: element id %d is not its own", table.Name(), c.Name, c.ElementID)
				}
				ids[c.ElementID] = true
			}
			if _, ok := columns[c.Name]; ok {
				t.Errorf("%s.%s is declared twice", table.Name(), c.Name)
			}
			columns[c.Name] = c
		}
		for _, name := range append(append([]string{}, table.Key...), table.Volatile...) {
			if _, ok := columns[name]; !ok {
				t.Errorf("%s names %s, which is no column", table.Name(), name)
			}
		}
		for _, p := range table.Partition {
			if c, ok := columns[p.Column]; !ok || !c.IsRequired {
				t.Errorf("%s: partition by %s needs a required column", table.Name(), p.Column)
			}
		}
		if c, ok := columns[table.TimeColumn]; table.TimeColumn != "" && (!ok || !c.IsRequired) {
			t.Errorf("%s: time column %q is not a required column", table.Name(), table.TimeColumn)
		}
	}
}

func TestValidateGivesAllReasons(t *testing.T) {
	years := int32(70)
	row := schemas.SilverPosting{PostingID: "short", Source: "", BoardID: "1", ContentHash: strings.Repeat("a", 32), ValidFrom: time.Now(),
		URL: "ftp://example.com", Title: "t", Country: "KOR", ExperienceMinYears: &years, Remote: "moon"}
	want := []string{
		"posting_id: has 5 bytes, expected 32",
		"source: is missing, expected a value",
		`url: is "ftp://example.com", expected an http or https address`,
		"country: has 3 bytes, expected 2",
		"experience_min_years: is 70, expected at most 60",
		`remote: is "moon", expected one of remote, hybrid, onsite`,
	}
	if diff := cmp.Diff(want, schemas.Validate(&row)); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}

func TestIDs(t *testing.T) {
	// sha256("jumpit\x001234"), first 128 bits
	if got, want := schemas.PostingID("jumpit", "1234"), "ab1beb147fe6751c46fe9a05446ae3bd"; got != want {
		t.Errorf("PostingID: got %s, want %s: ids of stored rows must not change", got, want)
	}
	if schemas.PostingID("a", "bc") == schemas.PostingID("ab", "c") {
		t.Error("source and board id run into each other")
	}
	for _, same := range [][]string{{"(주)가나다", "가나다 주식회사", "㈜가나다", "가나다"}, {"Acme Inc.", "ACME, inc", "acme"}} {
		for _, name := range same[1:] {
			if schemas.CompanyID(name) != schemas.CompanyID(same[0]) {
				t.Errorf("%q and %q are two companies, want one", name, same[0])
			}
		}
	}
	if schemas.CompanyID("C#랩") == schemas.CompanyID("C++랩") {
		t.Error("signs in names are lost")
	}
}

func TestContentHash(t *testing.T) {
	base := schemas.BoardPosting{BoardID: "1", URL: "https://example.com/1", Title: "t", Company: "c", Requirements: "r", BoardTags: []string{"Java"}}
	hash := func(change func(p *schemas.BoardPosting)) string {
		p := base
		change(&p)
		return schemas.ContentHash(&p)
	}
	same := hash(func(*schemas.BoardPosting) {})
	for name, change := range map[string]func(p *schemas.BoardPosting){
		"payload": func(p *schemas.BoardPosting) { p.Payload = `{"viewCount":2}` },
		"stamp":   func(p *schemas.BoardPosting) { p.Stamp = "x" },
		"url":     func(p *schemas.BoardPosting) { p.URL = "https://example.com/1?from=list" },
	} {
		if hash(change) != same {
			t.Errorf("%s is not content, and changes the hash", name)
		}
	}
	for name, change := range map[string]func(p *schemas.BoardPosting){
		"title":    func(p *schemas.BoardPosting) { p.Title = "u" },
		"tags":     func(p *schemas.BoardPosting) { p.BoardTags = nil },
		"end date": func(p *schemas.BoardPosting) { p.ClosesAt = time.Unix(0, 0) },
		"section":  func(p *schemas.BoardPosting) { p.Preferred, p.Requirements = "r", "" },
	} {
		if hash(change) == same {
			t.Errorf("%s is content, and does not change the hash", name)
		}
	}
}

func BenchmarkValidate(b *testing.B) {
	row := schemas.SilverPosting{PostingID: strings.Repeat("a", 32), Source: "s", BoardID: "1", ContentHash: strings.Repeat("a", 32), ValidFrom: time.Now(), URL: "https://example.com/1", Title: "t"}
	for b.Loop() {
		if reasons := schemas.Validate(&row); reasons != nil {
			b.Fatal(reasons)
		}
	}
}
