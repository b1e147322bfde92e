package jobs

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"io"
	"slices"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/internal/mask"
	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
)

// Erased is what an erasure removed, or would remove.
type Erased struct {
	Where []ErasedFrom `json:"where"`
	// Texts are those that the proof looks for: sentences that nothing else in the lake has.
	Texts []string `json:"texts"`
	// Proof is a scan of every object of the lake after it; nil for a dry run.
	Proof *lake.Scanned `json:"proof,omitempty"`
}

// ErasedFrom is one place of it.
type ErasedFrom struct {
	Place string `json:"place"` // a table's name, or raw
	Count int64  `json:"count"` // rows, or records
}

// ErasePosting removes a posting from every layer: its records and list elements in raw,
// its rows in every table, what collectors know of it; then counts statistics again from
// its first day on, publishes, and removes older snapshots and sets at once. The proof is
// a scan of all that is left. With apply false it says what it would do. The posting is
// suppressed too: a board that still lists it gives it again, and the public is not to see
// it then. It is errs.NotFound for a posting that no table holds.
func ErasePosting(ctx context.Context, e *Env, id string, apply bool) (done Erased, err error) {
	if err := CheckPostingID(id); err != nil {
		return done, err
	}
	err = e.alone(ctx, apply, func(ctx context.Context) error {
		done, err = e.erasePosting(ctx, id, apply)
		return err
	})
	return done, err
}

func (e *Env) erasePosting(ctx context.Context, id string, apply bool) (done Erased, err error) {
	defer func() {
		if e := e.Record(context.WithoutCancel(ctx)); err == nil {
			err = e
		}
	}()
	session, err := e.heads(ctx)
	if err != nil {
		return done, err
	}
	defer session.Close()
	found, err := queries.One[struct {
		Source  string    `db:"source"`
		BoardID string    `db:"board_id"`
		FirstAt time.Time `db:"first_at"`
		URL     string    `db:"url"`
	}](ctx, session, "retention/erase_found", sql.Named("posting_id", id))
	if errs.Is(err, errs.NotFound) {
		return done, errs.New(errs.NotFound, "posting %s is in no table: nothing to erase", id)
	}
	if err != nil {
		return done, err
	}
	parser, ok := e.Sources[found.Source]
	if !ok {
		return done, errs.New(errs.Invalid, "posting %s is of the unknown source %q", id, found.Source)
	}
	type line struct {
		Line string `db:"line"`
	}
	lines, err := queries.All[line](ctx, session, "retention/erase_lines", sql.Named("posting_id", id))
	if err != nil {
		return done, err
	}
	done.Texts = append(done.Texts, found.URL)
	for _, l := range lines {
		done.Texts = append(done.Texts, l.Line)
	}
	work := func(ctx context.Context, _ *Env, _ string, _ Window) (report Report, err error) {
		isOf := func(c schemas.Capture) bool {
			return c.Kind == string(schemas.KindDetail) && c.BoardID == found.BoardID
		}
		records, err := e.eraseRaw(ctx, found.Source, apply, func(c schemas.Capture, doc schemas.Document) (collect.Edit, error) {
			if isOf(c) {
				return collect.Edit{Remove: true}, nil
			}
			if doc.NotModified || !holdsPosting(parser, doc, found.BoardID, done.Texts) {
				return collect.Edit{}, nil
			}
			return without(parser, doc, []string{found.BoardID}), nil
		})
		if err != nil {
			return report, err
		}
		done.add("raw", records)
		if apply {
			if err := collect.Forget(ctx, e.Lake.Objects(), found.Source, isOf); err != nil {
				return report, err
			}
		}
		for _, t := range schemas.Tables() {
			for _, owned := range []struct{ column, value string }{{"posting_id", id}, {"cluster_id", id}, {"url", found.URL}} {
				if owned.column == "url" && t.Name() != schemas.OpsRejects.Name() || !hasColumn(t, owned.column) {
					continue
				}
				count, err := countRows(ctx, session, t, owned.column, owned.value)
				if err != nil {
					return report, err
				}
				if count == 0 {
					continue
				}
				done.add(t.Name(), count)
				report.In += count
				report.Out += count
				if apply {
					if _, err := lake.Overwrite(ctx, e.Lake, t, lake.Equal(owned.column, owned.value), values[schemas.Run](nil)); err != nil {
						return report, err
					}
				}
			}
		}
		return report, nil
	}
	w := Window{From: found.FirstAt, To: e.Clock().Add(time.Microsecond)}
	if !apply {
		_, err := work(ctx, e, found.Source, w)
		return done, err
	}
	if _, err := Suppress(ctx, e.Lake.Objects(), id, false); err != nil {
		return done, err
	}
	if _, err := e.Do(ctx, "erase", found.Source, w, work); err != nil {
		return done, err
	}
	for _, step := range []struct {
		name string
		run  Step
	}{{"duplicates", Duplicates}, {"gold", Gold}} {
		if _, err := e.Do(ctx, step.name, "", w, step.run); err != nil {
			return done, err
		}
	}
	if err := e.republish(ctx); err != nil {
		return done, err
	}
	return done, e.forgetAndProve(ctx, &done)
}

func (d *Erased) add(place string, count int64) {
	if count > 0 {
		d.Where = append(d.Where, ErasedFrom{place, count})
	}
}

// forgetAndProve removes what older states hold, and looks for the texts in all that is left.
func (e *Env) forgetAndProve(ctx context.Context, done *Erased) error {
	if _, err := upkeep(ctx, e, true); err != nil {
		return err
	}
	proof, err := e.Lake.Scan(ctx, done.Texts)
	if err != nil {
		return err
	}
	done.Proof = &proof
	if len(proof.Found) > 0 {
		return errs.New(errs.Conflict, "%d objects still hold what was erased, the first is %s: what was collected meanwhile may hold it, erase again", len(proof.Found), proof.Found[0].Object)
	}
	return nil
}

// eraseRaw goes through every run of a source; it returns how many records changed.
func (e *Env) eraseRaw(ctx context.Context, source string, apply bool, edit func(schemas.Capture, schemas.Document) (collect.Edit, error)) (records int64, err error) {
	store := e.Lake.Objects()
	runs, err := collect.Manifests(ctx, store, source, time.Time{}, time.Time{})
	if err != nil {
		return 0, err
	}
	if !apply {
		store = unwritten{store}
	}
	for i, run := range runs {
		if run.Lacks(schemas.RemovedRaw) {
			continue
		}
		note, err := collect.Rewrite(ctx, store, run, schemas.Removal{At: e.Clock().UTC(), Reason: schemas.RemovedErased}, edit)
		if err != nil {
			return records, err
		}
		records += int64(note.Records)
		e.progress("erase", source, i+1, len(runs))
	}
	return records, nil
}

// unwritten is a store that keeps what it has: for dry runs.
type unwritten struct{ objects.Store }

// Put implements [objects.Store] and writes nothing.
func (unwritten) Put(context.Context, string, io.ReadSeeker) (objects.Info, error) {
	return objects.Info{}, nil
}

// holdsPosting says whether a document names a posting or holds any of its texts.
func holdsPosting(parser sources.Source, doc schemas.Document, boardID string, texts []string) bool {
	if parsed, err := parser.Parse(doc); err == nil && slices.Contains(named(parsed), boardID) {
		return true
	}
	return holds(doc.Body, texts)
}

func holds(body []byte, texts []string) bool {
	for _, text := range texts {
		for _, spelling := range lake.Spellings(text) {
			if bytes.Contains(body, spelling) {
				return true
			}
		}
	}
	return false
}

func hasColumn(t schemas.Table, name string) bool {
	return slices.ContainsFunc(t.Columns(), func(c schemas.Column) bool { return c.Name == name })
}

// countRows counts what an erasure owns. Names come from the declarations alone.
func countRows(ctx context.Context, session *lake.Session, t schemas.Table, column, value string) (count int64, err error) {
	rows, err := session.Query(ctx, "select count(*) from "+t.Name()+" where "+column+" = $value", sql.Named("value", value))
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&count); err != nil {
			return 0, err
		}
	}
	return count, rows.Err()
}

// EraseText removes a text, such as a person's name or address, from every document and
// row that holds it, and leaves the rest of them. What stands in its place says so. It
// removes older snapshots and proves it like [ErasePosting].
func EraseText(ctx context.Context, e *Env, text string, apply bool) (done Erased, err error) {
	if len([]rune(text)) < leastErased {
		return done, errs.New(errs.Invalid, "--text %q has less than %d characters: it would be found everywhere", text, leastErased)
	}
	err = e.alone(ctx, apply, func(ctx context.Context) error {
		done, err = e.eraseText(ctx, text, apply)
		return err
	})
	return done, err
}

func (e *Env) eraseText(ctx context.Context, text string, apply bool) (done Erased, err error) {
	defer func() {
		if e := e.Record(context.WithoutCancel(ctx)); err == nil {
			err = e
		}
	}()
	done.Texts = []string{text}
	work := func(ctx context.Context, _ *Env, _ string, _ Window) (report Report, err error) {
		for _, source := range e.sourceNames() {
			records, err := e.eraseRaw(ctx, source, apply, func(c schemas.Capture, doc schemas.Document) (collect.Edit, error) {
				if doc.NotModified || !holds(doc.Body, done.Texts) {
					return collect.Edit{}, nil
				}
				return collect.Edit{Body: withoutText(doc.Body, text)}, nil
			})
			if err != nil {
				return report, err
			}
			done.add("raw/source="+source, records)
		}
		for _, table := range erasable {
			count, err := table.erase(ctx, e, text, apply)
			if err != nil {
				return report, err
			}
			done.add(table.table.Name(), count)
			report.In += count
			report.Out += count
		}
		return report, nil
	}
	w := Window{From: time.Unix(0, 0).UTC(), To: e.Clock()}
	if !apply {
		_, err := work(ctx, e, "", w)
		return done, err
	}
	if _, err := e.Do(ctx, "erase", "", w, work); err != nil {
		return done, err
	}
	if err := e.republish(ctx); err != nil {
		return done, err
	}
	return done, e.forgetAndProve(ctx, &done)
}

// leastErased is how long a text must be to be looked for in everything.
const leastErased = 4

// inPlaceOf stands where a text was erased: for an address or number what silver has in its
// place anyway, so that silver comes out the same.
func inPlaceOf(text string) string {
	if masked := mask.Text(text); masked != text {
		return masked
	}
	return "[erased]"
}

// withoutText replaces a text in a document, however it is spelled there.
func withoutText(body []byte, text string) []byte {
	if json.Valid(body) {
		body = mapStrings(body, "", func(_, s string) string {
			for _, spelling := range lake.Spellings(text) {
				s = string(bytes.ReplaceAll([]byte(s), spelling, []byte(inPlaceOf(text))))
			}
			return s
		})
	}
	for _, spelling := range lake.Spellings(text) {
		body = bytes.ReplaceAll(body, spelling, []byte(inPlaceOf(text)))
	}
	return body
}
