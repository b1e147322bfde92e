package lake

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/apache/iceberg-go/catalog"
	sqlcatalog "github.com/apache/iceberg-go/catalog/sql"
	"github.com/apache/iceberg-go/table"

	"github.com/techmapit/tmi/internal/errs"
)

// Entry is what a catalog knows of one table: its newest metadata file. All else lies in
// that file and below it.
type Entry struct {
	Namespace string `json:"namespace"`
	Table     string `json:"table"`
	Metadata  string `json:"metadata_location"`
	Previous  string `json:"previous_metadata_location,omitempty"`
}

// key is where the entry's metadata lies below a root, "" where it lies elsewhere.
func (e Entry) key(root string) string {
	key, ok := strings.CutPrefix(e.Metadata, root+"/")
	if !ok {
		return ""
	}
	return key
}

// Entries are the catalog's tables, by name; of a REST or Glue catalog those of our layers.
func (l *Lake) Entries(ctx context.Context) ([]Entry, error) {
	if l.catalog.called != nil {
		return l.calledTables(ctx, 0)
	}
	rows, err := l.catalog.query(ctx, "select table_namespace, table_name, coalesce(metadata_location, ''), coalesce(previous_metadata_location, '') from iceberg_tables where catalog_name = ? order by 1, 2", catalogName)
	if err != nil {
		return nil, errs.New(errs.Unavailable, "read the catalog: %w", err)
	}
	defer rows.Close()
	var entries []Entry
	for rows.Next() {
		var e Entry
		if err := rows.Scan(&e.Namespace, &e.Table, &e.Metadata, &e.Previous); err != nil {
			return nil, fmt.Errorf("read the catalog: %w", err)
		}
		entries = append(entries, e)
	}
	return entries, rows.Err()
}

// SetEntries makes the catalog name exactly the entries given, all at once in a database,
// one after the other in a REST or Glue catalog, which must hold no other lake
// (errs.Conflict). Their metadata files must be there.
func (l *Lake) SetEntries(ctx context.Context, entries []Entry) error {
	for _, e := range entries {
		key := e.key(l.objects.URI())
		if key == "" {
			return errs.New(errs.Invalid, "table %s.%s has its metadata at %s, expected a place below %s", e.Namespace, e.Table, e.Metadata, l.objects.URI())
		}
		if _, err := l.objects.Stat(ctx, key); err != nil {
			return fmt.Errorf("table %s.%s: %w", e.Namespace, e.Table, err)
		}
		if err := l.catalog.CreateNamespace(ctx, table.Identifier{e.Namespace}, nil); err != nil && !errors.Is(err, catalog.ErrNamespaceAlreadyExists) {
			return fmt.Errorf("write the catalog: %w", translate(err))
		}
	}
	if l.catalog.called != nil {
		return l.setCalled(ctx, entries)
	}
	tx, err := l.catalog.begin(ctx)
	if err != nil {
		return errs.New(errs.Unavailable, "write the catalog: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // does nothing once it is committed
	if _, err := tx.ExecContext(ctx, l.catalog.bind("delete from iceberg_tables where catalog_name = ?"), catalogName); err != nil {
		return errs.New(errs.Unavailable, "write the catalog: %w", err)
	}
	for _, e := range entries {
		_, err := tx.ExecContext(ctx, l.catalog.bind("insert into iceberg_tables (catalog_name, table_namespace, table_name, iceberg_type, metadata_location, previous_metadata_location) values (?, ?, ?, ?, ?, nullif(?, ''))"),
			catalogName, e.Namespace, e.Table, string(sqlcatalog.TableType), e.Metadata, e.Previous)
		if err != nil {
			return errs.New(errs.Unavailable, "write the catalog: %w", err)
		}
	}
	if err := tx.Commit(); err != nil {
		return errs.New(errs.Unavailable, "write the catalog: %w", err)
	}
	return nil
}

// MovedFrom is the root that the catalog's tables were written under, where that is not the
// root that the lake lies at; false where all is in its place. A lake that names its tables
// in more than one other place is errs.Corrupt. A REST or Glue catalog that names tables
// elsewhere holds another lake, which is errs.Conflict; one table is asked for.
func (l *Lake) MovedFrom(ctx context.Context) (root string, moved bool, err error) {
	if l.catalog.called != nil {
		some, err := l.calledTables(ctx, 1)
		if err == nil && len(some) > 0 && some[0].key(l.objects.URI()) == "" {
			err = l.isAnothers(some[0])
		}
		return "", false, err
	}
	entries, err := l.Entries(ctx)
	if err != nil {
		return "", false, err
	}
	for _, e := range entries {
		if e.key(l.objects.URI()) != "" {
			continue
		}
		at := strings.LastIndex(e.Metadata, "/"+e.Namespace+"/"+e.Table+"/metadata/")
		if at < 0 || root != "" && root != e.Metadata[:at] {
			return "", false, errs.New(errs.Corrupt, "the catalog names table %s.%s at %s, which is no place of this lake (%s)", e.Namespace, e.Table, e.Metadata, l.objects.URI())
		}
		root = e.Metadata[:at]
	}
	return root, root != "", nil
}
