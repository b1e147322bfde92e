package work24

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/htmltext"
	"github.com/techmapit/tmi/sources/listing"
	"github.com/techmapit/tmi/sources/record"
)

const (
	name       = "work24"
	baseURL    = "https://www.work24.go.kr"
	path       = "/cm/openApi/call/wk/callOpenApiSvcInfo210"
	accept     = "application/xml, text/xml"
	pageRows   = 100
	personPage = baseURL + "/wk/a/b/1500/empDetailAuthView.do?infoTypeCd=VALIDATION&wantedAuthNo="
)

// Board is Work24's open API for the config. Its lists are occupations' codes, which the
// config names: the service's code table changes.
var Board = sources.Board{
	Name: name, Title: "고용24 Work24 (open API)", HomeURL: baseURL, IsKorean: true, IsAllowed: true, NeedsKey: true, NeedsBoards: true,
	Settings: sources.Settings{BaseURL: baseURL},
	Terms:    "the official API, for holders of a key (work24.go.kr); some keys of private persons are refused the list (readers' reports, 2026)",
	New:      New,
}

var occupation = regexp.MustCompile(`^\d{2,8}$`)

type source struct {
	base, key string
	codes     []string
}

// New returns the source for the occupations named in the settings' boards; errs.Invalid
// for a code that is not of digits.
func New(s sources.Settings) (sources.Source, error) {
	for _, code := range s.Boards {
		if !occupation.MatchString(code) {
			return nil, errs.New(errs.Invalid, "work24 boards: %q is no occupation, expected a code of digits such as 133100", code)
		}
	}
	return source{base: strings.TrimRight(cmp.Or(s.BaseURL, baseURL), "/"), key: s.Key, codes: slices.Clone(s.Boards)}, nil
}

func (source) Name() string       { return name }
func (source) ParserVersion() int { return 1 }

// Lists is errs.Invalid without a key.
func (s source) Lists(context.Context, sources.Getter) ([]string, error) {
	if s.key == "" {
		return nil, errs.New(errs.Invalid, "work24: no key, expected one from work24.go.kr in TMI_SOURCES_WORK24_KEY")
	}
	return slices.Clone(s.codes), nil
}

func (s source) secret() url.Values { return url.Values{"authKey": {s.key}} }

func (s source) Discover(ctx context.Context, get sources.Getter, list string, limit int) (sources.Listing, error) {
	return listing.Read(ctx, get, listing.List{
		Name: list, Filter: "occupation=" + list, Limit: limit, Parse: s.Parse, Accept: accept, Secret: s.secret(),
		URL: func(page int) string {
			return fmt.Sprintf("%s%sL01.do?callTp=L&returnType=XML&startPage=%d&display=%d&occupation=%s", s.base, path, page, pageRows, url.QueryEscape(list))
		},
	})
}

func (s source) detail(boardID string) string {
	return fmt.Sprintf("%s%sD01.do?callTp=D&returnType=XML&infoSvc=VALIDATION&wantedAuthNo=%s", s.base, path, url.QueryEscape(boardID))
}

func (s source) Fetch(ctx context.Context, get sources.Getter, ref sources.Ref) (schemas.Document, error) {
	return get.Get(ctx, sources.Request{
		URL: ref.URL, Kind: schemas.KindDetail, List: ref.List, BoardID: ref.BoardID, Stamp: ref.Stamp, Accept: accept, Secret: s.secret(),
	})
}

func (s source) Parse(doc schemas.Document) (sources.Parsed, error) {
	if doc.Kind == schemas.KindDetail && (doc.Status == http.StatusNotFound || doc.Status == http.StatusGone) {
		return sources.Parsed{Gone: true}, nil
	}
	root, err := read(doc.Body)
	if err != nil {
		return sources.Parsed{}, err
	}
	if doc.Status != http.StatusOK {
		return sources.Parsed{}, errs.New(errs.Corrupt, "status %d is no answer of the board", doc.Status)
	}
	switch {
	case doc.Kind == schemas.KindList && root.name == "wantedRoot" && (root.has("total") || root.has("wanted")):
		return s.parseList(doc, root), nil
	case doc.Kind == schemas.KindDetail && root.name == "wantedDtl":
		return s.parseDetail(doc, root), nil
	}
	return sources.Parsed{}, errs.New(errs.Corrupt, "<%s> is no answer: %s %s", root.name, root.leaf("messageCd"), cmp.Or(root.leaf("message"), root.leaf("error")))
}

func (s source) parseList(doc schemas.Document, root element) sources.Parsed {
	page := max(doc.Page, 1)
	if n, err := strconv.Atoi(root.leaf("startPage")); err == nil && n > 0 && n < 1e5 {
		page = n
	}
	out := sources.Parsed{}
	position := (page - 1) * pageRows
	for _, wanted := range root.inner {
		if wanted.name != "wanted" {
			continue
		}
		position++
		r := wanted.record()
		p := common(r, "title", "company", "regDt", "closeDt")
		p.Locations = record.Names(cmp.Or(r.String("basicAddr"), r.String("region")))
		p.ExperienceRaw, p.EducationRaw = htmltext.Line(r.String("career")), htmltext.Line(r.String("minEdubg"))
		p.IndustryRaw = htmltext.Line(r.String("indTpNm"))
		p.SalaryRaw = htmltext.Line(r.String("salTpNm") + " " + r.String("sal"))
		p.IsNewcomer = newcomer(p.ExperienceRaw)
		p.Stamp = record.Stamp(p.Title, p.Company, p.Locations, p.ExperienceRaw, p.SalaryRaw, p.ClosesAt, r.String("smodifyDtm"))
		p.Position = int32(position)
		if p.BoardID != "" {
			out.Refs = append(out.Refs, sources.Ref{BoardID: p.BoardID, URL: s.detail(p.BoardID), List: doc.List, Stamp: p.Stamp, Position: position})
		}
		r.Keep(&out, p)
	}
	out.Last = position == (page-1)*pageRows
	if total, err := strconv.Atoi(root.leaf("total")); err == nil && total >= 0 {
		out.Total, out.Last = &total, out.Last || page*pageRows >= total
	}
	return out
}

func (s source) parseDetail(doc schemas.Document, root element) sources.Parsed {
	out := sources.Parsed{IsWhole: true}
	r := root.record()
	p := common(r, "wantedTitle", "corpNm", "regDt", "receiptCloseDt")
	p.Locations = record.Names(r.String("workRegion"))
	p.Categories = record.Split(r.String("jobsNm")+","+r.String("relJobsNm"), ",")
	p.EmploymentRaw, p.SalaryRaw = htmltext.Line(r.String("empTpNm")), htmltext.Line(r.String("salTpNm"))
	p.ExperienceRaw, p.EducationRaw = htmltext.Line(r.String("enterTpNm")), htmltext.Line(r.String("eduNm"))
	p.IndustryRaw = htmltext.Line(r.String("indTpCdNm"))
	p.IsNewcomer = newcomer(p.ExperienceRaw)
	p.BoardTags = record.Split(r.String("srchKeywordNm"), ",")
	text := func(names ...string) string {
		var texts []string
		for _, name := range names {
			texts = append(texts, htmltext.Clean(htmltext.Unescape(r.String(name))))
		}
		return record.Texts(texts...)
	}
	p.Duties, p.Requirements = text("jobCont"), text("major", "certificate", "forLang", "compAbl")
	p.Preferred, p.Process = text("pfCond", "etcPfCond"), text("selMthd", "rcptMthd", "submitDoc")
	p.Benefits, p.Body = text("etcWelfare", "workdayWorkhrCont"), text("etcHopeCont")
	r.Asked(doc, "wantedAuthNo", p.BoardID)
	r.Keep(&out, p)
	return out
}

func common(r *record.Record, title, company, posted, closes string) schemas.BoardPosting {
	p := schemas.BoardPosting{
		BoardID: r.ID("wantedAuthNo"), Title: htmltext.Line(htmltext.Unescape(r.Required(title))), Company: htmltext.Line(htmltext.Unescape(r.String(company))),
		CountryRaw: "KR", Payload: r.Payload(),
	}
	p.URL = personPage + url.QueryEscape(p.BoardID)
	if at, ok := day(r.String(posted)); ok {
		p.PostedAt = at.UTC()
	}
	end, ok := day(r.String(closes))
	if p.IsAlwaysOpen = !ok && r.Has(closes); ok { // "until somebody is found", with or without a last day
		p.ClosesAt = end.Add(24*time.Hour - time.Second).UTC()
	}
	return p
}

var date = regexp.MustCompile(`(\d{4}|\d{2})[-./]?(\d{2})[-./]?(\d{2})`)

// day finds a day in a text: 26-02-01, 2026-02-01 or 20260201, perhaps with words.
func day(s string) (time.Time, bool) {
	m := date.FindStringSubmatch(s)
	if m == nil {
		return time.Time{}, false
	}
	year := m[1]
	if len(year) == 2 {
		year = "20" + year
	}
	t, err := time.ParseInLocation(time.DateOnly, year+"-"+m[2]+"-"+m[3], record.KST)
	return t, err == nil && t.Year() < 9999
}

// newcomer reads the board's words: 신입, 관계없음 (does not matter), 경력.
func newcomer(words string) *bool {
	isNewcomer := strings.Contains(words, "신입") || strings.Contains(words, "관계없음") || strings.Contains(words, "무관")
	if !isNewcomer && !strings.Contains(words, "경력") {
		return nil
	}
	return &isNewcomer
}

// record is the element's leaves as a JSON record; leaves of one name are joined.
func (e element) record() *record.Record {
	fields := map[string]string{}
	e.leaves(func(name, text string) {
		if old := fields[name]; old != "" && text != "" && old != text {
			text = old + ", " + text
		}
		fields[name] = cmp.Or(text, fields[name])
	})
	for name, text := range fields {
		if text == "" {
			delete(fields, name)
		}
	}
	raw, err := json.Marshal(fields)
	if err != nil {
		panic(err) // texts always encode
	}
	return record.Of(raw)
}
