package api

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/api/tokens"
	"github.com/techmapit/tmi/lake/door"
	"github.com/techmapit/tmi/lake/objects"
)

// workerArgument makes this test binary a worker of the door.
const workerArgument = "be-a-worker"

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == workerArgument {
		if err := door.Work(context.Background(), os.Stdin, os.Stdout); err != nil {
			slog.Error("worker", "error", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if dir := os.Getenv(benchServerEnv); dir != "" {
		serveIndex(dir)
		return
	}
	os.Exit(m.Run())
}

// patient is a time limit that no statement reaches that is not made for it, on a busy machine either.
const patient = 30 * time.Second

// withDoor opens a door to two small tables, bronze.postings for those who may. A statement may take limit.
func withDoor(t testing.TB, limit time.Duration) func(*Options) {
	limits := door.DefaultLimits
	limits.Time, limits.MemoryBytes, limits.Rows = limit, 128<<20, 50
	pool, err := door.Open(door.Options{
		Command: []string{os.Args[0], workerArgument}, Workers: 1, Limits: limits, Wait: time.Second, Logger: slog.Default(),
		Bind: func(_ context.Context, scope string) (string, func(context.Context) (door.Binding, func(), error), error) {
			return "3", func(context.Context) (door.Binding, func(), error) {
				b := door.Binding{Tables: []string{"silver.postings"},
					Statements: []string{"create schema silver", "create schema bronze", "create table silver.postings as select range as id from range(100)", "create table bronze.postings as select 1 as secret"}}
				if scope == tokens.ScopeBronze {
					b.Tables = append(b.Tables, "bronze.postings")
				}
				return b, func() {}, nil
			}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pool.Close(); err != nil {
			t.Error(err)
		}
	})
	kept, err := objects.Open(t.Context(), "file://"+t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return func(o *Options) {
		o.SQL = &SQLOptions{Door: pool, Tokens: tokens.New(kept), Limits: limits, Wait: time.Second}
	}
}

// doorWorld is a server with a door, and two tokens: for SQL, and for bronze too.
func doorWorld(t *testing.T, limit time.Duration) (w *world, sql, bronze string) {
	t.Helper()
	var store *tokens.Store
	w = newWorld(t, 1, withDoor(t, limit), func(o *Options) { store = o.SQL.Tokens })
	var err error
	if sql, _, err = store.Create(t.Context(), "analyst", []string{tokens.ScopeSQL}, 0, time.Now()); err != nil {
		t.Fatal(err)
	}
	if bronze, _, err = store.Create(t.Context(), "owner", tokens.Scopes, 0, time.Now()); err != nil {
		t.Fatal(err)
	}
	return w, sql, bronze
}

// post asks the door; header is pairs of name and value.
func (w *world) post(token, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, sqlRoute, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, r)
	return answer
}

func TestSQLAnswers(t *testing.T) {
	w, token, bronze := doorWorld(t, patient)
	answer := w.post(token, `{"sql": "select id, 'x' as name from silver.postings order by id limit 2"}`)
	var got SQLAnswer
	if err := json.Unmarshal(answer.Body.Bytes(), &got); err != nil || answer.Code != http.StatusOK {
		t.Fatalf("%d %s: %v", answer.Code, answer.Body, err)
	}
	if diff := cmp.Diff([]map[string]any{{"id": 0.0, "name": "x"}, {"id": 1.0, "name": "x"}}, got.Rows); diff != "" || got.RowCount != 2 || got.Truncated || got.Published != "3" || got.Limits.Rows != 50 || got.Limits.Seconds != patient.Seconds() {
		t.Errorf("%+v\n%s", got, diff)
	}
	answer = w.post(token, `{"sql": "select id from silver.postings"}`, "Accept", "text/csv")
	if h := answer.Header(); answer.Code != http.StatusOK || strings.Count(answer.Body.String(), "\n") != 51 || h.Get("TMI-Truncated") != "true" || h.Get("TMI-Limit-Rows") != "50" || !strings.HasPrefix(h.Get("Content-Type"), "text/csv") || h.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v %s", answer.Code, answer.Header(), answer.Body)
	}
	for accept, begins := range map[string]string{"application/vnd.apache.arrow.stream": "\xff\xff\xff\xff", "application/vnd.apache.parquet, */*;q=0.1": "PAR1", "application/*": `{"columns"`} {
		if answer := w.post(token, `{"sql": "select 1 as one"}`, "Accept", accept); answer.Code != http.StatusOK || !strings.HasPrefix(answer.Body.String(), begins) {
			t.Errorf("%s: %d %.60q", accept, answer.Code, answer.Body)
		}
	}
	if answer := w.post(bronze, `{"sql": "select * from bronze.postings"}`); answer.Code != http.StatusOK {
		t.Errorf("bronze by its scope: %d %s", answer.Code, answer.Body)
	}
}

func TestSQLRefusals(t *testing.T) {
	w, token, _ := doorWorld(t, patient)
	for _, c := range []struct {
		name, token, body string
		header            []string
		status            int
		says              string
	}{
		{"no token", "", `{"sql": "select 1"}`, nil, 401, "tmi token create"},
		{"a wrong token", "tmi_00000000_x", `{"sql": "select 1"}`, nil, 401, ""},
		{"bronze without its scope", token, `{"sql": "select * from bronze.postings"}`, nil, 403, "silver.postings"},
		{"a file", token, `{"sql": "select * from read_text('/etc/passwd')"}`, nil, 403, "read_text"},
		{"a setting", token, `{"sql": "set threads = 4"}`, nil, 403, "one select"},
		{"a typing error", token, `{"sql": "selec 1"}`, nil, 400, "syntax error"},
		{"no such column", token, `{"sql": "select nothing from silver.postings"}`, nil, 400, "nothing"},
		{"too large", token, `{"sql": "select length(repeat('x', 2000000000) || repeat('y', 2000000000))"}`, nil, 413, "MiB"},
		{"too large a body", token, `{"sql": "` + strings.Repeat("x", maxBodyBytes) + `"}`, nil, 413, "bytes"},
		{"empty", token, `{"sql": " "}`, nil, 400, "body.sql"},
		{"nothing", token, ``, nil, 400, `{"sql"`},
		{"another key", token, `{"sql": "select 1", "limit": 5}`, nil, 400, "limit"},
		{"two bodies", token, `{"sql": "select 1"} {"sql": "select 2"}`, nil, 400, "goes on"},
		{"a form", token, `sql=select+1`, []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, "application/json"},
		{"XML", token, `{"sql": "select 1"}`, []string{"Accept", "application/xml"}, 406, "text/csv"},
	} {
		answer := w.post(c.token, c.body, c.header...)
		var p struct {
			Status int
			Detail string
		}
		if err := json.Unmarshal(answer.Body.Bytes(), &p); err != nil || answer.Code != c.status || p.Status != c.status || !strings.Contains(p.Detail, c.says) || answer.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s, want %d %q", c.name, answer.Code, answer.Body, c.status, c.says)
		}
		if (answer.Code == 401) != (answer.Header().Get("WWW-Authenticate") != "") {
			t.Errorf("%s: %d with WWW-Authenticate %q", c.name, answer.Code, answer.Header().Get("WWW-Authenticate"))
		}
	}
	if answer := w.post(token, `{"sql": "select 1"}`); answer.Code != http.StatusOK {
		t.Errorf("afterwards: %d %s", answer.Code, answer.Body)
	}
}

func TestSQLTooLong(t *testing.T) {
	w, token, _ := doorWorld(t, time.Second)
	answer := w.post(token, `{"sql": "with recursive r as (select 1 n union all select n + 1 from r) select max(n) from r"}`)
	if answer.Code != http.StatusRequestTimeout || !strings.Contains(answer.Body.String(), "stopped after 1s") {
		t.Errorf("%d %s", answer.Code, answer.Body)
	}
}

// TestSQLAudit checks that the log says who asked what, without what they looked for.
func TestSQLAudit(t *testing.T) {
	w, token, _ := doorWorld(t, patient)
	w.post(token, `{"sql": "select * from silver.postings where id::varchar = 'maria@example.com'"}`)
	log := w.log.String()
	if !strings.Contains(log, "name=analyst") || !strings.Contains(log, "outcome=answered") || !strings.Contains(log, "where id::varchar = '?'") || strings.Contains(log, "maria") || strings.Contains(log, token) {
		t.Error(log)
	}
}

func TestSQLRate(t *testing.T) {
	var token string
	w := newWorld(t, 1, withDoor(t, patient), func(o *Options) {
		o.SQL.RatePerSecond = 0.001 // one, and the next in a quarter of an hour
		var err error
		if token, _, err = o.SQL.Tokens.Create(t.Context(), "a", []string{tokens.ScopeSQL}, 0, time.Now()); err != nil {
			t.Fatal(err)
		}
	})
	first, second := w.post(token, `{"sql": "selec"}`), w.post(token, `{"sql": "selec"}`)
	if first.Code != http.StatusBadRequest || second.Code != http.StatusTooManyRequests || second.Header().Get("Retry-After") == "" {
		t.Errorf("%d, then %d", first.Code, second.Code)
	}
}
