package main

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"
)

func (a *app) configCommand() *cobra.Command {
	c := &cobra.Command{Use: "config", Short: "The settings in force"}
	c.AddCommand(&cobra.Command{
		Use:   "print",
		Short: "Print the settings in force, as tmi.yaml would hold them",
		Long:  "Settings come from defaults, then tmi.yaml (or --config), then TMI_… variables; the last wins.\nSecrets come from the environment only and are masked.\n\n" + exitCodes,
		RunE: func(*cobra.Command, []string) error {
			settings := a.settingsInForce()
			if a.output == "json" {
				return a.printJSON(settings)
			}
			text, err := yaml.Marshal(settings)
			if err != nil {
				return fmt.Errorf("print config: %w", err)
			}
			_, err = a.stdout.Write(text)
			return err
		},
	})
	return c
}

func (a *app) settingsInForce() map[string]any {
	c := a.config
	uri, err := c.lakeURI(defaultLake)
	if err != nil {
		uri = c.Lake.URI
	}
	perSource := map[string]any{}
	for _, row := range a.sourceRows() {
		perSource[row.Name] = map[string]any{"enabled": row.Enabled, "base_url": masked(row.BaseURL), "rate": row.Rate, "concurrency": row.Concurrency,
			"terms_accepted": c.Sources[row.Name].TermsAccepted, "terms_accepted_by": c.Sources[row.Name].TermsAcceptedBy,
			"terms_accepted_at": c.Sources[row.Name].TermsAcceptedAt, "publish": row.Publish, "boards": row.Boards, "threads": row.Threads}
		if c.Sources[row.Name].Key != "" {
			perSource[row.Name].(map[string]any)["key"] = maskedKey
		}
	}
	assistant := map[string]any{"model": c.Assistant.Model, "base_url": masked(c.Assistant.BaseURL), "max_tokens": c.Assistant.MaxTokens, "max_dollars": c.Assistant.MaxDollars,
		"input_price": c.Assistant.InputPrice, "output_price": c.Assistant.OutputPrice, "rate": c.Assistant.Rate}
	settings := map[string]any{
		"lake": map[string]any{"uri": masked(uri), "timezone": c.Lake.Timezone}, "queue_url": c.QueueURL, "metrics_dir": c.MetricsDir, "dedup_uri": masked(c.DedupURI), "segment_age": c.segmentAge(uri).String(), "catalog": c.Catalog, "catalog_uri": masked(c.CatalogURI),
		"s3_encryption": c.S3Encryption, "s3_encryption_key": c.S3EncryptionKey,
		"cache_dir": c.CacheDir, "cache_bytes": c.CacheBytes.String(), "duckdb_extension_dir": c.DuckDBExtensionDir,
		"memory": c.Memory.String(), "threads": c.Threads, "min_free_disk": c.MinFreeDisk.String(), "log_level": c.LogLevel,
		"serve_addr": c.ServeAddr, "serve_rate": c.ServeRate, "serve_sql_rate": c.ServeSQLRate, "serve_origins": c.ServeOrigins, "serve_proxies": c.ServeProxies,
		"metrics_log": c.MetricsLog, "otel_endpoint": masked(c.OTelEndpoint), "logs_endpoint": masked(c.LogsEndpoint), "contracts": c.Contracts, "audits": c.Audits,
		"contact": c.Contact, "boards_dir": c.BoardsDir, "smtp_uri": masked(c.SMTPURI), "report_from": c.ReportFrom, "report_to": c.ReportTo, "report_language": c.reportLanguage(), "chromium": c.Chromium, "sources": perSource, "retention": c.retention(), "assistant": assistant,
	}
	for i, secret := range []string{c.GeminiAPIKey, c.CatalogToken} {
		if secret != "" {
			settings[secretKeys[i]] = maskedKey
		}
	}
	return settings
}

// maskedKey stands for a key that is set.
const maskedKey = "xxxxx"

// masked is an address without the password that may stand in it.
func masked(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.User == nil && u.RawQuery == "" {
		return address
	}
	query := u.Query()
	for key := range query {
		for _, word := range []string{"password", "secret", "token", "key"} {
			if strings.Contains(strings.ToLower(key), word) {
				query.Set(key, "xxxxx")
			}
		}
	}
	u.RawQuery = query.Encode()
	return u.Redacted()
}
