package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/schemas"
)

// columnRow is a line of `tmi describe`.
type columnRow struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Nullable bool   `json:"nullable"`
	Comment  string `json:"comment"`
}

func (a *app) describeCommand() *cobra.Command {
	return &cobra.Command{
		Use: "describe TABLE", Short: "A table's columns and what they mean",
		Long:    "Shows what one row of a table is, and each column with its type and meaning. It needs no lake.\n\n" + exitCodes,
		Example: "  tmi describe gold.postings\n  tmi describe silver.lifecycle --output json",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			t, err := tableNamed(args[0])
			if err != nil {
				return err
			}
			if a.output == "table" {
				fmt.Fprintf(a.stdout, "%s: %s; key: %s\n\n", t.Name(), t.Grain, strings.Join(t.Key, ", "))
			}
			header, cells, rows := describe(t)
			return a.print(header, cells, rows)
		},
	}
}

func describe(t schemas.Table) (header []string, cells [][]string, rows []columnRow) {
	for _, c := range t.Columns() {
		rows = append(rows, columnRow{c.Name, string(c.Type), !c.IsRequired, t.Comment(c.Name)})
		cells = append(cells, []string{c.Name, string(c.Type), schemas.Nullable(c), t.Comment(c.Name)})
	}
	return []string{"column", "type", "null", "meaning"}, cells, rows
}
