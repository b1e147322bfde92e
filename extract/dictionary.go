package extract

import (
	"bytes"
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

//go:embed techs/*.yaml
var techFiles embed.FS

// Categories are the closed list of an entry's categories.
var Categories = []string{
	"language", "framework", "library", "database", "messaging", "cloud", "cloud_service", "infrastructure", "ci",
	"observability", "ml", "os", "engine", "eda_embedded", "protocol", "collaboration", "analytics", "platform",
}

// Evidence says what an ambiguous word needs before it counts as a technology.
type Evidence string

const (
	// EvidenceCase asks for the exact writing: written exactly as the entry's word is (REST, not rest);
	// inside company, benefit and process texts also a technology beside it.
	EvidenceCase Evidence = "case"
	// EvidenceContext asks for the exact writing and a technology in the same list or on
	// the same line, or a word such as "developer" or "experience with" beside it.
	EvidenceContext Evidence = "context"
	// EvidenceList asks for a technology beside it in a list, or a word beside it that
	// only stands beside a technology. For the words ordinary text is full of.
	EvidenceList Evidence = "list"
)

// Entry is one technology of the dictionary. Entries are shared and never changed.
type Entry struct {
	ID            string   `yaml:"id" json:"id"`     // slug, unique, stable: it is in stored rows
	Name          string   `yaml:"name" json:"name"` // canonical English name
	Category      string   `yaml:"category" json:"category"`
	Aliases       []string `yaml:"aliases" json:"aliases"`       // spellings that always mean it, whatever their case
	Ambiguous     bool     `yaml:"ambiguous" json:"ambiguous"`   // some spelling is also ordinary language
	Words         []string `yaml:"words" json:"words,omitempty"` // those spellings, written as a careful writer would
	Evidence      Evidence `yaml:"evidence" json:"evidence,omitempty"`
	Not           []string `yaml:"not" json:"not,omitempty"` // phrases that hold a word and never mean the entry
	DescriptionEN string   `yaml:"description_en" json:"description_en"`
	DescriptionKO string   `yaml:"description_ko" json:"description_ko"`
	Home          string   `yaml:"home" json:"home,omitempty"`     // home page, empty when there is none
	Parent        string   `yaml:"parent" json:"parent,omitempty"` // id of the entry this one belongs to, empty for none
	// Vendor holds the spellings of this entry that may open a longer spelling of
	// a child ("AWS" in "AWS Lambda"); both are then named.
	Vendor []string `yaml:"vendor" json:"-"`
}

// Dictionary is the list of known technologies. It is immutable.
type Dictionary struct {
	Entries []Entry // sorted by id
	byID    map[string]int
	bySpell map[string]int // folded spelling -> entry
}

// ByID returns the entry with that id.
func (d *Dictionary) ByID(id string) (Entry, bool) {
	i, ok := d.byID[id]
	if !ok {
		return Entry{}, false
	}
	return d.Entries[i], true
}

// Resolve returns the entry that text, taken whole, is a spelling or the id of:
// "스프링부트", "spring-boot" and "Spring Boot 3" are all Spring Boot. Evidence is
// not asked for, the whole text is the name. False when nothing is known by it.
func (d *Dictionary) Resolve(text string) (Entry, bool) {
	i := d.resolve(text)
	if i < 0 {
		return Entry{}, false
	}
	return d.Entries[i], true
}

func (d *Dictionary) resolve(text string) int {
	text = strings.TrimSpace(text)
	if text == "" {
		return -1
	}
	f := foldString(text)
	if i, ok := d.bySpell[f]; ok {
		return i
	}
	if i, ok := d.byID[strings.ToLower(text)]; ok {
		return i
	}
	// A version may follow: "Java 17", "CSS 3", "Python3.x".
	cut := strings.TrimRight(f, "0123456789.x"+string(rune(mark)))
	if cut != f {
		if i, ok := d.bySpell[cut]; ok {
			return i
		}
	}
	return -1
}

// loadDictionary reads every YAML file below techs and checks the whole.
func loadDictionary(fsys fs.FS) (*Dictionary, error) {
	names, err := fs.Glob(fsys, "techs/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list dictionary files: %w", err)
	}
	if len(names) == 0 {
		return nil, errors.New("list dictionary files: none found below techs")
	}
	d := &Dictionary{}
	for _, name := range names {
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read dictionary %s: %w", name, err)
		}
		var entries []Entry
		dec := yaml.NewDecoder(bytes.NewReader(raw))
		dec.KnownFields(true)
		if err := dec.Decode(&entries); err != nil {
			return nil, fmt.Errorf("read dictionary %s: %w", path.Base(name), err)
		}
		d.Entries = append(d.Entries, entries...)
	}
	slices.SortStableFunc(d.Entries, func(a, b Entry) int { return cmp.Compare(a.ID, b.ID) })
	if err := d.index(); err != nil {
		return nil, err
	}
	return d, nil
}

// spellings returns every spelling of the entry; the name is one of them unless
// it is listed among the ambiguous words.
func (e *Entry) spellings() []string {
	out := make([]string, 0, len(e.Aliases)+len(e.Words)+1)
	seen := map[string]bool{}
	for _, list := range [][]string{e.Words, {e.Name}, e.Aliases} {
		for _, s := range list {
			if f := foldString(s); !seen[f] {
				seen[f] = true
				out = append(out, s)
			}
		}
	}
	return out
}

// index builds the look-ups and reports every fault of the entries at once.
func (d *Dictionary) index() error {
	d.byID = make(map[string]int, len(d.Entries))
	d.bySpell = make(map[string]int, 4*len(d.Entries))
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	names := map[string]string{}
	for i := range d.Entries {
		e := &d.Entries[i]
		if !isSlug(e.ID) {
			fault("entry %q: id must be lower-case letters, digits, '-', '.' or '+'", e.ID)
		}
		if _, dup := d.byID[e.ID]; dup {
			fault("entry %s: id is used twice", e.ID)
		}
		d.byID[e.ID] = i
		if e.Name == "" || e.DescriptionEN == "" || e.DescriptionKO == "" {
			fault("entry %s: name, description_en and description_ko must not be empty", e.ID)
		}
		if other, dup := names[strings.ToLower(e.Name)]; dup {
			fault("entry %s: name %q is also the name of %s", e.ID, e.Name, other)
		}
		names[strings.ToLower(e.Name)] = e.ID
		if !slices.Contains(Categories, e.Category) {
			fault("entry %s: category %q is not one of %s", e.ID, e.Category, strings.Join(Categories, ", "))
		}
		if e.Ambiguous != (len(e.Words) > 0) || e.Ambiguous != (e.Evidence != "") {
			fault("entry %s: ambiguous, words and evidence go together", e.ID)
		}
		if e.Evidence != "" && e.Evidence != EvidenceCase && e.Evidence != EvidenceContext && e.Evidence != EvidenceList {
			fault("entry %s: evidence %q is not case, context or list", e.ID, e.Evidence)
		}
		for _, s := range e.spellings() {
			f := foldString(s)
			if len(f) < 2 || f[0] != mark {
				fault("entry %s: spelling %q does not start with a letter or digit", e.ID, s)
				continue
			}
			if !utf8.ValidString(s) {
				fault("entry %s: spelling %q is not UTF-8", e.ID, s)
			}
			if other, dup := d.bySpell[f]; dup {
				fault("entry %s: spelling %q is also one of %s", e.ID, s, d.Entries[other].ID)
				continue
			}
			d.bySpell[f] = i
		}
	}
	for i := range d.Entries {
		e := &d.Entries[i]
		if _, ok := d.byID[e.Parent]; e.Parent != "" && (!ok || e.Parent == e.ID) {
			fault("entry %s: parent %q is not another entry", e.ID, e.Parent)
		}
		for _, phrase := range e.Not {
			if other, dup := d.bySpell[foldString(phrase)]; dup {
				fault("entry %s: phrase %q under not is a spelling of %s", e.ID, phrase, d.Entries[other].ID)
			}
		}
	}
	return errors.Join(faults...)
}

func isSlug(s string) bool {
	if s == "" {
		return false
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; !isLower(c) && !isDigit(c) && c != '-' && c != '.' && c != '+' {
			return false
		}
	}
	return true
}
