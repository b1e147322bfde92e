package programmers

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/htmltext"
	"github.com/techmapit/tmi/sources/record"
)

const (
	name    = "programmers"
	homeURL = "https://career.programmers.co.kr"
)

// Board is Programmers' career board for the config: an archive.
var Board = sources.Board{
	Name: name, Title: "프로그래머스 Programmers (archive)", HomeURL: homeURL, IsKorean: true, IsForIT: true, IsArchive: true,
	Settings: sources.Settings{BaseURL: homeURL},
	Terms:    "the board closed on 2025-04-28 and its host is gone; recorded answers alone are read",
	New:      New,
}

type source struct{}

// New returns the source; no settings are used.
func New(sources.Settings) (sources.Source, error) { return source{}, nil }

func (source) Name() string       { return name }
func (source) ParserVersion() int { return 1 }

func closed(what string) error {
	return errs.New(errs.Invalid, "%s of programmers: the board closed on 2025-04-28; only recorded answers can be read", what)
}

// Lists is errs.Invalid: there is nothing to ask.
func (source) Lists(context.Context, sources.Getter) ([]string, error) { return nil, closed("lists") }

// Discover is errs.Invalid: there is nothing to ask.
func (source) Discover(_ context.Context, _ sources.Getter, list string, _ int) (sources.Listing, error) {
	return sources.Listing{ListRead: schemas.ListRead{List: list}}, closed("list " + list)
}

// Fetch is errs.Invalid: there is nothing to ask.
func (source) Fetch(_ context.Context, _ sources.Getter, ref sources.Ref) (schemas.Document, error) {
	return schemas.Document{}, closed("posting " + ref.BoardID)
}

func (source) Parse(doc schemas.Document) (sources.Parsed, error) {
	if doc.Kind == schemas.KindDetail && (doc.Status == http.StatusNotFound || doc.Status == http.StatusGone) {
		return sources.Parsed{Gone: true}, nil
	}
	var answer struct {
		TotalPages   *int              `json:"totalPages"`
		JobPositions []json.RawMessage `json:"jobPositions"`
		JobPosition  json.RawMessage   `json:"jobPosition"`
	}
	if err := record.Envelope(doc.Body, &answer); err != nil {
		return sources.Parsed{}, err
	}
	switch {
	case doc.Status != http.StatusOK:
		return sources.Parsed{}, errs.New(errs.Corrupt, "status %d is no answer of the board", doc.Status)
	case doc.Kind == schemas.KindDetail && answer.JobPosition == nil:
		return sources.Parsed{}, errs.New(errs.Corrupt, "jobPosition: is missing, expected a posting")
	case doc.Kind == schemas.KindDetail:
		out := sources.Parsed{IsWhole: true}
		r := record.Of(answer.JobPosition)
		p := posting(r)
		r.Asked(doc, "id", p.BoardID)
		r.Keep(&out, p)
		return out, nil
	case answer.JobPositions == nil:
		return sources.Parsed{}, errs.New(errs.Corrupt, "jobPositions: is missing, expected a list")
	}
	page := max(doc.Page, 1)
	out := sources.Parsed{Last: len(answer.JobPositions) == 0 || answer.TotalPages != nil && page >= *answer.TotalPages}
	for i, raw := range answer.JobPositions {
		r := record.Of(raw)
		p := posting(r)
		p.Position = int32(i + 1)
		p.Stamp = r.String("updatedAt")
		if p.BoardID != "" {
			out.Refs = append(out.Refs, sources.Ref{
				BoardID: p.BoardID, URL: homeURL + "/api/job_positions/" + p.BoardID, List: doc.List, Stamp: p.Stamp, Position: i + 1,
			})
		}
		r.Keep(&out, p)
	}
	return out, nil
}

func posting(r *record.Record) schemas.BoardPosting {
	p := schemas.BoardPosting{
		BoardID:       r.ID("id"),
		Title:         htmltext.Line(r.Required("title")),
		Company:       htmltext.Line(r.Object("company").String("name")),
		Locations:     record.Names(r.String("address")),
		EmploymentRaw: word(r, "jobType"),
		CountryRaw:    "KR",
		Duties:        htmltext.Markdown(r.String("description")),
		Requirements:  htmltext.Markdown(r.String("requirement")),
		Preferred:     htmltext.Markdown(r.String("preferredExperience")),
		Body:          htmltext.Markdown(r.String("additionalInformation")),
		Payload:       r.Payload(),
	}
	p.URL = homeURL + "/job_positions/" + p.BoardID
	if r.Has("companyId") {
		p.CompanyBoardID = r.ID("companyId")
	}
	for _, tag := range r.Objects("technicalTags") {
		p.BoardTags = record.Names(append(p.BoardTags, tag.String("name"))...)
	}
	if r.HasNull("endAt") {
		p.IsAlwaysOpen = true
	} else {
		p.ClosesAt, p.IsAlwaysOpen = r.Deadline("endAt")
	}
	p.ExperienceRaw = strings.Join(record.Names(word(r, "career"), word(r, "careerRange")), " ")
	const mostYears = 60
	if least := r.Int32("minCareer"); least > 0 && least <= mostYears {
		p.ExperienceMinYears = &least
	}
	return p
}

// word is a field that some answers write as a text and others as a code, which says
// nothing without the board's table.
func word(r *record.Record, name string) string {
	var text string
	if json.Unmarshal(r.Raw(name), &text) != nil {
		return ""
	}
	return htmltext.Line(text)
}
