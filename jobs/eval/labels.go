package eval

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/techmapit/tmi/internal/errs"
)

// HeldOut begins the names of the parts that nobody looks at while tuning.
const HeldOut = "held-out"

// Label is what readers say of a posting; a line of a labels file.
type Label struct {
	ID       string      `json:"id"`       // source:board_id
	Techs    []NamedTech `json:"techs"`    // nil: not judged
	Optional []string    `json:"optional"` // neither a miss nor an error

	// What is not judged is left out; null is judged and not stated.
	IsIT       Judged[bool]      `json:"is_it"`
	Country    Judged[string]    `json:"country"`
	Experience Judged[[2]*int32] `json:"experience"` // from, to; years
	Employment Judged[string]    `json:"employment"`
	Region     Judged[string]    `json:"region"`
	Roles      Judged[[]string]  `json:"roles"` // slugs of extract.Roles; none of them: []
	Seniority  Judged[string]    `json:"seniority"`
	Salary     Judged[Salary]    `json:"salary"`
	Remote     Judged[string]    `json:"remote"`
}

// Salary is pay as a posting states it; a nil side is open.
type Salary struct {
	Min      *float64 `json:"min"`
	Max      *float64 `json:"max"`
	Currency string   `json:"currency"` // ISO 4217
	Period   string   `json:"period"`   // year, month, day, hour
}

// NamedTech is a technology and its need, written ["Java","req"].
type NamedTech struct{ Name, Need string }

// Needs as labels write them.
const (
	NeedRequired  = "req"
	NeedPreferred = "pref"
)

// UnmarshalJSON reads a pair.
func (n *NamedTech) UnmarshalJSON(text []byte) error {
	var pair []string
	if err := json.Unmarshal(text, &pair); err != nil {
		return err
	}
	if len(pair) != 2 || pair[0] == "" || pair[1] != NeedRequired && pair[1] != NeedPreferred {
		return errs.New(errs.Invalid, `techs: %s is not ["name","req"] or ["name","pref"]`, text)
	}
	n.Name, n.Need = pair[0], pair[1]
	return nil
}

// Judged is an answer, if one was given; Value is nil for "not stated".
type Judged[T any] struct {
	Is    bool
	Value *T
}

// UnmarshalJSON is called for what stands in the line, null included.
func (j *Judged[T]) UnmarshalJSON(text []byte) error {
	j.Is = true
	if bytes.Equal(text, []byte("null")) {
		return nil
	}
	return json.Unmarshal(text, &j.Value)
}

// Part is one labels file.
type Part struct {
	Name   string // the file's, without its ending
	Labels []Label
}

// TextsFile is where a corpus folder may hold the texts of its labels, in the format that
// tmi extract reads; it is no labels file.
const TextsFile = "postings.jsonl"

// Labels reads the labels files (*.jsonl) of a corpus folder, by name; errs.NotFound where
// there is none, errs.Invalid for a broken line, which it names.
func Labels(dir string) ([]Part, error) {
	var parts []Part
	err := eachFile(dir, func(name string, labels []Label) { parts = append(parts, Part{name, labels}) })
	return parts, err
}

// eachFile reads the files of labels of a corpus folder, by name.
func eachFile[T any](dir string, take func(name string, labels []T)) error {
	paths, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	if err != nil {
		return errs.New(errs.Invalid, "corpus %s: %w", dir, err)
	}
	paths = slices.DeleteFunc(paths, func(p string) bool { return filepath.Base(p) == TextsFile })
	if len(paths) == 0 {
		return errs.New(errs.NotFound, "corpus %s: no labels (*.jsonl) in it", dir)
	}
	for _, path := range paths {
		labels, err := lines[T](path)
		if err != nil {
			return err
		}
		take(strings.TrimSuffix(filepath.Base(path), ".jsonl"), labels)
	}
	return nil
}

// lines reads a file of JSON lines.
func lines[T any](path string) ([]T, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, errs.New(errs.NotFound, "read %s: %w", path, err)
	}
	var all []T
	number := 0
	for line := range bytes.Lines(text) {
		number++
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		var one T
		if err := json.Unmarshal(line, &one); err != nil {
			return nil, errs.New(errs.Invalid, "%s line %d: %w", path, number, err)
		}
		all = append(all, one)
	}
	return all, nil
}
