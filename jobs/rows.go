package jobs

import (
	"context"
	"encoding/json"
	"iter"
	"strings"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/internal/mask"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/schemas"
)

// values yields the rows of a slice.
func values[T any](rows []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

// rejects collects the rows of one unit that broke their contract.
type rejects struct {
	job, source, runID string
	rows               []schemas.Reject
}

// add keeps a refused row. What is shown of it is masked; the raw position leads to the rest.
func (r *rejects) add(e *Env, table string, reasons []string, url string, at schemas.Lineage, row []byte) {
	for i := range reasons {
		reasons[i] = mask.Text(reasons[i])
	}
	reject := schemas.Reject{
		RejectedAt: e.Clock(), RunID: r.runID, Job: r.job, Source: r.source, TableName: table, Reasons: reasons, URL: url,
		RawObject: at.RawObject, Row: mask.Text(string(row)), CapturedAt: at.Captured,
	}
	if at.RawObject != "" {
		reject.RawOffset = &at.RawOffset
	}
	r.rows = append(r.rows, reject)
}

// commit replaces the unit's rejects.
func (r *rejects) commit(ctx context.Context, e *Env, w Window) error {
	_, err := lake.Overwrite(ctx, e.Lake, schemas.OpsRejects,
		lake.And(lake.Equal("job", r.job), lake.Equal("source", r.source), lake.Within("captured_at", w.From, w.To)), values(r.rows))
	return err
}

func asJSON(row any) []byte {
	text, err := json.Marshal(row)
	if err != nil {
		return []byte(err.Error())
	}
	return text
}

// validated passes rows that keep the contract of a frozen table; the first that breaks it
// ends the write, with every reason and the row's key: what is computed from good rows is
// wrong in the statement, not in the data.
func validated[T any](t schemas.Table, rows iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for row, err := range rows {
			if err == nil {
				err = keptContract(t, &row)
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

func keptContract[T any](t schemas.Table, row *T) error {
	reasons := schemas.Validate(row)
	if reasons == nil {
		return nil
	}
	return errs.New(errs.Contract, "%s: a row breaks the contract: %s: %s", t.Name(), strings.Join(reasons, "; "), mask.Text(string(asJSON(row))))
}
