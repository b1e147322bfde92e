package duplicates

// Thresholds of similarity. Copies on two boards lose and reword lines; what is posted again
// on the same board is pasted, and everything else that a board shows of one employer under
// one title is likely to be another job.
const (
	acrossBoards = 0.42
	withinBoard  = 0.80
)

// An employer writes what it wants of people, and of itself, in the same words for each of
// its teams; what is done there differs. Of the shorter of two postings' duties at least
// sameDuties must stand in the other, where both have fewestDuties shingles to tell by.
const (
	sameDuties   = 0.50
	fewestDuties = 8
)

// Facts are what is known of a posting beside its text; zero and nil are not known.
type Facts struct {
	Source      string
	Company     string
	Title       string
	LocationRaw string
	Region      string
	District    string
	Country     string
	Employment  string
	MinYears    *int32
	MaxYears    *int32
}

// Posting is one side of a comparison.
type Posting struct {
	Facts
	Text      Fingerprint // of duties, requirements and wishes
	Duties    Fingerprint // of the duties alone
	Districts Districts

	isForBeginners bool
	title          string
	city           string
}

// NewPosting prepares a posting for comparison. What the job is are its duties and its
// wants, which are requirements and wishes; terms are the other sections, which are read for
// the place alone.
func NewPosting(facts Facts, duties, wants string, terms ...string) Posting {
	done := NewFingerprint(duties)
	return Posting{Facts: facts, Text: done.with(NewFingerprint(wants)), Duties: done, Districts: NewDistricts(facts.LocationRaw, append(terms, duties, wants)...),
		isForBeginners: isForBeginners(facts.Title), title: plainTitle(facts.Title), city: city(facts.LocationRaw)}
}

// Compare says how alike the texts of two postings of one bucket are, and whether the
// postings are one job. The conflict names the fact that keeps them apart, if one does.
func Compare(a, b *Posting) (score float64, isSame bool, conflict string) {
	if conflict := Conflict(a, b); conflict != "" {
		return 0, false, conflict
	}
	score = a.Text.Similarity(b.Text)
	least := acrossBoards
	if a.Source == b.Source {
		least = withinBoard
	}
	return score, score >= least && !a.hasOtherDuties(b), ""
}

// hasOtherDuties tells whether two postings speak of different work.
func (a *Posting) hasOtherDuties(b *Posting) bool {
	fewest := min(len(a.Duties), len(b.Duties))
	return fewest >= fewestDuties && float64(a.Duties.shared(b.Duties)) < sameDuties*float64(fewest)
}

// Conflict names the first fact that both postings state and that differs; empty if none does.
func Conflict(a, b *Posting) string {
	switch {
	case differ(a.MinYears, b.MinYears), differ(a.MaxYears, b.MaxYears):
		return "experience"
	case a.isForBeginners != b.isForBeginners && (a.MinYears == nil || b.MinYears == nil):
		return "level"
	case unlike(a.Employment, b.Employment):
		return "employment"
	case unlike(a.Country, b.Country), unlike(a.Region, b.Region), unlike(a.District, b.District):
		return "place"
	case a.Districts.apart(&b.Districts):
		return "place"
	case (a.Region == "" || b.Region == "") && unlike(a.city, b.city):
		return "place"
	case a.Source == b.Source && a.title != b.title: // pasted again, a title stays as it is
		return "title"
	}
	return ""
}

func differ(a, b *int32) bool { return a != nil && b != nil && *a != *b }

func unlike(a, b string) bool { return a != "" && b != "" && a != b }
