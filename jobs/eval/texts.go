package eval

import (
	"github.com/techmapit/tmi/extract"
	"github.com/techmapit/tmi/schemas"
)

// FoundInTexts runs the extractor over a file of postings in the format that tmi extract
// reads. There are no facts in it beside the technologies.
func FoundInTexts(path string, x *extract.Extractor) (map[string]Found, error) {
	postings, err := lines[extract.Posting](path)
	if err != nil {
		return nil, err
	}
	found := map[string]Found{}
	for _, p := range postings {
		var f Found
		for _, t := range x.Techs(p) {
			f.Techs = append(f.Techs, schemas.SilverPostingTech{TechID: t.ID, Tech: t.Name, Category: t.Category, Need: t.Need, Method: t.Method})
		}
		found[p.ID] = f
	}
	return found, nil
}
