package api

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/techmapit/tmi/extract"
	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/queries"
)

// The functions below answer questions over one published set. JSON routes and pages both
// call them; answers are kept and shared, so callers only read them.

func (s *server) originOf(set Pinned) Origin {
	return Origin{Published: publishedOf(set), Demo: s.IsDemo}
}

// keyOf names an answer for the cache.
func keyOf(set Pinned, kind string, parts ...string) string {
	return fmt.Sprintf("%d %s %s %s", set.Published().Seq, set.Published().View, kind, strings.Join(parts, " "))
}

// found is a keyword search's result, or nil ids where there were no keywords.
type found struct {
	ids    []string
	scores []int64
}

// find resolves the keywords to postings; the other statements take the ids as a filter.
func (s *server) find(ctx context.Context, set Pinned, q *question) (queries.PostingFilter, found, error) {
	f := q.postingFilter()
	if len(q.words) == 0 {
		return f, found{}, nil
	}
	filterOnly, err := answerOf(ctx, s, keyOf(set, "find", q.setKey()), func(ctx context.Context) (found, error) {
		if ix := indexOf(set); ix != nil {
			ids, scores := s.hits(ix, q).All()
			return found{ids, scores}, nil
		}
		rows, err := queries.FindPostings(ctx, set, f, q.words)
		result := found{ids: make([]string, len(rows)), scores: make([]int64, len(rows))}
		for i, row := range rows {
			result.ids[i], result.scores[i] = row.PostingID, row.Score
		}
		return result, err
	})
	f.IDs = filterOnly.ids
	return f, filterOnly, err
}

func (s *server) postings(ctx context.Context, set Pinned, q *question) (*Postings, error) {
	after, err := q.place()
	if err != nil {
		return nil, err
	}
	return answerOf(ctx, s, keyOf(set, "postings", q.key()), func(ctx context.Context) (*Postings, error) {
		if ix := indexOf(set); ix != nil {
			return s.indexedPostings(set, ix, q, after)
		}
		f, hits, err := s.find(ctx, set, q)
		if err != nil {
			return nil, err
		}
		// One row more than asked for tells whether there is a next page.
		page := q.pageOf()
		page.Scores, page.After, page.Limit = hits.scores, after, q.Limit+1
		rows, err := queries.ListPostings(ctx, set, f, page)
		if err != nil {
			return nil, err
		}
		answer := &Postings{Postings: make([]Posting, 0, len(rows)), Filter: q.Filter, Sort: q.Sort, Origin: s.originOf(set)}
		if len(rows) > q.Limit {
			rows = rows[:q.Limit]
			answer.NextCursor = cursorAfter(q, rows[q.Limit-1].Place())
		}
		for _, row := range rows {
			answer.Postings = append(answer.Postings, postingOf(row))
		}
		if answer.Total, err = s.count(ctx, set, q, f); err != nil {
			return nil, err
		}
		answer.Facets, err = s.facets(ctx, set, q.Facets, f)
		return answer, err
	})
}

// count is kept apart from the pages that show it.
func (s *server) count(ctx context.Context, set Pinned, q *question, f queries.PostingFilter) (int64, error) {
	return answerOf(ctx, s, keyOf(set, "count", q.setKey()), func(ctx context.Context) (int64, error) {
		if ix := indexOf(set); ix != nil {
			return s.hits(ix, q).Total(), nil
		}
		return queries.CountPostings(ctx, set, f)
	})
}

// facets counts the matching postings by each facet.
func (s *server) facets(ctx context.Context, set Pinned, names []string, f queries.PostingFilter) (map[string]Facet, error) {
	facets := map[string]Facet{}
	if len(names) == 0 {
		return facets, nil
	}
	values, err := queries.ListFacets(ctx, set, f, names, facetValues)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		facets[name] = Facet{Values: []FacetCount{}}
	}
	for _, v := range values {
		facet := facets[v.Facet]
		facet.ValueCount = v.ValueCount
		facet.Values = append(facet.Values, FacetCount{Value: v.Value, Label: v.Label, PostingCount: v.PostingCount})
		facets[v.Facet] = facet
	}
	return facets, nil
}

func (s *server) posting(ctx context.Context, set Pinned, id string) (*PostingDetail, error) {
	if !isPostingID(id) {
		return nil, errs.New(errs.NotFound, "there is no posting %q: ids are 32 hexadecimal digits", id)
	}
	return answerOf(ctx, s, keyOf(set, "posting", id), func(ctx context.Context) (*PostingDetail, error) {
		known, err := readPosting(ctx, set, id)
		if err != nil {
			return nil, notFoundAsPosting(err, id)
		}
		p := known.posting
		policy := s.PublishPolicy(p.Source)
		answer := &PostingDetail{
			Posting:     postingOf(rowOf(&p)),
			DuplicateOf: orNull(p.DuplicateOf), Education: orNull(p.Education), Industry: orNull(p.Industry), Language: orNull(p.Language),
			LastSeenAt: instant(p.LastSeenAt), ChangedAt: instant(p.ChangedAt), VersionCount: p.VersionCount,
			Technologies: publicTechs(policy, &p, known.techs), History: []Event{}, Duplicates: []Duplicate{}, Publish: policy, Origin: s.originOf(set),
		}
		answer.DuplicateCount = int32(len(known.others))
		for _, e := range known.events {
			answer.History = append(answer.History, Event{Event: e.Event, At: e.EventAt, Reason: e.Reason})
		}
		for _, o := range known.others {
			answer.Duplicates = append(answer.Duplicates, Duplicate(o))
		}
		if policy == PublishFull {
			answer.Texts = &Texts{About: orNull(p.About), Duties: orNull(p.Duties), Requirements: orNull(p.Requirements), Preferred: orNull(p.Preferred), Benefits: orNull(p.Benefits), Process: orNull(p.Process)}
		}
		return answer, nil
	})
}

func (s *server) frequency(ctx context.Context, set Pinned, q *question) (*Frequency, error) {
	return answerOf(ctx, s, keyOf(set, "frequency", q.key()), func(ctx context.Context) (*Frequency, error) {
		if ix := indexOf(set); ix != nil {
			return s.indexedFrequency(set, ix, q), nil
		}
		f, _, err := s.find(ctx, set, q)
		if err != nil {
			return nil, err
		}
		answer := &Frequency{Techs: []Share{}, Filter: q.Filter, Count: countName(q), Origin: s.originOf(set)}
		if answer.PostingCount, err = s.count(ctx, set, q, f); err != nil {
			return nil, err
		}
		shares, err := queries.ListTechShares(ctx, set, f, q.Top)
		if err != nil {
			return nil, err
		}
		for _, row := range shares {
			answer.TechCount = row.TechCount
			answer.Techs = append(answer.Techs, Share{TechID: row.TechID, Tech: row.Tech, Category: orNull(row.Category), PostingCount: row.PostingCount, Share: row.Share, ShareLow: row.ShareLow, ShareHigh: row.ShareHigh})
		}
		answer.Truncated = answer.TechCount > int64(len(answer.Techs))
		return answer, nil
	})
}

// everyday is the filter that the site and the statistics speak of unless asked otherwise:
// open IT postings in Korea.
func (s *server) everyday() *question {
	q, err := s.askValues(nil, filterParams)
	if err != nil {
		panic(err) // the defaults are ours
	}
	return q
}

// techCounts are the counts beside the dictionary, by technology.
func (s *server) techCounts(ctx context.Context, set Pinned) (map[string]queries.TechCount, error) {
	return answerOf(ctx, s, keyOf(set, "tech counts"), func(ctx context.Context) (map[string]queries.TechCount, error) {
		rows, err := queries.ListTechCounts(ctx, set, s.everyday().postingFilter())
		counts := make(map[string]queries.TechCount, len(rows))
		for _, row := range rows {
			counts[row.TechID] = row
		}
		return counts, err
	})
}

func techOf(e extract.Entry, n queries.TechCount) Tech {
	return Tech{
		TechID: e.ID, Tech: e.Name, Category: e.Category, Aliases: orEmpty(e.Aliases), DescriptionKO: e.DescriptionKO, DescriptionEN: e.DescriptionEN,
		PostingCount: n.PostingCount, RequiredCount: n.RequiredCount, CompanyCount: n.CompanyCount,
	}
}

func (s *server) techs(ctx context.Context, set Pinned, q *question) (*Techs, error) {
	after, err := q.place()
	if err != nil {
		return nil, err
	}
	counts, err := s.techCounts(ctx, set)
	if err != nil {
		return nil, err
	}
	everyday := s.everyday().Filter
	answer := &Techs{Techs: []Tech{}, Origin: s.originOf(set), Filter: TechFilter{
		Q: orNull(q.Text), Category: orNull(q.Category), Sort: q.Sort, Status: everyday.Status, Country: everyday.Country, IsIT: everyday.IsIT,
	}}
	matching := s.matchingTechs(q, counts)
	answer.Total = int64(len(matching))
	if after != nil {
		// The place is the count that the row had; a row that moved is met at its place.
		matching = slices.DeleteFunc(matching, func(t Tech) bool { return compareTechPlaces(placeOfTech(q, t), *after) <= 0 })
	}
	if len(matching) > q.Limit {
		matching = matching[:q.Limit]
		answer.NextCursor = cursorAfter(q, placeOfTech(q, matching[q.Limit-1]))
	}
	answer.Techs = append(answer.Techs, matching...)
	return answer, nil
}

// matchingTechs are the dictionary's entries that match, in the order asked for.
func (s *server) matchingTechs(q *question, counts map[string]queries.TechCount) []Tech {
	var matching []Tech
	part := strings.ToLower(q.Text)
	exact, _ := s.Dictionary.Resolve(q.Text)
	for _, e := range s.Techs {
		isNamed := func(name string) bool { return strings.Contains(strings.ToLower(name), part) }
		if part != "" && e.ID != exact.ID && !isNamed(e.Name) && !isNamed(e.ID) && !slices.ContainsFunc(e.Aliases, isNamed) {
			continue
		}
		if q.Category != "" && e.Category != q.Category {
			continue
		}
		matching = append(matching, techOf(e, counts[e.ID]))
	}
	slices.SortFunc(matching, func(a, b Tech) int { return compareTechPlaces(placeOfTech(q, a), placeOfTech(q, b)) })
	return matching
}

// placeOfTech is where a technology stands: by count and then name, or by name.
func placeOfTech(q *question, t Tech) queries.Position {
	place := queries.Position{ID: strings.ToLower(t.Tech) + "\x00" + t.TechID}
	if q.Sort != "name" {
		place.First = -t.PostingCount
	}
	return place
}

func compareTechPlaces(a, b queries.Position) int {
	if a.First != b.First {
		if a.First < b.First {
			return -1
		}
		return 1
	}
	return strings.Compare(a.ID, b.ID)
}

const (
	relatedTechs  = 10
	techCompanies = 10
	techNewest    = 5
)

func (s *server) tech(ctx context.Context, set Pinned, id string) (*TechDetail, error) {
	entry, ok := s.Dictionary.ByID(id)
	if !ok {
		return nil, errs.New(errs.NotFound, "there is no technology %q; /api/v1/techs lists them", id)
	}
	return answerOf(ctx, s, keyOf(set, "tech", entry.ID), func(ctx context.Context) (*TechDetail, error) {
		counts, err := s.techCounts(ctx, set)
		if err != nil {
			return nil, err
		}
		everyday := s.everyday()
		f := everyday.postingFilter()
		answer := &TechDetail{
			Tech: techOf(entry, counts[entry.ID]), Home: orNull(entry.Home), ParentID: orNull(entry.Parent),
			Related: []RelatedTech{}, Companies: []TechCompany{}, Newest: []Posting{}, Origin: s.originOf(set),
		}
		if answer.Total, err = s.count(ctx, set, everyday, f); err != nil {
			return nil, err
		}
		if answer.Total > 0 {
			answer.Share = float64(answer.PostingCount) / float64(answer.Total)
		}
		pairs, err := queries.ListTechNeighbours(ctx, set, entry.ID, relatedTechs)
		if err != nil {
			return nil, err
		}
		for _, pair := range pairs {
			name, _ := s.nameOf(pair.TechID)
			answer.Related = append(answer.Related, RelatedTech{TechID: pair.TechID, Tech: name, JointCount: pair.JointCount, TechCount: pair.TechCount, Lift: pair.Lift})
		}
		companies, err := queries.ListTechCompanies(ctx, set, f, entry.ID, techCompanies)
		if err != nil {
			return nil, err
		}
		for _, c := range companies {
			answer.Companies = append(answer.Companies, TechCompany(c))
		}
		f.TechIDs = []string{entry.ID}
		newest, err := listPostings(ctx, set, f, queries.Page{Sort: queries.SortNewest, Limit: techNewest})
		for _, row := range newest {
			answer.Newest = append(answer.Newest, postingOf(row))
		}
		return answer, err
	})
}

// numbers are those at the head of the site, for a calendar day.
func (s *server) numbers(ctx context.Context, set Pinned, today time.Time) (queries.Numbers, error) {
	return answerOf(ctx, s, keyOf(set, "numbers", today.Format(dateLayout)), func(ctx context.Context) (queries.Numbers, error) {
		return queries.CountNumbers(ctx, set, s.everyday().postingFilter(), today.AddDate(0, 0, -6), today, today.AddDate(0, 0, 8))
	})
}
