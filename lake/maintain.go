package lake

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"time"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/table"
	"github.com/apache/iceberg-go/table/compaction"
	"golang.org/x/sync/errgroup"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
)

// MaintainOptions say what upkeep may touch.
type MaintainOptions struct {
	// Settled is the age from which on a file's rows are left alone by jobs, so that it pays
	// to merge it with others.
	Settled time.Duration
	// Unused is the age from which on a snapshot that no kept set names, and a file that no
	// snapshot names, may go: readers and writers that began before are done by then.
	Unused time.Duration
	Now    time.Time
	Apply  bool // false: say what would be done

	mark forgetMark // what must go whatever its age
}

// Maintained is what upkeep did to a table, or would do.
type Maintained struct {
	Table            string `json:"table"`
	FilesMerged      int    `json:"files_merged"`
	FilesWritten     int    `json:"files_written"`
	SnapshotsRemoved int    `json:"snapshots_removed"`
	FilesRemoved     int    `json:"files_removed"`
	BytesFreed       int64  `json:"bytes_freed"`
}

// isKept says that a published set, the nth of the newest, stays readable.
func (o MaintainOptions) isKept(n int, set Set) bool {
	return set.Seq >= o.mark.BeforeSeq && (n < publishedKept || set.PublishedAt.After(o.Now.Add(-o.Unused)))
}

// isOld says that a snapshot which no kept set names may go.
func (o MaintainOptions) isOld(committedAt time.Time) bool {
	return committedAt.Before(o.Now.Add(-o.Unused)) || committedAt.Before(o.mark.At)
}

// publishedKept is how many of the newest published sets stay readable whatever their age.
const publishedKept = 3

// minFilesToMerge is from how many small files of a partition on merging them pays.
const minFilesToMerge = 5

// mergeBatchRows is how many rows of a file are decoded at once: a text of 2 KB a row, and
// each group has some five batches in memory.
const mergeBatchRows = 4096

// Maintain merges a table's small files, forgets snapshots that no kept set names, and
// removes files that no snapshot names. Rows stay as they are. It is safe beside readers
// and writers: what they may still need is younger than [MaintainOptions.Unused], and a
// merge that loses a race over its files changes nothing (errs.Conflict).
func (l *Lake) Maintain(ctx context.Context, t schemas.Table, o MaintainOptions) (Maintained, error) {
	done := Maintained{Table: t.Name()}
	head, err := l.load(ctx, t)
	if err != nil || head == nil {
		return done, err
	}
	if o.mark, err = l.readForgetMark(ctx); err != nil {
		return done, err
	}
	for _, step := range []func(context.Context, schemas.Table, MaintainOptions, *Maintained) error{l.merge, l.forget, l.sweep} {
		if err := step(ctx, t, o, &done); err != nil {
			return done, fmt.Errorf("maintain %s: %w", t.Name(), translate(err))
		}
	}
	return done, nil
}

// merge rewrites the small files of each partition into few.
func (l *Lake) merge(ctx context.Context, t schemas.Table, o MaintainOptions, done *Maintained) error {
	head, err := l.load(ctx, t)
	if err != nil || head.CurrentSnapshot() == nil {
		return err
	}
	owned := Everything
	if t.TimeColumn != "" {
		owned = settled(t, o.Now.Add(-o.Settled))
	}
	scan := head.Scan(table.WithRowFilter(owned.expression()))
	defer scan.Close()
	tasks, err := scan.PlanFiles(ctx)
	if err != nil {
		return err
	}
	config := compaction.DefaultConfig()
	config.MinInputFiles = minFilesToMerge
	plan, err := config.PlanCompaction(tasks)
	if err != nil || len(plan.Groups) == 0 {
		return err
	}
	groups := make([]table.CompactionTaskGroup, len(plan.Groups))
	for i, g := range plan.Groups {
		groups[i] = table.CompactionTaskGroup{PartitionKey: g.PartitionKey, Tasks: wholeFiles(g.Tasks), TotalSizeBytes: g.TotalSizeBytes}
		done.FilesMerged += len(g.Tasks)
	}
	done.FilesWritten = plan.EstOutputFiles
	if !o.Apply {
		return nil
	}
	merged, rewritten, err := rewrite(ctx, head, groups)
	if err != nil || len(rewritten) == 0 {
		return err
	}
	before, after := pinOf("", head.CurrentSnapshot()), pinOf("", merged.CurrentSnapshot())
	if err := assertRows(before.Rows, after.Rows); err != nil {
		return err // the commit stands and loses nothing older: a rollback is the operator's
	}
	done.FilesMerged, done.FilesWritten = 0, 0
	for _, g := range rewritten {
		done.FilesMerged += len(g.OldDataFiles)
		done.FilesWritten += len(g.NewDataFiles)
	}
	return nil
}

// rewrite merges the files of each group, a group a processor, and commits all in one
// snapshot. The library's own RewriteDataFiles takes one group after another, and one group
// keeps little more than one processor busy.
func rewrite(ctx context.Context, head *table.Table, groups []table.CompactionTaskGroup) (*table.Table, []table.CompactionGroupResult, error) {
	rewritten := make([]table.CompactionGroupResult, len(groups))
	workers, working := errgroup.WithContext(ctx)
	workers.SetLimit(runtime.GOMAXPROCS(0))
	for i, g := range groups {
		workers.Go(func() (err error) {
			rewritten[i], err = table.ExecuteCompactionGroup(working, head, g, table.WithCompactionScanConcurrency(1),
				table.WithCompactionArrowBatchSize(mergeBatchRows), table.WithCompactionRecordBatchBufferSize(2))
			return err
		})
	}
	if err := workers.Wait(); err != nil {
		return nil, nil, err // files written so far are orphans, which the sweep removes
	}
	txn, err := head.NewTransactionOnBranchWithError(table.MainBranch)
	if err != nil {
		return nil, nil, err
	}
	commit := txn.NewRewrite(nil)
	for _, g := range rewritten {
		commit.ApplyResult(g)
	}
	if err := commit.Commit(ctx); err != nil {
		return nil, nil, err
	}
	after, err := txn.Commit(ctx)
	return after, rewritten, err
}

// settled owns files that may hold rows before an instant.
func settled(t schemas.Table, before time.Time) Filter {
	for _, c := range t.Columns() {
		if c.Name == t.TimeColumn && c.Type == schemas.TypeDate {
			return Filter{iceberg.LessThan(iceberg.Reference(c.Name), days(before))}
		}
	}
	return Filter{iceberg.LessThan(iceberg.Reference(t.TimeColumn), iceberg.Timestamp(before.UnixMicro()))}
}

// wholeFiles drops the filter that chose the files: all their rows are to be kept.
func wholeFiles(tasks []table.FileScanTask) []table.FileScanTask {
	whole := slices.Clone(tasks)
	for i := range whole {
		whole[i].Residual = nil
	}
	return whole
}

// forget removes old snapshots that no kept set names from the table's metadata.
func (l *Lake) forget(ctx context.Context, t schemas.Table, o MaintainOptions, done *Maintained) error {
	kept, err := l.keptSnapshots(ctx, t, o)
	if err != nil {
		return err
	}
	head, err := l.load(ctx, t)
	if err != nil {
		return err
	}
	var old []int64
	for _, s := range head.Metadata().Snapshots() {
		isCurrent := head.CurrentSnapshot() != nil && s.SnapshotID == head.CurrentSnapshot().SnapshotID
		if !isCurrent && !kept[s.SnapshotID] && o.isOld(time.UnixMilli(s.TimestampMs)) {
			old = append(old, s.SnapshotID)
		}
	}
	done.SnapshotsRemoved = len(old)
	if len(old) == 0 || !o.Apply {
		return nil
	}
	// Files of snapshots that hold what was removed on purpose go at once, others when they
	// are old enough for nobody to read them.
	isMarked := o.mark.BeforeSeq > 0
	update := table.NewRemoveSnapshotsUpdate(old, isMarked)
	if _, _, err = l.catalog.CommitTable(ctx, identifier(t), []table.Requirement{table.AssertTableUUID(head.Metadata().TableUUID())}, []table.Update{update}); err != nil || !isMarked {
		return err
	}
	after, err := l.load(ctx, t)
	if err != nil {
		return err
	}
	return unlessGone(update.PostCommit(ctx, head, after))
}

// unlessGone drops errors about files that are not there: manifests also name files that
// an earlier upkeep removed. Of the others it keeps all.
func unlessGone(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var kept []error
		for _, one := range joined.Unwrap() {
			kept = append(kept, unlessGone(one))
		}
		return errors.Join(kept...)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// keptSnapshots are those that the newest published sets, and any young one, name.
func (l *Lake) keptSnapshots(ctx context.Context, t schemas.Table, o MaintainOptions) (map[int64]bool, error) {
	sets, err := l.PublishedSets(ctx)
	if err != nil {
		return nil, err
	}
	kept := map[int64]bool{}
	for i, set := range sets {
		if o.isKept(i, set) {
			kept[set.Tables[t.Name()].SnapshotID] = true
		}
	}
	return kept, nil
}

// sweep removes files of the table's folder that no snapshot names. A kept set names a
// metadata file too, which the table itself remembers for some commits only.
func (l *Lake) sweep(ctx context.Context, t schemas.Table, o MaintainOptions, done *Maintained) error {
	head, err := l.load(ctx, t)
	if err != nil {
		return err
	}
	sets, err := l.PublishedSets(ctx)
	if err != nil {
		return err
	}
	kept := map[string]bool{}
	for i, set := range sets {
		if o.isKept(i, set) {
			kept[path.Base(set.Tables[t.Name()].Metadata)] = true // its name holds a random part
		}
	}
	files, err := head.FS(ctx)
	if err != nil {
		return err
	}
	remove := func(name string) error {
		if kept[path.Base(name)] {
			return nil
		}
		return files.Remove(name)
	}
	result, err := head.DeleteOrphanFiles(ctx, table.WithFilesOlderThan(o.Unused), table.WithDryRun(!o.Apply), table.WithDeleteFunc(remove))
	if errors.Is(err, fs.ErrNotExist) { // nothing was ever written below the table's folder
		return nil
	}
	for _, name := range result.OrphanFileLocations {
		if !kept[path.Base(name)] {
			done.FilesRemoved++
		}
	}
	done.BytesFreed = result.TotalSizeBytes
	return err
}

// ForgetSets removes published sets that are neither among the newest nor young, once their
// snapshots may go; it returns how many.
func (l *Lake) ForgetSets(ctx context.Context, o MaintainOptions) (int, error) {
	sets, err := l.PublishedSets(ctx)
	if err != nil {
		return 0, err
	}
	if o.mark, err = l.readForgetMark(ctx); err != nil {
		return 0, err
	}
	n := 0
	for i, set := range sets {
		if o.isKept(i, set) {
			continue
		}
		n++
		if o.Apply {
			if err := l.objects.Delete(ctx, publishedKey(set.Seq)); err != nil {
				return n, fmt.Errorf("forget published set %d: %w", set.Seq, err)
			}
		}
	}
	return n, nil
}

// PublishedSets are all published sets, newest first.
func (l *Lake) PublishedSets(ctx context.Context) ([]Set, error) {
	var sets []Set
	for info, err := range l.objects.List(ctx, publishedPrefix) {
		if err != nil {
			return nil, fmt.Errorf("list published sets: %w", err)
		}
		set, err := l.readSet(ctx, info.Key)
		if errs.Is(err, errs.NotFound) {
			continue // forgotten meanwhile
		}
		if err != nil {
			return nil, err
		}
		sets = append(sets, set)
	}
	slices.Reverse(sets)
	return sets, nil
}
