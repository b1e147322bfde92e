package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/schemas"
)

// otherLake are the flags that name a second lake.
type otherLake struct{ uri, catalog, catalogURI string }

func (o *otherLake) flags(c *cobra.Command, word, what string) {
	c.Flags().StringVar(&o.uri, word, "", what+": a folder, file:///… or s3://bucket/prefix")
	c.Flags().StringVar(&o.catalog, "other-catalog", lake.CatalogSQLite, "its kind of catalog: "+lake.CatalogKinds)
	c.Flags().StringVar(&o.catalogURI, "other-catalog-uri", "", "its catalog; needed for s3:// with sqlite, for postgres and for rest")
}

// open opens the other lake with the settings of this one.
func (o *otherLake) open(ctx context.Context, a *app, flag string) (*lake.Lake, error) {
	if o.uri == "" {
		return nil, errs.New(errs.Invalid, "%s is empty, expected a folder, file:///… or s3://bucket/prefix", flag)
	}
	uri := o.uri
	if !strings.Contains(uri, "://") {
		path, err := filepath.Abs(uri)
		if err != nil {
			return nil, errs.New(errs.Invalid, "%s: %w", flag, err)
		}
		uri = "file://" + path
	}
	if err := refuseForeignFolder(uri); err != nil {
		return nil, err
	}
	options := a.lakeOptions(uri)
	options.Catalog, options.CatalogURI = o.catalog, o.catalogURI
	return lake.Open(ctx, options)
}

func (a *app) importCommand() *cobra.Command {
	var from otherLake
	c := &cobra.Command{
		Use: "import", Short: "Bring a lake from elsewhere to the configured place",
		Long: "Copies the lake at --from, raw, tables, history and published sets, to the configured place, which must\n" +
			"be empty, writes its metadata anew for that place, and compares rows and digests of every table on both\n" +
			"sides. The other lake stays as it is. An interrupted import is done again by the same command.\n\n" + exitCodes,
		Example: "  tmi import --from s3://bucket/lake --other-catalog-uri /var/lib/tmi/catalog.db",
		RunE: func(cmd *cobra.Command, _ []string) error {
			other, err := from.open(cmd.Context(), a, "--from")
			if err != nil {
				return err
			}
			here, err := a.openLake(cmd.Context(), defaultLake)
			if err != nil {
				return closing(other, err)
			}
			return closing(here, closing(other, a.move(cmd.Context(), other, here)))
		},
	}
	from.flags(c, "from", "the lake to bring")
	return c
}

// exportLake is `tmi export --to`.
func (a *app) exportLake(ctx context.Context, to *otherLake) error {
	here, err := a.existingLake(ctx)
	if err != nil {
		return err
	}
	other, err := to.open(ctx, a, "--to")
	if err != nil {
		return closing(here, err)
	}
	return closing(here, closing(other, a.move(ctx, here, other)))
}

func (a *app) move(ctx context.Context, from, to *lake.Lake) error {
	kind, err := collect.Kind(ctx, from.Objects())
	if err != nil {
		return err
	}
	if kind == "" {
		return errs.New(errs.NotFound, "there is no lake at %s", from.Objects().URI())
	}
	said := time.Now()
	done, err := lake.Move(ctx, from, to, func(m lake.Moved) {
		if time.Since(said) > 10*time.Second {
			said = time.Now()
			a.logger.Info("moving", "objects", m.Objects, "bytes", m.Bytes)
		}
	})
	if err != nil {
		return err
	}
	if a.output == "json" {
		return a.printJSON(done)
	}
	fmt.Fprintf(a.stdout, "%s is copied to %s: %d objects, %s; %d tables with %d rows, equal on both sides by count and digest\n",
		from.Objects().URI(), to.Objects().URI(), done.Objects, size(done.Bytes), done.Tables, done.Rows)
	return nil
}

func (a *app) relocateCommand() *cobra.Command {
	return &cobra.Command{
		Use: "relocate", Short: "Mend a lake that was moved as a folder or a prefix",
		Long: "A lake's metadata names every file by its whole address. Where a lake's folder was moved or is mounted\n" +
			"elsewhere, this writes the addresses anew for the place that lake.uri names, in place. Nobody else may\n" +
			"use the lake meanwhile; interrupted, it is done again by the same command.\n\n" + exitCodes,
		Example: "  mv data/lake /srv/lake && TMI_LAKE_URI=file:///srv/lake tmi relocate",
		RunE: func(cmd *cobra.Command, _ []string) error {
			l, err := a.openLakeAsItLies(cmd.Context(), defaultLake)
			if err != nil {
				return err
			}
			from, done, err := l.Relocate(cmd.Context())
			switch {
			case err != nil:
			case from == "":
				fmt.Fprintf(a.stdout, "%s is where its metadata says: nothing to do\n", l.Objects().URI())
			default:
				fmt.Fprintf(a.stdout, "the lake that was at %s is at home at %s: %d tables, %d metadata files rewritten\n", from, l.Objects().URI(), done.Tables, done.Readdress)
			}
			return closing(l, err)
		},
	}
}

func (a *app) backupCommand() *cobra.Command {
	return &cobra.Command{
		Use: "backup", Short: "Write down what only the catalog knows",
		Long: "Writes the catalog's content, the newest metadata file of each table, to backup/ in the lake. Copy the\n" +
			"lake's objects by the means of their store; with the newest backup they are the whole lake.\n\n" + exitCodes,
		Example: "  tmi backup\n  tmi backup --output json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			l, err := a.existingLake(cmd.Context())
			if err != nil {
				return err
			}
			key, b, err := l.Backup(cmd.Context(), time.Now())
			if err == nil && a.output == "json" {
				err = a.printJSON(struct {
					Key string `json:"key"`
					lake.Backup
				}{key, b})
			} else if err == nil {
				fmt.Fprintf(a.stdout, "%s/%s: %d tables\n", l.Objects().URI(), key, len(b.Entries))
			}
			return closing(l, err)
		},
	}
}

func (a *app) restoreCommand() *cobra.Command {
	var newest, replace bool
	c := &cobra.Command{
		Use: "restore [KEY]", Short: "Make the catalog from a backup, or from the metadata files",
		Long: "Fills an empty catalog from a backup in the lake: the one named, or the newest. With --newest, or where\n" +
			"there is no backup, from the newest metadata file of each table. A catalog that names tables already is\n" +
			"refused; --replace makes it name those of the backup instead.\n\n" + exitCodes,
		Example: "  tmi restore\n  tmi restore backup/20260504T000000.000000Z.json --replace\n  tmi restore --newest",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if newest && len(args) > 0 {
				return errs.New(errs.Invalid, "--newest reads no backup, expected no key beside it")
			}
			l, err := a.openLakeAsItLies(cmd.Context(), defaultLake)
			if err != nil {
				return err
			}
			return closing(l, a.restore(cmd.Context(), l, args, newest, replace))
		},
	}
	c.Flags().BoolVar(&newest, "newest", false, "from the newest metadata file of each table")
	c.Flags().BoolVar(&replace, "replace", false, "even if the catalog names tables")
	return c
}

func (a *app) restore(ctx context.Context, l *lake.Lake, args []string, newest, replace bool) error {
	there, err := l.Entries(ctx)
	if err != nil {
		return err
	}
	if len(there) > 0 && !replace {
		return errs.New(errs.Conflict, "the catalog names %d tables: --replace makes it name those of the backup instead", len(there))
	}
	keys, err := l.Backups(ctx)
	if err != nil {
		return err
	}
	var entries []lake.Entry
	from := "the newest metadata files"
	switch {
	case len(args) > 0:
		keys = args
		fallthrough
	case len(keys) > 0 && !newest:
		from = keys[len(keys)-1]
		b, err := l.ReadBackup(ctx, from)
		if err != nil {
			return err
		}
		entries = b.Entries
	default:
		if entries, err = l.NewestEntries(ctx); err != nil {
			return err
		}
	}
	if err := l.SetEntries(ctx, entries); err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "the catalog names %d tables again, from %s\n", len(entries), from)
	return nil
}

func (a *app) rollbackCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "rollback TABLE SNAPSHOT | published SEQ", Short: "Go back to an older snapshot of a table, or an older published set",
		Long: "TABLE SNAPSHOT makes an older snapshot the table's head; `tmi history TABLE` lists them. Readers see it after\n" +
			"the next publish. published SEQ makes an older published set the newest one: readers see at once what they\n" +
			"saw then; the tables' heads stay.\n\n" + exitCodes,
		Example: "  tmi history gold.postings\n  tmi rollback gold.postings 3304696987503431493\n  tmi rollback published 41",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := strconv.ParseInt(args[1], 10, 64)
			if err != nil {
				return errs.New(errs.Invalid, "%q is no number, expected a snapshot of `tmi history` or the number of a published set", args[1])
			}
			var t schemas.Table
			if args[0] != "published" {
				if t, err = tableNamed(args[0]); err != nil {
					return err
				}
			}
			l, err := a.existingLake(cmd.Context())
			if err != nil {
				return err
			}
			if args[0] == "published" {
				set, err := l.Republish(cmd.Context(), n, time.Now())
				if err == nil {
					fmt.Fprintf(a.stdout, "published set %d is what set %d was\n", set.Seq, n)
				}
				return closing(l, err)
			}
			if err = l.Rollback(cmd.Context(), t, n); err == nil {
				fmt.Fprintf(a.stdout, "the head of %s is snapshot %d again; `tmi job publish` shows it to readers\n", t.Name(), n)
			}
			return closing(l, err)
		},
	}
	return c
}
