package lake

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/apache/iceberg-go"
	icebergio "github.com/apache/iceberg-go/io"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
)

const defaultRegion = "us-east-1"

func firstEnv(names ...string) string {
	for _, name := range names {
		if value := os.Getenv(name); value != "" {
			return value
		}
	}
	return ""
}

func s3Endpoint() string { return firstEnv("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL") }

func s3Region() string {
	if region := firstEnv("AWS_REGION", "AWS_DEFAULT_REGION"); region != "" {
		return region
	}
	return defaultRegion
}

// ioProperties tell Iceberg's file layer what the AWS variables say; credentials come by
// the SDK's default chain.
func ioProperties() iceberg.Properties {
	p := iceberg.Properties{icebergio.S3Region: s3Region()}
	if endpoint := s3Endpoint(); endpoint != "" {
		p[icebergio.S3EndpointURL] = endpoint
	}
	return p
}

// encryptingConfig is the AWS config whose clients ask for encryption: Iceberg's file layer
// has no setting for it, and takes a config.
func encryptingConfig(ctx context.Context, encryption objects.Encryption) (*aws.Config, error) {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, errs.New(errs.Invalid, "read the AWS settings: %w", err)
	}
	encryption.Configure(&cfg)
	return &cfg, nil
}

// FindHTTPFS looks for DuckDB's httpfs below an extension folder, whatever its layout;
// empty if it is not there.
func FindHTTPFS(dir string) string {
	found := ""
	if dir == "" {
		return found
	}
	_ = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && entry.Name() == "httpfs.duckdb_extension" {
			found = path
			return fs.SkipAll
		}
		return nil
	})
	return found
}

// loadHTTPFS lets DuckDB read s3:// itself. Without the extension, or when it does not
// load, files are read through the local cache.
func loadHTTPFS(ctx context.Context, db *sql.DB, dir string) (bool, error) {
	path := FindHTTPFS(dir)
	if path == "" {
		return false, nil
	}
	if _, err := db.ExecContext(ctx, "load "+quote(path)); err != nil {
		return false, errs.New(errs.Unavailable, "load DuckDB extension %s: %w", path, err)
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return false, fmt.Errorf("read AWS settings: %w", err)
	}
	credentials, err := cfg.Credentials.Retrieve(ctx)
	if err != nil {
		return false, errs.New(errs.Unavailable, "read AWS credentials: %w", err)
	}
	secret := fmt.Sprintf("create secret lake (type s3, provider config, key_id %s, secret %s, session_token %s, region %s",
		quote(credentials.AccessKeyID), quote(credentials.SecretAccessKey), quote(credentials.SessionToken), quote(s3Region()))
	if endpoint := s3Endpoint(); endpoint != "" {
		u, err := url.Parse(endpoint)
		if err != nil {
			return false, errs.New(errs.Invalid, "AWS_ENDPOINT_URL_S3: %w", err)
		}
		secret += fmt.Sprintf(", endpoint %s, url_style 'path', use_ssl %t", quote(u.Host), u.Scheme == "https")
	}
	if _, err := db.ExecContext(ctx, secret+")"); err != nil {
		return false, fmt.Errorf("hand AWS credentials to DuckDB: %w", err)
	}
	return true, nil
}

// quote makes a SQL string literal.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
