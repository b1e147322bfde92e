package lake

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/compute"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/table"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
)

// Merge replaces the rows of a table whose key, a column of texts, is one of those replaced
// by the rows given, in one commit. Files without such a row stay as they are; of the others
// the rows that stay are copied as they lie in the files, which costs a quarter of making
// them anew, and is why there is this beside [Overwrite]. [Commit.Rows] counts the rows given
// alone. The race with another writer is errs.Conflict: the rows given were made for the
// table as it was.
func Merge[T any](ctx context.Context, l *Lake, t schemas.Table, key string, replaced map[string]bool, rows iter.Seq2[T, error]) (Commit, error) {
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
	touched, err := tasksWith(ctx, head, key, replaced)
	if err != nil {
		return Commit{}, fmt.Errorf("merge into %s: %w", t.Name(), translate(err))
	}
	var kept int64
	records := func(yield func(arrow.RecordBatch, error) bool) {
		for record, err := range without(ctx, head, touched, e.schema, key, replaced) {
			if err == nil {
				kept += record.NumRows()
			}
			if !yield(record, err) || err != nil {
				return
			}
		}
		for record, err := range batches(e, rows, &commit.Rows) {
			if !yield(record, err) {
				return
			}
		}
	}
	files, err := l.writeFiles(ctx, head, e, records, &commit)
	if err == nil {
		err = assertRows(kept+commit.Rows, rowsOf(files))
	}
	if err == nil {
		commit.SnapshotID, err = exchange(ctx, head, touched, files)
	}
	if err != nil {
		if !errors.Is(err, errUnknownCommit) {
			l.discard(head, files)
		}
		return Commit{}, fmt.Errorf("merge into %s: %w", t.Name(), translate(err))
	}
	return commit, nil
}

// exchange commits files in the place of others.
func exchange(ctx context.Context, head *table.Table, old []table.FileScanTask, files []iceberg.DataFile) (int64, error) {
	if len(old)+len(files) > 0 {
		gone := make([]iceberg.DataFile, len(old))
		for i, task := range old {
			gone[i] = task.File
		}
		tx := head.NewTransaction()
		err := tx.ReplaceDataFilesWithDataFiles(ctx, gone, files, nil)
		if err == nil {
			head, err = tx.Commit(withoutReplay(ctx, Everything))
		}
		if err != nil {
			return 0, err
		}
	}
	if snapshot := head.CurrentSnapshot(); snapshot != nil {
		return snapshot.SnapshotID, nil
	}
	return 0, nil
}

func rowsOf(files []iceberg.DataFile) (n int64) {
	for _, file := range files {
		n += file.Count()
	}
	return n
}

// tasksWith are the table's files that hold a row with one of the keys, each once and whole.
func tasksWith(ctx context.Context, head *table.Table, key string, keys map[string]bool) ([]table.FileScanTask, error) {
	if head.CurrentSnapshot() == nil || len(keys) == 0 {
		return nil, nil
	}
	scan := head.Scan(table.WithSelectedFields(key))
	defer scan.Close()
	tasks, err := scan.PlanFiles(ctx)
	if err != nil {
		return nil, err
	}
	var found []table.FileScanTask
	seen := map[string]bool{}
	for _, task := range tasks {
		if len(task.DeleteFiles)+len(task.EqualityDeleteFiles)+len(task.DeletionVectorFiles) > 0 {
			return nil, errs.New(errs.Corrupt, "the table has delete files, written by another engine: rewrite it copy-on-write there first")
		}
		if seen[task.File.FilePath()] { // a file may be several tasks
			continue
		}
		seen[task.File.FilePath()] = true
		whole := table.FileScanTask{File: task.File, Start: 0, Length: task.File.FileSizeBytes()}
		holds, err := holdsAny(ctx, scan, whole, key, keys)
		if err != nil {
			return nil, err
		}
		if holds {
			found = append(found, whole)
		}
	}
	return found, nil
}

func holdsAny(ctx context.Context, scan *table.Scan, task table.FileScanTask, key string, keys map[string]bool) (bool, error) {
	_, records, err := scan.ReadTasks(ctx, []table.FileScanTask{task})
	if err != nil {
		return false, err
	}
	for record, err := range records {
		if err != nil {
			return false, err
		}
		column, err := texts(record, key)
		holds := false
		for i := 0; err == nil && i < column.Len() && !holds; i++ {
			holds = keys[column.Value(i)]
		}
		record.Release()
		if holds || err != nil {
			return holds, err
		}
	}
	return false, nil
}

func texts(record arrow.RecordBatch, name string) (*array.String, error) {
	for i, field := range record.Schema().Fields() {
		if field.Name == name {
			if column, ok := record.Column(i).(*array.String); ok {
				return column, nil
			}
		}
	}
	return nil, errs.New(errs.Contract, "column %s: expected texts", name)
}

// without yields the rows of files whose key is none of those given.
func without(ctx context.Context, head *table.Table, tasks []table.FileScanTask, schema *arrow.Schema, key string, keys map[string]bool) iter.Seq2[arrow.RecordBatch, error] {
	return func(yield func(arrow.RecordBatch, error) bool) {
		if len(tasks) == 0 {
			return
		}
		scan := head.Scan(table.WithMaxConcurrency(1)) // more hold whole files in memory
		defer scan.Close()
		_, records, err := scan.ReadTasks(ctx, tasks)
		if err != nil {
			yield(nil, err)
			return
		}
		for record, err := range records {
			if err != nil {
				yield(nil, err)
				return
			}
			rest, err := filtered(ctx, record, schema, key, keys)
			record.Release()
			if err != nil {
				yield(nil, err)
				return
			}
			if rest.NumRows() == 0 {
				rest.Release()
				continue
			}
			if !yield(rest, nil) {
				return
			}
		}
	}
}

// filtered is a batch without the rows whose key is one of those given, for the caller to release.
func filtered(ctx context.Context, record arrow.RecordBatch, schema *arrow.Schema, key string, keys map[string]bool) (arrow.RecordBatch, error) {
	column, err := texts(record, key)
	if err != nil {
		return nil, err
	}
	marks := array.NewBooleanBuilder(memory.DefaultAllocator)
	defer marks.Release()
	marks.Reserve(column.Len())
	for i := range column.Len() {
		marks.UnsafeAppend(!keys[column.Value(i)])
	}
	mask := marks.NewBooleanArray()
	defer mask.Release()
	rest, err := compute.FilterRecordBatch(ctx, record, mask, compute.DefaultFilterOptions())
	if err != nil {
		return nil, err
	}
	defer rest.Release()
	return array.NewRecordBatch(schema, rest.Columns(), rest.NumRows()), nil // the same columns, as this table's writer names them
}
