package door

import (
	"bufio"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/techmapit/tmi/internal/errs"
)

// workerArgument makes this test binary a worker, as the program is one by its own command.
const workerArgument = "be-a-worker"

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == workerArgument {
		if err := Work(context.Background(), os.Stdin, os.Stdout); err != nil {
			os.Stderr.WriteString(err.Error())
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// testPool is a door to one table, silver.postings, of a thousand rows.
func testPool(t *testing.T, limits Limits, change ...func(*Options)) *Pool {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "postings.parquet")
	makeParquet(t, file)
	released := 0
	o := Options{
		Command: []string{os.Args[0], workerArgument}, Workers: 1, Limits: limits, Wait: 5 * time.Second, Logger: slog.New(slog.NewTextHandler(os.Stderr, nil)),
		Bind: func(context.Context, string) (string, func(context.Context) (Binding, func(), error), error) {
			return "1", func(context.Context) (Binding, func(), error) {
				return Binding{Tables: []string{"silver.postings"}, Paths: []string{file},
					Statements: []string{"create schema silver", "create view silver.postings as select * from read_parquet([" + quote(file) + "])"}}, func() { released++ }, nil
			}, nil
		},
	}
	for _, c := range change {
		c(&o)
	}
	p, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
		if released == 0 {
			t.Error("the files were never released")
		}
	})
	return p
}

func makeParquet(t *testing.T, file string) {
	t.Helper()
	w, err := newWorker(t.Context(), Binding{TempDir: t.TempDir(), Limits: DefaultLimits, Paths: []string{file},
		Statements: []string{"copy (select i as id, 'title ' || i as title, ['go', 'sql'] as techs, timestamptz '2026-05-04 09:00:00+09' as posted_at, i::decimal(9,2) as amount from range(1000) t(i)) to " + quote(file)}})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.db.Close(); err != nil {
		t.Fatal(err)
	}
}

func quick() Limits {
	l := DefaultLimits
	l.Time = 2 * time.Second
	l.MemoryBytes, l.TempBytes = 256<<20, 64<<20
	return l
}

// TestAnswers asks what analysts ask.
func TestAnswers(t *testing.T) {
	t.Parallel()
	p := testPool(t, quick())
	for _, c := range []struct{ sql, want string }{
		{"select count(*) as n from silver.postings", "n\n1000\n"},
		{"with few as (select * from silver.postings where id < 3) select id, title from few order by 1", "id,title\n0,title 0\n1,title 1\n2,title 2\n"},
		{"select id, row_number() over (order by id desc) r from silver.postings order by id desc limit 1", "id,r\n999,1\n"},
		{"select list_contains(techs, 'go') a, list_transform(techs, x -> upper(x)) b, posted_at, amount from silver.postings where id = 7", "a,b,posted_at,amount\ntrue,\"[\"\"GO\"\",\"\"SQL\"\"]\",2026-05-04T00:00:00Z,7\n"},
		{"select t, count(*) n from (select unnest(techs) t from silver.postings) group by all order by 1", "t,n\ngo,1000\nsql,1000\n"},
		{"select sum(id) s from silver.postings", "s\n499500\n"},
		{"from silver.postings select max(id) m;", "m\n999\n"},
		{"select 1 as a -- the end", "a\n1\n"},
		{"select null as a, date '2026-05-04' as d, interval 1 day < interval 2 day as l", "a,d,l\n,2026-05-04,true\n"},
	} {
		answer, err := p.Ask(t.Context(), "", Question{SQL: c.sql, Format: "csv"})
		if err != nil || string(answer.Body) != c.want {
			t.Errorf("%s: got %q, %v, want %q", c.sql, answer.Body, err, c.want)
		}
	}
	for _, sql := range []string{"describe silver.postings", "explain select count(*) from silver.postings", "EXPLAIN ANALYZE select 1", "summarize silver.postings", "select now(), today(), random()"} {
		if answer, err := p.Ask(t.Context(), "", Question{SQL: sql, Format: "json"}); err != nil || answer.Rows == 0 {
			t.Errorf("%s: %d rows, %v", sql, answer.Rows, err)
		}
	}
}

// TestFormats checks that each format is one, by its first bytes.
func TestFormats(t *testing.T) {
	t.Parallel()
	p := testPool(t, quick())
	for format, begins := range map[string]string{"json": "[\n  {\"id\": 0, ", "csv": "id,", "arrow": "\xff\xff\xff\xff", "parquet": "PAR1"} {
		answer, err := p.Ask(t.Context(), "", Question{SQL: "select * from silver.postings order by id", Format: format})
		if err != nil || !strings.HasPrefix(string(answer.Body), begins) || answer.Rows != 1000 {
			t.Errorf("%s: %d rows, %v, begins %q", format, answer.Rows, err, answer.Body[:min(40, len(answer.Body))])
		}
	}
	_, err := p.Ask(t.Context(), "", Question{SQL: "select 1", Format: "xml"})
	wantReason(t, "xml", err, Invalid)
}

func wantReason(t *testing.T, what string, err error, want ...Reason) {
	t.Helper()
	var fault *Error
	if !errors.As(err, &fault) {
		t.Errorf("%s: %v is no fault of the statement", what, err)
		return
	}
	for _, w := range want {
		if fault.Reason == w {
			return
		}
	}
	t.Errorf("%s: %s (%s), want %s", what, fault.Reason, fault.Message, want)
}

// TestAttacks runs every hostile statement of the file, each by one that must be answered.
func TestAttacks(t *testing.T) {
	t.Parallel()
	limits := quick()
	limits.Time = 100 * time.Millisecond
	p := testPool(t, limits)
	f, err := os.Open("testdata/attacks.sql")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, n := bufio.NewScanner(f), 0
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		n++
		statement := strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\0`, "\x00").Replace(line)
		started := time.Now()
		answer, err := p.Ask(t.Context(), "", Question{SQL: statement, Format: "csv"})
		if err == nil {
			t.Errorf("answered: %s: %.200s", line, answer.Body)
		} else {
			wantReason(t, line, err, Invalid, Refused, TooLong, TooLarge)
		}
		took := time.Since(started)
		t.Logf("%6d ms  %.120s", took.Milliseconds(), line)
		if took > p.Limits.Time+grace+10*time.Second {
			t.Errorf("%s took %s", line, took)
		}
	}
	if n < 300 {
		t.Errorf("%d hostile statements, want at least 300", n)
	}
	if answer, err := p.Ask(t.Context(), "", Question{SQL: "select count(*) from silver.postings", Format: "csv"}); err != nil || !strings.HasSuffix(string(answer.Body), "\n1000\n") {
		t.Errorf("after the attacks: %q, %v", answer.Body, err)
	}
}

// TestLimits checks that what is over a limit is cut and said, or refused.
func TestLimits(t *testing.T) {
	t.Parallel()
	limits := quick()
	limits.Rows, limits.Bytes = 10, 100_000
	p := testPool(t, limits)
	answer, err := p.Ask(t.Context(), "", Question{SQL: "select id from silver.postings order by id", Format: "csv"})
	if err != nil || answer.Rows != 10 || !answer.IsTruncated {
		t.Errorf("rows: %d, truncated %t, %v", answer.Rows, answer.IsTruncated, err)
	}
	answer, err = p.Ask(t.Context(), "", Question{SQL: "select repeat('x', 30000) from silver.postings", Format: "json"})
	if err != nil || answer.Rows != 3 || !answer.IsTruncated {
		t.Errorf("bytes: %d rows, truncated %t, %v", answer.Rows, answer.IsTruncated, err)
	}
	answer, err = p.Ask(t.Context(), "", Question{SQL: "select id from silver.postings order by id limit 10", Format: "csv"})
	if err != nil || answer.Rows != 10 || answer.IsTruncated {
		t.Errorf("exactly as many: %d, truncated %t, %v", answer.Rows, answer.IsTruncated, err)
	}
}

// TestClientGone checks that a statement whose client left is stopped.
func TestClientGone(t *testing.T) {
	t.Parallel()
	limits := quick()
	limits.Time = time.Minute
	p := testPool(t, limits)
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	_, err := p.Ask(ctx, "", Question{SQL: "with recursive r as (select 1 n union all select n + 1 from r) select max(n) from r", Format: "csv"})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v", err)
	}
	if _, err := p.Ask(t.Context(), "", Question{SQL: "select 1", Format: "csv"}); err != nil {
		t.Errorf("the next statement: %v", err)
	}
}

// TestBusy checks that a statement does not wait for ever for a worker.
func TestBusy(t *testing.T) {
	t.Parallel()
	p := testPool(t, quick())
	p.Wait = time.Millisecond
	held := <-p.free
	_, err := p.Ask(t.Context(), "", Question{SQL: "select 1", Format: "csv"})
	if !errs.Is(err, errs.Unavailable) {
		t.Errorf("got %v, want unavailable", err)
	}
	p.free <- held
	p.Wait = 5 * time.Second
	if _, err := p.Ask(t.Context(), "", Question{SQL: "select 1", Format: "csv"}); err != nil {
		t.Error(err)
	}
}

// TestWorkerSeesNothing checks what the environment of a worker holds.
func TestWorkerSeesNothing(t *testing.T) {
	t.Setenv("TMI_GEMINI_API_KEY", "secret")
	p := testPool(t, quick())
	if _, err := p.Ask(t.Context(), "", Question{SQL: "select 1", Format: "csv"}); err != nil {
		t.Fatal(err)
	}
	w := <-p.free
	defer func() { p.free <- w }()
	for _, entry := range w.command.Env {
		if strings.Contains(entry, "TMI_") || strings.Contains(entry, "AWS_") {
			t.Errorf("the worker was given %s", entry)
		}
	}
}
