package eval

import (
	"slices"

	"github.com/techmapit/tmi/internal/errs"
)

// KeywordLabel is what a reader says of a search keyword: which technologies are usual tools
// of the work that it names, and which are not.
type KeywordLabel struct {
	Keyword string   `json:"keyword"`
	Yes     []string `json:"yes"` // ids
	No      []string `json:"no"`
}

// KeywordPart is one reader's file.
type KeywordPart struct {
	Name   string
	Labels []KeywordLabel
}

// KeywordReport is what one reader's labels say of the technologies recommended for keywords.
type KeywordReport struct {
	Part      string   `json:"part"`
	Figures   []Figure `json:"figures"`    // of the first ten for the keyword and of the ten most frequent overall; only precision means anything
	NotJudged int      `json:"not_judged"` // shown and in no list of the reader: counted as wrong
	NotAhead  []string `json:"not_ahead"`  // keywords whose ten are no better than the ten overall
}

// KeywordLabels reads a corpus folder of them as [Labels] reads its.
func KeywordLabels(dir string) ([]KeywordPart, error) {
	var parts []KeywordPart
	if err := eachFile(dir, func(name string, labels []KeywordLabel) { parts = append(parts, KeywordPart{name, labels}) }); err != nil {
		return nil, err
	}
	for _, part := range parts {
		for i, label := range part.Labels {
			if label.Keyword == "" || len(label.Yes)+len(label.No) == 0 {
				return nil, errs.New(errs.Invalid, `corpus %s: label %d of %s: expected a "keyword", and technologies in "yes" or "no"`, dir, i+1, part.Name)
			}
		}
	}
	return parts, nil
}

// KeywordTop is how many technologies are looked at.
const KeywordTop = 10

// Keywords compares what is recommended for each keyword, and what is asked for most
// overall, with the labels. A list that is shorter than ten is wrong for the rest. The unit
// is the keyword.
func Keywords(parts []KeywordPart, recommend func(keyword string) ([]string, error), overall []string) ([]KeywordReport, error) {
	var reports []KeywordReport
	for _, part := range parts {
		report, t := KeywordReport{Part: part.Name, NotAhead: []string{}}, tally{}
		for _, label := range part.Labels {
			ids, err := recommend(label.Keyword)
			if err != nil {
				return nil, err
			}
			rightOf := func(figure string, ids []string) int {
				right := 0
				for _, id := range ids {
					if slices.Contains(label.Yes, id) {
						right++
					}
				}
				t.add(figure, label.Keyword, Score{Right: right, Extra: KeywordTop - right})
				return right
			}
			for _, id := range ids {
				if !slices.Contains(label.Yes, id) && !slices.Contains(label.No, id) {
					report.NotJudged++
				}
			}
			if rightOf("recommended", ids) <= rightOf("overall", overall) {
				report.NotAhead = append(report.NotAhead, label.Keyword)
			}
		}
		report.Figures = t.figures("recommended", "overall")
		reports = append(reports, report)
	}
	return reports, nil
}
