package lake

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"net/url"
	"syscall"
	"time"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/catalog"
	"github.com/apache/iceberg-go/catalog/rest"
	"github.com/apache/iceberg-go/table"
	"github.com/aws/smithy-go"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
)

// Commit is what an overwrite left behind.
type Commit struct {
	Table      string
	SnapshotID int64 // 0 where the table was and stays empty
	Rows       int64 // rows written
	Files      int
	SizeBytes  int64
}

func identifier(t schemas.Table) table.Identifier {
	return table.Identifier{string(t.Layer), t.Entity}
}

// load returns the head of a table, nil if nothing was ever written to it.
func (l *Lake) load(ctx context.Context, t schemas.Table) (*table.Table, error) {
	head, err := l.catalog.LoadTable(ctx, identifier(t))
	switch {
	case errors.Is(err, catalog.ErrNoSuchTable), errors.Is(err, catalog.ErrNoSuchNamespace):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("load table %s: %w", t.Name(), translate(err))
	}
	return head, nil
}

// ensure returns the head of a table that has every declared column, creating the table
// or adding nullable columns as needed.
func (l *Lake) ensure(ctx context.Context, t schemas.Table) (*table.Table, error) {
	head, err := l.load(ctx, t)
	if err != nil {
		return nil, err
	}
	if head == nil {
		if head, err = l.create(ctx, t); err != nil {
			return nil, fmt.Errorf("create table %s: %w", t.Name(), translate(err))
		}
	}
	return l.widen(ctx, head, t)
}

func (l *Lake) create(ctx context.Context, t schemas.Table) (*table.Table, error) {
	namespace := table.Identifier{string(t.Layer)}
	if err := l.catalog.CreateNamespace(ctx, namespace, nil); err != nil && !errors.Is(err, catalog.ErrNamespaceAlreadyExists) {
		return nil, err
	}
	spec, err := partitionSpec(t)
	if err != nil {
		return nil, err
	}
	_, err = l.catalog.CreateTable(ctx, identifier(t), icebergSchema(t), catalog.WithPartitionSpec(&spec),
		catalog.WithProperties(tableProperties(t)), catalog.WithLocation(l.objects.URI()+"/"+string(t.Layer)+"/"+t.Entity))
	if err != nil && !errors.Is(err, catalog.ErrTableAlreadyExists) {
		return nil, err
	}
	return l.catalog.LoadTable(ctx, identifier(t)) // through the wrapper, so that commits retry
}

// widen adds declared columns that the table lacks: the one change a version survives.
func (l *Lake) widen(ctx context.Context, head *table.Table, t schemas.Table) (*table.Table, error) {
	m := difference(head, t)
	if err := m.refusal(); err != nil && !(m.IsOlder() && l.isMigrating) {
		return nil, err
	}
	if len(m.Add) == 0 {
		return head, nil
	}
	m.Comment = nil // those of columns that are there wait for `tmi migrate`
	widened, err := l.reshape(ctx, head, t, m)
	if err != nil {
		return nil, fmt.Errorf("add columns to %s: %w", t.Name(), translate(err))
	}
	return widened, nil
}

// Overwrite replaces the rows of a table that the filter owns by the rows given, in one
// commit: readers see all of it or nothing. Files that hold other rows too are rewritten
// (copy-on-write), so that every file of a snapshot is plain Parquet. Repeating it leaves
// the same rows. It is safe beside other writers, of the same unit too: the result is as if
// one had come after the other; errs.Conflict where the races do not end. An error of rows
// ends it with nothing changed.
func Overwrite[T any](ctx context.Context, l *Lake, t schemas.Table, owned Filter, rows iter.Seq2[T, error]) (Commit, error) {
	if err := l.mayWrite(ctx); err != nil {
		return Commit{}, err
	}
	head, err := l.ensure(ctx, t)
	if err != nil {
		return Commit{}, err
	}
	e, err := l.encoderFor(head, t)
	if err != nil {
		return Commit{}, err
	}
	defer e.release()

	commit := Commit{Table: t.Name()}
	files, err := l.writeFiles(ctx, head, e, batches(e, rows, &commit.Rows), &commit)
	if err == nil {
		err = assertRows(commit.Rows, rowsOf(files))
	}
	if err == nil {
		commit.SnapshotID, err = l.replace(ctx, t, head, owned, files)
	}
	if err != nil {
		if !errors.Is(err, errUnknownCommit) {
			l.discard(head, files)
		}
		return Commit{}, fmt.Errorf("write %s: %w", t.Name(), translate(err))
	}
	return commit, nil
}

// encoderFor is an encoder of the table's rows as its head has them, the caller's to release.
func (l *Lake) encoderFor(head *table.Table, t schemas.Table) (*encoder, error) {
	schema, err := table.SchemaToArrowSchema(head.Schema(), nil, true, false)
	if err != nil {
		return nil, fmt.Errorf("schema of %s: %w", t.Name(), err)
	}
	e, err := newEncoder(schema, t.Columns())
	if err != nil {
		return nil, errs.New(errs.Contract, "write %s: %w", t.Name(), err)
	}
	return e, nil
}

// writeFiles writes data files that no snapshot names yet. The caller makes sure that they
// hold what was fed: losing batches is silent in the library.
func (l *Lake) writeFiles(ctx context.Context, head *table.Table, e *encoder, records recordBatches, commit *Commit) ([]iceberg.DataFile, error) {
	var files []iceberg.DataFile
	for file, err := range table.WriteRecords(ctx, head, e.schema, records, table.WithMaxWriteWorkers(l.threads), table.WithRecordBatchBufferSize(2)) {
		if err != nil {
			return files, err
		}
		files = append(files, file)
		commit.SizeBytes += file.FileSizeBytes()
	}
	commit.Files = len(files)
	return files, nil
}

// assertRows refuses a commit whose files do not hold the rows that were fed.
func assertRows(fed, written int64) error {
	if fed != written {
		return errs.New(errs.Corrupt, "%d rows were fed and %d are in the files: nothing is committed", fed, written)
	}
	return nil
}

const (
	// commitAttempts is how often a commit is tried on a newer head before it is a conflict.
	commitAttempts = 40
	// longestWait bounds the random pause before the next attempt.
	longestWait = 500 * time.Millisecond
)

// replace commits the files in place of what the filter owns and returns the snapshot. A
// commit that lost a race begins again here on the newer head, so that what another writer
// put into the same unit meanwhile is replaced, in a unit that was empty too: the result is
// as if this write had come second.
func (l *Lake) replace(ctx context.Context, t schemas.Table, head *table.Table, owned Filter, files []iceberg.DataFile) (int64, error) {
	for attempt := 1; ; attempt++ {
		snapshot, err := l.tryReplace(ctx, head, owned, files)
		isLost := errors.Is(err, errMoved) || errors.Is(err, table.ErrCommitFailed) || errors.Is(err, table.ErrCommitDiverged)
		if !isLost || attempt == commitAttempts {
			return snapshot, err
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(rand.N(min(time.Duration(attempt)*20*time.Millisecond, longestWait))):
		}
		if head, err = l.load(ctx, t); err != nil {
			return 0, err
		}
	}
}

func (l *Lake) tryReplace(ctx context.Context, head *table.Table, owned Filter, files []iceberg.DataFile) (int64, error) {
	hadRows, err := overlaps(ctx, head, owned)
	if err != nil {
		return 0, err
	}
	tx := head.NewTransaction()
	if hadRows {
		if err := tx.Delete(ctx, owned.expression(), nil, table.WithDeleteConcurrency(l.threads)); err != nil {
			return 0, err
		}
	}
	if err := tx.AddDataFiles(ctx, files, nil); err != nil {
		return 0, err
	}
	if hadRows || len(files) > 0 {
		if head, err = tx.Commit(withoutReplay(ctx, owned)); err != nil {
			return 0, err
		}
	}
	if snapshot := head.CurrentSnapshot(); snapshot != nil {
		return snapshot.SnapshotID, nil
	}
	return 0, nil
}

// overlaps says whether a file of the head may hold rows that the filter owns.
func overlaps(ctx context.Context, head *table.Table, owned Filter) (bool, error) {
	if head.CurrentSnapshot() == nil {
		return false, nil
	}
	scan := head.Scan(table.WithRowFilter(owned.expression()))
	defer scan.Close()
	tasks, err := scan.PlanFiles(ctx)
	return len(tasks) > 0, err
}

// discard removes files that no snapshot will name. What it cannot remove is an orphan
// that maintain finds.
func (l *Lake) discard(head *table.Table, files []iceberg.DataFile) {
	ctx, cancel := context.WithTimeout(context.Background(), discardTimeout)
	defer cancel()
	fs, err := head.FS(ctx)
	if err != nil {
		return
	}
	for _, file := range files {
		if err := fs.Remove(file.FilePath()); err != nil {
			l.logger.Debug("orphaned data file", "path", file.FilePath(), "error", err)
		}
	}
}

// translate gives the libraries' errors a kind.
func translate(err error) error {
	switch {
	case errs.Of(err) != errs.Internal:
		return err
	case errors.Is(err, errMoved), errors.Is(err, table.ErrCommitFailed), errors.Is(err, table.ErrCommitDiverged):
		return errs.Wrap(errs.Conflict, err)
	case errors.Is(err, rest.ErrRESTError):
		return translateREST(err)
	case errors.As(err, new(*smithy.OperationError)), errors.As(err, new(*url.Error)):
		return errs.Wrap(errs.Unavailable, err)
	case errors.Is(err, syscall.ENOSPC):
		return errs.New(errs.Unavailable, "the disk is full: %w", err)
	}
	return err
}
