package eval

import (
	"path/filepath"

	"github.com/techmapit/tmi/sources/replica"
)

// Truth reads the truth about a played market that `tmi replica --truth DIR` wrote;
// errs.NotFound where there is none.
func Truth(dir string) ([]replica.Posting, error) {
	return lines[replica.Posting](filepath.Join(dir, "postings.jsonl"))
}
