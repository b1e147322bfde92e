package extract

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// DictionaryFile is one file of a dictionary: a YAML list of entries, in the form that
// extract/techs/README.md describes.
type DictionaryFile struct {
	Name string // shown in faults
	YAML []byte
}

// Fault is one thing that is wrong with a dictionary. Line is 0 where none can be named.
type Fault struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Text string `json:"text"`
}

// String is the fault as compilers write theirs: "file:line: text".
func (f Fault) String() string {
	if f.Line == 0 {
		return f.File + ": " + f.Text
	}
	return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Text)
}

// Faults makes one error of all faults, a line each; nil of none.
func Faults(faults []Fault) error {
	var list []error
	for _, f := range faults {
		list = append(list, errors.New(f.String()))
	}
	return errors.Join(list...)
}

// How long a description may be, in letters: a line of a list.
const (
	maxDescriptionEN = 80
	maxDescriptionKO = 60
)

// BuiltIn are the files of the dictionary compiled into the binary.
func BuiltIn() []DictionaryFile {
	names, _ := fs.Glob(techFiles, "techs/*.yaml")
	var files []DictionaryFile
	for _, name := range names {
		raw, _ := fs.ReadFile(techFiles, name)
		files = append(files, DictionaryFile{Name: path.Base(name), YAML: raw})
	}
	return files
}

// NewWith builds an extractor of a dictionary that [ReadDictionary] found without fault.
func NewWith(d *Dictionary) *Extractor { return newExtractor(d) }

// placed is an entry and where it is written.
type placed struct {
	Entry
	file string
	line int
}

// ReadDictionary reads files and checks them as one dictionary. It reports every fault, in
// the order of the files, and the dictionary is to be used only where there is none.
func ReadDictionary(files []DictionaryFile) (*Dictionary, []Fault) {
	var faults []Fault
	var entries []placed
	for _, file := range files {
		found, wrong := readEntries(file)
		entries, faults = append(entries, found...), append(faults, wrong...)
	}
	return indexed(entries, faults)
}

// Extend reads additions to a dictionary: their entries join those of base, and one with
// the id of an entry of base takes its place. Faults name the additions alone.
func Extend(base *Dictionary, additions []DictionaryFile) (*Dictionary, []Fault) {
	var faults []Fault
	var added []placed
	ids := map[string]bool{}
	for _, file := range additions {
		found, wrong := readEntries(file)
		added, faults = append(added, found...), append(faults, wrong...)
	}
	for i := range added {
		ids[added[i].ID] = true
	}
	var entries []placed
	for i := range base.Entries {
		if !ids[base.Entries[i].ID] {
			entries = append(entries, placed{Entry: base.Entries[i]})
		}
	}
	return indexed(append(entries, added...), faults)
}

func indexed(entries []placed, faults []Fault) (*Dictionary, []Fault) {
	slices.SortStableFunc(entries, func(a, b placed) int { return cmp.Compare(a.ID, b.ID) })
	d := &Dictionary{Entries: make([]Entry, len(entries))}
	for i := range entries {
		d.Entries[i] = entries[i].Entry
	}
	faults = append(faults, d.index(entries)...)
	slices.SortStableFunc(faults, func(a, b Fault) int { return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line)) })
	return d, faults
}

// entryKeys are the keys that an entry may have.
var entryKeys = []string{"id", "name", "category", "aliases", "ambiguous", "words", "evidence", "not", "vendor", "description_en", "description_ko", "home", "parent"}

// readEntries decodes one file entry by entry, so that a broken one is named with its line
// and the others are still checked.
func readEntries(file DictionaryFile) ([]placed, []Fault) {
	var nodes []yaml.Node
	if err := yaml.Unmarshal(file.YAML, &nodes); err != nil {
		return nil, []Fault{{File: file.Name, Text: strings.ReplaceAll("expected a YAML list of entries: "+err.Error(), "\n", " ")}}
	}
	var entries []placed
	var faults []Fault
	for i := range nodes {
		n := &nodes[i]
		fault := func(line int, format string, args ...any) {
			faults = append(faults, Fault{file.Name, line, fmt.Sprintf(format, args...)})
		}
		if n.Kind != yaml.MappingNode {
			fault(n.Line, "expected an entry: keys and values")
			continue
		}
		for k := 0; k < len(n.Content); k += 2 {
			if key := n.Content[k]; !slices.Contains(entryKeys, key.Value) {
				fault(key.Line, "key %q is not one of %s", key.Value, strings.Join(entryKeys, ", "))
			}
		}
		p := placed{file: file.Name, line: n.Line}
		if err := n.Decode(&p.Entry); err != nil {
			fault(n.Line, "%s", strings.ReplaceAll(err.Error(), "\n", " "))
			continue
		}
		entries = append(entries, p)
	}
	return entries, faults
}

// index builds the look-ups and reports every fault of the entries that a file holds.
func (d *Dictionary) index(entries []placed) []Fault {
	d.byID = make(map[string]int, len(d.Entries))
	d.bySpell = make(map[string]int, 4*len(d.Entries))
	var faults []Fault
	names := map[string]int{}
	for i := range d.Entries {
		e := &d.Entries[i]
		fault := func(format string, args ...any) {
			faults = append(faults, Fault{entries[i].file, entries[i].line, fmt.Sprintf("entry %s: ", e.ID) + fmt.Sprintf(format, args...)})
		}
		if _, dup := d.byID[e.ID]; dup {
			fault("id is used twice")
		}
		d.byID[e.ID] = i
		// Of two that collide, the one that a file under check holds has the fault.
		clash := func(other int, what, with string) {
			at := i
			if entries[i].file == "" {
				at, other = other, i
			}
			faults = append(faults, Fault{entries[at].file, entries[at].line, fmt.Sprintf("entry %s: %s is also %s %s", d.Entries[at].ID, what, with, d.Entries[other].ID)})
		}
		if other, dup := names[strings.ToLower(e.Name)]; dup && e.Name != "" {
			clash(other, fmt.Sprintf("name %q", e.Name), "the name of")
		}
		names[strings.ToLower(e.Name)] = i
		e.check(fault)
		for _, s := range e.spellings() {
			f := foldString(s)
			if s == "" && e.Name == "" {
				continue // said above
			}
			if len(f) < 2 || f[0] != mark {
				fault("spelling %q does not start with a letter or digit", s)
				continue
			}
			if other, dup := d.bySpell[f]; dup {
				clash(other, fmt.Sprintf("spelling %q", s), "one of")
				continue
			}
			d.bySpell[f] = i
		}
	}
	for i := range d.Entries {
		e := &d.Entries[i]
		fault := func(format string, args ...any) {
			faults = append(faults, Fault{entries[i].file, entries[i].line, fmt.Sprintf("entry %s: ", e.ID) + fmt.Sprintf(format, args...)})
		}
		if _, ok := d.byID[e.Parent]; e.Parent != "" && (!ok || e.Parent == e.ID) {
			fault("parent %q is not another entry", e.Parent)
		}
		for _, phrase := range e.Not {
			if other, dup := d.bySpell[foldString(phrase)]; dup {
				fault("phrase %q under not is a spelling of %s", phrase, d.Entries[other].ID)
			}
		}
	}
	return faults
}

// check reports what is wrong with an entry by itself.
func (e *Entry) check(fault func(format string, args ...any)) {
	if !isSlug(e.ID) {
		fault("id must be lower-case letters, digits, '-', '.' or '+'")
	}
	if e.Name == "" || e.DescriptionEN == "" || e.DescriptionKO == "" || e.Home == "" {
		fault("name, description_en, description_ko and home must not be empty")
	}
	if len(e.DescriptionEN) > maxDescriptionEN || utf8.RuneCountInString(e.DescriptionKO) > maxDescriptionKO {
		fault("a description is longer than a line: at most %d letters in English, %d in Korean", maxDescriptionEN, maxDescriptionKO)
	}
	if e.DescriptionKO != "" && !strings.ContainsFunc(e.DescriptionKO, isHangul) || strings.ContainsFunc(e.DescriptionEN, isHangul) {
		fault("a description is in the wrong language")
	}
	if e.Home != "" && !strings.HasPrefix(e.Home, "https://") {
		fault("home %q is not an https address", e.Home)
	}
	if !slices.Contains(Categories, e.Category) {
		fault("category %q is not one of %s", e.Category, strings.Join(Categories, ", "))
	}
	if e.Ambiguous != (len(e.Words) > 0) || e.Ambiguous != (e.Evidence != "") {
		fault("ambiguous, words and evidence go together")
	}
	if e.Evidence != "" && e.Evidence != EvidenceCase && e.Evidence != EvidenceContext && e.Evidence != EvidenceList {
		fault("evidence %q is not case, context or list", e.Evidence)
	}
}

func isHangul(r rune) bool { return r >= 0xAC00 && r <= 0xD7A3 }
