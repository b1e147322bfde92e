package lake

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/table"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
)

// versionProperty is where a stored table says which version of its declaration it is of.
const versionProperty = "tmi.schema-version"

// Migration is how a stored table differs from what this program declares.
type Migration struct {
	Table    string   `json:"table"`
	Stored   int      `json:"stored_version"`
	Declared int      `json:"declared_version"`
	Add      []string `json:"add_columns,omitempty"`     // declared, and not stored or of another type
	Drop     []string `json:"drop_columns,omitempty"`    // of an older version alone: no longer declared, or of another type
	Lack     []string `json:"lacking_columns,omitempty"` // of Add: required, so that the rows that are there cannot stay
	Comment  []string `json:"comment_columns,omitempty"` // stored with another comment
}

// IsOlder says that the rows must be made anew: the version was raised since.
func (m Migration) IsOlder() bool { return m.Stored < m.Declared }

// IsNewer says that a newer program wrote the table; this one must not.
func (m Migration) IsNewer() bool { return m.Stored > m.Declared }

// IsCurrent says that there is nothing to do.
func (m Migration) IsCurrent() bool {
	return m.Stored == m.Declared && len(m.Add)+len(m.Drop)+len(m.Comment) == 0
}

// refusal is why the table must not be written as it is, nil where it may be.
func (m Migration) refusal() error {
	switch {
	case m.IsNewer():
		return errs.New(errs.Conflict, "table %s is stored at version %d and this program knows version %d: a newer tmi wrote it, use that one; nothing was written", m.Table, m.Stored, m.Declared)
	case m.IsOlder():
		return errs.New(errs.Conflict, "table %s is stored at version %d and this program writes version %d: `tmi migrate` shows what is to be done; nothing was written", m.Table, m.Stored, m.Declared)
	}
	return nil
}

// storedVersion is the version that a table is of; 0 where it does not say.
func storedVersion(head *table.Table) int {
	n, _ := strconv.Atoi(head.Properties()[versionProperty])
	return n
}

// Migrations compares every stored table with its declaration, in the order of the layers.
func (l *Lake) Migrations(ctx context.Context) ([]Migration, error) {
	var all []Migration
	for _, t := range schemas.Tables() {
		head, err := l.load(ctx, t)
		if err != nil {
			return nil, err
		}
		if head != nil {
			all = append(all, difference(head, t))
		}
	}
	return all, nil
}

func difference(head *table.Table, t schemas.Table) Migration {
	m := Migration{Table: t.Name(), Stored: storedVersion(head), Declared: t.Version}
	declared := map[string]bool{}
	for _, c := range t.Columns() {
		declared[c.Name] = true
		field, ok := head.Schema().FindFieldByName(c.Name)
		isOther := ok && field.Type.Type() != icebergType(c).Type()
		switch {
		case isOther && m.IsOlder():
			m.Drop, m.Add = append(m.Drop, c.Name), append(m.Add, c.Name)
			m.Lack = appendRequired(m.Lack, c)
		case !ok:
			m.Add = append(m.Add, c.Name)
			m.Lack = appendRequired(m.Lack, c)
		case field.Doc != t.Comment(c.Name):
			m.Comment = append(m.Comment, c.Name)
		}
	}
	if !m.IsOlder() {
		return m // what is stored and not declared is a newer program's
	}
	for _, field := range head.Schema().Fields() {
		if !declared[field.Name] {
			m.Drop = append(m.Drop, field.Name)
		}
	}
	return m
}

func appendRequired(names []string, c schemas.Column) []string {
	if c.IsRequired {
		names = append(names, c.Name)
	}
	return names
}

// CheckVersions refuses a lake that holds a table of another version than this program
// writes (errs.Conflict): everything that writes asks it first. What is published can be
// read all the same.
func (l *Lake) CheckVersions(ctx context.Context) error {
	if l.isMigrating || l.versionsChecked.Load() {
		return nil
	}
	all, err := l.Migrations(ctx)
	if err != nil {
		return err
	}
	// A newer table is told first: then migrating is not this program's business.
	slices.SortStableFunc(all, func(a, b Migration) int { return cmp.Compare(b.Stored-b.Declared, a.Stored-a.Declared) })
	for _, m := range all {
		if err := m.refusal(); err != nil {
			return err
		}
	}
	l.versionsChecked.Store(true)
	return nil
}

// BeginMigration lets this lake write tables of older versions: for the program that makes
// their rows anew. A table of a newer version is errs.Conflict.
func (l *Lake) BeginMigration(ctx context.Context) error {
	all, err := l.Migrations(ctx)
	if err != nil {
		return err
	}
	for _, m := range all {
		if m.IsNewer() {
			return m.refusal()
		}
	}
	l.isMigrating = true
	return nil
}

// Reshape gives a stored table the columns and comments of its declaration. New columns are
// null in the rows that are there. A table of an older version is written anew, each row
// without the columns that are gone, so that no file has a column of the old type; where a
// new column is required the rows go. Its version stays until [Lake.Settle]. It may be
// interrupted and repeated.
func (l *Lake) Reshape(ctx context.Context, t schemas.Table) error {
	head, err := l.load(ctx, t)
	if err != nil || head == nil {
		return err
	}
	m := difference(head, t)
	if m.IsNewer() {
		return m.refusal()
	}
	// The rows go first: interrupted between the two, the plan still says that they must.
	if len(m.Lack) > 0 && m.IsOlder() {
		if _, err := l.replace(ctx, t, head, Everything, nil); err != nil {
			return fmt.Errorf("empty %s: %w", t.Name(), translate(err))
		}
		if head, err = l.load(ctx, t); err != nil {
			return err
		}
	}
	if head, err = l.reshape(ctx, head, t, m); err != nil {
		return fmt.Errorf("reshape %s: %w", t.Name(), translate(err))
	}
	if !m.IsOlder() {
		return nil
	}
	if err := l.rewrite(ctx, head); err != nil {
		return fmt.Errorf("rewrite %s: %w", t.Name(), translate(err))
	}
	return nil
}

func (l *Lake) reshape(ctx context.Context, head *table.Table, t schemas.Table, m Migration) (*table.Table, error) {
	if len(m.Add)+len(m.Drop)+len(m.Comment) == 0 {
		return head, nil
	}
	tx := head.NewTransaction()
	update := tx.UpdateSchema(true, m.IsOlder())
	for _, name := range m.Drop {
		update = update.DeleteColumn([]string{name})
	}
	for _, c := range t.Columns() {
		switch {
		case slices.Contains(m.Add, c.Name):
			if c.IsRequired && !m.IsOlder() {
				return nil, errs.New(errs.Contract, "table %s: column %s is required and not in the stored table, expected a nullable column or a raised version", t.Name(), c.Name)
			}
			// Nullable in any case: snapshots of before have none.
			update = update.AddColumn([]string{c.Name}, icebergType(c), t.Comment(c.Name), false, nil)
		case slices.Contains(m.Comment, c.Name):
			update = update.UpdateColumn([]string{c.Name}, table.ColumnUpdate{Doc: iceberg.Optional[string]{Val: t.Comment(c.Name), Valid: true}})
		}
	}
	if err := update.Commit(); err != nil {
		return nil, err
	}
	if _, err := tx.Commit(ctx); err != nil {
		return nil, err
	}
	return l.load(ctx, t)
}

// rewrite writes every data file of a table anew, in the columns that the table has now.
func (l *Lake) rewrite(ctx context.Context, head *table.Table) error {
	if head.CurrentSnapshot() == nil {
		return nil
	}
	scan := head.Scan()
	defer scan.Close()
	tasks, err := scan.PlanFiles(ctx)
	if err != nil {
		return err
	}
	groups := make([]table.CompactionTaskGroup, len(tasks))
	for i, task := range tasks {
		groups[i] = table.CompactionTaskGroup{Tasks: []table.FileScanTask{task}, TotalSizeBytes: task.File.FileSizeBytes()}
	}
	if len(groups) == 0 {
		return nil
	}
	result, err := head.RewriteDataFiles(ctx, groups, table.RewriteDataFilesOptions{})
	if err != nil {
		return err
	}
	return assertRows(pinOf("", head.CurrentSnapshot()).Rows, pinOf("", result.Table.CurrentSnapshot()).Rows)
}

// Settle records that a table is of its declaration's version: the last step of a
// migration, when its rows are made anew.
func (l *Lake) Settle(ctx context.Context, t schemas.Table) error {
	head, err := l.load(ctx, t)
	if err != nil || head == nil || storedVersion(head) == t.Version {
		return err
	}
	tx := head.NewTransaction()
	if err := tx.SetProperties(iceberg.Properties{versionProperty: strconv.Itoa(t.Version)}); err != nil {
		return fmt.Errorf("settle %s: %w", t.Name(), err)
	}
	if _, err := tx.Commit(ctx); err != nil {
		return fmt.Errorf("settle %s: %w", t.Name(), translate(err))
	}
	return nil
}
