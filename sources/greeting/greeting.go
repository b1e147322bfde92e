package greeting

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/companies"
	"github.com/techmapit/tmi/sources/htmltext"
	"github.com/techmapit/tmi/sources/listing"
	"github.com/techmapit/tmi/sources/page"
	"github.com/techmapit/tmi/sources/record"
)

const (
	name   = "greeting"
	domain = "career.greetinghr.com"
	// baseURL stands for the employers' hosts, https://TOKEN.career.greetinghr.com; any
	// other base URL has the employers as paths below it.
	baseURL = "https://" + domain
	accept  = "text/html"
	isOpen  = "OPEN"
)

// Board is Greeting for the config. Its default boards are those of
// sources/companies.yaml.
var Board = sources.Board{
	Name: name, Title: "그리팅 Greeting", HomeURL: "https://www.greetinghr.com", IsKorean: true, IsAllowed: true, NeedsBoards: true,
	Settings: sources.Settings{BaseURL: baseURL, Boards: companies.Tokens(name)},
	Terms:    "each employer's robots.txt allows the career pages and forbids those for applying (maintainers' reports, 2026); none of those is asked for",
	Hosts: func(s sources.Settings, host string) bool {
		return s.BaseURL == baseURL && slices.ContainsFunc(s.Boards, func(board string) bool { return strings.EqualFold(hostOf(board), host) })
	},
	New: New,
}

type source struct {
	base   string
	boards []string
}

// New returns the source for the boards named in the settings, tokens or hosts; errs.Invalid
// for a name that can be neither.
func New(s sources.Settings) (sources.Source, error) {
	if err := companies.Check(name, s.Boards, "https://TOKEN."+domain+" (or the host, where the employer has one of its own)"); err != nil {
		return nil, err
	}
	return source{base: strings.TrimRight(cmp.Or(s.BaseURL, baseURL), "/"), boards: slices.Clone(s.Boards)}, nil
}

func (source) Name() string       { return name }
func (source) ParserVersion() int { return 1 }

func (s source) Lists(context.Context, sources.Getter) ([]string, error) {
	return slices.Clone(s.boards), nil
}

// hostOf is a board's host: a token with a dot is one itself.
func hostOf(board string) string {
	if strings.Contains(board, ".") {
		return board
	}
	return board + "." + domain
}

// site is where a person finds an employer's career pages.
func site(board string) string { return "https://" + hostOf(board) }

// root is where this source asks for them.
func (s source) root(board string) string {
	if s.base == baseURL {
		return site(board)
	}
	return s.base + "/" + url.PathEscape(board)
}

func opening(root, boardID string) string { return root + "/ko/o/" + url.PathEscape(boardID) }

func (s source) Discover(ctx context.Context, get sources.Getter, list string, limit int) (sources.Listing, error) {
	return listing.Read(ctx, get, listing.List{
		Name: list, Limit: limit, Parse: s.Parse, Accept: accept,
		// The landing page's path differs (/ko/home, /ko/jobs); the root sends there.
		URL: func(int) string { return s.root(list) + "/" },
	})
}

func (s source) Fetch(ctx context.Context, get sources.Getter, ref sources.Ref) (schemas.Document, error) {
	return get.Get(ctx, sources.Request{URL: ref.URL, Kind: schemas.KindDetail, List: ref.List, BoardID: ref.BoardID, Stamp: ref.Stamp, Accept: accept})
}

// state is what a page carries; the data of a query is of any shape.
type state struct {
	Props struct {
		PageProps struct {
			DehydratedState struct {
				Queries []struct {
					QueryKey json.RawMessage `json:"queryKey"`
					State    struct {
						Data json.RawMessage `json:"data"`
					} `json:"state"`
				} `json:"queries"`
			} `json:"dehydratedState"`
		} `json:"pageProps"`
	} `json:"props"`
}

func (s source) Parse(doc schemas.Document) (sources.Parsed, error) {
	isGone := doc.Status == http.StatusNotFound || doc.Status == http.StatusGone
	switch {
	case isGone && doc.Kind == schemas.KindList:
		return sources.Parsed{NoSuchBoard: true, Last: true}, nil
	case isGone:
		return sources.Parsed{Gone: true}, nil
	case doc.Status != http.StatusOK:
		return sources.Parsed{}, errs.New(errs.Corrupt, "status %d is no answer of the board", doc.Status)
	}
	var st state
	if err := page.NextData(doc.Body, &st); err != nil {
		return sources.Parsed{}, err
	}
	if doc.Kind == schemas.KindList {
		return s.parseList(doc, st)
	}
	return parseDetail(doc, st)
}

func (s source) parseList(doc schemas.Document, st state) (sources.Parsed, error) {
	rows, ok := openings(st)
	if !ok {
		return sources.Parsed{}, errs.New(errs.Corrupt, "queries: none has the key openings and a list of data")
	}
	out := sources.Parsed{Last: true}
	for i, raw := range rows {
		r := record.Of(raw)
		if r.Has("deploy") && !r.Bool("deploy") && len(r.Reasons()) == 0 { // not on the page
			continue
		}
		p := schemas.BoardPosting{BoardID: r.ID("openingId"), Payload: r.Payload()}
		common(r, &p, doc.List)
		positions(r.Object("openingJobPosition").Objects("openingJobPositions"), &p)
		p.Stamp = record.Stamp(p.Title, p.PostedAt, p.ClosesAt, p.Categories, p.Locations, p.ExperienceRaw, p.EmploymentRaw)
		p.Position = int32(i + 1)
		if p.BoardID != "" {
			out.Refs = append(out.Refs, sources.Ref{
				BoardID: p.BoardID, URL: opening(s.root(doc.List), p.BoardID), List: doc.List, Stamp: p.Stamp, Position: i + 1,
			})
		}
		r.Keep(&out, p)
	}
	return out, nil
}

// openings are the rows of the query with that key: a list, or an object with the rows'
// numbers as keys.
func openings(st state) ([]json.RawMessage, bool) {
	for _, q := range st.Props.PageProps.DehydratedState.Queries {
		var key []json.RawMessage
		if json.Unmarshal(q.QueryKey, &key) != nil || len(key) == 0 || string(key[0]) != `"openings"` {
			continue
		}
		var rows []json.RawMessage
		if json.Unmarshal(q.State.Data, &rows) == nil && rows != nil {
			return rows, true
		}
		var numbered map[string]json.RawMessage
		if json.Unmarshal(q.State.Data, &numbered) != nil || numbered == nil {
			continue
		}
		for _, number := range sorted(numbered) {
			rows = append(rows, numbered[number])
		}
		return rows, true
	}
	return nil, false
}

// sorted are a numbered object's keys in the order of their numbers.
func sorted(numbered map[string]json.RawMessage) []string {
	var keys []string
	for key := range numbered {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b)) })
	return keys
}

func parseDetail(doc schemas.Document, st state) (sources.Parsed, error) {
	for _, q := range st.Props.PageProps.DehydratedState.Queries {
		var wrapped struct {
			Data json.RawMessage `json:"data"`
		}
		if !bytes.Contains(q.State.Data, []byte(`"openingsInfo"`)) || json.Unmarshal(q.State.Data, &wrapped) != nil {
			continue
		}
		out := sources.Parsed{IsWhole: true}
		r := record.Of(wrapped.Data)
		info := r.Object("openingsInfo")
		if status := info.String("status"); status != "" && status != isOpen && len(r.Reasons()) == 0 {
			out.Gone = true // the page stays, the opening is closed
			return out, nil
		}
		p := schemas.BoardPosting{BoardID: doc.BoardID, Payload: r.Payload()}
		for _, field := range []string{"openingId", "id"} {
			if info.Has(field) {
				p.BoardID = info.ID(field)
				r.Asked(doc, "openingsInfo."+field, p.BoardID)
				break
			}
		}
		if p.BoardID == "" {
			r.Fail("openingsInfo", "has no id")
		}
		common(info, &p, doc.List)
		positions(r.Object("jobPositionSetting").Objects("jobPositions"), &p)
		p.Body = htmltext.Text(info.String("detail"))
		r.Keep(&out, p)
		return out, nil
	}
	return sources.Parsed{}, errs.New(errs.Corrupt, "queries: none has an openingsInfo")
}

// common reads what rows and pages share.
func common(r *record.Record, p *schemas.BoardPosting, list string) {
	p.Title = htmltext.Line(r.Required("title"))
	p.Company, p.CompanyBoardID = companies.Name(name, list), list
	p.URL = opening(site(list), p.BoardID)
	p.PostedAt = r.Time("openDate")
	end, isNever := r.Deadline("dueDate")
	if p.IsAlwaysOpen = isNever || end.IsZero(); !p.IsAlwaysOpen {
		p.ClosesAt = end
	}
}

// careers are the board's codes in the words of the country's postings.
var careers = map[string]string{"NEW_COMER": "신입", "EXPERIENCED": "경력", "NOT_MATTER": "경력무관"}

// positions joins an opening's positions. Numbers of years count only where no position
// is open to newcomers, and an upper one only where each position has one.
func positions(list []*record.Record, p *schemas.BoardPosting) {
	var places, jobs, experience, employment []string
	var low, high []int32
	isNewcomer, isSaid, hasEnd := false, false, true
	for _, position := range list {
		place := position.Object("workspacePlace")
		places = append(places, cmp.Or(place.String("location"), place.String("place")))
		jobs = append(jobs, position.Object("workspaceOccupation").String("occupation"), position.Object("workspaceJob").String("job"))
		employment = append(employment, position.Object("jobPositionEmployment").String("employmentType"))
		career := position.Object("jobPositionCareer")
		kind, from, to := career.String("careerType"), career.Int32("careerFrom"), career.Int32("careerTo")
		if kind == "" {
			continue
		}
		isSaid = true
		isNewcomer = isNewcomer || kind != "EXPERIENCED"
		experience = append(experience, cmp.Or(careers[kind], kind)+years(from, to))
		low = append(low, from)
		if high = append(high, to); to <= 0 {
			hasEnd = false
		}
	}
	p.Locations, p.Categories = record.Names(places...), record.Names(jobs...)
	p.EmploymentRaw = strings.Join(record.Names(employment...), ", ")
	p.ExperienceRaw = strings.Join(record.Names(experience...), ", ")
	if !isSaid {
		return
	}
	p.IsNewcomer = &isNewcomer
	const mostYears = 60
	if least := slices.Min(low); !isNewcomer && least > 0 && least <= mostYears {
		p.ExperienceMinYears = &least
	}
	if most := slices.Max(high); !isNewcomer && hasEnd && most <= mostYears {
		p.ExperienceMaxYears = &most
	}
}

func years(from, to int32) string {
	switch {
	case from > 0 && to > 0:
		return " " + strconv.Itoa(int(from)) + "~" + strconv.Itoa(int(to)) + "년"
	case from > 0:
		return " " + strconv.Itoa(int(from)) + "년 이상"
	case to > 0:
		return " " + strconv.Itoa(int(to)) + "년 이하"
	}
	return ""
}
