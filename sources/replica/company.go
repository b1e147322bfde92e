package replica

import "strings"

// market is where a company shows its jobs.
type market uint8

const (
	marketKorea  market = iota // on Jumpit and Rallit
	marketBoards               // has a Greenhouse board
	marketHN                   // posts on Hacker News
)

// company is an employer. Its name is made of nonsense syllables.
type company struct {
	key    uint64
	ko, en string // without legal form
	token  string // lower-case Latin letters
	domain word
	// isKorean says that it is at home in Korea, where its texts are mostly Korean.
	isKorean bool
}

// companyOf returns a market's nth company; no two have the same name.
func (w *World) companyOf(m market, n int) company {
	l := theLibrary()
	d := newDice(w.seed, saltCompany, uint64(m), uint64(n))
	// The seed turns the names, the number picks one, so that they differ by construction.
	size, count := len(l.syllables), n*3+int(m)
	turn := newDice(w.seed, saltNames)
	first := (count + turn.below(size)) % size
	second := (count/size + count + turn.below(size)) % size
	parts := []word{l.syllables[first], l.syllables[second]}
	if third := count / (size * size); third > 0 {
		parts = append(parts, l.syllables[third%size])
	}
	parts = append(parts, pick(&d, l.suffixes))
	c := company{key: newDice(w.seed, saltCompany, uint64(m), uint64(n)).state, domain: pick(&d, l.domains), isKorean: m == marketKorea}
	for _, part := range parts {
		c.ko += part.ko
		c.token += part.en
	}
	suffix := parts[len(parts)-1].en
	c.en = title(strings.TrimSuffix(c.token, suffix))
	if suffix != "" {
		c.en += " " + title(suffix)
	}
	if m == marketBoards {
		c.isKorean = n%3 != 2
	}
	return c
}

func title(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

var (
	koreanForms  = []string{"", "", "(주)*", "주식회사 *", "*(주)", "㈜*"}
	englishForms = []string{"", "", "* Inc.", "* Co., Ltd."}
)

// shownAs returns the name as the company wrote it in its profile on a source: each board
// may show another legal form.
func (c *company) shownAs(src source, korean bool) string {
	d := newDice(c.key, saltLegal, uint64(src))
	name, forms := c.en, englishForms
	if korean {
		name, forms = c.ko, koreanForms
	}
	if src == srcHN {
		return name
	}
	if form := pick(&d, forms); form != "" {
		return strings.Replace(form, "*", name, 1)
	}
	return name
}
