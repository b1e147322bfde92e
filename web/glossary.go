package web

import (
	"slices"
	"strings"

	"github.com/techmapit/tmi/schemas"
)

// GlossaryRow is a field with what it says in one language and the tables that have it.
type GlossaryRow struct {
	Field
	About  string
	Tables []string
}

// glossaryTables are those whose columns a reader of the site, the API or SQL meets.
func glossaryTables() []schemas.Table {
	return slices.DeleteFunc(schemas.Tables(), func(t schemas.Table) bool {
		return t.Layer != schemas.Gold && t.Name() != "silver.postings"
	})
}

// Glossary is the fields in a language, in the order of the tables.
func Glossary(lang string) []GlossaryRow {
	rows := make([]GlossaryRow, 0, len(Fields))
	for _, f := range Fields {
		row := GlossaryRow{Field: f, About: f.AboutKO}
		for _, t := range glossaryTables() {
			if !slices.ContainsFunc(t.Columns(), func(c schemas.Column) bool { return c.Name == f.Name }) {
				continue
			}
			if lang != "ko" && len(row.Tables) == 0 {
				row.About = t.Comment(f.Name)
			}
			row.Tables = append(row.Tables, t.Name())
		}
		rows = append(rows, row)
	}
	return rows
}

// GlossaryMarkdown is docs/ko/glossary.md.
func GlossaryMarkdown() string {
	var b strings.Builder
	b.WriteString("# 용어집: 필드 이름\n\n표, API, CSV에서 같은 이름으로 만나는 필드입니다. 사이트의 `/glossary`도 같은 파일(`web/fields.go`)에서 만듭니다.\n" +
		"표마다의 자세한 뜻과 형식은 [Tables](../tables.md)에 있습니다.\n\n| 필드 | 한국어 | 영어 | 뜻 | 표 |\n| --- | --- | --- | --- | --- |\n")
	for _, row := range Glossary("ko") {
		b.WriteString("| `" + row.Name + "` | " + row.KO + " | " + row.EN + " | " + row.About + " | " + strings.Join(row.Tables, ", ") + " |\n")
	}
	return b.String()
}
