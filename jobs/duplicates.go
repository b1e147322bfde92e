package jobs

import (
	"cmp"
	"context"
	"database/sql"
	"iter"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/techmapit/tmi/extract/duplicates"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
)

// Duplicates finds postings of one job, within a board and across boards, and writes the
// clusters. A posting is decided when its whole text is first known, against those known
// before it, and what was decided stands: postings of the window and after it are decided
// anew, and of those before it nothing changes, so that windows in any order and in any
// chunks leave the same clusters. It is of all sources together.
func Duplicates(ctx context.Context, e *Env, _ string, w Window) (report Report, err error) {
	if err := e.Record(ctx); err != nil { // silver of this process speaks too
		return report, err
	}
	session, err := e.heads(ctx)
	if err != nil {
		return report, err
	}
	defer session.Close()
	known, isOldRule, err := knownDuplicates(ctx, session)
	if err != nil {
		return report, err
	}
	from, err := e.duplicatesFrom(ctx, session, w, isOldRule)
	if err != nil {
		return report, err
	}
	report.RestatedFrom = from
	buckets, err := buckets(ctx, session, from, known)
	if err != nil {
		return report, err
	}
	var rows []schemas.SilverDuplicate
	for part := range parts(buckets) {
		decided, err := e.decide(ctx, session, part)
		if err != nil {
			return report, err
		}
		for _, row := range decided {
			if !row.FoundAt.Before(from) {
				rows = append(rows, row)
			}
		}
		e.progress("duplicates", "", len(rows), len(rows)+1)
	}
	slices.SortFunc(rows, func(a, b schemas.SilverDuplicate) int { return cmp.Compare(a.PostingID, b.PostingID) })
	report.In, report.Out = int64(len(rows)), int64(len(rows))
	commit, err := lake.Overwrite(ctx, e.Lake, schemas.SilverDuplicates, lake.Within("found_at", from, endOfTime),
		validated(schemas.SilverDuplicates, values(rows)))
	report.add(commit)
	e.progress("duplicates", "", 1, 1)
	return report, err
}

// duplicatesFrom is from when on postings are decided anew: the window's beginning, or where
// silver was restated before it; everything where another rule decided.
func (e *Env) duplicatesFrom(ctx context.Context, session *lake.Session, w Window, isOldRule bool) (time.Time, error) {
	for source := range e.Sources {
		widened, err := e.Widen(ctx, source, w)
		if err != nil {
			return w.From, err
		}
		w = w.union(widened)
	}
	type restated struct {
		From time.Time `db:"restated_from"`
	}
	r, err := queries.One[restated](ctx, session, "silver/duplicates_restated", sql.Named("ever", isOldRule))
	if err == nil && !r.From.IsZero() && r.From.Before(w.From) {
		w.From = r.From
	}
	return w.From, err
}

func knownDuplicates(ctx context.Context, session *lake.Session) (known map[string]schemas.SilverDuplicate, isOldRule bool, err error) {
	known = map[string]schemas.SilverDuplicate{}
	for row, err := range queries.Each[schemas.SilverDuplicate](ctx, session, "silver/duplicates_rows") {
		if err != nil {
			return nil, false, err
		}
		known[row.PostingID] = row
		isOldRule = isOldRule || row.RuleVersion != duplicates.RuleVersion
	}
	return known, isOldRule, nil
}

// candidate is a posting of which nothing but the text is known yet.
type candidate struct {
	PostingID   string    `db:"posting_id"`
	ValidFrom   time.Time `db:"valid_from"`
	Source      string    `db:"source"`
	CompanyID   string    `db:"company_id"`
	Company     string    `db:"company"`
	Title       string    `db:"title"`
	LocationRaw string    `db:"location_raw"`
	Region      string    `db:"region"`
	District    string    `db:"district"`
	Country     string    `db:"country"`
	Employment  string    `db:"employment"`
	MinYears    *int32    `db:"experience_min_years"`
	MaxYears    *int32    `db:"experience_max_years"`
	IsExpired   bool      `db:"is_expired"`

	known *schemas.SilverDuplicate // what stands
}

// buckets are the candidates that share an employer and a title, in the order in which they
// became readable; candidates without a like are left out.
func buckets(ctx context.Context, session *lake.Session, from time.Time, known map[string]schemas.SilverDuplicate) ([][]candidate, error) {
	var all [][]candidate
	var company string
	byTitle := map[string][]candidate{}
	finish := func() {
		for _, bucket := range byTitle {
			if bucket = withExpired(bucket, known); len(bucket) > 1 {
				all = append(all, bucket)
			}
		}
		clear(byTitle)
	}
	for c, err := range queries.Each[candidate](ctx, session, "silver/duplicates_candidates", sql.Named("from", from)) {
		if err != nil {
			return nil, err
		}
		if c.CompanyID != company {
			finish()
			company = c.CompanyID
		}
		if row, ok := known[c.PostingID]; ok && (row.FoundAt.Before(from) || c.IsExpired) {
			c.known = &row
		}
		key := duplicates.TitleKey(c.Title, c.Company, c.LocationRaw)
		byTitle[key] = append(byTitle[key], c)
	}
	finish()
	return all, nil
}

// withExpired lets stand what was decided with texts that retention removed since: a
// cluster with such a posting stays as it is known, and such a posting without a cluster is
// compared with nothing.
func withExpired(bucket []candidate, known map[string]schemas.SilverDuplicate) []candidate {
	standing := map[string]bool{}
	for _, c := range bucket {
		if row, ok := known[c.PostingID]; ok && c.IsExpired {
			standing[row.ClusterID] = true
		}
	}
	for i := range bucket {
		if row, ok := known[bucket[i].PostingID]; ok && standing[row.ClusterID] {
			bucket[i].known = &row
		}
	}
	return slices.DeleteFunc(bucket, func(c candidate) bool {
		_, isKnown := known[c.PostingID]
		return c.IsExpired && !isKnown
	})
}

// partPostings is how many postings are compared at a time: their fingerprints are held in
// memory, about a kilobyte each.
const partPostings = 200_000

// parts groups buckets by how many postings they hold.
func parts(buckets [][]candidate) iter.Seq[[][]candidate] {
	return func(yield func([][]candidate) bool) {
		for len(buckets) > 0 {
			n, postings := 0, 0
			for n < len(buckets) && (n == 0 || postings+len(buckets[n]) <= partPostings) {
				postings += len(buckets[n])
				n++
			}
			if !yield(buckets[:n]) {
				return
			}
			buckets = buckets[n:]
		}
	}
}

// compared is a row of the session's table that names the postings whose texts are wanted.
type compared struct {
	Number    int64     `parquet:"number,id(1)"`
	PostingID string    `parquet:"posting_id,id(2)"`
	ValidFrom time.Time `parquet:"valid_from,timestamp(microsecond),id(3)"`
}

// wordsOf is a text of a posting that is to be compared.
type wordsOf struct {
	Number int64  `db:"number"`
	Duties string `db:"duties"`
	Wants  string `db:"wants"`
	Terms  string `db:"terms"`
}

// decide reads the texts of buckets and finds the clusters in them.
func (e *Env) decide(ctx context.Context, session *lake.Session, buckets [][]candidate) ([]schemas.SilverDuplicate, error) {
	flat := slices.Concat(buckets...)
	wanted := func(yield func(compared) bool) {
		for i, c := range flat {
			if !yield(compared{int64(i), c.PostingID, c.ValidFrom}) {
				return
			}
		}
	}
	if err := lake.Load(ctx, session, "duplicates_compared", wanted); err != nil {
		return nil, err
	}
	type prepared struct {
		number  int64
		posting duplicates.Posting
	}
	members := make([]duplicates.Member, len(flat))
	texts := queries.Each[wordsOf](ctx, session, "silver/duplicates_texts")
	for p, err := range inOrder(ctx, chunks(texts, chunkRows), func(chunk []wordsOf) []prepared {
		done := make([]prepared, len(chunk))
		for i, t := range chunk {
			done[i] = prepared{t.Number, flat[t.Number].posting(t.Duties, t.Wants, t.Terms)}
		}
		return done
	}) {
		if err != nil {
			return nil, err
		}
		members[p.number] = flat[p.number].member(p.posting)
	}
	return decideAll(buckets, members)
}

// decideAll decides every bucket, on every processor. Members are those of the buckets, one
// after the other.
func decideAll(buckets [][]candidate, members []duplicates.Member) ([]schemas.SilverDuplicate, error) {
	found := make([][]duplicates.Assignment, len(buckets))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	const stride = 512
	at := 0
	for first := 0; first < len(buckets); first += stride {
		last, begin := min(first+stride, len(buckets)), at
		for _, b := range buckets[first:last] {
			at += len(b)
		}
		group.Go(func() error {
			at := begin
			for i, b := range buckets[first:last] {
				found[first+i] = duplicates.Cluster(members[at : at+len(b)])
				at += len(b)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var rows []schemas.SilverDuplicate
	for _, assignments := range found {
		for _, a := range assignments {
			rows = append(rows, schemas.SilverDuplicate{PostingID: a.ID, ClusterID: a.Cluster, RuleVersion: duplicates.RuleVersion, Score: a.Score, FoundAt: a.FoundAt})
		}
	}
	return rows, nil
}

func (c *candidate) posting(duties, wants, terms string) duplicates.Posting {
	return duplicates.NewPosting(duplicates.Facts{Source: c.Source, Company: c.Company, Title: c.Title, LocationRaw: c.LocationRaw, Region: c.Region,
		District: c.District, Country: c.Country, Employment: c.Employment, MinYears: c.MinYears, MaxYears: c.MaxYears}, duties, wants, terms)
}

func (c *candidate) member(p duplicates.Posting) duplicates.Member {
	m := duplicates.Member{ID: c.PostingID, ReadableAt: c.ValidFrom, Posting: p}
	if c.known != nil {
		m.KnownCluster, m.KnownScore, m.KnownFoundAt = c.known.ClusterID, c.known.Score, c.known.FoundAt
	}
	return m
}
