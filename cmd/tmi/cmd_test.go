package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// result is how a command ended.
type result struct {
	code           int
	stdout, stderr string
}

// tmi runs one command with the variables given and no others.
func tmi(t testing.TB, environ []string, stdin string, args ...string) result {
	t.Helper()
	return tmiContext(t.Context(), environ, stdin, args...)
}

func tmiContext(ctx context.Context, environ []string, stdin string, args ...string) result {
	var stdout, stderr bytes.Buffer
	code := newApp(strings.NewReader(stdin), &stdout, &stderr, environ).run(ctx, args)
	return result{code, stdout.String(), stderr.String()}
}

// wants fails unless the command ended with the code and said each of the words.
func (r result) wants(t testing.TB, code int, words ...string) {
	t.Helper()
	if r.code != code {
		t.Errorf("exit code %d, want %d\nstdout: %s\nstderr: %s", r.code, code, r.stdout, r.stderr)
	}
	for _, word := range words {
		if !strings.Contains(r.stdout+r.stderr, word) {
			t.Errorf("no word of %q\nstdout: %s\nstderr: %s", word, r.stdout, r.stderr)
		}
	}
}

// lakeAt is the variable that names a lake.
func lakeAt(root string) string { return "TMI_LAKE_URI=file://" + root }

func newLake(t testing.TB) (root string, environ []string) {
	t.Helper()
	root = filepath.Join(t.TempDir(), "lake")
	return root, []string{lakeAt(root), "TMI_LOG_LEVEL=warn"}
}

// none says that a path does not exist.
func none(t testing.TB, path string) {
	t.Helper()
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("%s exists (%v), want nothing to be written", path, err)
	}
}

func TestUsage(t *testing.T) {
	for name, c := range map[string]struct {
		args    []string
		environ []string
		words   []string
	}{
		"no such command":              {args: []string{"colect"}, words: []string{"colect"}},
		"no such subcommand":           {args: []string{"config", "prnt"}, words: []string{"prnt"}},
		"no such flag":                 {args: []string{"run", "--quik"}, words: []string{"--quik", "see: tmi run --help"}},
		"an argument too many":         {args: []string{"run", "jumpit"}, words: []string{"jumpit"}},
		"no such source":               {args: []string{"run", "--sources", "jumpit,monster"}, words: []string{"--sources", "monster", "jumpit,rallit,"}},
		"no such source of a job":      {args: []string{"job", "bronze", "--sources", "x", "--from", "2026-05-01", "--to", "2026-05-02"}, words: []string{`unknown source "x"`}},
		"no such job":                  {args: []string{"job", "brass", "--from", "2026-05-01", "--to", "2026-05-02"}, words: []string{`unknown job "brass"`, "bronze"}},
		"a job without a name":         {args: []string{"job"}, words: []string{"see: tmi job --help"}},
		"a job without a window":       {args: []string{"job", "gold"}, words: []string{"--from and --to"}},
		"from after to":                {args: []string{"run", "--from", "2026-05-02", "--to", "2026-05-01"}, words: []string{"--from", "--to", "half-open"}},
		"from equal to to":             {args: []string{"job", "gold", "--from", "2026-05-02", "--to", "2026-05-02"}, words: []string{"half-open"}},
		"from alone":                   {args: []string{"run", "--from", "2026-05-02"}, words: []string{"go together"}},
		"to alone":                     {args: []string{"run", "--to", "2026-05-02"}, words: []string{"go together"}},
		"a month that is none":         {args: []string{"run", "--from", "2026-13-01", "--to", "2026-05-01"}, words: []string{"--from", "2026-13-01", "is no time"}},
		"a day that is none":           {args: []string{"run", "--from", "2026-02-28", "--to", "2026-02-30"}, words: []string{"--to", "2026-02-30"}},
		"a time that is none":          {args: []string{"run", "--now", "yesterday"}, words: []string{"--now", "yesterday"}},
		"an output that is none":       {args: []string{"sources", "--output", "xml"}, words: []string{"--output", "xml", "table or json"}},
		"a sql format that is none":    {args: []string{"sql", "--format", "xml", "select 1"}, words: []string{"--format", "xml"}},
		"a demo of no postings":        {args: []string{"demo", "--postings", "0", "--no-serve"}, words: []string{"postings"}},
		"a demo of less than no days":  {args: []string{"demo", "--days", "-1", "--no-serve"}, words: []string{"days"}},
		"a demo that is all broken":    {args: []string{"demo", "--broken", "1.5", "--no-serve"}, words: []string{"--broken is 1.5", "from 0 to 1"}},
		"a demo of words":              {args: []string{"demo", "--postings", "many"}, words: []string{"--postings", "many"}},
		"a config file that is none":   {args: []string{"--config", "/no/such/tmi.yaml", "sources"}, words: []string{"--config", "no such file"}},
		"an unknown source's variable": {args: []string{"sources"}, environ: []string{"TMI_SOURCES_MONSTER_RATE=1"}, words: []string{"TMI_SOURCES_MONSTER_RATE", "JUMPIT"}},
		"an unknown source variable":   {args: []string{"sources"}, environ: []string{"TMI_SOURCES_JUMPIT_SPEED=1"}, words: []string{"TMI_SOURCES_JUMPIT_SPEED", "RATE"}},
		"a size that is none":          {args: []string{"sources"}, environ: []string{"TMI_MEMORY=lots"}, words: []string{"memory", "lots", "512MiB"}},
		"a number that is none":        {args: []string{"sources"}, environ: []string{"TMI_THREADS=two"}, words: []string{"threads", "int"}},
		"a rate that is none":          {args: []string{"sources"}, environ: []string{"TMI_SOURCES_HN_RATE=-1"}, words: []string{"sources.hn.rate", "-1"}},
		"an address that is none":      {args: []string{"sources"}, environ: []string{"TMI_SOURCES_HN_BASE_URL=ftp://x"}, words: []string{"sources.hn.base_url", "ftp://x"}},
		"a time zone that is none":     {args: []string{"sources"}, environ: []string{"TMI_LAKE_TIMEZONE=Asia/Soul"}, words: []string{"lake.timezone", "Asia/Soul"}},
		"a catalog that is none":       {args: []string{"sources"}, environ: []string{"TMI_CATALOG=oracle"}, words: []string{"catalog", "oracle", "sqlite"}},
		"a level that is none":         {args: []string{"sources"}, environ: []string{"TMI_LOG_LEVEL=loud"}, words: []string{"log_level", "loud"}},
		"a policy that is none":        {args: []string{"sources"}, environ: []string{"TMI_SOURCES_HN_PUBLISH=all"}, words: []string{"sources.hn.publish", "facts, excerpt or full"}},
		"a lake address that is none":  {args: []string{"run", "--from-raw"}, environ: []string{"TMI_LAKE_URI=gopher://x"}, words: []string{"gopher://x"}},
		"a remote lake, no catalog":    {args: []string{"run", "--from-raw"}, environ: []string{"TMI_LAKE_URI=s3://bucket/x", "TMI_CATALOG_URI="}, words: []string{"catalog_uri"}},
	} {
		t.Run(name, func(t *testing.T) {
			root, environ := newLake(t)
			if name == "a sql format that is none" {
				if err := os.MkdirAll(filepath.Dir(root), 0o755); err != nil {
					t.Fatal(err)
				}
				filled(t, root)
			}
			r := tmi(t, append(environ, c.environ...), "", c.args...)
			r.wants(t, 2, c.words...)
			if r.stdout != "" {
				t.Errorf("standard output: %s", r.stdout)
			}
			if name != "a sql format that is none" {
				none(t, filepath.Join(root, "raw"))
				none(t, filepath.Join(root, "published"))
			}
		})
	}
}

// filled makes a lake with a published set and no rows.
func filled(t testing.TB, root string) {
	t.Helper()
	tmi(t, []string{lakeAt(root), "TMI_LOG_LEVEL=error"}, "", "job", "gold", "--from", "2026-05-01", "--to", "2026-05-02").wants(t, 0)
	tmi(t, []string{lakeAt(root), "TMI_LOG_LEVEL=error"}, "", "job", "publish", "--from", "2026-05-01", "--to", "2026-05-02").wants(t, 0)
}

func TestConfigFile(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"an unknown key":           {"lake:\n  url: file:///x\n", "unknown key lake.url"},
		"an unknown top key":       {"memry: 2GiB\n", "unknown key memry"},
		"an unknown source":        {"sources:\n  monster:\n    rate: 1\n", "sources.monster"},
		"an unknown source's key":  {"sources:\n  hn:\n    speed: 1\n", "sources.hn.speed"},
		"a secret":                 {"gemini_api_key: abc\n", "expected TMI_GEMINI_API_KEY"},
		"a catalog's secret":       {"catalog_token: abc\n", "expected TMI_CATALOG_TOKEN"},
		"a catalog of no kind":     {"catalog: hive\n", "expected sqlite, postgres, rest or glue"},
		"rest without an address":  {"catalog: rest\n", "catalog_uri is \"\", expected https://host/path"},
		"glue with an address":     {"catalog: glue\ncatalog_uri: arn:aws:glue\n", "expected nothing, since catalog is glue"},
		"a budget below nothing":   {"assistant:\n  max_dollars: -1\n", "assistant.max_dollars is \"-1\""},
		"an assistant at no rate":  {"assistant:\n  rate: 0\n", "assistant.rate is \"0\""},
		"an assistant nowhere":     {"assistant:\n  base_url: gemini\n", "assistant.base_url is \"gemini\""},
		"no YAML":                  {"lake: [\n", "tmi.yaml"},
		"a value of another type":  {"threads: [1, 2]\n", "threads"},
		"a source that is no map":  {"sources: hn\n", "sources"},
		"a lake that is only text": {"lake: /data\n", "lake"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "tmi.yaml")
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			tmi(t, nil, "", "--config", path, "config", "print").wants(t, 2, c.want)
		})
	}
	path := filepath.Join(t.TempDir(), "tmi.yaml")
	text := "memory: 1GiB\nmin_free_disk: 1000000\nsources:\n  hn:\n    rate: 0.5\n    threads: [\"1\", \"2\"]\n  greenhouse:\n    boards: [a, b]\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	r := tmi(t, []string{"TMI_MEMORY=2GiB", "TMI_SOURCES_GREENHOUSE_BOARDS=c,d", "TMI_SOURCES_JUMPIT_ENABLED=true"}, "", "--config", path, "--output", "json", "config", "print")
	r.wants(t, 0)
	var got struct {
		Memory      string
		MinFreeDisk string `json:"min_free_disk"`
		Sources     map[string]struct {
			Rate            float64
			Boards, Threads []string
		}
	}
	if err := json.Unmarshal([]byte(r.stdout), &got); err != nil {
		t.Fatal(err)
	}
	if got.Memory != "2GiB" || got.MinFreeDisk != "1000000" || got.Sources["hn"].Rate != 0.5 ||
		strings.Join(got.Sources["hn"].Threads, ",") != "1,2" || strings.Join(got.Sources["greenhouse"].Boards, ",") != "c,d" {
		t.Errorf("the variable wins over the file, and the file over the default: got %+v", got)
	}
	tmi(t, []string{"TMI_SCHEDULER_ID=7"}, "", "sources").wants(t, 0, "TMI_SCHEDULER_ID")
}

// Nothing secret is a setting, and what stands in an address is masked.
func TestConfigPrintMasks(t *testing.T) {
	environ := []string{"AWS_SECRET_ACCESS_KEY=hunter2secret", "AWS_SESSION_TOKEN=hunter2token", "TMI_GEMINI_API_KEY=hunter2key",
		"TMI_CATALOG_URI=postgres://tmi:hunter2@db/catalog", "TMI_SOURCES_HN_BASE_URL=http://user:hunter2@127.0.0.1:1/hn"}
	for _, args := range [][]string{{"config", "print"}, {"config", "print", "--output", "json"}, {"sources"}, {"sources", "--output", "json"}} {
		r := tmi(t, environ, "", args...)
		r.wants(t, 0)
		if strings.Contains(r.stdout+r.stderr, "hunter2") {
			t.Errorf("%v shows a secret: %s%s", args, r.stdout, r.stderr)
		}
	}
}

func TestNoLake(t *testing.T) {
	for _, args := range [][]string{{"sql", "select 1"}, {"status"}, {"tables"}, {"history"}, {"rejects"}, {"why", "0123456789abcdef0123456789abcdef"}, {"serve", "--addr", "127.0.0.1:0"}} {
		t.Run(args[0], func(t *testing.T) {
			root, environ := newLake(t)
			tmi(t, environ, "", args...).wants(t, 4, "there is no lake at")
			none(t, root)
		})
	}
	root, environ := newLake(t)
	filled(t, root)
	tmi(t, environ, "", "history", "nosuch.table").wants(t, 4, "nosuch.table", "tmi tables")
	tmi(t, environ, "", "rejects", "nosuch.table").wants(t, 4, "nosuch.table")
	tmi(t, environ, "", "why", "0123456789abcdef0123456789abcdef").wants(t, 4)
	for name, statement := range map[string]string{"no SQL": "selekt 1", "no such table": "select * from gold.nothing", "no such column": "select nothing from gold.postings", "no cast": "select 'x'::int"} {
		t.Run(name, func(t *testing.T) { tmi(t, environ, "", "sql", statement).wants(t, 2) })
	}
	tmi(t, environ, "", "sql", "--format", "parquet", "select 1").wants(t, 0, "PAR1")
	tmi(t, environ, "", "sql", "--format", "xml", "select 1").wants(t, 2, "expected table, json, csv, arrow, parquet")
	tmi(t, environ, "", "sql", "--example", "nothing").wants(t, 4, "top_techs")
	tmi(t, environ, "", "sql", "--example", "top_techs", "--format", "csv").wants(t, 0, "tech,category,jobs,percent")
	tmi(t, environ, "", "describe", "gold.tech_pairs").wants(t, 0, "ppmi", "in bits")
	tmi(t, environ, "", "describe", "gold.nothing").wants(t, 4, "tmi tables")
	tmi(t, environ, "", "check").wants(t, 0, "silver.postings.unique", "well")
	tmi(t, environ, "", "token", "create", "--name", "a", "--scope", "everything").wants(t, 2, "sql, bronze")
	tmi(t, environ, "", "token", "create", "--name", "a").wants(t, 0, "tmi_")
	tmi(t, environ, "", "token", "list").wants(t, 0, "valid until it is revoked")
	tmi(t, environ, "", "token", "revoke", "b").wants(t, 4, "tmi token list")
	tmi(t, environ, "", "token", "revoke", "a").wants(t, 0, "revoked")
	tmi(t, environ, "", "export", "--to", "").wants(t, 2, "--to")
	tmi(t, environ, "", "backup").wants(t, 0, "backup/")
	tmi(t, environ, "", "restore").wants(t, 6, "--replace")
	tmi(t, environ, "", "restore", "--replace").wants(t, 0, "tables again")
	tmi(t, environ, "", "rollback", "gold.postings", "x").wants(t, 2, "no number")
	tmi(t, environ, "", "rejects", "retry").wants(t, 0, "nothing is rejected")
	tmi(t, environ, "\\d\n\\d gold.companies\n\\x\n", "sql").wants(t, 0, "one row per company", "its open jobs, each once", `\x is no command`)
	tmi(t, environ, "", "--output", "json", "sql", "select 1 as a, null as b, 'ㄱ' as c").wants(t, 0, `{"a": 1, "b": null, "c": "ㄱ"}`)
	tmi(t, environ, "select 1 as one;\nselekt;\nselect 2 as two;\n\\q\nselect 3;\n", "sql").wants(t, 0, "one", "error:", "two")
}

func TestFolderThatIsNoLake(t *testing.T) {
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "thesis.docx"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(root, "thesis.docx")
	for _, args := range [][]string{{"run", "--from-raw"}, {"demo", "--no-serve"}, {"job", "collect", "--from", "2026-05-01", "--to", "2026-05-02"}} {
		tmi(t, []string{lakeAt(root)}, "", args...).wants(t, 2, "is not a lake", "thesis.docx")
		tmi(t, []string{lakeAt(file)}, "", args...).wants(t, 2, "lake.uri")
	}
	entries, err := os.ReadDir(root)
	if err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %v (%v), want what it held", entries, err)
	}
}

func TestExtract(t *testing.T) {
	lines := `{"id":"1","title":"Backend","sections":[{"name":"requirements","text":"Go와 Kafka 경험"}]}
{"id":"2","title":
{"id":"3","title":7}

{"id":"4","title":"Java 개발자","sections":[]}
`
	r := tmi(t, nil, lines, "extract")
	r.wants(t, 0, `"Kafka"`, `"Java"`)
	var ids []string
	bad := 0
	for line := range strings.Lines(r.stdout) {
		var got struct {
			ID    string
			Error string
		}
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Errorf("%s: %v", line, err)
		}
		if got.Error != "" {
			bad++
		} else {
			ids = append(ids, got.ID)
		}
	}
	if strings.Join(ids, ",") != "1,4" || bad < 2 {
		t.Errorf("answers for %v and %d errors, want 1 and 4, and two errors\n%s", ids, bad, r.stdout)
	}
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]Bytes{"2GiB": 2 << 30, "512MiB": 512 << 20, "1.5 GiB": 3 << 29, "10GB": 1e10, "7": 7, "0": 0, "64 KB": 64e3, " 1B ": 1} {
		var b Bytes
		if err := b.UnmarshalText([]byte(text)); err != nil || b != want {
			t.Errorf("%q: got %d (%v), want %d", text, b, err, want)
		}
	}
	for _, text := range []string{"", "x", "-1", "1PiB", "GiB", "1 2", "NaN", "Inf", "1e30GiB"} {
		var b Bytes
		if err := b.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q: got %d, want an error", text, b)
		}
	}
}

func TestTimes(t *testing.T) {
	seoul, err := time.LoadLocation("Asia/Seoul")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"2026-05-04": "2026-05-03T15:00:00Z", "2026-05-04T09:00:00+09:00": "2026-05-04T00:00:00Z", "2026-05-04T00:00:00Z": "2026-05-04T00:00:00Z",
	} {
		if got, err := parseTime(text, seoul); err != nil || got.Format(time.RFC3339) != want {
			t.Errorf("%q: got %v (%v), want %s", text, got, err, want)
		}
	}
}
