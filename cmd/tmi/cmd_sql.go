package main

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/lake/rowenc"
	"github.com/techmapit/tmi/queries"
)

func (a *app) sqlCommand() *cobra.Command {
	var format, out, example string
	var heads, examples bool
	c := &cobra.Command{
		Use:   "sql [STATEMENT]",
		Short: "SQL over all tables, or a prompt without a statement",
		Long: "Runs DuckDB SQL over every table of the lake, as layer.name. It reads the newest published set;\n" +
			"--heads reads what jobs have written since. --examples lists worked questions, --example NAME shows and\n" +
			"runs one.\n\n" + exitCodes,
		Example: "  tmi sql \"select tech, count(*) from gold.posting_techs group by tech order by 2 desc limit 20\"\n" +
			"  tmi sql --format csv \"from silver.postings\" > postings.csv\n  tmi sql --example rising_techs\n  tmi sql",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if a.output == "json" && !cmd.Flags().Changed("format") {
				format = "json"
			}
			if examples {
				return a.listExamples()
			}
			if example != "" {
				if len(args) > 0 {
					return errs.New(errs.Invalid, "--example brings its own statement, expected no other")
				}
				e, err := queries.ExampleNamed(example)
				if err != nil {
					return err
				}
				fmt.Fprintf(a.stderr, "-- %s\n%s\n\n", e.Question, e.SQL)
				args = []string{e.SQL}
			}
			session, close, err := a.session(cmd.Context(), heads)
			if err != nil {
				return err
			}
			defer close()
			if len(args) == 0 {
				return a.prompt(cmd.Context(), session, format)
			}
			return a.query(cmd.Context(), session, args[0], format, out)
		},
	}
	c.Flags().StringVar(&format, "format", "table", "how to print: table, csv, json, parquet or arrow (an IPC stream)")
	c.Flags().StringVar(&out, "out", "", "file to write instead of standard output")
	c.Flags().StringVar(&example, "example", "", "run a worked question by its name")
	c.Flags().BoolVar(&examples, "examples", false, "list the worked questions")
	c.Flags().BoolVar(&heads, "heads", false, "read the tables' heads instead of the newest published set")
	return c
}

func (a *app) listExamples() error {
	type row struct {
		Name     string `json:"name"`
		Question string `json:"question"`
		SQL      string `json:"sql"`
	}
	var rows []row
	var cells [][]string
	for _, e := range queries.Examples() {
		rows = append(rows, row{e.Name, e.Question, e.SQL})
		cells = append(cells, []string{e.Name, e.Question})
	}
	return a.print([]string{"name", "question"}, cells, rows)
}

// session opens the published set, or the heads.
func (a *app) session(ctx context.Context, heads bool) (*lake.Session, func(), error) {
	l, err := a.existingLake(ctx)
	if err != nil {
		return nil, nil, err
	}
	set, err := l.Published(ctx)
	if heads {
		set, err = l.Heads(ctx)
	}
	if err != nil {
		return nil, nil, closing(l, err)
	}
	s, err := l.Session(ctx, set)
	if err != nil {
		return nil, nil, closing(l, err)
	}
	return s, func() {
		if err := s.Close(); err != nil {
			a.logger.Warn("close session", "error", err)
		}
		if err := l.Close(); err != nil {
			a.logger.Warn("close lake", "error", err)
		}
	}, nil
}

func closing(l *lake.Lake, err error) error {
	return errors.Join(err, l.Close())
}

// query runs a statement and writes its rows in the format, to the file named or to
// standard output.
func (a *app) query(ctx context.Context, session *lake.Session, statement, format, out string) (err error) {
	if format != "table" && !slices.Contains(rowenc.Formats, format) {
		return errs.New(errs.Invalid, "--format is %q, expected table, %s", format, strings.Join(rowenc.Formats, ", "))
	}
	if f, isFile := a.stdout.(*os.File); out == "" && isFile && (format == "arrow" || format == "parquet") && term.IsTerminal(int(f.Fd())) {
		return errs.New(errs.Invalid, "--format %s is not for a terminal: name a file by --out, or redirect the output", format)
	}
	rows, err := session.Query(ctx, statement)
	if err != nil {
		return err
	}
	defer rows.Close()
	w := a.stdout
	if out != "" {
		f, err := os.Create(out)
		if err != nil {
			return errs.New(errs.Invalid, "--out: %w", err)
		}
		defer func() {
			if e := f.Close(); err == nil {
				err = e
			}
		}()
		w = f
	}
	buffered := bufio.NewWriter(w)
	if err := writeRows(buffered, rows, format); err != nil {
		return err
	}
	return buffered.Flush()
}

func writeRows(w io.Writer, rows *sql.Rows, format string) error {
	columns, err := rowenc.Columns(rows)
	if err != nil {
		return err
	}
	if format == "table" {
		return rowsAsTable(w, rows, columns)
	}
	encoder, err := rowenc.New(format, w, columns)
	if err != nil {
		return err
	}
	_, err = rowenc.Copy(encoder, rows, len(columns), rowenc.Limit{})
	return err
}

// rowsAsTable aligns the rows, which it holds all, and shows the beginning of long texts.
func rowsAsTable(w io.Writer, rows *sql.Rows, columns []rowenc.Column) error {
	header := make([]string, len(columns))
	values, targets := make([]any, len(columns)), make([]any, len(columns))
	for i, c := range columns {
		header[i], targets[i] = c.Name, &values[i]
	}
	var table [][]string
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		row := make([]string, len(columns))
		for i, v := range values {
			row[i] = oneLine(rowenc.Text(v, columns[i].Type))
		}
		table = append(table, row)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return writeTable(w, header, table)
}

// longestCell is how much of a text a table shows.
const longestCell = 100

func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > longestCell {
		return string(runes[:longestCell-1]) + "…"
	}
	return s
}
