package replica

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/techmapit/tmi/schemas"
)

// How a stretch in a list ends.
const (
	EndedByDate      = "end_date"     // its own end date passed
	EndedByRemoval   = "removed"      // taken off the board, deleted or killed
	EndedWithBoard   = "board_closed" // the employer gave the board up
	EndedWithThread  = "thread_end"   // 30 days after its Hacker News thread
	ChangeText       = "text"         // one more wish and one more duty
	ChangeTextBack   = "text_back"    // the text is what it was at first
	ChangeTags       = "tags"         // one more board tag
	ChangeDeadline   = "deadline"     // a later end date
	needRequired     = schemas.NeedRequired
	needPreferred    = schemas.NeedPreferred
	truthPostings    = "postings.jsonl"
	truthWorld       = "world.json"
	filePermissions  = 0o644
	truthBufferBytes = 1 << 20
)

// Stretch is an unbroken time in the board's list, half-open.
type Stretch struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	How  string    `json:"how"`
}

// Change is a change of content, which gives a new content version.
type Change struct {
	At   time.Time `json:"at"`
	Kind string    `json:"kind"`
}

// TechNeed is a technology that a posting names.
type TechNeed struct {
	Name    string    `json:"name"` // canonical, as LABELLING.md means it
	Need    string    `json:"need"` // schemas.NeedRequired or NeedPreferred
	InText  bool      `json:"in_text"`
	InTags  bool      `json:"in_tags"`
	Surface string    `json:"surface,omitempty"` // as the text writes it
	From    time.Time `json:"from,omitzero"`     // zero = always; an edit's, where one brought it
	To      time.Time `json:"to,omitzero"`       // zero = for ever; where an edit was taken back
}

// Posting is the truth about one posting.
type Posting struct {
	PostingID string `json:"posting_id"` // as schemas.PostingID
	Source    string `json:"source"`
	List      string `json:"list,omitempty"` // Greenhouse token or thread id
	BoardID   string `json:"board_id"`
	JobID     string `json:"job_id"`               // postings of one job are duplicates of each other
	LooksLike string `json:"looks_like,omitempty"` // the job that this one resembles and is not
	Title     string `json:"title"`
	Company   string `json:"company"`

	OpenedAt     time.Time `json:"opened_at"`
	ClosesAt     time.Time `json:"closes_at,omitzero"` // the end date shown at last; zero = always open
	IsAlwaysOpen bool      `json:"is_always_open"`
	Stretches    []Stretch `json:"stretches"` // one, or two where it came back; they may end after the world
	Changes      []Change  `json:"changes,omitempty"`
	ClosedAt     time.Time `json:"closed_at"` // end of the last stretch
	ClosedHow    string    `json:"closed_how"`

	Techs        []TechNeed `json:"techs"`
	Roles        []string   `json:"roles"`
	IsIT         bool       `json:"is_it"`
	Country      string     `json:"country,omitempty"` // ISO 3166-1 alpha-2; empty = anywhere
	Place        string     `json:"place,omitempty"`   // "서울 강남구", "Berlin"
	Language     string     `json:"language"`          // ko or en
	MinYears     int        `json:"min_years"`
	MaxYears     int        `json:"max_years,omitempty"` // 0 = no upper bound
	IsNewcomer   bool       `json:"is_newcomer"`
	Employment   string     `json:"employment"`
	Remote       string     `json:"remote,omitempty"` // remote, hybrid or onsite; empty = not said
	SalaryText   string     `json:"salary_text,omitempty"`
	SalaryMinKRW int64      `json:"salary_min_krw,omitempty"` // a year; 0 = not said, or another currency
	SalaryMaxKRW int64      `json:"salary_max_krw,omitempty"`
	HasDetail    bool       `json:"has_detail"`  // false: its own page answers 404 while it is listed
	HasContact   bool       `json:"has_contact"` // the text bears FakeEmail, in Korean FakePhone too
}

// OpenAt says whether the board lists the posting at the instant (on Hacker News: whether
// it stands and its thread is not over).
func (p *Posting) OpenAt(at time.Time) bool {
	return slices.ContainsFunc(p.Stretches, func(s Stretch) bool { return !at.Before(s.From) && at.Before(s.To) })
}

// Truth yields the truth about each posting, board by board, oldest first.
func (w *World) Truth() iter.Seq[Posting] {
	return func(yield func(Posting) bool) {
		for i := range w.postings {
			if w.postings[i].kind == kindPosting && !yield(w.truth(&w.postings[i])) {
				return
			}
		}
	}
}

var hows = [...]string{howEndDate: EndedByDate, howRemoved: EndedByRemoval, howBoardClosed: EndedWithBoard, howThreadEnd: EndedWithThread}

func (w *World) truth(p *posting) Posting {
	b := w.boards[p.board]
	// The version with everything in it; what is not always there carries its span.
	t := w.head(p, version{isEdited: p.editedAt != never, isTagged: p.taggedAt != never})
	j := &t.job
	out := Posting{
		Source: b.source.String(), List: b.name, BoardID: strconv.FormatInt(p.id, 10), JobID: jobID(p.job), Title: t.title, Company: t.employerName,
		OpenedAt: w.instant(p.opened), IsAlwaysOpen: p.deadlineAt(never-1) == never && b.source != srcHN, Roles: []string{j.calling.slug}, IsIT: j.role.isIT(),
		Country: j.place.country, Place: j.place.ko, Language: map[bool]string{true: "ko", false: "en"}[j.isKorean],
		MinYears: j.minYears, MaxYears: j.maxYears, IsNewcomer: j.isNewcomer, Employment: j.employment,
		SalaryText: j.salary.text(j.isKorean), HasDetail: !p.noDetail, HasContact: t.hasContact && !p.noDetail,
	}
	out.PostingID = schemas.PostingID(out.Source, out.BoardID)
	if j.place.ko == "" {
		out.Place = j.place.en
	}
	if j.parent != noParent {
		out.LooksLike = jobID(j.parent)
	}
	switch {
	case j.isRemote:
		out.Remote = "remote"
	case j.isHybrid:
		out.Remote = "hybrid"
	case b.source == srcHN:
		out.Remote = "onsite"
	}
	if j.salary.currency == "KRW" {
		out.SalaryMinKRW, out.SalaryMaxKRW = int64(j.salary.low)*10_000, int64(j.salary.high)*10_000
	}
	w.truthTimes(p, b, &out)
	out.Techs = w.truthTechs(p, &t, b.source)
	return out
}

func jobID(number uint32) string { return fmt.Sprintf("job-%07d", number) }

func (w *World) truthTimes(p *posting, b *board, out *Posting) {
	out.Stretches = []Stretch{{From: w.instant(p.opened), To: w.instant(p.gone), How: hows[p.how[0]]}}
	if p.back != never {
		out.Stretches = append(out.Stretches, Stretch{From: w.instant(p.back), To: w.instant(p.closed), How: hows[p.how[1]]})
	}
	last := out.Stretches[len(out.Stretches)-1]
	out.ClosedAt, out.ClosedHow = last.To, last.How
	if at := p.deadlineAt(never - 1); at != never {
		out.ClosesAt = w.instant(at)
	}
	for _, c := range []struct {
		at   int32
		kind string
	}{{p.editedAt, ChangeText}, {p.revertedAt, ChangeTextBack}, {p.taggedAt, ChangeTags}, {p.extendedAt, ChangeDeadline}} {
		isUnseen := c.kind == ChangeTags && w.jobAt(p.job).lateTag < 0 || p.noDetail && (c.kind == ChangeText || c.kind == ChangeTextBack)
		if c.at != never && !isUnseen {
			out.Changes = append(out.Changes, Change{At: w.instant(c.at), Kind: c.kind})
		}
	}
	slices.SortFunc(out.Changes, func(a, b Change) int { return a.At.Compare(b.At) })
}

// truthTechs lists what the board shows of technologies: in the text, in its tags, or both.
func (w *World) truthTechs(p *posting, t *text, src source) []TechNeed {
	l, j := theLibrary(), &t.job
	hasTags := src == srcJumpit || src == srcRallit
	var out []TechNeed
	for _, n := range j.needs {
		one := TechNeed{Name: l.techs[n.tech].name, Need: needRequired, InText: !p.noDetail, InTags: hasTags && slices.Contains(t.tags, n.tech), Surface: n.surface}
		if n.isWished {
			one.Need = needPreferred
		}
		if p.noDetail {
			one.Surface = ""
		}
		// A title names two of the required ones even where there is no detail.
		if p.noDetail && strings.Contains(t.title, n.surface) && !n.isWished && strings.Contains(t.title, "(") {
			one.InText = true
		}
		if one.InText || one.InTags {
			out = append(out, one)
		}
	}
	if p.editedAt != never && j.editTech.tech >= 0 && !p.noDetail {
		one := TechNeed{Name: l.techs[j.editTech.tech].name, Need: needPreferred, InText: true, Surface: j.editTech.surface, From: w.instant(p.editedAt)}
		if p.revertedAt != never {
			one.To = w.instant(p.revertedAt)
		}
		out = append(out, one)
	}
	if hasTags && j.tagTech >= 0 {
		out = append(out, TechNeed{Name: l.techs[j.tagTech].name, Need: needRequired, InTags: true})
	}
	if hasTags && p.taggedAt != never && j.lateTag >= 0 {
		out = append(out, TechNeed{Name: l.techs[j.lateTag].name, Need: needRequired, InTags: true, From: w.instant(p.taggedAt)})
	}
	return out
}

// WriteTruth writes the truth into a folder, which it makes: postings.jsonl with a
// [Posting] a line, and world.json with the config, the Greenhouse tokens and the threads.
func (w *World) WriteTruth(dir string) (err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("write truth: %w", err)
	}
	var threads []string // those with postings
	for _, b := range w.threads {
		if b.high > b.low {
			threads = append(threads, b.name)
		}
	}
	world, err := json.MarshalIndent(map[string]any{
		"seed": w.config.Seed, "postings": w.config.Postings, "days": w.config.Days, "start": w.Start(), "end": w.End(),
		"boards": w.Boards(), "threads": threads,
	}, "", "  ")
	if err != nil {
		return fmt.Errorf("write truth: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, truthWorld), append(world, '\n'), filePermissions); err != nil {
		return fmt.Errorf("write truth: %w", err)
	}
	file, err := os.Create(filepath.Join(dir, truthPostings))
	if err != nil {
		return fmt.Errorf("write truth: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	buffered := bufio.NewWriterSize(file, truthBufferBytes)
	encoder := json.NewEncoder(buffered)
	encoder.SetEscapeHTML(false)
	for p := range w.Truth() {
		if err := encoder.Encode(&p); err != nil {
			return fmt.Errorf("write truth of %s: %w", p.PostingID, err)
		}
	}
	if err := buffered.Flush(); err != nil {
		return fmt.Errorf("write truth: %w", err)
	}
	return nil
}
