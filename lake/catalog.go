package lake

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/catalog"
	sqlcatalog "github.com/apache/iceberg-go/catalog/sql"
	icebergio "github.com/apache/iceberg-go/io"
	_ "github.com/apache/iceberg-go/io/gocloud/s3" // registers s3://
	"github.com/apache/iceberg-go/table"
	"github.com/apache/iceberg-go/utils"
	"github.com/aws/aws-sdk-go-v2/aws"
	_ "github.com/jackc/pgx/v5/stdlib" // registers the driver "pgx"
	"modernc.org/sqlite"               // registers the driver "sqlite"

	"github.com/techmapit/tmi/internal/errs"
)

// catalogName is part of every table's key: pyiceberg and Spark must use the same.
const catalogName = "lake"

// sqliteSettings let several processes share the catalog: a write-ahead log, and ten
// seconds of patience for another's lock.
const sqliteSettings = "?_pragma=journal_mode(WAL)&_pragma=busy_timeout(10000)&_pragma=synchronous(NORMAL)"

// Kinds of catalogs.
const (
	CatalogSQLite   = "sqlite"   // a file; writers on one machine
	CatalogPostgres = "postgres" // a server; writers anywhere
	CatalogREST     = "rest"     // a service that speaks Iceberg's REST protocol
	CatalogGlue     = "glue"     // AWS Glue
)

// CatalogKinds are the kinds, for messages.
const CatalogKinds = "sqlite, postgres, rest or glue"

// openCatalog opens the catalog that the options name, making its tables if need be.
func openCatalog(ctx context.Context, kind, address, token, warehouse string, properties iceberg.Properties) (*retryCatalog, error) {
	var called calledCatalog
	var err error
	switch kind {
	case CatalogREST:
		called, err = openREST(ctx, address, token, properties)
	case CatalogGlue:
		called, err = openGlue(ctx, warehouse, properties)
	default:
		return openSQL(ctx, kind, address, warehouse, properties)
	}
	if err != nil {
		return nil, err
	}
	return &retryCatalog{Catalog: called, called: called}, nil
}

// openSQL opens a catalog in a database.
func openSQL(ctx context.Context, kind, address, warehouse string, properties iceberg.Properties) (*retryCatalog, error) {
	driver, dialect, source := "sqlite", sqlcatalog.SQLite, "file:"+address+sqliteSettings
	switch kind {
	case CatalogSQLite, "":
		if err := os.MkdirAll(filepath.Dir(address), 0o755); err != nil {
			return nil, fmt.Errorf("open catalog: %w", err)
		}
	case CatalogPostgres:
		driver, dialect, source = "pgx", sqlcatalog.Postgres, address
	default:
		return nil, errs.New(errs.Invalid, "catalog: %q is no kind of catalog, expected %s", kind, CatalogKinds)
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		return nil, fmt.Errorf("open catalog: %w", err)
	}
	properties["warehouse"] = warehouse
	for attempt := 1; ; attempt++ {
		inner, err := sqlcatalog.NewCatalog(catalogName, db, dialect, properties)
		if err == nil {
			return &retryCatalog{Catalog: inner, db: db, numbered: dialect == sqlcatalog.Postgres}, nil
		}
		// Two that make a new catalog's tables at once: the second finds them made.
		if attempt == openAttempts || ctx.Err() != nil {
			return nil, errors.Join(errs.New(errs.Unavailable, "open the %s catalog: %w", cmp.Or(kind, CatalogSQLite), explainFull(err)), db.Close())
		}
		time.Sleep(time.Duration(attempt) * 50 * time.Millisecond)
	}
}

const openAttempts = 3

// noSharedMemory is SQLITE_IOERR_SHMSIZE: the file that a catalog's processes share could
// not be made larger.
const noSharedMemory = 4874

// explainFull says in words what SQLite has only a number for.
func explainFull(err error) error {
	var e *sqlite.Error
	if errors.As(err, &e) && e.Code() == noSharedMemory {
		return fmt.Errorf("the disk is full: %w", err)
	}
	return err
}

// retryCatalog makes a lost race retryable. The SQL and Glue catalogs check a commit's
// requirements before they write and answer with a plain error when a table's branch has
// moved, which the commit loop of [table.Table] takes for final; wrapped in
// [table.ErrCommitFailed], as a REST catalog's refusal is, it refreshes, replays and tries
// again, and refuses where another commit touched the same rows. Tables must be loaded
// through it.
type retryCatalog struct {
	catalog.Catalog
	db       *sql.DB       // nil = called
	numbered bool          // parameters are $1, $2 and not ?
	called   calledCatalog // nil = in a database
	aws      *aws.Config   // of the file layer; nil = its own
}

// withAWS hands the file layer its AWS config.
func (c *retryCatalog) withAWS(ctx context.Context) context.Context {
	if c.aws == nil {
		return ctx
	}
	return utils.WithAwsConfig(ctx, c.aws)
}

// fs opens a table's file layer with the catalog's AWS config.
func (c *retryCatalog) fs(t *table.Table) table.FSysF {
	return func(ctx context.Context) (icebergio.IO, error) { return t.FS(c.withAWS(ctx)) }
}

// CreateTable implements [catalog.Catalog].
func (c *retryCatalog) CreateTable(ctx context.Context, id table.Identifier, schema *iceberg.Schema, options ...catalog.CreateTableOpt) (*table.Table, error) {
	return c.Catalog.CreateTable(c.withAWS(ctx), id, schema, options...)
}

// bind writes a statement's parameters as the database takes them.
func (c *retryCatalog) bind(statement string) string {
	if !c.numbered {
		return statement
	}
	var b strings.Builder
	n := 0
	for _, r := range statement {
		if r == '?' {
			n++
			fmt.Fprintf(&b, "$%d", n)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// query and begin reach the tables below the catalog, for what its interface has no call.
func (c *retryCatalog) query(ctx context.Context, statement string, args ...any) (*sql.Rows, error) {
	if c.db == nil {
		return nil, c.Catalog.(lostCatalog).err
	}
	return c.db.QueryContext(ctx, c.bind(statement), args...)
}

func (c *retryCatalog) begin(ctx context.Context) (*sql.Tx, error) {
	if c.db == nil {
		return nil, c.Catalog.(lostCatalog).err
	}
	return c.db.BeginTx(ctx, nil)
}

// LoadTable implements [catalog.Catalog]; the table commits through the wrapper.
func (c *retryCatalog) LoadTable(ctx context.Context, id table.Identifier) (*table.Table, error) {
	t, err := c.Catalog.LoadTable(c.withAWS(ctx), id)
	if err != nil {
		return nil, err
	}
	return table.New(t.Identifier(), t.Metadata(), t.MetadataLocation(), c.fs(t), c), nil
}

// CommitTable implements [catalog.Catalog].
func (c *retryCatalog) CommitTable(ctx context.Context, id table.Identifier, requirements []table.Requirement, updates []table.Update) (table.Metadata, string, error) {
	metadata, location, err := c.Catalog.CommitTable(c.withAWS(ctx), id, requirements, updates)
	// The text is all there is to go by in iceberg-go 0.7.0; TestConcurrentCommits fails
	// when it changes.
	isLost := errors.Is(err, table.ErrCommitFailed) || err != nil && strings.HasPrefix(err.Error(), "requirement failed: branch ")
	switch {
	case err == nil:
	case isLost && ctx.Value(noReplay{}) != nil:
		err = fmt.Errorf("%w: %s", errMoved, err.Error()) // not wrapped: it would be replayed
	case isLost && !errors.Is(err, table.ErrCommitFailed):
		err = fmt.Errorf("%w: %w", table.ErrCommitFailed, err)
	case !isLost && c.called != nil:
		err = fmt.Errorf("%w: %w", errUnknownCommit, err)
	}
	return metadata, location, err
}

// errUnknownCommit says that a service may have taken a commit that it did not answer: the
// files that the commit names must stay.
var errUnknownCommit = errors.New("it is not known whether the commit was made")

// errMoved says that a table's head moved while a commit was being made that must not be
// replayed as it is.
var errMoved = errors.New("the table moved")

type noReplay struct{}

// withoutReplay keeps the library from replaying a commit on a newer head. It would only
// add the files again, and leave the rows that another writer put into the unit meanwhile;
// only where nothing is owned is adding all there is to do.
func withoutReplay(ctx context.Context, owned Filter) context.Context {
	if owned == Nothing {
		return ctx
	}
	return context.WithValue(ctx, noReplay{}, true)
}

func (c *retryCatalog) close() error {
	if service, ok := c.Catalog.(catalog.Closer); ok && c.called != nil {
		return service.Close()
	}
	if c.db == nil {
		return nil
	}
	return c.db.Close()
}

// lostCatalog stands for a catalog that could not be opened: every call says why.
type lostCatalog struct {
	catalog.Catalog
	err error
}

// LoadTable implements [catalog.Catalog].
func (c lostCatalog) LoadTable(context.Context, table.Identifier) (*table.Table, error) {
	return nil, c.err
}

// CreateTable implements [catalog.Catalog].
func (c lostCatalog) CreateTable(context.Context, table.Identifier, *iceberg.Schema, ...catalog.CreateTableOpt) (*table.Table, error) {
	return nil, c.err
}

// CreateNamespace implements [catalog.Catalog].
func (c lostCatalog) CreateNamespace(context.Context, table.Identifier, iceberg.Properties) error {
	return c.err
}

// CommitTable implements [catalog.Catalog].
func (c lostCatalog) CommitTable(context.Context, table.Identifier, []table.Requirement, []table.Update) (table.Metadata, string, error) {
	return nil, "", c.err
}
