package queries

import (
	"database/sql"
	"strings"
	"time"
)

// PostingFilter says which postings a question is about. The zero value is every posting
// that is the face of its cluster. In a list any value will do; a nil list is off. Postings
// that do not state their experience, pay, employment or the like do not pass a filter on
// it.
type PostingFilter struct {
	IDs         []string // posting ids, as a search found them; empty but not nil matches nothing
	TechIDs     []string
	AllTechs    bool // every one of TechIDs instead of any
	NotTechIDs  []string
	Roles       []string
	Sources     []string
	Employments []string
	Remotes     []string
	CompanyIDs  []string // a posting passes by CompanyIDs or by Companies
	Companies   []string // parts of a company's name, in any case
	Locations   []string // parts of a place's name, in any case
	// ExperienceMinYears and ExperienceMaxYears are a span that the posting's own must touch.
	ExperienceMinYears *int32
	ExperienceMaxYears *int32
	SalaryMinKRW       *int64    // a year; the upper end of the posting's pay reaches it
	Status             string    // open or closed; "" = all
	Country            string    // ISO 3166-1 alpha-2; "" = all
	IsIT               *bool     // nil = all
	IsAlwaysOpen       *bool     // nil = all
	PostedFrom         time.Time // zero = off
	PostedBefore       time.Time // the instant itself not included; zero = off
	WithCopies         bool      // also postings that are copies of another
}

// args are the parameters of serve/_posting_filter.
func (f PostingFilter) args() []sql.NamedArg {
	needed := 1
	if f.AllTechs {
		needed = distinct(f.TechIDs)
	}
	return []sql.NamedArg{
		sql.Named("ids", list(f.IDs)),
		sql.Named("tech_ids", list(f.TechIDs)),
		sql.Named("tech_needed", needed),
		sql.Named("not_tech_ids", list(f.NotTechIDs)),
		sql.Named("roles", list(f.Roles)),
		sql.Named("sources", list(f.Sources)),
		sql.Named("employments", list(f.Employments)),
		sql.Named("remotes", list(f.Remotes)),
		sql.Named("company_ids", list(f.CompanyIDs)),
		sql.Named("company_names", list(lower(f.Companies))),
		sql.Named("locations", list(lower(f.Locations))),
		sql.Named("experience_from", optional(f.ExperienceMinYears)),
		sql.Named("experience_to", optional(f.ExperienceMaxYears)),
		sql.Named("salary_from", optional(f.SalaryMinKRW)),
		sql.Named("status", text(f.Status)),
		sql.Named("country", text(f.Country)),
		sql.Named("is_it", optional(f.IsIT)),
		sql.Named("is_always_open", optional(f.IsAlwaysOpen)),
		sql.Named("posted_from", instant(f.PostedFrom)),
		sql.Named("posted_before", instant(f.PostedBefore)),
		sql.Named("with_copies", f.WithCopies),
	}
}

func (f PostingFilter) with(more ...sql.NamedArg) []sql.NamedArg {
	return append(f.args(), more...)
}

// The helpers below turn Go's ways to say nothing into null.

func list(values []string) any {
	if values == nil {
		return nil
	}
	return values
}

func optional[V any](p *V) any {
	if p == nil {
		return nil
	}
	return *p
}

func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func instant(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC()
}

func lower(values []string) []string {
	if values == nil {
		return nil
	}
	lowered := make([]string, len(values))
	for i, v := range values {
		lowered[i] = strings.ToLower(v)
	}
	return lowered
}

func distinct(values []string) int {
	seen := map[string]bool{}
	for _, v := range values {
		seen[v] = true
	}
	return len(seen)
}
