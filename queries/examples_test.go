package queries_test

import (
	"strings"
	"testing"

	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/queries/queriestest"
)

// TestExamples runs every worked question over a market.
func TestExamples(t *testing.T) {
	db := queriestest.New(t)
	queriestest.FillMarket(t, db, 400)
	// The market fills gold and rejects; what the others ask of is empty there, and answers without rows.
	isEmpty := map[string]bool{"duplicates_across_boards": true, "evidence": true, "why_closed": true, "runs_balance": true, "history_of_changes": true, "closing_soon": true}
	examples := queries.Examples()
	if len(examples) < 20 {
		t.Errorf("%d examples, want at least 20", len(examples))
	}
	for _, e := range examples {
		if !strings.HasSuffix(e.Question, "?") || strings.Contains(e.SQL, "--") {
			t.Errorf("%s: the question is %q", e.Name, e.Question)
		}
		rows, err := db.Query(t.Context(), e.SQL)
		if err != nil {
			t.Errorf("%s: %v", e.Name, err)
			continue
		}
		n := 0
		for rows.Next() {
			n++
		}
		if err := rows.Err(); err != nil || n == 0 && !isEmpty[e.Name] {
			t.Errorf("%s: %d rows, %v", e.Name, n, err)
		}
		if err := rows.Close(); err != nil {
			t.Errorf("%s: %v", e.Name, err)
		}
	}
}
