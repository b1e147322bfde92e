package main

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake"
)

func (a *app) sqlCommand() *cobra.Command {
	var format, out string
	var heads bool
	c := &cobra.Command{
		Use:   "sql [STATEMENT]",
		Short: "SQL over all tables, or a prompt without a statement",
		Long: "Runs DuckDB SQL over every table of the lake, as layer.name. It reads the newest published set;\n" +
			"--heads reads what jobs have written since.\n\n" + exitCodes,
		Example: "  tmi sql \"select tech, count(*) from gold.posting_techs group by tech order by 2 desc limit 20\"\n" +
			"  tmi sql --format csv \"from silver.postings\" > postings.csv\n  tmi sql",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if a.output == "json" && !cmd.Flags().Changed("format") {
				format = "json"
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
	c.Flags().StringVar(&format, "format", "table", "how to print: table, csv, json or parquet (with --out)")
	c.Flags().StringVar(&out, "out", "", "file to write instead of standard output; parquet needs one")
	c.Flags().BoolVar(&heads, "heads", false, "read the tables' heads instead of the newest published set")
	return c
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
	if e := l.Close(); e != nil {
		return fmt.Errorf("%w (and closing the lake: %w)", err, e)
	}
	return err
}

func (a *app) query(ctx context.Context, session *lake.Session, statement, format, out string) (err error) {
	write, ok := map[string]func(io.Writer, *sql.Rows) error{"table": rowsAsTable, "csv": rowsAsCSV, "json": rowsAsJSON}[format]
	if format == "parquet" {
		if out == "" {
			return errs.New(errs.Invalid, "--format parquet needs --out FILE")
		}
		return session.Exec(ctx, fmt.Sprintf("copy (%s) to '%s' (format parquet, compression zstd)", strings.TrimRight(statement, "; \n"), strings.ReplaceAll(out, "'", "''")))
	}
	if !ok {
		return errs.New(errs.Invalid, "--format is %q, expected table, csv, json or parquet", format)
	}
	rows, err := session.Query(ctx, statement) //nolint:rowserrcheck // the writers end with rows.Err
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
	if err := write(buffered, rows); err != nil {
		return err
	}
	return buffered.Flush()
}

// each calls visit with the values of every row.
func eachRow(rows *sql.Rows, visit func(values []any) error) error {
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	values, targets := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		targets[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		if err := visit(values); err != nil {
			return err
		}
	}
	return rows.Err()
}

// cell is a value as text: null is empty, instants are RFC 3339, lists are JSON.
func cell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case []byte:
		return fmt.Sprintf("%x", v)
	case time.Time:
		if v.Equal(v.Truncate(24 * time.Hour)) {
			return v.UTC().Format(time.DateOnly)
		}
		return v.UTC().Format("2006-01-02T15:04:05.999999Z07:00")
	case []any, map[string]any:
		text, err := json.Marshal(v)
		if err != nil {
			return fmt.Sprint(v)
		}
		return string(text)
	}
	return fmt.Sprint(v)
}

func cells(values []any) []string {
	row := make([]string, len(values))
	for i, v := range values {
		row[i] = cell(v)
	}
	return row
}

func rowsAsTable(w io.Writer, rows *sql.Rows) error {
	header, err := rows.Columns()
	if err != nil {
		return err
	}
	var table [][]string
	if err := eachRow(rows, func(values []any) error {
		row := cells(values)
		for i := range row {
			row[i] = oneLine(row[i])
		}
		table = append(table, row)
		return nil
	}); err != nil {
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

func rowsAsCSV(w io.Writer, rows *sql.Rows) error {
	header, err := rows.Columns()
	if err != nil {
		return err
	}
	c := csv.NewWriter(w)
	if err := c.Write(header); err != nil {
		return err
	}
	if err := eachRow(rows, func(values []any) error { return c.Write(cells(values)) }); err != nil {
		return err
	}
	c.Flush()
	return c.Error()
}

func rowsAsJSON(w io.Writer, rows *sql.Rows) error {
	header, err := rows.Columns()
	if err != nil {
		return err
	}
	separator := "[\n  "
	if err := eachRow(rows, func(values []any) error {
		if _, err := io.WriteString(w, separator); err != nil {
			return err
		}
		separator = ",\n  "
		return writeObject(w, header, values)
	}); err != nil {
		return err
	}
	end := "\n]\n"
	if separator == "[\n  " {
		end = "[]\n"
	}
	_, err = io.WriteString(w, end)
	return err
}

// writeObject keeps the order of the columns, which a map would lose.
func writeObject(w io.Writer, header []string, values []any) error {
	var b strings.Builder
	for i, name := range header {
		key, err := json.Marshal(name)
		if err != nil {
			return err
		}
		value, err := json.Marshal(values[i])
		if err != nil {
			value, err = json.Marshal(cell(values[i]))
		}
		if err != nil {
			return err
		}
		b.WriteString(map[bool]string{true: "{", false: ", "}[i == 0])
		b.Write(key)
		b.WriteString(": ")
		b.Write(value)
	}
	b.WriteByte('}')
	_, err := io.WriteString(w, b.String())
	return err
}

// prompt reads statements that end with a semicolon; \d lists tables, \d NAME columns, \q
// leaves. A faulty statement is answered and the prompt goes on.
func (a *app) prompt(ctx context.Context, session *lake.Session, format string) error {
	f, isFile := a.stdin.(*os.File)
	isTerminal := isFile && term.IsTerminal(int(f.Fd()))
	show := func(text string) {
		if isTerminal {
			fmt.Fprint(a.stderr, text)
		}
	}
	show("tables: \\d   columns: \\d gold.postings   leave: \\q\n")
	lines := bufio.NewScanner(a.stdin)
	lines.Buffer(nil, 1<<20)
	var pending strings.Builder
	for show("tmi> "); lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		statement := line
		switch {
		case pending.Len() == 0 && line == `\q`:
			return nil
		case pending.Len() == 0 && line == `\d`:
			statement = "select table_schema || '.' || table_name as \"table\" from information_schema.tables where table_schema in ('bronze', 'silver', 'gold', 'ops') order by 1;"
		case pending.Len() == 0 && strings.HasPrefix(line, `\d `):
			statement = "describe " + strings.TrimSpace(line[2:]) + ";"
		}
		pending.WriteString(statement + "\n")
		if text := strings.TrimSpace(pending.String()); text == "" || strings.HasSuffix(text, ";") {
			pending.Reset()
			if text != "" {
				if err := a.query(ctx, session, strings.TrimRight(text, "; \n"), format, ""); err != nil {
					fmt.Fprintln(a.stderr, "error:", err)
				}
			}
			show("tmi> ")
		} else {
			show("  -> ")
		}
	}
	if text := strings.TrimSpace(pending.String()); text != "" && lines.Err() == nil {
		return a.query(ctx, session, text, format, "")
	}
	return lines.Err()
}
