package schemas

import (
	"fmt"
	"strings"
)

// Markdown is the page of all tables, made of their declarations.
func Markdown() string {
	var b strings.Builder
	b.WriteString("# Tables\n\nMade from the declarations in `schemas/`; `tmi describe TABLE` shows the same. A null is a value that is not known or not said, unless the\ncolumn's line says otherwise. Instants are UTC timestamps in microseconds; calendar days are days of the lake's time zone.\n")
	for _, t := range Tables() {
		fmt.Fprintf(&b, "\n## %s\n\n%s. Key: `%s`.", t.Name(), upperFirst(t.Grain), strings.Join(t.Key, "`, `"))
		if len(t.Partition) > 0 {
			var parts []string
			for _, p := range t.Partition {
				part := p.Column
				if p.Transform != Identity {
					part = string(p.Transform) + " of " + p.Column
				}
				parts = append(parts, part)
			}
			fmt.Fprintf(&b, " Partitions: %s.", strings.Join(parts, ", "))
		}
		b.WriteString("\n\n| column | type | null | meaning |\n| --- | --- | --- | --- |\n")
		for _, c := range t.Columns() {
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", c.Name, c.Type, Nullable(c), t.Comment(c.Name))
		}
	}
	return b.String()
}

// Nullable says in a word whether a column may be null.
func Nullable(c Column) string {
	if c.IsRequired {
		return "never"
	}
	return "may be"
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
