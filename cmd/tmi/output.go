package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/techmapit/tmi/internal/errs"
)

// print writes rows as a table, or as JSON with --output json. Each of the JSON values
// stands for the cells of the same row.
func (a *app) print(header []string, cells [][]string, rows any) error {
	if a.output == "json" {
		return a.printJSON(rows)
	}
	return writeTable(a.stdout, header, cells)
}

func (a *app) printJSON(rows any) error {
	encoder := json.NewEncoder(a.stdout)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(rows); err != nil {
		return errs.Wrap(errs.Internal, err)
	}
	return nil
}

// writeTable aligns columns by what a terminal shows: a Hangul syllable takes two places.
func writeTable(w io.Writer, header []string, cells [][]string) error {
	width := make([]int, len(header))
	for _, row := range append([][]string{header}, cells...) {
		for i, cell := range row {
			width[i] = max(width[i], places(cell))
		}
	}
	var b strings.Builder
	for _, row := range append([][]string{header, rule(width)}, cells...) {
		for i, cell := range row {
			b.WriteString(cell)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", width[i]-places(cell)+2))
			}
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func rule(width []int) []string {
	row := make([]string, len(width))
	for i, n := range width {
		row[i] = strings.Repeat("-", n)
	}
	return row
}

func places(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.In(r, unicode.Hangul, unicode.Han, unicode.Hiragana, unicode.Katakana), r >= 0xFF01 && r <= 0xFF60:
			n += 2
		default:
			n++
		}
	}
	return n
}

// size writes bytes for people.
func size(n int64) string {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB"}
	f, i := float64(n), 0
	for f >= 1024 && i < len(units)-1 {
		f, i = f/1024, i+1
	}
	if i == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", f, units[i])
}
