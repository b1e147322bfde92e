package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/techmapit/tmi/jobs/metriclog"
	"github.com/techmapit/tmi/jobs/metriclog/metriclogtest"
	"github.com/techmapit/tmi/schemas"
)

const deploy = "../../deploy"

// told are the names of all metrics that a small demo and a server over it tell.
func told(t *testing.T) map[string]bool {
	t.Helper()
	_, environ := newLake(t)
	folder := t.TempDir()
	environ = append(environ, "TMI_METRICS_DIR="+folder)
	tmi(t, environ, "", "demo", "--days", "2", "--postings", "40", "--no-serve").wants(t, 0)
	texts := []string{served(t, environ)}
	files, err := filepath.Glob(filepath.Join(folder, "*.prom"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files of metrics: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	names := map[string]bool{}
	for _, line := range strings.Split(strings.Join(texts, "\n"), "\n") {
		if name := regexp.MustCompile(`^[a-z_0-9]+`).FindString(line); name != "" {
			names[name] = true
		}
	}
	return names
}

// served is what /metrics answers of a server that has answered one question.
func served(t *testing.T, environ []string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	done := make(chan result, 1)
	ctx, stop := context.WithCancel(t.Context())
	go func() { done <- tmiContext(ctx, environ, "", "serve", "--addr", address) }()
	defer func() { stop(); <-done }()
	get := func(path string) (string, error) {
		res, err := http.Get("http://" + address + path)
		if err != nil {
			return "", err
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		if err == nil && res.StatusCode != http.StatusOK {
			err = fmt.Errorf("%s: %s", path, res.Status)
		}
		return string(text), err
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		if _, err = get("/api/v1/techs"); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
	text, err := get("/metrics")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// foreign are metrics of others: Prometheus itself and the node exporter.
var foreign = []string{"up", "ALERTS", "node_filesystem_avail_bytes", "node_filesystem_size_bytes"}

var (
	labels  = regexp.MustCompile(`\{[^}]*\}|"[^"]*"|\[[^\]]*\]|\b(by|on|without|ignoring|group_left|group_right)\s*\([^)]*\)`)
	metric  = regexp.MustCompile(`[a-zA-Z_:][a-zA-Z0-9_:]*(\s*\()?`)
	keyword = map[string]bool{"and": true, "or": true, "unless": true, "offset": true, "group_left": true, "group_right": true, "bool": true}
)

// namesIn are the metrics that an expression asks for.
func namesIn(expression string) (names []string) {
	for _, word := range metric.FindAllString(labels.ReplaceAllString(expression, " "), -1) {
		isDuration := regexp.MustCompile(`^[dhms]$`).MatchString(word)
		if !strings.HasSuffix(word, "(") && !keyword[word] && !isDuration {
			names = append(names, word)
		}
	}
	return names
}

type rules struct {
	Groups []struct {
		Rules []struct {
			Alert, Record, Expr string
			Annotations         map[string]string
		}
	}
}

func TestMonitoring(t *testing.T) {
	var declared rules
	text, err := os.ReadFile(filepath.Join(deploy, "monitoring/alerts.yml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, &declared); err != nil {
		t.Fatal(err)
	}
	runbook, err := os.ReadFile("../../docs/runbook.md")
	if err != nil {
		t.Fatal(err)
	}
	known := told(t)
	for _, name := range foreign {
		known[name] = true
	}
	expressions := map[string]string{} // by where they stand
	for _, group := range declared.Groups {
		for _, r := range group.Rules {
			if r.Record != "" {
				known[r.Record] = true
			} else if !strings.Contains(string(runbook), "\n## "+r.Alert+"\n") || r.Annotations["runbook"] != "docs/runbook.md#"+strings.ToLower(r.Alert) {
				t.Errorf("%s: want a heading of its own in docs/runbook.md, and an annotation that points there", r.Alert)
			}
			expressions["alerts.yml "+r.Alert+r.Record] = r.Expr
		}
	}
	boards, err := filepath.Glob(filepath.Join(deploy, "monitoring/grafana/dashboards/*.json"))
	if err != nil || len(boards) < 6 {
		t.Fatalf("%d dashboards, want six: %v", len(boards), err)
	}
	for _, file := range boards {
		var board struct {
			UID    string
			Panels []struct {
				Title      string
				Datasource struct{ UID string }
				Targets    []struct{ Expr string }
			}
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &board); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if board.UID+".json" != filepath.Base(file) || len(board.Panels) == 0 {
			t.Errorf("%s: uid %q, %d panels", file, board.UID, len(board.Panels))
		}
		for _, p := range board.Panels {
			if p.Datasource.UID == "loki" && board.UID == "tmi-logs" { // in a language of its own; TestLoki looks at it
				continue
			}
			if p.Datasource.UID != "prometheus" || len(p.Targets) == 0 {
				t.Errorf("%s, %s: want the datasource prometheus and something to ask it", board.UID, p.Title)
			}
			for i, target := range p.Targets {
				expressions[fmt.Sprintf("%s, %s, %d", board.UID, p.Title, i)] = target.Expr
			}
		}
	}
	for where, expression := range expressions {
		for _, name := range namesIn(expression) {
			if !known[name] {
				t.Errorf("%s: nobody tells the metric %s", where, name)
			}
		}
	}
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("no promtool (Debian's package prometheus): expressions are not parsed, alerts not tried")
	}
	parsed := map[string]any{"groups": []any{map[string]any{"name": "all", "rules": asRules(expressions)}}}
	text, err = yaml.Marshal(parsed)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "all.yml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	tries := [][]string{{"check", "rules", file}, {"check", "rules", "alerts.yml"}, {"check", "config", "--syntax-only", "prometheus.yml"}, {"test", "rules", "alerts_test.yml"}}
	if os.Getenv("TMI_TEST_SLOW") != "" { // twenty seconds; make deploy-check
		tries = append(tries, []string{"test", "rules", "month_test.yml"})
	}
	for _, args := range tries {
		c := exec.Command(promtool, args...)
		c.Dir = filepath.Join(deploy, "monitoring")
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	tried, err := os.ReadFile(filepath.Join(deploy, "monitoring/alerts_test.yml"))
	if err != nil {
		t.Fatal(err)
	}
	month, err := os.ReadFile(filepath.Join(deploy, "monitoring/month_test.yml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range declared.Groups {
		for _, r := range group.Rules {
			if r.Alert != "" && !strings.Contains(string(tried), "alertname: "+r.Alert+"\n") {
				t.Errorf("%s is not tried on its fault", r.Alert)
			}
			for _, name := range namesIn(r.Expr) {
				if !strings.Contains(name, ":") && !strings.Contains(string(month), "'"+name+"{") {
					t.Errorf("%s%s asks for %s, of which thirty normal days tell nothing: deploy/monitoring/month", r.Alert, r.Record, name)
				}
			}
		}
	}
}

func asRules(expressions map[string]string) (rules []map[string]string) {
	for where := range expressions {
		rules = append(rules, map[string]string{"record": fmt.Sprintf("tried:e%d", len(rules)), "expr": expressions[where]})
	}
	return rules
}

// composed is what of a compose file matters here; unknown keys are refused.
type composed struct {
	Name     string
	Tmi      map[string]string `yaml:"x-tmi"`
	Services map[string]struct {
		Image       string
		Build       *struct{ Context, Target string }
		Command     []string
		Entrypoint  []string
		User        string
		Environment map[string]string
		Ports       []string
		Volumes     []string
		DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
		Healthcheck *struct {
			Test              []string
			Interval, Timeout string
			Retries           int
			StartPeriod       string `yaml:"start_period"`
		}
		Restart     string
		ReadOnly    bool `yaml:"read_only"`
		Tmpfs       []string
		CapDrop     []string `yaml:"cap_drop"`
		SecurityOpt []string `yaml:"security_opt"`
	}
	Volumes map[string]struct{}
}

func TestCompose(t *testing.T) {
	text, err := os.ReadFile("../../docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	var c composed
	d := yaml.NewDecoder(strings.NewReader(string(text)))
	d.KnownFields(true)
	if err := d.Decode(&c); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"s3", "postgres", "redis", "api", "airflow", "prometheus", "grafana", "loki"} {
		if _, ok := c.Services[name]; !ok {
			t.Errorf("no service %s", name)
		}
	}
	pinned := regexp.MustCompile(`:v?\d+\.\d+(\.\d+)?(-[a-z0-9.]+)?$|^tmi(-airflow)?:local$`)
	dockerfile, err := os.ReadFile("../../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range c.Services {
		if !pinned.MatchString(s.Image) {
			t.Errorf("%s: image %q, want one release of it", name, s.Image)
		}
		if s.Build != nil && !strings.Contains(string(dockerfile), " AS "+s.Build.Target+"\n") {
			t.Errorf("%s: the Dockerfile has no stage %q", name, s.Build.Target)
		}
		if s.Restart != "" && (s.Healthcheck == nil || len(s.Healthcheck.Test) < 2 || s.Healthcheck.Interval == "" || s.Healthcheck.Retries == 0) {
			t.Errorf("%s: want a check of its health", name)
		}
		for _, port := range s.Ports {
			if !strings.HasPrefix(port, "127.0.0.1:") {
				t.Errorf("%s: port %s is open to the world", name, port)
			}
		}
		for _, volume := range s.Volumes {
			from, _, _ := strings.Cut(volume, ":")
			if path, isFile := strings.CutPrefix(from, "./"); isFile {
				if _, err := os.Stat(filepath.Join("../..", path)); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			} else if _, isDeclared := c.Volumes[from]; !isDeclared {
				t.Errorf("%s: volume %s is not declared", name, from)
			}
		}
		for on, how := range s.DependsOn {
			other, ok := c.Services[on]
			if !ok || how.Condition == "service_healthy" && other.Healthcheck == nil || !slices.Contains([]string{"service_healthy", "service_completed_successfully"}, how.Condition) {
				t.Errorf("%s: waits for %s to be %q, which that never says", name, on, how.Condition)
			}
		}
		for key, value := range s.Environment {
			isSecret := regexp.MustCompile(`PASSWORD|SECRET|ACCESS_KEY`).MatchString(key)
			if isSecret && !strings.HasPrefix(value, "${") {
				t.Errorf("%s: %s stands in the file", name, key)
			}
		}
	}
}

// Loki, its datasource and the log panel agree: the panel asks by what TMI calls itself and its runs.
func TestLoki(t *testing.T) {
	var config struct {
		Server struct {
			HTTPListenPort int `yaml:"http_listen_port"`
		}
		Limits struct {
			AllowStructuredMetadata bool `yaml:"allow_structured_metadata"`
		} `yaml:"limits_config"`
		Schema struct {
			Configs []struct{ Store, Schema string }
		} `yaml:"schema_config"`
	}
	var compose composed
	var sources struct {
		Datasources []struct{ UID, Type, URL string }
	}
	for file, into := range map[string]any{deploy + "/monitoring/loki.yml": &config, "../../docker-compose.yml": &compose, deploy + "/monitoring/grafana/provisioning/datasources/prometheus.yml": &sources} {
		text, err := os.ReadFile(file)
		if err == nil {
			err = yaml.Unmarshal(text, into)
		}
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
	}
	address := fmt.Sprintf("http://loki:%d", config.Server.HTTPListenPort)
	if compose.Tmi["TMI_LOGS_ENDPOINT"] != address+"/otlp" {
		t.Errorf("TMI sends its log to %s, Loki listens at %s", compose.Tmi["TMI_LOGS_ENDPOINT"], address)
	}
	// OTLP needs both: https://grafana.com/docs/loki/latest/send-data/otel/
	if c := config.Schema.Configs; len(c) != 1 || c[0].Store != "tsdb" || c[0].Schema != "v13" || !config.Limits.AllowStructuredMetadata {
		t.Errorf("%+v", config)
	}
	if !slices.ContainsFunc(sources.Datasources, func(s struct{ UID, Type, URL string }) bool {
		return s.UID == "loki" && s.Type == "loki" && s.URL == address
	}) {
		t.Errorf("no datasource for %s: %+v", address, sources.Datasources)
	}
	board, err := os.ReadFile(deploy + "/monitoring/grafana/dashboards/tmi-logs.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{`"name": "run_id"`, `{service_name=\"tmi\"} | run_id=~\"$run_id\"`, `"type": "logs"`} {
		if !strings.Contains(string(board), words) {
			t.Errorf("tmi-logs.json has no %s", words)
		}
	}
}

func TestUnits(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("no systemd-analyze")
	}
	units, err := filepath.Glob(filepath.Join(deploy, "systemd/tmi*.*"))
	if err != nil || len(units) < 5 {
		t.Fatalf("units: %v, %v", units, err)
	}
	units = append(units, filepath.Join(deploy, "staged/tmi@.service"))
	folder := t.TempDir()
	program := regexp.MustCompile(`/usr/local/(bin|lib/tmi/%i)/tmi`)
	for i, unit := range units {
		text, err := os.ReadFile(unit)
		if err != nil {
			t.Fatal(err)
		}
		// It wants to see the program; here that is any.
		units[i] = filepath.Join(folder, strings.Replace(filepath.Base(unit), "@.", "@8081.", 1))
		if err := os.WriteFile(units[i], []byte(program.ReplaceAllString(string(text), "/bin/true")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command(analyze, append([]string{"verify", "--man=no", "--recursive-errors=no"}, units...)...).CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != "" {
		t.Errorf("systemd-analyze verify: %v\n%s", err, out)
	}
}

// The template's alarms in our namespace watch what a run tells, with the dimensions it has.
func TestTemplateAlarms(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(deploy, "aws/template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var template struct {
		Resources map[string]struct { // as AWS writes them, in capitals
			Type       string `yaml:"Type"`
			Properties struct {
				Namespace  string `yaml:"Namespace"`
				MetricName string `yaml:"MetricName"`
				Dimensions []any  `yaml:"Dimensions"`
			} `yaml:"Properties"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(text, &template); err != nil {
		t.Fatal(err)
	}
	var line strings.Builder
	slog.New(slog.NewJSONHandler(&line, nil)).LogAttrs(t.Context(), slog.LevelInfo, "ended", metriclog.Collected("jumpit", schemas.RunManifest{}, nil, time.Now())...)
	told := metriclogtest.Read(t, line.String())
	watched := 0
	for name, r := range template.Resources {
		if r.Type != "AWS::CloudWatch::Alarm" {
			continue
		}
		alarm := r.Properties
		if alarm.Namespace != metriclog.Namespace {
			continue
		}
		watched++
		if len(alarm.Dimensions) > 0 {
			t.Errorf("%s: dimensions, expected none: the sums over all sources", name)
		}
		metriclogtest.Value(t, told, alarm.MetricName, "")
	}
	if watched != 3 {
		t.Errorf("%d alarms of ours, want three", watched)
	}
}

func TestTemplate(t *testing.T) {
	lint, err := exec.LookPath("cfn-lint")
	if err != nil {
		t.Skip("no cfn-lint")
	}
	if out, err := exec.Command(lint, filepath.Join(deploy, "aws/template.yaml")).CombinedOutput(); err != nil {
		t.Errorf("cfn-lint: %v\n%s", err, out)
	}
}

func TestWorkflows(t *testing.T) {
	lint, err := exec.LookPath("actionlint")
	if err != nil {
		t.Skip("no actionlint")
	}
	files, err := filepath.Glob("../../.github/workflows/*.yml")
	if err != nil || len(files) < 2 {
		t.Fatalf("workflows: %v, %v", files, err)
	}
	if out, err := exec.Command(lint, files...).CombinedOutput(); err != nil {
		t.Errorf("actionlint: %v\n%s", err, out)
	}
}
