package jobs

import (
	"strings"

	"github.com/techmapit/tmi/extract"
	"github.com/techmapit/tmi/internal/mask"
	"github.com/techmapit/tmi/schemas"
)

// normaliser turns what a board said into what silver says. It is safe for concurrent use.
type normaliser struct {
	extractor *extract.Extractor
	proposals proposals // of the assistant
	country   string    // of a board that is of one country; a hint, never a verdict
	isIT      bool      // the board is for IT alone; a hint too
}

// version normalises one content version and finds the technologies that it names.
func (n normaliser) version(p *schemas.BronzePosting) (schemas.SilverPosting, []schemas.SilverPostingTech) {
	s := schemas.SilverPosting{
		PostingID: p.PostingID, Source: p.Source, BoardID: p.BoardID, ContentHash: p.ContentHash, ValidFrom: p.CapturedAt,
		URL: p.URL, Title: mask.Text(strings.TrimSpace(p.Title)), Company: mask.Text(strings.TrimSpace(p.Company)), List: p.List,
		BoardTags: p.BoardTags, PostedAt: p.PostedAt, ClosesAt: p.ClosesAt, IsAlwaysOpen: p.IsAlwaysOpen, IsDetail: p.Capture == schemas.CaptureDetail,
		TextExpiredAt: p.TextExpiredAt,
	}
	if schemas.NormalCompany(s.Company) != "" {
		s.CompanyID = schemas.CompanyID(s.Company)
	}
	n.texts(p, &s)
	text := posting(&s)
	found := n.extractor.Techs(text)
	n.facts(p, &s, text.Sections, len(found)) // what an answer adds weighs nothing there
	return s, techRows(&s, append(found, n.pointed(text, s.ContentHash, found)...))
}

// techs are the technologies of a normalised version. They follow from its own columns
// and what the assistant said of its content, so that [Techs] can find them again.
func (n normaliser) techs(s *schemas.SilverPosting) []schemas.SilverPostingTech {
	text := posting(s)
	found := n.extractor.Techs(text)
	return techRows(s, append(found, n.pointed(text, s.ContentHash, found)...))
}

// posting is a version as the extractor reads it.
func posting(s *schemas.SilverPosting) extract.Posting {
	return extract.Posting{ID: s.PostingID, Title: s.Title, Company: s.Company, Sections: sectionsOf(s), BoardTags: s.BoardTags}
}

// texts fills the sections, without personal data. A board's undivided text is divided by
// its headings; what stands before the first of them introduces the employer where other
// sections follow, and is the posting where none does.
func (n normaliser) texts(p *schemas.BronzePosting, s *schemas.SilverPosting) {
	s.About, s.Duties, s.Requirements = mask.Text(p.About), mask.Text(p.Duties), mask.Text(p.Requirements)
	s.Preferred, s.Benefits, s.Process = mask.Text(p.Preferred), mask.Text(p.Benefits), mask.Text(p.Process)
	if p.Body == "" {
		return
	}
	body := ""
	for _, section := range extract.SplitSections(mask.Text(p.Body)) {
		switch section.Name {
		case "about":
			join(&s.About, section.Text)
		case "duties":
			join(&s.Duties, section.Text)
		case "requirements":
			join(&s.Requirements, section.Text)
		case "preferred":
			join(&s.Preferred, section.Text)
		case "benefits":
			join(&s.Benefits, section.Text)
		case "process":
			join(&s.Process, section.Text)
		default:
			join(&body, section.Text)
		}
	}
	if s.Duties == "" && s.Requirements == "" {
		join(&s.Duties, body)
	} else {
		join(&s.About, body)
	}
}

func join(text *string, more string) {
	if more = strings.TrimSpace(more); more == "" {
		return
	}
	if *text != "" {
		*text += "\n\n"
	}
	*text += more
}

// sectionsOf are the texts that evidence points into: the columns of silver.postings.
func sectionsOf(s *schemas.SilverPosting) []extract.Section {
	var sections []extract.Section
	for _, section := range []extract.Section{
		{Name: "duties", Text: s.Duties}, {Name: "requirements", Text: s.Requirements}, {Name: "preferred", Text: s.Preferred},
		{Name: "benefits", Text: s.Benefits}, {Name: "process", Text: s.Process}, {Name: "about", Text: s.About},
	} {
		if section.Text != "" {
			sections = append(sections, section)
		}
	}
	return sections
}

func (n normaliser) facts(p *schemas.BronzePosting, s *schemas.SilverPosting, sections []extract.Section, techCount int) {
	country := p.CountryRaw
	if country == "" {
		country = n.country
	}
	f := n.extractor.Facts(extract.Hints{
		Title: s.Title, Company: s.Company, Categories: p.Categories, Locations: p.Locations, Employment: p.EmploymentRaw,
		Experience: p.ExperienceRaw, Salary: p.SalaryRaw, Education: p.EducationRaw, Remote: p.RemoteRaw,
		ExperienceMin: p.ExperienceMinYears, ExperienceMax: p.ExperienceMaxYears, IsNewcomer: p.IsNewcomer,
		Sections: sections, TechCount: techCount, CountryHint: country, LanguageHint: p.LanguageRaw, IsITBoard: n.isIT,
	})
	s.Roles, s.Seniority, s.Employment, s.Remote = f.Roles, f.Seniority, f.Employment, f.Remote
	s.ExperienceMinYears, s.ExperienceMaxYears = f.ExperienceMinYears, f.ExperienceMaxYears
	s.LocationRaw, s.Region, s.District = mask.Text(strings.Join(p.Locations, "; ")), f.Region, f.District
	if s.LocationRaw == "" {
		s.LocationRaw = f.LocationRaw
	}
	s.SalaryRaw, s.SalaryMinKRW, s.SalaryMaxKRW = f.SalaryRaw, f.SalaryMinKRW, f.SalaryMaxKRW
	s.Education, s.Language, s.Industry = f.Education, f.Language, f.Industry
	if s.Industry == "" {
		s.Industry = p.IndustryRaw
	}
	s.IsIT, s.IsITReason, s.Country, s.CountryReason = f.IsIT, f.IsITReason, f.Country, f.CountryReason
}

// techRows are the technologies with the first place that proves each.
func techRows(s *schemas.SilverPosting, techs []extract.Tech) []schemas.SilverPostingTech {
	rows := make([]schemas.SilverPostingTech, len(techs))
	for i, t := range techs {
		rows[i] = schemas.SilverPostingTech{PostingID: s.PostingID, ContentHash: s.ContentHash, ValidFrom: s.ValidFrom, Source: s.Source,
			TechID: t.ID, Tech: t.Name, Category: t.Category, Need: t.Need, Method: t.Method}
		if len(t.Mentions) == 0 {
			continue
		}
		m := t.Mentions[0]
		rows[i].Surface = m.Surface
		if t.Method != schemas.MethodBoardTag { // a tag stands in no text
			start, end := int32(m.Start), int32(m.End)
			rows[i].Section, rows[i].StartByte, rows[i].EndByte = m.Section, &start, &end
		}
	}
	return rows
}
