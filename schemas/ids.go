package schemas

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"
)

// id128 is the first 128 bits of SHA-256 over the parts joined by NUL, in hex: 32 characters.
func id128(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// PostingID identifies a posting for ever: source and the board's own id, never a name.
func PostingID(source, boardID string) string { return id128(source, boardID) }

// CompanyID identifies a company by its name with case, spaces and legal forms dropped, so
// that "(주)Foo", "주식회사 Foo" and "Foo Inc." are one.
func CompanyID(name string) string { return id128("company", NormalCompany(name)) }

var legalForms = strings.NewReplacer("주식회사", "", "(주)", "", "㈜", "", "(유)", "", "유한회사", "", "유한책임회사", "")

// NormalCompany is the form of a company's name that [CompanyID] hashes; it is empty for
// a name that consists of a legal form alone.
func NormalCompany(name string) string {
	name = strings.ToLower(legalForms.Replace(name))
	for _, suffix := range []string{" inc.", " inc", " ltd.", " ltd", " co.", " corp.", " corp", " llc", " gmbh"} {
		name = strings.TrimSuffix(strings.TrimRight(name, " ,"), suffix)
	}
	return strings.Join(strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune(" ,.·-_()[]", r) }), "")
}

// content is what a reader would call the posting. Field order is part of the hash.
type content struct {
	Title, Company                                              string
	About, Duties, Requirements, Preferred, Benefits, Process   string
	Body                                                        string
	Tags, Categories, Locations                                 []string
	Employment, Experience, Education, Salary, Remote, Industry string
	ExperienceMin, ExperienceMax                                *int32
	IsNewcomer                                                  *bool
	PostedAt, ClosesAt                                          string
	IsAlwaysOpen                                                bool
}

// ContentHash is the first 128 bits of SHA-256, in hex, over the canonical JSON of what a
// reader would call the posting: no counters, session flags, images or update stamps.
func ContentHash(p *BoardPosting) string {
	instant := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.UTC().Format(time.RFC3339)
	}
	text, err := json.Marshal(content{
		Title: p.Title, Company: p.Company, About: p.About, Duties: p.Duties, Requirements: p.Requirements, Preferred: p.Preferred,
		Benefits: p.Benefits, Process: p.Process, Body: p.Body, Tags: p.BoardTags, Categories: p.Categories, Locations: p.Locations,
		Employment: p.EmploymentRaw, Experience: p.ExperienceRaw, Education: p.EducationRaw, Salary: p.SalaryRaw, Remote: p.RemoteRaw,
		Industry: p.IndustryRaw, ExperienceMin: p.ExperienceMinYears, ExperienceMax: p.ExperienceMaxYears, IsNewcomer: p.IsNewcomer,
		PostedAt: instant(p.PostedAt), ClosesAt: instant(p.ClosesAt), IsAlwaysOpen: p.IsAlwaysOpen,
	})
	if err != nil {
		panic(err) // strings, numbers and booleans always encode
	}
	return id128(string(text))
}
