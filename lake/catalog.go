package lake

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/catalog"
	sqlcatalog "github.com/apache/iceberg-go/catalog/sql"
	_ "github.com/apache/iceberg-go/io/gocloud/s3" // registers s3://
	"github.com/apache/iceberg-go/table"
	_ "modernc.org/sqlite" // registers the driver "sqlite"

	"github.com/techmapit/tmi/internal/errs"
)

// catalogName is part of every table's key: pyiceberg and Spark must use the same.
const catalogName = "lake"

// sqliteSettings let several processes share the catalog: a write-ahead log, and ten
// seconds of patience for another's lock.
const sqliteSettings = "?_pragma=journal_mode(WAL)&_pragma=busy_timeout(10000)&_pragma=synchronous(NORMAL)"

// openSQLite opens the embedded catalog in a local file, creating the file if need be.
func openSQLite(path, warehouse string, properties iceberg.Properties) (*retryCatalog, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("open catalog: %w", err)
	}
	db, err := sql.Open("sqlite", "file:"+path+sqliteSettings)
	if err != nil {
		return nil, fmt.Errorf("open catalog %s: %w", path, err)
	}
	properties["warehouse"] = warehouse
	inner, err := sqlcatalog.NewCatalog(catalogName, db, sqlcatalog.SQLite, properties)
	if err != nil {
		return nil, errors.Join(errs.New(errs.Unavailable, "open catalog %s: %w", path, err), db.Close())
	}
	return &retryCatalog{Catalog: inner, db: db}, nil
}

// retryCatalog makes a lost race retryable. The SQL catalog checks a commit's requirements
// before it writes and answers with a plain error when a table's branch has moved, which
// the commit loop of [table.Table] takes for final; wrapped in [table.ErrCommitFailed] it
// refreshes, replays and tries again, and refuses where another commit touched the same
// rows. Tables must be loaded through it.
type retryCatalog struct {
	catalog.Catalog
	db *sql.DB
}

// LoadTable implements [catalog.Catalog]; the table commits through the wrapper.
func (c *retryCatalog) LoadTable(ctx context.Context, id table.Identifier) (*table.Table, error) {
	t, err := c.Catalog.LoadTable(ctx, id)
	if err != nil {
		return nil, err
	}
	return table.New(t.Identifier(), t.Metadata(), t.MetadataLocation(), t.FS, c), nil
}

// CommitTable implements [catalog.Catalog].
func (c *retryCatalog) CommitTable(ctx context.Context, id table.Identifier, requirements []table.Requirement, updates []table.Update) (table.Metadata, string, error) {
	metadata, location, err := c.Catalog.CommitTable(ctx, id, requirements, updates)
	// The text is all there is to go by in iceberg-go 0.7.0; TestConcurrentCommits fails
	// when it changes.
	if err != nil && !errors.Is(err, table.ErrCommitFailed) && strings.HasPrefix(err.Error(), "requirement failed: branch ") {
		err = fmt.Errorf("%w: %w", table.ErrCommitFailed, err)
	}
	return metadata, location, err
}

func (c *retryCatalog) close() error { return c.db.Close() }
