package jobs_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/crawl"
)

// strange is a board whose posting 2 asks for less than no experience.
type strange struct{ pages }

func (s strange) Parse(doc schemas.Document) (sources.Parsed, error) {
	parsed, err := s.pages.Parse(doc)
	for i := range parsed.Postings {
		if parsed.Postings[i].BoardID == "2" {
			parsed.Postings[i].ExperienceMinYears = new(int32(-1))
		}
	}
	return parsed, err
}

// strangeEnv has collected a list of three from such a board.
func strangeEnv(t *testing.T) *jobs.Env {
	t.Helper()
	board := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, map[string]string{"/1": `["1", "2", "3"]`, "/2": `[]`}[r.URL.Path])
	}))
	t.Cleanup(board.Close)
	e := newEnv(t)
	source := strange{pages{board.URL}}
	e.Sources["jumpit"] = source
	now := func() time.Time { return day(1, 9) }
	client, err := crawl.New(crawl.Options{BaseURL: board.URL, Rate: 1e6, Clock: now})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := collect.Run(t.Context(), collect.Options{Source: source, Store: e.Lake.Objects(), Client: client, Clock: now, Location: seoul}); err != nil {
		t.Fatal(err)
	}
	return e
}

// TestContractModes holds one broken value to each mode.
func TestContractModes(t *testing.T) {
	const column = "bronze.postings.experience_min_years"
	for name, c := range map[string]struct {
		contracts jobs.Contracts
		postings  []string
		rejects   []string
	}{
		"shipped":       {nil, []string{"1 ", "3 "}, []string{"experience_min_years: is -1, expected at least 0"}},
		"evolve":        {jobs.Contracts{column: jobs.Evolve}, []string{"1 ", "2 -1", "3 "}, []string{}},
		"discard_value": {jobs.Contracts{column: jobs.DiscardValue}, []string{"1 ", "2 ", "3 "}, []string{"value discarded, row kept: experience_min_years: is -1, expected at least 0"}},
		"of the table":  {jobs.Contracts{"bronze.postings": jobs.DiscardValue}, []string{"1 ", "2 ", "3 "}, []string{"value discarded, row kept: experience_min_years: is -1, expected at least 0"}},
		"column first":  {jobs.Contracts{"bronze.postings": jobs.Freeze, column: jobs.DiscardRow}, []string{"1 ", "3 "}, []string{"experience_min_years: is -1, expected at least 0"}},
	} {
		t.Run(name, func(t *testing.T) {
			e := strangeEnv(t)
			e.Contracts = c.contracts
			if err := e.Contracts.Check(); err != nil {
				t.Fatal(err)
			}
			report := do(t, e, "bronze", window(t, day(1, 0), day(2, 0)), jobs.Bronze)
			if report.In != 3 || report.Out != int64(len(c.postings)) || report.In != report.Out+report.Rejected {
				t.Errorf("report: %+v", report)
			}
			if diff := cmp.Diff(c.postings, read(t, e, "select board_id || ' ' || coalesce(experience_min_years::varchar, '') as line from bronze.postings order by 1")); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.rejects, read(t, e, "select array_to_string(reasons, '; ') as line from ops.rejects")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestFrozenContract ends the job with exit code 3 and nothing written.
func TestFrozenContract(t *testing.T) {
	e := strangeEnv(t)
	e.Contracts = jobs.Contracts{"bronze.postings": jobs.Freeze}
	_, err := e.Do(t.Context(), "bronze", "jumpit", window(t, day(1, 0), day(2, 0)), jobs.Bronze)
	if errs.ExitCode(err) != 3 || !strings.Contains(err.Error(), "experience_min_years") || !strings.Contains(err.Error(), "posting 2 of jumpit") {
		t.Errorf("got %v, want exit code 3 and the row named", err)
	}
	if got := read(t, e, "select board_id as line from bronze.postings"); len(got) > 0 {
		t.Errorf("written: %v", got)
	}
}

func TestContractsThatThereAreNot(t *testing.T) {
	for name, says := range map[string]string{"bronze.posting": "no table or column", "bronze": "no table or column", "silver.postings": "frozen", "bronze.postings.tittle": `no column "tittle"`} {
		if err := (jobs.Contracts{name: jobs.Evolve}).Check(); !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", name, err, says)
		}
	}
	if err := (jobs.Contracts{"bronze.postings": "ignore"}).Check(); !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), "discard_row") {
		t.Errorf("an unknown mode: %v", err)
	}
	for _, pairs := range [][]string{{"a"}, {"=x"}, {"a="}, {"a=b", "a=c"}} {
		if _, err := jobs.ParsePairs("contracts", pairs); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q: %v", pairs, err)
		}
	}
}

// TestAudits plants what each kind of audit is for, as another program might write it.
func TestAudits(t *testing.T) {
	e := newEnv(t)
	good := schemas.BronzeList{Source: "jumpit", List: "all", RunID: "r1", ReadAt: day(1, 9), IsComplete: true, PostingCount: 100}
	rows := []schemas.BronzeList{good, good} // the key stands twice
	for n := range 5 {
		other := good
		other.Source, other.RunID, other.ReadAt = "rallit", fmt.Sprint("r", n), day(2+n, 9)
		if n == 4 {
			other.PostingCount = 10
		}
		rows = append(rows, other)
	}
	fill(t, e, schemas.BronzeLists, rows...)
	fill(t, e, schemas.GoldCompanies, schemas.GoldCompany{CompanyID: "short", Company: "x", OpenCount: -1, PostingCount: 1, FirstSeenAt: day(1, 9)})
	fill(t, e, schemas.OpsRuns, schemas.Run{RunID: "r", Job: "bronze", WindowFrom: day(1, 0), WindowTo: day(2, 0), StartedAt: day(1, 0), EndedAt: day(1, 1), Status: schemas.StatusDone, RowsIn: 5, RowsOut: 3})
	found := audit(t, e)
	for name, says := range map[string]string{
		"bronze.lists.unique":     "stands 2 times",
		"gold.companies.contract": "company_id breaks len=32; open_count breaks min=0",
		"run_sums":                "5 in, 3 out",
		"source_freshness":        "source jumpit was last read completely 2026-05-01",
		"list_volume":             "list rallit/all holds 10 postings, usually 100",
	} {
		if got := strings.Join(found[name].Findings, "; "); !strings.Contains(got, says) {
			t.Errorf("%s found %q, want %q", name, got, says)
		}
	}
	for name, a := range found {
		if len(a.Findings) > 0 && !strings.Contains("bronze.lists.unique gold.companies.contract run_sums source_freshness list_volume", name) {
			t.Errorf("%s found %v, want nothing", name, a.Findings)
		}
	}
	_, err := e.Do(t.Context(), "check", "", window(t, day(1, 0), day(2, 0)), jobs.Check)
	if errs.ExitCode(err) != 7 || !strings.Contains(err.Error(), "company_id breaks") || strings.Contains(err.Error(), "usually") {
		t.Errorf("got %v, want exit code 7 for what blocks alone", err)
	}
	e.AuditModes = map[string]jobs.AuditMode{"bronze.lists.unique": jobs.AuditOff, "gold.companies.contract": jobs.AuditWarn, "run_sums": jobs.AuditOff, "list_volume": jobs.AuditBlock}
	_, err = e.Do(t.Context(), "check", "", window(t, day(1, 0), day(2, 0)), jobs.Check)
	if errs.ExitCode(err) != 7 || !strings.Contains(err.Error(), "usually") || strings.Contains(err.Error(), "company_id") {
		t.Errorf("with other modes: %v", err)
	}
	e.AuditModes = map[string]jobs.AuditMode{"nothing": jobs.AuditOff}
	if _, err := jobs.Audits(e); !errs.Is(err, errs.Invalid) {
		t.Errorf("a mode of no audit: %v", err)
	}
}

// audit runs all audits, by name.
func audit(t *testing.T, e *jobs.Env) map[string]jobs.Audited {
	t.Helper()
	audits, err := jobs.Audits(e)
	if err != nil {
		t.Fatal(err)
	}
	set, err := e.Lake.Heads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s, err := e.Lake.Session(t.Context(), set)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	results, err := jobs.RunAudits(t.Context(), s, audits)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]jobs.Audited{}
	for _, r := range results {
		found[r.Name] = r
	}
	return found
}
