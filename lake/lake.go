package lake

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/iceberg-go"

	"github.com/techmapit/tmi/internal/disk"
	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/filecache"
	"github.com/techmapit/tmi/lake/objects"
)

type recordBatches = iter.Seq2[arrow.RecordBatch, error]

// discardTimeout bounds the tidying after a failed write.
const discardTimeout = 20 * time.Second

// Options say where a lake is and what it may use.
type Options struct {
	URI          string             // file:///abs or s3://bucket/prefix
	Catalog      string             // kind of catalog: sqlite (the default), postgres, rest or glue
	CatalogURI   string             // the sqlite file, by default catalog.db in a file:// lake's root; postgres://user@host/database; or https://host/path
	CatalogToken string             // bearer token of a REST catalog; empty = none
	MemoryBytes  int64              // what DuckDB may use; 0 = its own default
	HeapBytes    int64              // Go's memory limit beside it; 0 = left alone
	Threads      int                // 0 = one per processor
	CacheDir     string             // where remote files are kept for reading when DuckDB cannot reach them itself
	CacheBytes   int64              // the cache's limit
	ExtensionDir string             // where DuckDB's httpfs extension lies; empty = none
	MinFreeBytes int64              // on a file:// lake: refuse to write when the disk has less
	Encryption   objects.Encryption // on an s3:// lake: what the server is asked for with every write
	Logger       *slog.Logger
}

// Lake is an open lake. It is safe for concurrent use; one process opens it once.
type Lake struct {
	objects objects.Store
	catalog *retryCatalog
	options Options
	threads int
	logger  *slog.Logger
	cache   *filecache.Cache // nil for file://
	props   iceberg.Properties
	heap    heap

	isMigrating     bool        // tables of older versions are written
	versionsChecked atomic.Bool // every table is of the version that this program writes
}

// Open opens a lake, which an empty folder or bucket prefix becomes with the first write.
// errs.Invalid names the setting that is off. Where the catalog does not answer, or its
// disk is full, published sets can be read all the same; whatever needs the catalog then
// is errs.Unavailable.
func Open(ctx context.Context, o Options) (*Lake, error) {
	store, err := objects.OpenEncrypted(ctx, o.URI, o.Encryption)
	if err != nil {
		return nil, err
	}
	l := &Lake{objects: store, options: o, threads: o.Threads, logger: o.Logger, heap: heap{beside: o.HeapBytes, alone: o.HeapBytes + o.MemoryBytes}}
	l.heap.limit(l.heap.alone)
	if l.threads <= 0 {
		l.threads = runtime.GOMAXPROCS(0)
	}
	if l.logger == nil {
		l.logger = slog.New(slog.DiscardHandler)
	}
	address := o.CatalogURI
	root, isLocal := l.localRoot()
	switch {
	case o.Catalog == CatalogGlue:
		if address != "" {
			return nil, errs.New(errs.Invalid, "catalog_uri: is %q, expected nothing: the AWS variables say which Glue catalog it is", address)
		}
	case address != "":
	case o.Catalog == CatalogREST:
		return nil, errs.New(errs.Invalid, "catalog_uri: is empty, expected https://host/path")
	case o.Catalog == CatalogPostgres:
		return nil, errs.New(errs.Invalid, "catalog_uri: is empty, expected postgres://user@host/database")
	case isLocal:
		address = filepath.Join(root, "catalog.db")
	default:
		return nil, errs.New(errs.Invalid, "catalog_uri: is empty, and a lake at %s has no local folder to keep its catalog in; set two lines:\n  catalog: sqlite\n  catalog_uri: /path/to/catalog.db", o.URI)
	}
	if !isLocal {
		if l.cache, err = filecache.New(o.CacheDir, o.CacheBytes); err != nil {
			return nil, err
		}
	}
	l.props = ioProperties()
	l.catalog, err = openCatalog(ctx, o.Catalog, address, o.CatalogToken, store.URI(), l.props)
	if err == nil && !isLocal && o.Encryption.IsOn() {
		l.catalog.aws, err = encryptingConfig(ctx, o.Encryption)
	}
	if errs.Is(err, errs.Unavailable) { // what is published is read without it
		l.logger.Warn("the catalog cannot be opened: what is published can be read, and no more", "error", err)
		l.catalog, err = &retryCatalog{Catalog: lostCatalog{err: err}}, nil
	}
	return l, err
}

// Close releases the catalog. Sessions must be closed before.
func (l *Lake) Close() error { return l.catalog.close() }

// Objects is the store below the tables.
func (l *Lake) Objects() objects.Store { return l.objects }

// localRoot is the folder of a file:// lake.
func (l *Lake) localRoot() (string, bool) { return strings.CutPrefix(l.objects.URI(), "file://") }

// mayWrite refuses to begin a write that could not be finished, or not be read by those who
// wrote the lake.
func (l *Lake) mayWrite(ctx context.Context) error {
	if err := l.checkDisk(); err != nil {
		return err
	}
	return l.CheckVersions(ctx)
}

// checkDisk refuses to begin a write on a disk that is nearly full.
func (l *Lake) checkDisk() error {
	root, ok := l.localRoot()
	if !ok || l.options.MinFreeBytes <= 0 {
		return nil
	}
	free, err := disk.FreeBytes(root)
	if err != nil {
		return fmt.Errorf("measure the disk of %s: %w", root, err)
	}
	if free < l.options.MinFreeBytes {
		return errs.New(errs.Unavailable, "the disk of %s has %d MiB free, less than min_free_disk (%d MiB): free some space or lower the setting; nothing was written",
			root, free>>20, l.options.MinFreeBytes>>20)
	}
	return nil
}
