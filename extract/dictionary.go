package extract

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
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
	var files []DictionaryFile
	for _, name := range names {
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read dictionary %s: %w", name, err)
		}
		files = append(files, DictionaryFile{Name: path.Base(name), YAML: raw})
	}
	d, faults := ReadDictionary(files)
	if len(faults) > 0 {
		return nil, Faults(faults)
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
