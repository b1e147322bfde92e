package schemas_test

import (
	"os"
	"testing"

	"github.com/techmapit/tmi/schemas"
)

// TestTablesPage holds docs/tables.md to the declarations.
func TestTablesPage(t *testing.T) {
	const page = "../docs/tables.md"
	if *update {
		if err := os.WriteFile(page, []byte(schemas.Markdown()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(page)
	if err != nil || string(text) != schemas.Markdown() {
		t.Errorf("docs/tables.md is not what the tables are (%v): run with -update", err)
	}
}
