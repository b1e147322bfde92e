package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/extract"
	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/lake"
)

func (a *app) techsCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "techs lint|add|diff|candidates",
		Short: "The dictionary of technologies: check it, add to it, see what an edit changes",
		Long: "Works on dictionaries in the form that extract/techs/README.md describes. A file holds additions to the\n" +
			"built-in dictionary, and an entry with the id of a built-in one takes its place; a folder of *.yaml is a\n" +
			"whole dictionary.\n\n" + exitCodes,
	}
	c.AddCommand(a.techsLintCommand(), a.techsAddCommand(), a.techsDiffCommand(), a.techsCandidatesCommand())
	return c
}

// readDictionary reads a file of additions or a folder with a whole dictionary; without a
// path the built-in one.
func readDictionary(path string) (*extract.Dictionary, []extract.Fault, error) {
	builtIn := extract.BuiltIn()
	if path == "" {
		d, faults := extract.ReadDictionary(builtIn)
		return d, faults, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, errs.New(errs.NotFound, "dictionary %s: no such file or folder", path)
	}
	names := []string{path}
	if info.IsDir() {
		if names, err = filepath.Glob(filepath.Join(path, "*.yaml")); err != nil || len(names) == 0 {
			return nil, nil, errs.New(errs.NotFound, "dictionary %s: the folder holds no *.yaml", path)
		}
	}
	var files []extract.DictionaryFile
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			return nil, nil, errs.New(errs.Unavailable, "read dictionary %s: %w", name, err)
		}
		files = append(files, extract.DictionaryFile{Name: name, YAML: raw})
	}
	if info.IsDir() {
		d, faults := extract.ReadDictionary(files)
		return d, faults, nil
	}
	base, _ := extract.ReadDictionary(builtIn)
	d, faults := extract.Extend(base, files)
	return d, faults, nil
}

// soundDictionary is a dictionary without fault, or an error that names each.
func soundDictionary(path string) (*extract.Dictionary, error) {
	d, faults, err := readDictionary(path)
	if err != nil {
		return nil, err
	}
	if len(faults) > 0 {
		return nil, errs.New(errs.Invalid, "%w", extract.Faults(faults))
	}
	return d, nil
}

func (a *app) techsLintCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "lint [FILE|DIR]",
		Short:   "Every fault of a dictionary, with file and line",
		Long:    "Checks additions (a file) or a whole dictionary (a folder), without an argument the built-in one.\n\n" + exitCodes,
		Example: "  tmi techs lint\n  tmi techs lint mine.yaml\n  tmi techs lint extract/techs",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			d, faults, err := readDictionary(strings.Join(args, ""))
			if err != nil {
				return err
			}
			if a.output == "json" {
				err = a.printJSON(map[string]any{"technologies": len(d.Entries), "faults": append([]extract.Fault{}, faults...)})
			} else {
				for _, f := range faults {
					fmt.Fprintln(a.stdout, f)
				}
				if len(faults) == 0 {
					fmt.Fprintf(a.stdout, "%d technologies, no faults\n", len(d.Entries))
				}
			}
			if err == nil && len(faults) > 0 {
				err = errs.New(errs.Invalid, "the dictionary has faults: %d", len(faults))
			}
			return err
		},
	}
}

func (a *app) techsAddCommand() *cobra.Command {
	var e extract.Entry
	var file, evidence, corpus string
	c := &cobra.Command{
		Use:   "add --file FILE --id ID --name NAME …",
		Short: "Append a technology to a file of additions, and show what it finds",
		Long: "Checks the entry together with the file and the built-in dictionary, appends it, and shows what is then\n" +
			"found in the postings of --corpus. A faulty entry is not written.\n\n" + exitCodes,
		Example: "  tmi techs add --file mine.yaml --id quux --name Quux --category database --aliases 쿡스,QuuxDB \\\n" +
			"    --description-en 'Embedded key-value store' --description-ko '내장 키값 저장소' --home https://quux.example",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if file == "" {
				return errs.New(errs.Invalid, "tmi techs add needs --file: the YAML file to append to")
			}
			e.Evidence, e.Ambiguous = extract.Evidence(evidence), len(e.Words) > 0
			before, err := os.ReadFile(file)
			if err != nil && !errors.Is(err, os.ErrNotExist) {
				return errs.New(errs.Unavailable, "read %s: %w", file, err)
			}
			after := append([]byte{}, before...)
			if len(after) > 0 && after[len(after)-1] != '\n' {
				after = append(after, '\n')
			}
			after = append(after, entryYAML(&e)...)
			base, _ := extract.ReadDictionary(extract.BuiltIn())
			if _, known := base.ByID(e.ID); known {
				return errs.New(errs.Invalid, "id %s is a built-in technology: copy its entry into %s and edit it there", e.ID, file)
			}
			d, faults := extract.Extend(base, []extract.DictionaryFile{{Name: file, YAML: after}})
			if len(faults) > 0 {
				return errs.New(errs.Invalid, "not written: %w", extract.Faults(faults))
			}
			if err := os.WriteFile(file, after, 0o644); err != nil {
				return errs.New(errs.Unavailable, "write %s: %w", file, err)
			}
			fmt.Fprintf(a.stdout, "added %s to %s\n", e.Name, file)
			if corpus == "" {
				return nil
			}
			return a.printTagDiff(extract.NewWith(base), extract.NewWith(d), corpusPostings(corpus))
		},
	}
	f := c.Flags()
	f.StringVar(&file, "file", "", "file of additions; made where there is none")
	f.StringVar(&e.ID, "id", "", "slug, unique and stable")
	f.StringVar(&e.Name, "name", "", "canonical English name")
	f.StringVar(&e.Category, "category", "", strings.Join(extract.Categories, ", "))
	f.StringSliceVar(&e.Aliases, "aliases", nil, "spellings that always mean it, English and Korean")
	f.StringSliceVar(&e.Words, "words", nil, "spellings that are ordinary words, too")
	f.StringVar(&evidence, "evidence", "", "what a word needs to count: case, context or list")
	f.StringSliceVar(&e.Not, "not", nil, "phrases that hold a word and never mean it")
	f.StringVar(&e.DescriptionEN, "description-en", "", "a line in English")
	f.StringVar(&e.DescriptionKO, "description-ko", "", "a line in Korean")
	f.StringVar(&e.Home, "home", "", "https address")
	f.StringVar(&e.Parent, "parent", "", "id of the technology it belongs to")
	f.StringVar(&corpus, "corpus", "", "JSON Lines of postings, as tmi extract reads them, to show what it finds")
	return c
}

// entryYAML writes an entry as the dictionary's files do: JSON strings and lists are YAML.
func entryYAML(e *extract.Entry) []byte {
	var b strings.Builder
	line := func(key string, value any) {
		text, _ := json.Marshal(value) // strings and lists of strings always marshal
		lead := "  "
		if b.Len() == 0 {
			lead = "- "
		}
		fmt.Fprintf(&b, "%s%s: %s\n", lead, key, text)
	}
	line("id", e.ID)
	line("name", e.Name)
	line("category", e.Category)
	line("aliases", append([]string{}, e.Aliases...))
	if e.Ambiguous || e.Evidence != "" {
		line("ambiguous", e.Ambiguous)
		line("words", e.Words)
		line("evidence", e.Evidence)
	}
	if len(e.Not) > 0 {
		line("not", e.Not)
	}
	line("description_en", e.DescriptionEN)
	line("description_ko", e.DescriptionKO)
	line("home", e.Home)
	if e.Parent != "" {
		line("parent", e.Parent)
	}
	return []byte(b.String())
}

func (a *app) techsDiffCommand() *cobra.Command {
	var corpus, against string
	c := &cobra.Command{
		Use:   "diff FILE|DIR",
		Short: "Which tags an edited dictionary gains and loses",
		Long: "Extracts every posting with two dictionaries and prints what differs: those of --corpus, else the newest\n" +
			"versions of the IT postings of the lake. The other dictionary is the built-in one, or --against.\n\n" + exitCodes,
		Example: "  tmi techs diff mine.yaml --corpus postings.jsonl\n  tmi techs diff extract/techs",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			after, err := soundDictionary(args[0])
			if err != nil {
				return err
			}
			before, err := soundDictionary(against)
			if err != nil {
				return err
			}
			return a.withPostings(cmd.Context(), corpus, func(_ *lake.Session, postings postingSeq) error {
				return a.printTagDiff(extract.NewWith(before), extract.NewWith(after), postings)
			})
		},
	}
	c.Flags().StringVar(&corpus, "corpus", "", "JSON Lines of postings, as tmi extract reads them")
	c.Flags().StringVar(&against, "against", "", "file or folder of the dictionary before; the built-in one if not given")
	return c
}

type postingSeq = func(yield func(extract.Posting, error) bool)

// withPostings opens what postings are to be read from: a corpus, else the lake, whose
// session is nil for a corpus.
func (a *app) withPostings(ctx context.Context, corpus string, work func(*lake.Session, postingSeq) error) error {
	if corpus != "" {
		return work(nil, corpusPostings(corpus))
	}
	return a.withHeads(ctx, func(s *lake.Session) error { return work(s, jobs.PostingsOfLake(ctx, s)) })
}

// corpusPostings reads JSON Lines in the form that tmi extract reads; a broken line ends it.
func corpusPostings(path string) postingSeq {
	return func(yield func(extract.Posting, error) bool) {
		f, err := os.Open(path)
		if err != nil {
			yield(extract.Posting{}, errs.New(errs.NotFound, "corpus %s: no such file", path))
			return
		}
		defer func() { _ = f.Close() }() // it was only read
		r := bufio.NewReader(f)
		for number := 1; ; number++ {
			line, err := r.ReadBytes('\n')
			if len(strings.TrimSpace(string(line))) > 0 {
				var p extract.Posting
				if wrong := json.Unmarshal(line, &p); wrong != nil {
					yield(p, errs.New(errs.Invalid, "corpus %s, line %d: expected a posting as tmi extract reads it: %w", path, number, wrong))
					return
				}
				if !yield(p, nil) {
					return
				}
			}
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(extract.Posting{}, errs.New(errs.Unavailable, "read %s: %w", path, err))
				return
			}
		}
	}
}

// tagChange is one tag that a posting gains or loses.
type tagChange struct {
	ID      string `json:"id"`
	Change  string `json:"change"` // gains, loses or need
	Tech    string `json:"tech"`
	Surface string `json:"surface,omitempty"` // where it is found: as it is written there
	Need    string `json:"need"`
}

func (a *app) printTagDiff(before, after *extract.Extractor, postings postingSeq) error {
	changes := []tagChange{}
	read := 0
	for p, err := range postings {
		if err != nil {
			return err
		}
		read++
		changes = append(changes, tagChanges(p.ID, before.Techs(p), after.Techs(p))...)
	}
	if a.output == "json" {
		return a.printJSON(map[string]any{"postings": read, "changes": changes})
	}
	counts := map[string]int{}
	var cells [][]string
	for _, c := range changes {
		counts[c.Change]++
		cells = append(cells, []string{c.ID, c.Change, c.Tech, c.Need, c.Surface})
	}
	fmt.Fprintf(a.stdout, "%d postings: %d tags gained, %d lost, %d with another need\n", read, counts["gains"], counts["loses"], counts["need"])
	if len(cells) == 0 {
		return nil
	}
	return writeTable(a.stdout, []string{"posting", "change", "technology", "need", "written"}, cells)
}

func tagChanges(id string, before, after []extract.Tech) []tagChange {
	var changes []tagChange
	had := map[string]extract.Tech{}
	for _, t := range before {
		had[t.ID] = t
	}
	for _, t := range after {
		old, ok := had[t.ID]
		switch {
		case !ok:
			changes = append(changes, tagChange{id, "gains", t.Name, t.Mentions[0].Surface, t.Need})
		case old.Need != t.Need:
			changes = append(changes, tagChange{id, "need", t.Name, t.Mentions[0].Surface, t.Need})
		}
		delete(had, t.ID)
	}
	for _, t := range before {
		if _, lost := had[t.ID]; lost {
			changes = append(changes, tagChange{id, "loses", t.Name, t.Mentions[0].Surface, t.Need})
		}
	}
	return changes
}

func (a *app) techsCandidatesCommand() *cobra.Command {
	var corpus, refusedFile, dictionary string
	var least, most int
	c := &cobra.Command{
		Use:   "candidates",
		Short: "Names that stand beside technologies and are not in the dictionary",
		Long: "Lists names that stand in lists of technologies and look like one, the most frequent first: for a person to\n" +
			"accept (tmi techs add) or to refuse (a line in --refused). Names that the assistant proposes stand among\n" +
			"them. The postings are those of --corpus, else of the lake. Addresses and telephone numbers are masked.\n\n" + exitCodes,
		Example: "  tmi techs candidates --least 3\n  tmi techs candidates --corpus postings.jsonl --refused refused.txt",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, err := soundDictionary(dictionary)
			if err != nil {
				return err
			}
			refused := extract.RefusedNames()
			if refusedFile != "" {
				raw, err := os.ReadFile(refusedFile)
				if err != nil {
					return errs.New(errs.NotFound, "list of refused names %s: no such file", refusedFile)
				}
				for key := range extract.Refused(string(raw)) {
					refused[key] = true
				}
			}
			return a.withPostings(cmd.Context(), corpus, func(s *lake.Session, postings postingSeq) error {
				names, err := jobs.UnknownNames(extract.NewWith(d), postings, refused)
				if err != nil {
					return err
				}
				if s != nil {
					if names, err = withAssistant(cmd.Context(), s, d, refused, names); err != nil {
						return err
					}
				}
				return a.printCandidates(names, least, most)
			})
		},
	}
	f := c.Flags()
	f.StringVar(&corpus, "corpus", "", "JSON Lines of postings, as tmi extract reads them")
	f.StringVar(&refusedFile, "refused", "", "names not to be proposed again, one a line")
	f.StringVar(&dictionary, "dictionary", "", "file of additions or folder; the built-in dictionary if not given")
	f.IntVar(&least, "least", 2, "postings that name it, at least")
	f.IntVar(&most, "limit", 100, "names to print, at most; 0 for all")
	return c
}

// withAssistant adds what the assistant proposed and no list showed; a name that both know
// keeps the greater count.
func withAssistant(ctx context.Context, s *lake.Session, d *extract.Dictionary, refused map[string]bool, names []jobs.UnknownName) ([]jobs.UnknownName, error) {
	proposed, err := jobs.AssistantCandidates(ctx, s, d, refused)
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i, n := range names {
		at[extract.Key(n.Name)] = i
	}
	for _, p := range proposed {
		if i, ok := at[extract.Key(p.Name)]; ok {
			names[i].Postings, names[i].Method = max(names[i].Postings, p.Postings), "list, assistant"
			continue
		}
		names = append(names, jobs.UnknownName{Name: p.Name, Postings: p.Postings, PostingID: p.PostingID, Method: "assistant"})
	}
	slices.SortStableFunc(names, func(a, b jobs.UnknownName) int { return b.Postings - a.Postings })
	return names, nil
}

func (a *app) printCandidates(names []jobs.UnknownName, least, most int) error {
	names = slices.DeleteFunc(names, func(n jobs.UnknownName) bool { return n.Postings < least })
	found := len(names)
	if most > 0 && found > most {
		names = names[:most]
	}
	if a.output == "json" {
		return a.printJSON(append([]jobs.UnknownName{}, names...))
	}
	if found == 0 {
		fmt.Fprintf(a.stdout, "no name stands in %d postings or more; --least 1 has them all\n", least)
		return nil
	}
	var cells [][]string
	for _, n := range names {
		cells = append(cells, []string{n.Name, fmt.Sprint(n.Postings), n.Method, n.PostingID, n.Context})
	}
	if err := writeTable(a.stdout, []string{"name", "postings", "proposed by", "for one", "where"}, cells); err != nil {
		return err
	}
	if found > len(names) {
		fmt.Fprintf(a.stdout, "%d more; --limit 0 prints all\n", found-len(names))
	}
	return nil
}
