package lake

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"

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
// by the rows given, and amends others in place, in one commit. Keys that the table lacks
// need not be named: their rows are added, in files of their own. Files without a row that is
// replaced or amended stay as they are; of the others the rows that stay are copied as they
// lie in the files, which costs a quarter of making them anew, and is why there is this
// beside [Overwrite]. [Commit.Rows] counts the rows given and those amended. The race with
// another writer is errs.Conflict: the rows given were made for the table as it was.
func Merge[T any](ctx context.Context, l *Lake, t schemas.Table, key string, replaced map[string]bool, amended map[string]func(*T) error, rows iter.Seq2[T, error]) (Commit, error) {
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
	goes := func(id string) bool { return replaced[id] || amended[id] != nil }
	touched, err := tasksWith(ctx, head, key, goes, len(replaced)+len(amended) == 0)
	if err != nil {
		return Commit{}, fmt.Errorf("merge into %s: %w", t.Name(), translate(err))
	}
	m := merging[T]{head: head, encoder: e, columns: t.Columns(), key: key, goes: goes, amended: amended}
	records := func(yield func(arrow.RecordBatch, error) bool) {
		for record, err := range m.standing(ctx, touched) {
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
	commit.Rows += m.changed
	if err == nil {
		err = assertRows(m.kept+commit.Rows, rowsOf(files))
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

// mostFiles is how many files a partition may have before a merge makes one of them: rows
// that are added come in files of their own.
const mostFiles = 8

// tasksWith are the table's files that hold a row with one of the keys (noKeys: there are
// none), each once and whole, and all files of partitions with too many.
func tasksWith(ctx context.Context, head *table.Table, key string, isKey func(string) bool, noKeys bool) ([]table.FileScanTask, error) {
	if head.CurrentSnapshot() == nil {
		return nil, nil
	}
	scan := head.Scan(table.WithSelectedFields(key))
	defer scan.Close()
	tasks, err := scan.PlanFiles(ctx)
	if err != nil {
		return nil, err
	}
	var all []table.FileScanTask
	seen, inPartition := map[string]bool{}, map[string]int{}
	for _, task := range tasks {
		if len(task.DeleteFiles)+len(task.EqualityDeleteFiles)+len(task.DeletionVectorFiles) > 0 {
			return nil, errs.New(errs.Corrupt, "the table has delete files, written by another engine: rewrite it copy-on-write there first")
		}
		if !seen[task.File.FilePath()] { // a file may be several tasks
			seen[task.File.FilePath()] = true
			all = append(all, table.FileScanTask{File: task.File, Start: 0, Length: task.File.FileSizeBytes()})
			inPartition[partitionOf(task.File)]++
		}
	}
	var found []table.FileScanTask
	for _, task := range all {
		holds := inPartition[partitionOf(task.File)] > mostFiles
		if !holds && !noKeys {
			if holds, err = holdsAny(ctx, scan, task, key, isKey); err != nil {
				return nil, err
			}
		}
		if holds {
			found = append(found, task)
		}
	}
	return found, nil
}

func partitionOf(file iceberg.DataFile) string { return fmt.Sprint(file.Partition()) }

func holdsAny(ctx context.Context, scan *table.Scan, task table.FileScanTask, key string, isKey func(string) bool) (bool, error) {
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
			holds = isKey(column.Value(i))
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

// merging is a merge under way.
type merging[T any] struct {
	head    *table.Table
	encoder *encoder
	columns []schemas.Column
	key     string
	goes    func(key string) bool
	amended map[string]func(*T) error

	kept, changed int64 // rows that went through
}

// standing yields the rows of files that are not replaced, amended where they are to be.
func (m *merging[T]) standing(ctx context.Context, tasks []table.FileScanTask) iter.Seq2[arrow.RecordBatch, error] {
	return func(yield func(arrow.RecordBatch, error) bool) {
		if len(tasks) == 0 {
			return
		}
		scan := m.head.Scan(table.WithMaxConcurrency(1), table.WithArrowBatchSize(mergeBatchRows)) // more hold whole files in memory
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
			rest, err := m.divide(ctx, record)
			record.Release()
			if err != nil {
				yield(nil, err)
				return
			}
			if rest.NumRows() == 0 {
				rest.Release()
			} else if m.kept += rest.NumRows(); !yield(rest, nil) {
				return
			}
			if m.encoder.rows >= batchRows && !yield(m.encoder.take(), nil) {
				return
			}
		}
		if m.encoder.rows > 0 {
			yield(m.encoder.take(), nil)
		}
	}
}

// divide hands the rows of a batch that are amended to the encoder, and returns those that
// stay as they are, for the caller to release.
func (m *merging[T]) divide(ctx context.Context, record arrow.RecordBatch) (arrow.RecordBatch, error) {
	column, err := texts(record, m.key)
	if err != nil {
		return nil, err
	}
	var decode *decoder
	marks := array.NewBooleanBuilder(memory.DefaultAllocator)
	defer marks.Release()
	marks.Reserve(column.Len())
	for i := range column.Len() {
		id := column.Value(i)
		marks.UnsafeAppend(!m.goes(id))
		amend := m.amended[id]
		if amend == nil {
			continue
		}
		if decode == nil {
			if decode, err = newDecoder(record, m.columns); err != nil {
				return nil, err
			}
		}
		var row T
		decode.row(i, reflect.ValueOf(&row).Elem())
		if err := amend(&row); err != nil {
			return nil, err
		}
		m.encoder.append(reflect.ValueOf(&row).Elem())
		m.changed++
	}
	mask := marks.NewBooleanArray()
	defer mask.Release()
	rest, err := compute.FilterRecordBatch(ctx, record, mask, compute.DefaultFilterOptions())
	if err != nil {
		return nil, err
	}
	defer rest.Release()
	return array.NewRecordBatch(m.encoder.schema, rest.Columns(), rest.NumRows()), nil // the same columns, as this table's writer names them
}
