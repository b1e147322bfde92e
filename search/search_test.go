package search_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/queries/queriestest"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/search"
)

// documents joins a market's rows.
func documents(m queriestest.Market) []search.Document {
	techs, events := map[string][]schemas.GoldPostingTech{}, map[string][]search.Event{}
	for _, t := range m.Techs {
		techs[t.PostingID] = append(techs[t.PostingID], t)
	}
	for _, e := range m.Events {
		events[e.PostingID] = append(events[e.PostingID], search.Event{Event: e.Event, EventAt: e.EventAt, Reason: e.Reason})
	}
	docs := make([]search.Document, len(m.Postings))
	for i, p := range m.Postings {
		docs[i] = search.Document{Posting: p, Techs: techs[p.PostingID], Events: events[p.PostingID], Hash: uint64(i)}
	}
	return docs
}

// build writes a part.
func build(t testing.TB, docs ...search.Document) *search.Part {
	t.Helper()
	path := filepath.Join(t.TempDir(), "part.tmi")
	b, err := search.NewBuilder(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range docs {
		b.Add(d)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	part, err := search.OpenPart(path)
	if err != nil {
		t.Fatal(err)
	}
	return part
}

func open(t testing.TB, o search.Options, slices ...search.Slice) *search.Index {
	t.Helper()
	ix, err := search.Open(slices, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ix.Close(); err != nil {
			t.Error(err)
		}
	})
	return ix
}

// inParts is an index of the documents in two parts, of which the second has what the first
// said otherwise before.
func inParts(t testing.TB, docs []search.Document) *search.Index {
	t.Helper()
	var older, newer []search.Document
	for i, d := range docs {
		switch i % 7 {
		case 0:
			newer = append(newer, d)
		case 1: // it was known under another title before
			before := d
			before.Posting.Title, before.Posting.Status, before.Techs = "다른 제목", "closed", nil
			older, newer = append(older, before), append(newer, d)
		default:
			older = append(older, d)
		}
	}
	gone := docs[0]
	gone.Posting.PostingID = schemas.PostingID("jumpit", "gone")
	a, b := build(t, append(older, gone)...), build(t, newer...)
	var deleted []uint32
	for _, d := range append(newer, gone) {
		if doc, ok := a.Find(d.Posting.PostingID); ok {
			deleted = append(deleted, doc)
		}
	}
	slices.Sort(deleted)
	return open(t, search.Options{}, search.Slice{Part: a, Deleted: search.Deleted(deleted)}, search.Slice{Part: b})
}

// filters makes a filter of chance, in both forms.
func filters(r *rand.Rand, docs []search.Document) (f search.Filter) {
	some := func(percent int) bool { return r.IntN(100) < percent }
	pick := func(list ...string) []string {
		return list[r.IntN(len(list)):][:1]
	}
	if some(30) {
		f.TechIDs, f.AllTechs = pick("java", "kafka", "aws", "react"), some(50)
		if some(50) {
			f.TechIDs = append(f.TechIDs, "spring-boot")
		}
	}
	if some(15) {
		f.NotTechIDs = pick("java", "python")
	}
	if some(20) {
		f.Roles = pick("backend", "devops", "nothing", "software-engineer")
	}
	if some(20) {
		f.Sources = append(pick("jumpit", "rallit"), pick("hn", "greenhouse")...)
	}
	if some(15) {
		f.Employments = pick("full_time", "intern")
	}
	if some(15) {
		f.Remotes = pick("remote", "onsite")
	}
	if some(10) {
		f.CompanyIDs = []string{schemas.CompanyID("라온페이")}
	}
	if some(10) {
		f.Companies = pick("나루", "labs", "x")
	}
	if some(20) {
		f.Locations = pick("서울", "분당", "seoul", "부산 해운대")
	}
	if some(15) {
		years := int32(r.IntN(10))
		f.ExperienceMinYears = &years
	}
	if some(15) {
		years := int32(r.IntN(10))
		f.ExperienceMaxYears = &years
	}
	if some(10) {
		won := int64(r.IntN(12)) * 10_000_000
		f.SalaryMinKRW = &won
	}
	if some(60) {
		f.Status = pick("open", "closed")[0]
	}
	if some(60) {
		f.Country = pick("KR", "US")[0]
	}
	if some(60) {
		isIT := some(80)
		f.IsIT = &isIT
	}
	if some(20) {
		isAlwaysOpen := some(50)
		f.IsAlwaysOpen = &isAlwaysOpen
	}
	if some(20) {
		f.PostedFrom = queriestest.MarketNow.AddDate(0, 0, -r.IntN(60))
	}
	if some(20) {
		f.PostedBefore = queriestest.MarketNow.AddDate(0, 0, -r.IntN(60))
	}
	if some(10) {
		f.IDs = []string{}
		for range r.IntN(40) {
			f.IDs = append(f.IDs, docs[r.IntN(len(docs))].Posting.PostingID)
		}
	}
	f.WithCopies = some(30)
	return f
}

// An index and a scan of the same rows give the same postings in the same order, the same
// counts and the same facets, for every filter.
func TestAnswersAreThoseOfAScan(t *testing.T) {
	db := queriestest.New(t)
	docs := documents(queriestest.FillMarket(t, db, 700))
	ix := inParts(t, docs)
	r := rand.New(rand.NewPCG(1, 2))
	ctx := context.Background()
	matched := 0
	for i := range 80 {
		f := filters(r, docs)
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			hits := ix.Find(f, nil, nil)
			total, err := queries.CountPostings(ctx, db, queries.PostingFilter(f))
			if err != nil {
				t.Fatal(err)
			}
			if hits.Total() != total {
				t.Fatalf("%+v\n%d hits, a scan has %d", f, hits.Total(), total)
			}
			matched += int(total)
			first, sort := orderOf(r)
			second, then := orderOf(r)
			if i%4 == 0 {
				first, second, sort, then = search.Key{}, search.Key{}, queries.SortNewest, ""
			}
			comparePages(t, db, hits, f, search.Order{First: first, Second: second}, queries.Page{Sort: sort, Then: then, Limit: 9})
			compareFacets(t, db, hits, f)
		})
	}
	if matched < 1000 {
		t.Errorf("the filters matched %d postings in all: they try nothing", matched)
	}
}

// orderOf is an order of chance, in both forms.
func orderOf(r *rand.Rand) (search.Key, string) {
	key := search.Key{By: []search.By{search.Newest, search.Closing, search.Salary, search.Experience}[r.IntN(4)], IsReversed: r.IntN(2) == 1}
	name := map[search.By]string{search.Newest: queries.SortNewest, search.Closing: queries.SortClosing, search.Salary: queries.SortSalary, search.Experience: queries.SortExperience}[key.By]
	if key.IsReversed {
		name = "-" + name
	}
	return key, name
}

// comparePages compares the first pages, each behind the one before.
func comparePages(t *testing.T, db queriestest.DB, hits *search.Hits, f search.Filter, order search.Order, page queries.Page) {
	t.Helper()
	var after *search.Position
	for range 4 {
		rows, err := queries.ListPostings(context.Background(), db, queries.PostingFilter(f), page)
		if err != nil {
			t.Fatal(err)
		}
		found, err := hits.Page(order, after, page.Limit)
		if err != nil {
			t.Fatal(err)
		}
		var got, want []string
		for _, row := range found {
			got = append(got, fmt.Sprint(row.Position, row.PostingID, row.Title, row.Techs, row.SalaryMaxKRW != nil, row.ClosesAt, row.Status))
		}
		for _, row := range rows {
			want = append(want, fmt.Sprint(search.Position(row.Place()), row.PostingID, row.Title, row.Techs, row.SalaryMaxKRW != nil, row.ClosesAt, row.Status))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%+v by %s, %s (-scan +index):\n%s", f, page.Sort, page.Then, diff)
		}
		if len(rows) == 0 {
			return
		}
		place := rows[len(rows)-1].Place()
		page.After, after = &place, (*search.Position)(&place)
	}
}

func compareFacets(t *testing.T, db queriestest.DB, hits *search.Hits, f search.Filter) {
	t.Helper()
	rows, err := queries.ListFacets(context.Background(), db, queries.PostingFilter(f), queries.Facets, 5)
	if err != nil {
		t.Fatal(err)
	}
	want, got := map[string][]string{}, map[string][]string{}
	for _, row := range rows {
		want[row.Facet] = append(want[row.Facet], fmt.Sprint(row.Value, row.Label, row.PostingCount, row.ValueCount))
	}
	for _, name := range queries.Facets {
		values, all := hits.Facet(name, 5)
		for _, v := range values {
			got[name] = append(got[name], fmt.Sprint(v.Value, v.Label, v.Count, int64(all)))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("%+v: facets (-scan +index):\n%s", f, diff)
	}
	shares, err := queries.ListTechShares(context.Background(), db, queries.PostingFilter(f), 200)
	if err != nil {
		t.Fatal(err)
	}
	techs := hits.Techs()
	if len(techs) != len(shares) {
		t.Fatalf("%+v: %d technologies, a scan has %d", f, len(techs), len(shares))
	}
	for i, s := range shares {
		if want := (search.TechCount{TechID: s.TechID, Tech: s.Tech, Category: s.Category, Count: s.PostingCount}); techs[i] != want {
			t.Errorf("%+v: technology %d is %+v, a scan has %+v", f, i, techs[i], want)
		}
	}
}

func TestByID(t *testing.T) {
	docs := documents(queriestest.FillMarket(t, queriestest.New(t), 300))
	ix := inParts(t, docs)
	for _, want := range docs {
		got, err := ix.ByID(want.Posting.PostingID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmp.Transformer("nil", func(l []search.Event) []search.Event { return append([]search.Event{}, l...) }),
			cmp.Transformer("none", func(l []schemas.GoldPostingTech) []schemas.GoldPostingTech {
				return append([]schemas.GoldPostingTech{}, l...)
			})); diff != "" {
			t.Fatalf("-put +got:\n%s", diff)
		}
	}
	for _, id := range []string{schemas.PostingID("jumpit", "gone"), schemas.PostingID("jumpit", "never"), "", "x"} {
		if _, err := ix.ByID(id); err == nil {
			t.Errorf("%q is found", id)
		}
	}
}

func TestClustersAreThoseOfAScan(t *testing.T) {
	db := queriestest.New(t)
	docs := documents(queriestest.FillMarket(t, db, 300))
	ix := inParts(t, docs)
	clustered := 0
	for _, d := range docs {
		rows, err := queries.ListPostingDuplicates(context.Background(), db, d.Posting.PostingID)
		if err != nil {
			t.Fatal(err)
		}
		others, err := ix.Cluster(d.Posting)
		if err != nil {
			t.Fatal(err)
		}
		var want, got []string
		for _, row := range rows {
			want = append(want, row.PostingID)
		}
		for _, o := range others {
			got = append(got, o.PostingID)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("posting %s (-scan +index):\n%s", d.Posting.PostingID, diff)
		}
		clustered += len(rows)
	}
	if clustered == 0 {
		t.Error("the market has no clusters")
	}
}

// told are made-up postings for keywords: id, source, title, company, duties and technologies.
var told = []struct {
	name, source, title, company, duties string
	techs                                []string
}{
	{"pay", "jumpit", "결제 백엔드 개발자", "가람소프트", "정산시스템을 설계합니다. Kubernetes 위에서 돌립니다.", []string{"kubernetes", "java"}},
	{"pays", "rallit", "Payments Engineer", "Dasom Labs", "카카오페이결제모듈과 PG 연동. e-commerce 서비스", []string{"go"}},
	{"map", "jumpit", "Java개발자", "지도결제", "길 찾기 엔진. 웹 서비스", []string{"java"}},
	{"script", "hn", "Frontend developer", "Maru", "JavaScript and going places", []string{"react"}},
	{"secret", "saramin", "서버 개발자", "비밀회사", "비공개 결제 엔진", []string{"kafka"}},
}

func toldIndex(t *testing.T, o search.Options) *search.Index {
	var docs []search.Document
	for i, one := range told {
		p := schemas.GoldPosting{PostingID: schemas.PostingID(one.source, one.name), Source: one.source, Title: one.title, Company: one.company, Duties: one.duties, Status: "open", IsIT: true,
			ClusterSize: 1, FirstSeenAt: queriestest.MarketNow.Add(-time.Duration(i) * time.Hour), Techs: one.techs}
		d := search.Document{Posting: p}
		for _, tech := range one.techs {
			d.Techs = append(d.Techs, schemas.GoldPostingTech{PostingID: p.PostingID, TechID: tech, Tech: tech, Need: "required"})
		}
		docs = append(docs, d)
	}
	return open(t, o, search.Slice{Part: build(t, docs[:3]...)}, search.Slice{Part: build(t, docs[3:]...)})
}

var speller = search.NewNames([]search.Named{
	{TechID: "kubernetes", Names: []string{"Kubernetes", "쿠버네티스", "k8s"}}, {TechID: "java", Names: []string{"Java", "자바"}}, {TechID: "react", Names: []string{"React", "리액트"}},
	{TechID: "kafka", Names: []string{"Apache Kafka", "카프카", "Kafka"}}, {TechID: "go", Names: []string{"Go"}},
})

func TestKeywords(t *testing.T) {
	tech := func(text, id string) search.Word { return search.Word{Text: text, TechID: id} }
	for _, c := range []struct {
		name  string
		words []search.Word
		want  string // best first
	}{
		{"inside of Korean words, title before company before text", []search.Word{{Text: "결제"}}, "pay map pays"},
		{"longer Korean words", []search.Word{{Text: "결제모듈"}}, "pays"},
		{"one syllable", []search.Word{{Text: "웹"}}, "map"},
		{"not across words", []search.Word{{Text: "결제백엔드"}}, ""},
		{"every word", []search.Word{{Text: "결제"}, {Text: "정산"}}, "pay"},
		{"English by its beginning, in any case", []search.Word{{Text: "ENGIN"}}, "pays"},
		{"English not inside of words", []search.Word{{Text: "script"}}, ""},
		{"a joined word", []search.Word{{Text: "Java개발자"}}, "map pay"},
		{"a word of two tokens", []search.Word{{Text: "e-commerce"}}, "pays"},
		{"a technology whole", []search.Word{tech("Java", "java")}, "map pay"},
		{"a technology by another name", []search.Word{tech("k8s", "kubernetes")}, "pay"},
		{"a short technology", []search.Word{{Text: "go", TechID: "go", IsShort: true}}, "pays"},
		{"a slip in English", []search.Word{{Text: "kuberntes"}}, "pay"},
		{"a slip in Korean", []search.Word{{Text: "쿠버네티즈"}}, "pay"},
		{"two letters swapped", []search.Word{{Text: "raect"}}, "script"},
		{"nothing like it", []search.Word{{Text: "zzzzzzz"}}, ""},
		{"a text that is not shown finds nothing, its facts do", []search.Word{{Text: "서버"}}, "secret"},
		{"and the words of that text do not", []search.Word{{Text: "비공개"}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			ix := toldIndex(t, search.Options{Unread: []string{"saramin"}})
			hits := ix.Find(search.Filter{}, c.words, speller)
			rows, err := hits.Page(search.Order{First: search.Key{By: search.Relevance}}, nil, 10)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, row := range rows {
				for _, one := range told {
					if row.PostingID == schemas.PostingID(one.source, one.name) {
						got = append(got, one.name)
					}
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%+v finds %v, want %s", c.words, got, c.want)
			}
			if hits.Total() != int64(len(rows)) {
				t.Errorf("total is %d of %d rows", hits.Total(), len(rows))
			}
			ids, scores := hits.All()
			for i, row := range rows {
				if ids[i] != row.PostingID || scores[i] != -row.First {
					t.Errorf("hit %d is %s with %d, in the page %s with %d", i, ids[i], scores[i], row.PostingID, -row.First)
				}
			}
		})
	}
}

func TestPagesByRelevance(t *testing.T) {
	docs := documents(queriestest.FillMarket(t, queriestest.New(t), 400))
	ix := inParts(t, docs)
	hits := ix.Find(search.Filter{WithCopies: true}, []search.Word{{Text: "개발자"}}, nil)
	ids, _ := hits.All()
	ix.Trim() // changes no answer
	var paged []string
	var after *search.Position
	for {
		rows, err := hits.Page(search.Order{First: search.Key{By: search.Relevance}}, after, 17)
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) == 0 {
			break
		}
		for _, row := range rows {
			paged = append(paged, row.PostingID)
		}
		after = &rows[len(rows)-1].Position
	}
	if len(paged) < 50 || !slices.Equal(ids, paged) {
		t.Errorf("pages give %d postings, all at once are %d, or in another order", len(paged), len(ids))
	}
}

func TestHiddenPostings(t *testing.T) {
	hidden := schemas.PostingID("jumpit", "pay")
	ix := toldIndex(t, search.Options{Hidden: []string{hidden}})
	if _, err := ix.ByID(hidden); err == nil {
		t.Error("a hidden posting is read by its id")
	}
	hits := ix.Find(search.Filter{}, nil, nil)
	if hits.Total() != int64(len(told))-1 || ix.Len() != len(told)-1 {
		t.Errorf("%d postings of %d, one is hidden", hits.Total(), len(told))
	}
	for _, techs := range hits.Techs() {
		if techs.TechID == "kubernetes" {
			t.Error("a hidden posting is counted")
		}
	}
}

func TestSpans(t *testing.T) {
	for _, c := range []struct {
		text  string
		words []search.Word
		want  string
	}{
		{"결제 백엔드 — Kafka와 Java", []search.Word{{Text: "백엔드"}, {Text: "kafka", TechID: "kafka"}}, "백엔드|Kafka"},
		{"JavaScript, java", []search.Word{{Text: "java", TechID: "java"}}, "java"},
		{"자바를 씁니다", []search.Word{{Text: "자바", TechID: "java"}}, "자바"},
		{"Engineering of engines", []search.Word{{Text: "engine"}}, "Engine|engine"},
		{"nothing", []search.Word{{Text: "결제"}}, ""},
	} {
		var got []string
		for _, s := range search.NewMarker(c.words).Spans(c.text) {
			got = append(got, c.text[s[0]:s[1]])
		}
		if strings.Join(got, "|") != c.want {
			t.Errorf("%q in %+v: %v, want %s", c.text, c.words, got, c.want)
		}
	}
}

func TestBrokenFilesAreRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "part")
	b, err := search.NewBuilder(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range documents(queriestest.FillMarket(t, queriestest.New(t), 50)) {
		b.Add(d)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, bytes := range map[string][]byte{
		"empty": nil, "no part": []byte("a text that is longer than the tail of a part"), "cut off": whole[:len(whole)-100], "cut in front": whole[64:],
		"another table": append(append([]byte{}, whole[:len(whole)-60]...), append([]byte("x"), whole[len(whole)-59:]...)...),
	} {
		if err := os.WriteFile(path, bytes, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := search.OpenPart(path); !errs.Is(err, errs.Corrupt) {
			t.Errorf("%s: %v, want a corrupt file", name, err)
		}
	}
}

// Two indexes may share a part; it is given back with the last of them.
func TestSharedParts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "part")
	b, err := search.NewBuilder(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range documents(queriestest.FillMarket(t, queriestest.New(t), 60)) {
		b.Add(d)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	part, err := search.OpenPart(path)
	if err != nil {
		t.Fatal(err)
	}
	before, err := search.Open([]search.Slice{{Part: part}}, search.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := before.Part(path + "x"); ok {
		t.Error("a part that the index does not have")
	}
	shared, ok := before.Part(path)
	if !ok {
		t.Fatal("the index does not know its part")
	}
	after := open(t, search.Options{}, search.Slice{Part: shared, Deleted: search.Deleted([]uint32{3, 5})})
	want := before.Find(search.Filter{WithCopies: true}, nil, nil).Total() - 2
	if err := before.Close(); err != nil {
		t.Fatal(err)
	}
	if got := after.Find(search.Filter{WithCopies: true, Locations: []string{""}}, nil, nil).Total(); got > want || got == 0 || after.Len() != int(want) {
		t.Errorf("after the first is closed the second has %d of %d postings, want at most %d", got, after.Len(), want)
	}
}
