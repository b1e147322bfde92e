package schemas

import (
	"strings"
	"testing"
)

// TestComments checks that every column has a comment, and that there are none for columns
// that are gone.
func TestComments(t *testing.T) {
	unused := map[string]bool{}
	for key := range comments {
		unused[key] = true
	}
	for _, table := range Tables() {
		for _, c := range table.Columns() {
			if table.Comment(c.Name) == "" {
				t.Errorf("%s.%s has no comment", table.Name(), c.Name)
			}
			key := table.Name() + "." + c.Name
			if _, own := comments[key]; !own {
				key = c.Name
			}
			delete(unused, key)
		}
	}
	for key := range unused {
		t.Errorf("the comment on %s is about no column", key)
	}
	for key, text := range comments {
		if strings.HasSuffix(text, ".") || text != strings.TrimSpace(text) {
			t.Errorf("the comment on %s is no phrase: %q", key, text)
		}
	}
}
