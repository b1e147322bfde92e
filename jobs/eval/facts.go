package eval

import (
	"fmt"

	"github.com/techmapit/tmi/schemas"
)

// facts compares what is judged beside the technologies.
func (c *comparison) facts(label *Label, p *schemas.SilverPosting) {
	if label.IsIT.Is && label.IsIT.Value != nil {
		c.fact(label.ID, "is it", yes(*label.IsIT.Value), yes(p.IsIT))
	}
	if label.Country.Is {
		c.fact(label.ID, "country", textOf(label.Country.Value), p.Country)
	}
	if label.Employment.Is {
		c.fact(label.ID, "employment", textOf(label.Employment.Value), p.Employment)
	}
	if label.Region.Is {
		c.fact(label.ID, "region", textOf(label.Region.Value), p.Region)
	}
	if label.Experience.Is {
		want := ""
		if v := label.Experience.Value; v != nil {
			want = span(v[0], v[1])
		}
		c.fact(label.ID, "experience", want, span(p.ExperienceMinYears, p.ExperienceMaxYears))
	}
}

// fact counts one answer: empty is not stated.
func (c *comparison) fact(id, what, want, got string) {
	var s Score
	switch {
	case want == got && want == "":
		return
	case want == got:
		s.Right = 1
	default:
		if got != "" {
			s.Extra = 1
		}
		if want != "" {
			s.Missed = 1
		}
		c.miss(id, what, want, got)
	}
	c.tally.add(what, id, s)
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return "" // what is asked is how well IT postings are told; the others are the rest
}

func textOf(value *string) string {
	if value == nil {
		return ""
	}
	return *value
}

func span(from, to *int32) string {
	switch {
	case from == nil && to == nil:
		return ""
	case to == nil:
		return fmt.Sprintf("%d-", *from)
	case from == nil:
		return fmt.Sprintf("-%d", *to)
	}
	return fmt.Sprintf("%d-%d", *from, *to)
}
