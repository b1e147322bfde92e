package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-viper/mapstructure/v2"
	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/jobs/report"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/boards"
	"github.com/techmapit/tmi/sources/yamlboard"
	"github.com/techmapit/tmi/web"
)

// Config is everything that can be set: by tmi.yaml, and over it by TMI_… variables.
type Config struct {
	Lake struct {
		URI      string `koanf:"uri"`      // file:///abs or s3://bucket/prefix
		Timezone string `koanf:"timezone"` // of calendar days
	} `koanf:"lake"`
	Catalog            string                  `koanf:"catalog"`              // sqlite, postgres, rest or glue
	CatalogURI         string                  `koanf:"catalog_uri"`          // the sqlite file, by default catalog.db in a file lake; postgres://user@host/database; or https://host/path
	CatalogToken       string                  `koanf:"catalog_token"`        // bearer token of a REST catalog; from the environment only
	S3Encryption       string                  `koanf:"s3_encryption"`        // none, AES256 or aws:kms
	S3EncryptionKey    string                  `koanf:"s3_encryption_key"`    // id, alias or ARN of the KMS key
	CacheDir           string                  `koanf:"cache_dir"`            // remote files kept for reading
	CacheBytes         Bytes                   `koanf:"cache_bytes"`          //
	DuckDBExtensionDir string                  `koanf:"duckdb_extension_dir"` // where httpfs lies
	Memory             Bytes                   `koanf:"memory"`               // DuckDB's and Go's together; default three quarters of the cgroup's
	Threads            int                     `koanf:"threads"`              // default one per processor
	MinFreeDisk        Bytes                   `koanf:"min_free_disk"`        // less ends with exit 5 before a write
	LogLevel           string                  `koanf:"log_level"`            // debug, info, warn, error
	ServeAddr          string                  `koanf:"serve_addr"`           // of `tmi serve`
	ServeRate          float64                 `koanf:"serve_rate"`           // requests a second of one client
	ServeSQLRate       float64                 `koanf:"serve_sql_rate"`       // statements a second of one token
	ServeOrigins       []string                `koanf:"serve_origins"`        // sites whose pages may ask the API
	ServeProxies       []string                `koanf:"serve_proxies"`        // proxies that say who the client is
	QueueURL           string                  `koanf:"queue_url"`            // of the SQS queue that hears of each run's end
	MetricsDir         string                  `koanf:"metrics_dir"`          // gets a file of each job's last run, for Prometheus
	MetricsLog         bool                    `koanf:"metrics_log"`          // writes each run's metrics to the log, for CloudWatch
	OTelEndpoint       string                  `koanf:"otel_endpoint"`        // of the OpenTelemetry collector that gets traces
	LogsEndpoint       string                  `koanf:"logs_endpoint"`        // of what gets the log by OTLP: a collector, Loki
	DedupURI           string                  `koanf:"dedup_uri"`            // of the Redis that collectors share
	SegmentAge         time.Duration           `koanf:"segment_age"`          // how long a WARC segment may stay open
	BoardsDir          string                  `koanf:"boards_dir"`           // YAML files of boards
	Contact            string                  `koanf:"contact"`              // who runs this collector, for the User-Agent
	SMTPURI            string                  `koanf:"smtp_uri"`             // of the server that mails reports
	ReportFrom         string                  `koanf:"report_from"`          // sender of a mailed report
	ReportTo           []string                `koanf:"report_to"`            // its recipients
	ReportLanguage     string                  `koanf:"report_language"`      // its language: ko, en
	Chromium           string                  `koanf:"chromium"`             // program that prints reports; default the one installed
	Assistant          AssistantConfig         `koanf:"assistant"`            // the language model for doubtful postings
	Retention          RetentionConfig         `koanf:"retention"`            // for how long things are kept
	GeminiAPIKey       string                  `koanf:"gemini_api_key"`       // switches the assistant on; from the environment only
	Contracts          []string                `koanf:"contracts"`            // table=mode or table.column=mode, of bronze
	Audits             []string                `koanf:"audits"`               // audit=mode
	Sources            map[string]SourceConfig `koanf:"sources"`

	boards []sources.Board // every board that can be read, Korean ones first
	path   string          // of the file it was read from, "" if none
}

// SourceConfig is one board's part.
type SourceConfig struct {
	Enabled         *bool    `koanf:"enabled"`
	BaseURL         string   `koanf:"base_url"`
	Rate            float64  `koanf:"rate"`        // requests a second
	Concurrency     int      `koanf:"concurrency"` // requests at once
	TermsAccepted   bool     `koanf:"terms_accepted"`
	TermsAcceptedBy string   `koanf:"terms_accepted_by"` // who
	TermsAcceptedAt string   `koanf:"terms_accepted_at"` // YYYY-MM-DD
	Publish         string   `koanf:"publish"`           // facts, excerpt, full
	Boards          []string `koanf:"boards"`
	Threads         []string `koanf:"threads"`
	Retention       struct { // instead of the lake's; what is not named is the lake's
		RawDays          *int `koanf:"raw_days"`
		PersonalDataDays *int `koanf:"personal_data_days"`
		ClosedTextDays   *int `koanf:"closed_text_days"`
		SightingDays     *int `koanf:"sighting_days"`
	} `koanf:"retention"`
	Key string `koanf:"key"` // of an API that asks for one; from the environment only
}

// Bytes is a size, written as a number of bytes or with a unit: 512MiB, 2GiB, 10GB.
type Bytes int64

var byteUnits = []struct {
	suffix string
	factor float64
}{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40},
	{"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"B", 1}, {"", 1},
}

// UnmarshalText implements [encoding.TextUnmarshaler].
func (b *Bytes) UnmarshalText(text []byte) error {
	s := strings.TrimSpace(string(text))
	for _, unit := range byteUnits {
		number, ok := strings.CutSuffix(s, unit.suffix)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if err != nil || !(n >= 0 && n*unit.factor < math.MaxInt64) { // not a number is neither
			break
		}
		*b = Bytes(n * unit.factor)
		return nil
	}
	return fmt.Errorf("%q is no size, expected a number of bytes or one with a unit such as 512MiB or 2GiB", s)
}

func (b Bytes) String() string {
	for _, unit := range []struct {
		suffix string
		factor Bytes
	}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}} {
		if b >= unit.factor && b%unit.factor == 0 {
			return fmt.Sprint(int64(b/unit.factor), unit.suffix)
		}
	}
	return strconv.FormatInt(int64(b), 10)
}

const (
	defaultLake       = "./data/lake"
	defaultDemoLake   = "./data/demo"
	defaultTimezone   = "Asia/Seoul"
	defaultRate       = 1.0 // requests a second
	defaultServeAddr  = "127.0.0.1:8080"
	defaultServeRate  = 600.0 // requests a second
	defaultSQLRate    = 50.0  // statements a second
	defaultCacheBytes = Bytes(10 << 30)
	defaultMinFree    = Bytes(256 << 20)
	defaultConfigFile = "tmi.yaml"
	defaultBoardsDir  = "./boards"
	envPrefix         = "TMI_"
)

// secretKeys come from the environment only, and are never printed.
var secretKeys = []string{"gemini_api_key", "catalog_token"}

// loadConfig reads defaults, then the file, then the environment; what is set later wins.
// Unknown keys of the file and of a source's variables are refused; other unknown TMI_
// variables are warned of, since schedulers keep some of their own.
func loadConfig(path string, environ []string, warn func(string)) (Config, error) {
	c := Config{Catalog: lake.CatalogSQLite, CacheBytes: defaultCacheBytes, MinFreeDisk: defaultMinFree, LogLevel: "info", ServeAddr: defaultServeAddr, ServeRate: defaultServeRate, ServeSQLRate: defaultSQLRate, BoardsDir: defaultBoardsDir,
		Sources: map[string]SourceConfig{}}
	c.Lake.Timezone = defaultTimezone
	c.Assistant = defaultAssistant()
	c.Retention = RetentionConfig(jobs.DefaultRetention)
	c.CacheDir = filepath.Join(os.TempDir(), "tmi-cache")
	if dir, err := os.UserCacheDir(); err == nil {
		c.CacheDir = filepath.Join(dir, "tmi")
	}
	k := koanf.New(".")
	named := path != ""
	if !named {
		path = defaultConfigFile
	}
	switch err := k.Load(file.Provider(path), yaml.Parser()); {
	case err == nil:
		c.path = path
	case errors.Is(err, fs.ErrNotExist) && !named:
	case errors.Is(err, fs.ErrNotExist):
		return c, errs.New(errs.Invalid, "--config %s: no such file", path)
	default:
		return c, errs.New(errs.Invalid, "config %s: %w", path, err)
	}
	if err := c.loadBoards(k, environ); err != nil {
		return c, err
	}
	for _, key := range k.Keys() {
		if err := c.checkKey(key); err != nil {
			return c, errs.New(errs.Invalid, "config %s: %w", path, err)
		}
	}
	if err := c.loadEnvironment(k, environ, warn); err != nil {
		return c, err
	}
	err := k.UnmarshalWithConf("", &c, koanf.UnmarshalConf{DecoderConfig: &mapstructure.DecoderConfig{
		Result: &c, TagName: "koanf", WeaklyTypedInput: true, ErrorUnused: true,
		DecodeHook: mapstructure.ComposeDecodeHookFunc(mapstructure.TextUnmarshallerHookFunc(), numberToBytes, dayToText, mapstructure.StringToTimeDurationHookFunc(), mapstructure.StringToSliceHookFunc(",")),
	}})
	if err != nil {
		return c, errs.New(errs.Invalid, "config: %w", err)
	}
	return c, c.validate()
}

// loadBoards gathers the boards of the program and those of YAML files, before anything
// else of the config is looked at: its keys name them.
func (c *Config) loadBoards(k *koanf.Koanf, environ []string) error {
	c.boards = boards.All()
	dir, isNamed := defaultBoardsDir, k.Exists("boards_dir")
	if isNamed {
		dir = k.String("boards_dir")
	}
	for _, variable := range environ {
		if value, ok := strings.CutPrefix(variable, envPrefix+"BOARDS_DIR="); ok {
			dir, isNamed = value, true
		}
	}
	own, err := yamlboard.Load(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !isNamed:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return errs.New(errs.Invalid, "config: boards_dir is %q, expected a folder of YAML boards", dir)
	case err != nil:
		return err
	}
	for _, board := range own {
		if _, err := c.board(board.Name); err == nil {
			return errs.New(errs.Invalid, "%s: the board %q exists already, expected a name of its own", dir, board.Name)
		}
		c.boards = append(c.boards, board)
	}
	return nil
}

// numberToBytes lets sizes be plain YAML numbers.
func numberToBytes(from, to reflect.Type, value any) (any, error) {
	if to != reflect.TypeFor[Bytes]() || from.Kind() == reflect.String {
		return value, nil
	}
	var b Bytes
	err := b.UnmarshalText([]byte(fmt.Sprint(value)))
	return b, err
}

// dayToText lets days stand without quotation marks, which YAML reads as times.
func dayToText(_, to reflect.Type, value any) (any, error) {
	if day, ok := value.(time.Time); ok && to.Kind() == reflect.String {
		return day.Format(time.DateOnly), nil
	}
	return value, nil
}

// keys are the known keys; a source's stand without the sources.<name> before them.
func keys(t reflect.Type, prefix string) []string {
	var all []string
	for _, field := range reflect.VisibleFields(t) {
		tag := field.Tag.Get("koanf")
		switch {
		case tag == "" || tag == "sources":
		case field.Type.Kind() == reflect.Struct:
			all = append(all, keys(field.Type, prefix+tag+".")...)
		default:
			all = append(all, prefix+tag)
		}
	}
	return all
}

var (
	configKeys = keys(reflect.TypeFor[Config](), "")
	sourceKeys = keys(reflect.TypeFor[SourceConfig](), "")
)

func (c *Config) checkKey(key string) error {
	if rest, ok := strings.CutPrefix(key, "sources."); ok {
		name, sub, _ := strings.Cut(rest, ".")
		if _, err := c.board(name); err != nil {
			return fmt.Errorf("sources.%s: unknown source, expected one of %s", name, strings.Join(c.boardNames(), ", "))
		}
		if sub == "key" {
			return fmt.Errorf("%s: a secret comes from the environment only, expected %sSOURCES_%s_KEY", key, envPrefix, strings.ToUpper(name))
		}
		if !slices.Contains(sourceKeys, sub) {
			return fmt.Errorf("unknown key %s, expected sources.%s.… one of %s", key, name, strings.Join(sourceKeys, ", "))
		}
		return nil
	}
	if slices.Contains(secretKeys, key) {
		return fmt.Errorf("%s: a secret comes from the environment only, expected %s%s", key, envPrefix, strings.ToUpper(key))
	}
	if !slices.Contains(configKeys, key) {
		return fmt.Errorf("unknown key %s, expected one of %s, sources.…", key, strings.Join(configKeys, ", "))
	}
	return nil
}

// loadEnvironment maps TMI_LAKE_URI to lake.uri and TMI_SOURCES_HN_BASE_URL to
// sources.hn.base_url.
func (c *Config) loadEnvironment(k *koanf.Koanf, environ []string, warn func(string)) error {
	known := map[string]string{}
	for _, key := range configKeys {
		known[envPrefix+strings.ToUpper(strings.ReplaceAll(key, ".", "_"))] = key
	}
	var unknown []string
	for _, board := range c.boards {
		for _, key := range sourceKeys {
			known[envPrefix+"SOURCES_"+strings.ToUpper(board.Name+"_"+strings.ReplaceAll(key, ".", "_"))] = "sources." + board.Name + "." + key
		}
	}
	provider := env.Provider(".", env.Opt{
		Prefix:      envPrefix,
		EnvironFunc: func() []string { return environ },
		TransformFunc: func(name, value string) (string, any) {
			key, ok := known[name]
			switch {
			case ok:
				return key, value
			case strings.HasPrefix(name, envPrefix+"SOURCES_"):
				unknown = append(unknown, name)
			case !strings.HasPrefix(name, envPrefix+"TEST_"):
				warn(name)
			}
			return "", nil
		},
	})
	if err := k.Load(provider, nil); err != nil {
		return errs.New(errs.Invalid, "environment: %w", err)
	}
	if len(unknown) > 0 {
		return errs.New(errs.Invalid, "%s: unknown variable, expected TMI_SOURCES_<%s>_<%s>", unknown[0],
			strings.ToUpper(strings.Join(c.boardNames(), "|")), strings.ToUpper(strings.Join(sourceKeys, "|")))
	}
	return nil
}

// secrets are the values that no log may hold.
func (c *Config) secrets() []string {
	all := []string{c.GeminiAPIKey, c.CatalogToken}
	for _, s := range c.Sources {
		all = append(all, s.Key)
	}
	for _, address := range []string{c.CatalogURI, c.DedupURI, c.Lake.URI} {
		if u, err := url.Parse(address); err == nil && u.User != nil {
			password, _ := u.User.Password()
			all = append(all, password)
		}
	}
	return all
}

// encryption is what an S3 server is asked for with every write.
func (c *Config) encryption() objects.Encryption {
	return objects.Encryption{Kind: c.S3Encryption, KeyID: c.S3EncryptionKey}
}

func (c *Config) validate() error {
	invalid := func(key, value, expected string) error {
		return errs.New(errs.Invalid, "config: %s is %q, expected %s", key, value, expected)
	}
	if _, err := time.LoadLocation(c.Lake.Timezone); err != nil {
		return invalid("lake.timezone", c.Lake.Timezone, "a name of the IANA time zone database such as Asia/Seoul")
	}
	switch hasAddress := c.CatalogURI != ""; {
	case !slices.Contains([]string{lake.CatalogSQLite, lake.CatalogPostgres, lake.CatalogREST, lake.CatalogGlue}, c.Catalog):
		return invalid("catalog", c.Catalog, lake.CatalogKinds)
	case c.Catalog == lake.CatalogPostgres && !hasAddress:
		return invalid("catalog_uri", "", "postgres://user@host/database, since catalog is postgres")
	case c.Catalog == lake.CatalogREST && !strings.HasPrefix(c.CatalogURI, "http://") && !strings.HasPrefix(c.CatalogURI, "https://"):
		return invalid("catalog_uri", c.CatalogURI, "https://host/path, since catalog is rest")
	case c.Catalog == lake.CatalogGlue && hasAddress:
		return invalid("catalog_uri", c.CatalogURI, "nothing, since catalog is glue: the AWS variables say which account and region")
	}
	if c.Threads < 0 {
		return invalid("threads", strconv.Itoa(c.Threads), "0 (one per processor) or more")
	}
	if c.SegmentAge < 0 {
		return invalid("segment_age", c.SegmentAge.String(), "a duration such as 5m")
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return invalid("log_level", c.LogLevel, "debug, info, warn or error")
	}
	if _, err := c.serving(); err != nil {
		return err
	}
	if _, err := report.ReadMail(c.SMTPURI, c.ReportFrom, c.ReportTo, c.ReportLanguage); err != nil {
		return err
	}
	if c.ReportLanguage != "" && !slices.Contains(web.Languages, c.ReportLanguage) {
		return invalid("report_language", c.ReportLanguage, strings.Join(web.Languages, " or "))
	}
	if c.Assistant.Model == "" {
		return invalid("assistant.model", "", "the name of a model")
	}
	if !strings.HasPrefix(c.Assistant.BaseURL, "http://") && !strings.HasPrefix(c.Assistant.BaseURL, "https://") {
		return invalid("assistant.base_url", c.Assistant.BaseURL, "an http or https address")
	}
	for key, amount := range map[string]float64{"max_tokens": float64(c.Assistant.MaxTokens), "max_dollars": c.Assistant.MaxDollars,
		"input_price": c.Assistant.InputPrice, "output_price": c.Assistant.OutputPrice} {
		if !(amount >= 0) {
			return invalid("assistant."+key, fmt.Sprint(amount), "0 or more")
		}
	}
	if !(c.Assistant.Rate > 0) {
		return invalid("assistant.rate", fmt.Sprint(c.Assistant.Rate), "requests a second, more than 0")
	}
	if err := jobs.Retention(c.Retention).Validate("retention."); err != nil {
		return err
	}
	for name, s := range c.Sources {
		key := "sources." + name + "."
		if err := c.retention().Of(name).Validate(key + "retention."); err != nil {
			return err
		}
		if s.Rate < 0 {
			return invalid(key+"rate", fmt.Sprint(s.Rate), "requests a second, more than 0")
		}
		if s.Concurrency < 0 {
			return invalid(key+"concurrency", fmt.Sprint(s.Concurrency), "requests at once, more than 0")
		}
		if s.BaseURL != "" && !strings.HasPrefix(s.BaseURL, "http://") && !strings.HasPrefix(s.BaseURL, "https://") {
			return invalid(key+"base_url", s.BaseURL, "an http or https address")
		}
		if _, err := time.Parse(time.DateOnly, s.TermsAcceptedAt); err != nil && s.TermsAcceptedAt != "" {
			return invalid(key+"terms_accepted_at", s.TermsAcceptedAt, "the day on which the terms were accepted, such as 2026-06-05")
		}
		if s.Publish != "" && !slices.Contains([]string{"facts", "excerpt", "full"}, s.Publish) {
			return invalid(key+"publish", s.Publish, "facts, excerpt or full")
		}
	}
	return nil
}

// What a crash may cost where the config says nothing: files on a disk cost nothing, while
// every object in a bucket is paid for.
const (
	localSegmentAge  = time.Minute
	remoteSegmentAge = 30 * time.Minute
)

func (c *Config) segmentAge(lakeURI string) time.Duration {
	switch {
	case c.SegmentAge > 0:
		return c.SegmentAge
	case strings.HasPrefix(lakeURI, "file:"):
		return localSegmentAge
	}
	return remoteSegmentAge
}

// catalogInLake says whether the catalog of a lake in a folder is a file in it.
func (c *Config) catalogInLake() bool { return c.CatalogURI == "" && c.Catalog == lake.CatalogSQLite }

// lakeURI is the configured lake, or the fallback as an absolute file address.
func (c *Config) lakeURI(fallback string) (string, error) {
	if c.Lake.URI != "" {
		return c.Lake.URI, nil
	}
	path, err := filepath.Abs(fallback)
	if err != nil {
		return "", fmt.Errorf("find the lake's folder: %w", err)
	}
	return "file://" + path, nil
}

// contracts reads the modes of contracts and audits.
func (c *Config) contracts() (jobs.Contracts, map[string]jobs.AuditMode, error) {
	pairs, err := jobs.ParsePairs("contracts", c.Contracts)
	if err != nil {
		return nil, nil, err
	}
	contracts := jobs.Contracts{}
	for name, mode := range pairs {
		contracts[name] = jobs.ContractMode(mode)
	}
	if pairs, err = jobs.ParsePairs("audits", c.Audits); err != nil {
		return nil, nil, err
	}
	audits := map[string]jobs.AuditMode{}
	for name, mode := range pairs {
		if !slices.Contains(jobs.AuditModes, jobs.AuditMode(mode)) {
			return nil, nil, errs.New(errs.Invalid, "audits: %s is %q, expected block, warn or off", name, mode)
		}
		audits[name] = jobs.AuditMode(mode)
	}
	return contracts, audits, contracts.Check()
}
