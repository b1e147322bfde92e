package api

import (
	"time"

	"github.com/techmapit/tmi/queries"
)

// Set is the published set that an answer was read from.
type Set struct {
	Seq int64     `json:"seq" doc:"Number of the published set"`
	At  time.Time `json:"at" doc:"When it was published"`
}

func publishedOf(set Pinned) Set {
	p := set.Published()
	return Set{Seq: p.Seq, At: p.At.UTC()}
}

// Origin is what every answer says of where it comes from.
type Origin struct {
	Published Set  `json:"published"`
	Demo      bool `json:"demo,omitempty" doc:"True where the data are made up"`
}

// Posting is a recruitment ad in a list. Null means not known.
type Posting struct {
	PostingID          string     `json:"posting_id" doc:"128 bits in hex, the same for ever"`
	Source             string     `json:"source" doc:"Job board"`
	URL                string     `json:"url" doc:"The posting on its board"`
	Title              string     `json:"title"`
	CompanyID          *string    `json:"company_id"`
	Company            *string    `json:"company"`
	Roles              []string   `json:"roles"`
	Seniority          *string    `json:"seniority"`
	ExperienceMinYears *int32     `json:"experience_min_years"`
	ExperienceMaxYears *int32     `json:"experience_max_years" doc:"Null also where there is no upper bound"`
	Employment         *string    `json:"employment"`
	Remote             *string    `json:"remote"`
	Region             *string    `json:"region" doc:"Korean province or metropolitan city"`
	District           *string    `json:"district"`
	Country            *string    `json:"country" doc:"ISO 3166-1 alpha-2"`
	SalaryMinKRW       *int64     `json:"salary_min_krw" doc:"KRW a year"`
	SalaryMaxKRW       *int64     `json:"salary_max_krw" doc:"KRW a year"`
	Techs              []string   `json:"techs" doc:"Names of technologies, in order of name"`
	Status             string     `json:"status" enum:"open,closed"`
	ClosedReason       *string    `json:"closed_reason"`
	IsIT               bool       `json:"is_it"`
	PostedAt           *time.Time `json:"posted_at"`
	ClosesAt           *time.Time `json:"closes_at" doc:"Last instant to apply; null = always open or not said"`
	IsAlwaysOpen       bool       `json:"is_always_open" doc:"The board says so"`
	ClosedAt           *time.Time `json:"closed_at" doc:"Null while open"`
	FirstSeenAt        time.Time  `json:"first_seen_at"`
	DuplicateCount     int32      `json:"duplicate_count" doc:"Other postings of the same job"`
	// Highlights are there in a search by keywords alone.
	Highlights []Highlight `json:"highlights,omitempty" doc:"In a search by keywords: where they stand, as far as the source's texts are shown"`
}

func postingOf(p queries.PostingRow) Posting {
	return Posting{
		PostingID: p.PostingID, Source: p.Source, URL: p.URL, Title: p.Title, CompanyID: orNull(p.CompanyID), Company: orNull(p.Company), Roles: orEmpty(p.Roles), Seniority: orNull(p.Seniority),
		ExperienceMinYears: p.ExperienceMinYears, ExperienceMaxYears: p.ExperienceMaxYears, Employment: orNull(p.Employment), Remote: orNull(p.Remote), Region: orNull(p.Region),
		District: orNull(p.District), Country: orNull(p.Country), SalaryMinKRW: p.SalaryMinKRW, SalaryMaxKRW: p.SalaryMaxKRW, Techs: orEmpty(p.Techs), Status: p.Status, ClosedReason: orNull(p.ClosedReason),
		IsIT: p.IsIT, PostedAt: instant(p.PostedAt), ClosesAt: instant(p.ClosesAt), IsAlwaysOpen: p.IsAlwaysOpen, ClosedAt: instant(p.ClosedAt), FirstSeenAt: p.FirstSeenAt, DuplicateCount: max(p.ClusterSize-1, 0),
	}
}

// FacetCount is a value of a facet.
type FacetCount struct {
	Value        string `json:"value" doc:"What the filter of the facet's name takes"`
	Label        string `json:"label"`
	PostingCount int64  `json:"posting_count"`
}

// Facet divides the matching postings.
type Facet struct {
	Values     []FacetCount `json:"values" doc:"Most frequent first"`
	ValueCount int64        `json:"value_count" doc:"How many values there are in all; more than listed where the list is cut"`
}

// Postings answers GET /postings.
type Postings struct {
	Postings   []Posting        `json:"postings"`
	Total      int64            `json:"total" doc:"Matching postings"`
	NextCursor *string          `json:"next_cursor" doc:"Null on the last page"`
	Facets     map[string]Facet `json:"facets"`
	Filter     Filter           `json:"filter" doc:"The filter as understood, defaults included"`
	Sort       string           `json:"sort"`
	Corrected  []Correction     `json:"corrected,omitempty" doc:"Keywords that were read as the technology they nearly name"`
	Origin
}

// Evidence is the place in a posting's text that proves a technology.
type Evidence struct {
	Section    string  `json:"section"`
	StartByte  int32   `json:"start_byte" doc:"In the UTF-8 text of the section"`
	EndByte    int32   `json:"end_byte"`
	Surface    string  `json:"surface" doc:"The words as written"`
	Sentence   *string `json:"sentence" doc:"The sentence around it, at most 200 characters; null where the source's texts are not shown"`
	MatchStart int     `json:"match_start" doc:"Byte offset of the words in the sentence"`
	MatchEnd   int     `json:"match_end"`
}

// PostingTech is a technology that a posting names.
type PostingTech struct {
	TechID   string    `json:"tech_id"`
	Tech     string    `json:"tech"`
	Category *string   `json:"category"`
	Need     string    `json:"need" enum:"required,preferred"`
	Method   string    `json:"method" enum:"board_tag,dictionary,assistant" doc:"How it was found"`
	Evidence *Evidence `json:"evidence" doc:"Null for a board's own tag, and where the source's texts are not shown"`
}

// Event is something that happened to a posting.
type Event struct {
	Event  string    `json:"event" enum:"opened,changed,closed,reopened,expired"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
}

// Duplicate is another posting of the same job.
type Duplicate struct {
	PostingID string `json:"posting_id"`
	Source    string `json:"source"`
	URL       string `json:"url"`
	Title     string `json:"title"`
	Status    string `json:"status" enum:"open,closed"`
	IsFace    bool   `json:"is_face" doc:"The one that stands for them all in lists and counts"`
}

// Texts are a posting's sections, shown where the source's policy is full.
type Texts struct {
	About        *string `json:"about"`
	Duties       *string `json:"duties"`
	Requirements *string `json:"requirements"`
	Preferred    *string `json:"preferred"`
	Benefits     *string `json:"benefits"`
	Process      *string `json:"process"`
}

// PostingDetail answers GET /postings/{id}.
type PostingDetail struct {
	Posting
	DuplicateOf  *string       `json:"duplicate_of" doc:"The posting that stands for this one in lists and counts"`
	Education    *string       `json:"education"`
	Industry     *string       `json:"industry"`
	Language     *string       `json:"language" doc:"Of the text, ISO 639-1"`
	LastSeenAt   *time.Time    `json:"last_seen_at" doc:"Null while open"`
	ChangedAt    *time.Time    `json:"changed_at" doc:"When the current content was first seen"`
	VersionCount int32         `json:"version_count"`
	Technologies []PostingTech `json:"technologies" doc:"Required first, then by name"`
	History      []Event       `json:"history" doc:"Oldest first"`
	Duplicates   []Duplicate   `json:"duplicates"`
	Publish      string        `json:"publish" enum:"facts,excerpt,full" doc:"What the public sees of this source's texts"`
	Texts        *Texts        `json:"texts" doc:"Null unless publish is full"`
	Origin
}

// Share is a technology's part of a set of postings.
type Share struct {
	TechID       string  `json:"tech_id"`
	Tech         string  `json:"tech"`
	Category     *string `json:"category"`
	PostingCount int64   `json:"posting_count"`
	Share        float64 `json:"share" doc:"Of all matching postings, 0 to 1"`
	ShareLow     float64 `json:"share_low" doc:"Lower end of the 95 % Wilson interval"`
	ShareHigh    float64 `json:"share_high" doc:"Upper end"`
}

// Frequency answers GET /stats/tech-frequency.
type Frequency struct {
	Techs        []Share `json:"techs" doc:"Most frequent first, ties by name"`
	PostingCount int64   `json:"posting_count" doc:"Matching postings: the shares' denominator"`
	TechCount    int64   `json:"tech_count" doc:"Technologies that they name"`
	Truncated    bool    `json:"truncated" doc:"There are more technologies than listed"`
	Filter       Filter  `json:"filter" doc:"The filter as understood, defaults included"`
	Count        string  `json:"count" enum:"unique,raw" doc:"Whether copies of the same job count once or each"`
	Origin
}

// Tech is a technology of the dictionary with counts over open IT postings in Korea.
type Tech struct {
	TechID        string   `json:"tech_id"`
	Tech          string   `json:"tech"`
	Category      string   `json:"category"`
	Aliases       []string `json:"aliases"`
	DescriptionKO string   `json:"description_ko"`
	DescriptionEN string   `json:"description_en"`
	PostingCount  int64    `json:"posting_count"`
	RequiredCount int64    `json:"required_count" doc:"Postings that require it rather than prefer it"`
	CompanyCount  int64    `json:"company_count"`
}

// TechFilter is the filter of GET /techs as understood.
type TechFilter struct {
	Q        *string `json:"q"`
	Category *string `json:"category"`
	Sort     string  `json:"sort" enum:"count,name"`
	// The postings that are counted.
	Status  string  `json:"status"`
	Country string  `json:"country"`
	IsIT    trueish `json:"is_it"`
}

// Techs answers GET /techs.
type Techs struct {
	Techs      []Tech     `json:"techs"`
	Total      int64      `json:"total"`
	NextCursor *string    `json:"next_cursor" doc:"Null on the last page"`
	Filter     TechFilter `json:"filter"`
	Origin
}

// RelatedTech is a technology named together with another.
type RelatedTech struct {
	TechID     string  `json:"tech_id"`
	Tech       string  `json:"tech"`
	JointCount int64   `json:"joint_count" doc:"Open IT postings that name both"`
	TechCount  int64   `json:"tech_count" doc:"Open IT postings that name the technology asked about"`
	Lift       float64 `json:"lift" doc:"How many times more often than by chance"`
}

// TechCompany is a company that asks for a technology.
type TechCompany struct {
	CompanyID    string `json:"company_id"`
	Company      string `json:"company"`
	PostingCount int64  `json:"posting_count"`
}

// TechDetail answers GET /techs/{id}.
type TechDetail struct {
	Tech
	Home      *string       `json:"home" doc:"Its home page"`
	ParentID  *string       `json:"parent_id" doc:"The technology that it belongs to"`
	Share     float64       `json:"share" doc:"Of open IT postings in Korea, 0 to 1"`
	Total     int64         `json:"total" doc:"Those postings"`
	Related   []RelatedTech `json:"related" doc:"Named together most often, first 10"`
	Companies []TechCompany `json:"companies" doc:"With most postings, first 10"`
	Newest    []Posting     `json:"newest" doc:"Newest open postings, first 5"`
	Origin
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
