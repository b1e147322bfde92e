package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/yamlboard"
)

// pageTest is what a saved page was read as.
type pageTest struct {
	Page     string         `json:"page"`
	Kind     string         `json:"kind"`
	Total    *int           `json:"total,omitempty"`
	IsLast   bool           `json:"is_last"`
	Postings []testPosting  `json:"postings"`
	Bad      []testedRecord `json:"bad"`
}

// testPosting is a posting as a saved page has it.
type testPosting struct {
	BoardID      string     `json:"board_id"`
	Title        string     `json:"title"`
	Company      string     `json:"company,omitempty"`
	URL          string     `json:"url"`
	BoardTags    []string   `json:"board_tags,omitempty"`
	Categories   []string   `json:"categories,omitempty"`
	Locations    []string   `json:"locations,omitempty"`
	Employment   string     `json:"employment,omitempty"`
	Experience   string     `json:"experience,omitempty"`
	Salary       string     `json:"salary,omitempty"`
	PostedAt     *time.Time `json:"posted_at,omitempty"`
	ClosesAt     *time.Time `json:"closes_at,omitempty"`
	Duties       string     `json:"duties,omitempty"`
	Requirements string     `json:"requirements,omitempty"`
	Preferred    string     `json:"preferred,omitempty"`
	Body         string     `json:"body,omitempty"`
}

type testedRecord struct {
	BoardID string   `json:"board_id,omitempty"`
	Reasons []string `json:"reasons"`
}

func (a *app) sourcesTestCommand() *cobra.Command {
	var pages, details []string
	c := &cobra.Command{
		Use:   "test FILE",
		Short: "Check a board written as a YAML file, against saved pages",
		Long: "Checks a YAML board (docs/sources/yaml-boards.md) without asking anybody, and prints the postings that it\n" +
			"reads off saved pages. A record that cannot be read, or a page without any, ends with exit code 2.\n\n" + exitCodes,
		Example: "  tmi sources test boards/narae.yaml --page list.json --detail 17.json",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			board, err := yamlboard.Read(args[0])
			if err != nil {
				return err
			}
			source, err := board.New(board.Settings)
			if err != nil {
				return err
			}
			if len(pages)+len(details) == 0 {
				fmt.Fprintf(a.stdout, "%s is a good file of the board %s (%s); --page and --detail check it against saved pages\n", args[0], board.Name, board.Title)
				return nil
			}
			var tests []pageTest
			for i, path := range append(append([]string{}, pages...), details...) {
				kind := schemas.KindList
				if i >= len(pages) {
					kind = schemas.KindDetail
				}
				test, err := testPage(source, board, path, kind)
				if err != nil {
					return err
				}
				tests = append(tests, test)
			}
			return errors.Join(a.printTests(tests), verdictOf(tests))
		},
	}
	c.Flags().StringArrayVar(&pages, "page", nil, "a saved list page; may be repeated")
	c.Flags().StringArrayVar(&details, "detail", nil, "a saved posting's page; may be repeated")
	return c
}

func testPage(source sources.Source, board sources.Board, path string, kind schemas.DocumentKind) (t pageTest, err error) {
	body, err := os.ReadFile(path)
	if err != nil {
		return t, errs.New(errs.NotFound, "read saved page: %w", err)
	}
	doc := schemas.Document{Source: board.Name, Kind: kind, URL: board.Settings.BaseURL + "/", List: board.Settings.Boards[0], Status: 200, Body: body}
	if kind == schemas.KindList {
		doc.Page = 1
	}
	parsed, err := source.Parse(doc)
	if err == nil && kind == schemas.KindDetail && len(parsed.Bad) > 0 {
		// A page that does not say its own id has the one that it was asked for by.
		doc.BoardID = strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
		if again, err := source.Parse(doc); err == nil && len(again.Bad) == 0 {
			parsed = again
		}
	}
	if err != nil {
		return t, errs.New(errs.Invalid, "%s: %w", path, err)
	}
	t = pageTest{Page: path, Kind: string(kind), Total: parsed.Total, IsLast: parsed.Last, Postings: []testPosting{}, Bad: []testedRecord{}}
	for _, p := range parsed.Postings {
		if reasons := schemas.Validate(&p); len(reasons) > 0 {
			t.Bad = append(t.Bad, testedRecord{p.BoardID, reasons})
			continue
		}
		t.Postings = append(t.Postings, postingShown(p))
	}
	for _, bad := range parsed.Bad {
		t.Bad = append(t.Bad, testedRecord{bad.BoardID, bad.Reasons})
	}
	return t, nil
}

func postingShown(p schemas.BoardPosting) testPosting {
	return testPosting{BoardID: p.BoardID, Title: p.Title, Company: p.Company, URL: p.URL, BoardTags: p.BoardTags, Categories: p.Categories,
		Locations: p.Locations, Employment: p.EmploymentRaw, Experience: p.ExperienceRaw, Salary: p.SalaryRaw, PostedAt: instantOf(p.PostedAt), ClosesAt: instantOf(p.ClosesAt),
		Duties: p.Duties, Requirements: p.Requirements, Preferred: p.Preferred, Body: p.Body}
}

func instantOf(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (a *app) printTests(tests []pageTest) error {
	if a.output == "json" {
		return a.printJSON(tests)
	}
	for _, t := range tests {
		total := ""
		if t.Total != nil {
			total = fmt.Sprintf(", the board counts %d", *t.Total)
		}
		fmt.Fprintf(a.stdout, "%s (%s): %d postings, %d bad records%s\n", t.Page, t.Kind, len(t.Postings), len(t.Bad), total)
		for _, p := range t.Postings {
			a.printPosting(p)
		}
		for _, bad := range t.Bad {
			fmt.Fprintf(a.stdout, "  bad %s: %v\n", bad.BoardID, bad.Reasons)
		}
	}
	return nil
}

// printPosting prints what a person would check against the page.
func (a *app) printPosting(p testPosting) {
	fmt.Fprintf(a.stdout, "  %s  %s\n    %s\n", p.BoardID, p.Title, p.URL)
	day := func(t *time.Time) string {
		if t == nil {
			return ""
		}
		return t.In(a.zone).Format("2006-01-02 15:04")
	}
	for _, line := range []struct{ name, text string }{
		{"company", p.Company}, {"tags", oneLine(fmt.Sprint(p.BoardTags))}, {"locations", fmt.Sprint(p.Locations)}, {"employment", p.Employment}, {"experience", p.Experience},
		{"salary", p.Salary}, {"posted", day(p.PostedAt)}, {"closes", day(p.ClosesAt)}, {"duties", oneLine(p.Duties)}, {"requirements", oneLine(p.Requirements)},
		{"preferred", oneLine(p.Preferred)}, {"body", oneLine(p.Body)},
	} {
		if line.text != "" && line.text != "[]" {
			fmt.Fprintf(a.stdout, "    %-12s %s\n", line.name, line.text)
		}
	}
}

// verdictOf is errs.Invalid where a page gave no posting or a bad record.
func verdictOf(tests []pageTest) error {
	for _, t := range tests {
		if len(t.Bad) > 0 {
			return errs.New(errs.Invalid, "%s: %d records could not be read", t.Page, len(t.Bad))
		}
		if len(t.Postings) == 0 {
			return errs.New(errs.Invalid, "%s: no posting was read", t.Page)
		}
	}
	return nil
}
