package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/schemas"
)

func (a *app) exportCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "export", Short: "Take the lake's tables elsewhere",
		Long: "Copies the lake to --to, raw, tables, history and published sets, and writes its metadata anew for that\n" +
			"place, which must be empty; rows and digests of every table are compared on both sides. This lake stays as\n" +
			"it is. An interrupted export is done again by the same command. `tmi export duckdb` writes one file for\n" +
			"other programs instead.\n\n" + exitCodes,
		Example: "  tmi export --to /srv/lake\n  tmi export --to s3://bucket/lake --other-catalog-uri /var/lib/tmi/catalog.db\n  tmi export duckdb tmi.duckdb",
	}
	var to otherLake
	to.flags(c, "to", "where the copy goes")
	c.RunE = func(cmd *cobra.Command, _ []string) error { return a.exportLake(cmd.Context(), &to) }
	c.AddCommand(a.exportDuckDBCommand())
	return c
}

func (a *app) exportDuckDBCommand() *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use: "duckdb FILE", Short: "One DuckDB file, for DBeaver, Metabase or a notebook",
		Long: "Copies the tables of silver, gold and ops (with --bronze also bronze, which holds names and addresses of\n" +
			"people) into a DuckDB file with the same names, with each column's comment. The file is made beside its\n" +
			"place and moved there when it is whole; one that exists is refused.\n\n" + exitCodes,
		Example: "  tmi export duckdb tmi.duckdb\n  duckdb tmi.duckdb \"select count(*) from gold.postings\"",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := os.Stat(args[0]); err == nil {
				return errs.New(errs.Conflict, "%s exists: move it away first", args[0])
			}
			session, close, err := a.session(cmd.Context(), false)
			if err != nil {
				return err
			}
			defer close()
			tables := doorTables("")
			if all {
				tables = schemas.Tables()
			}
			part := args[0] + ".part"
			if err := os.Remove(part); err != nil && !errors.Is(err, os.ErrNotExist) {
				return errs.New(errs.Invalid, "write %s: %w", part, err)
			}
			rows, err := lake.ExportDuckDB(cmd.Context(), session, part, tables)
			if err == nil {
				err = os.Rename(part, args[0])
			}
			if err != nil {
				return errors.Join(err, removeIfThere(part))
			}
			fmt.Fprintf(a.stdout, "%s: %d tables, %d rows of published set %d\n", args[0], len(tables), rows, session.Set().Seq)
			return nil
		},
	}
	c.Flags().BoolVar(&all, "bronze", false, "bronze too")
	return c
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
