package eval

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/techmapit/tmi/extract"
	"github.com/techmapit/tmi/schemas"
)

// facts compares what is judged beside the technologies.
func (c *comparison) facts(label *Label, p *schemas.SilverPosting) {
	if label.IsIT.Is && label.IsIT.Value != nil {
		c.fact(label.ID, p, "is it", yes(*label.IsIT.Value), yes(p.IsIT))
	}
	if label.Country.Is {
		c.fact(label.ID, p, "country", textOf(label.Country.Value), p.Country)
	}
	if label.Employment.Is {
		c.fact(label.ID, p, "employment", textOf(label.Employment.Value), p.Employment)
	}
	if label.Region.Is {
		c.fact(label.ID, p, "region", textOf(label.Region.Value), p.Region)
	}
	if label.Seniority.Is {
		c.fact(label.ID, p, "seniority", textOf(label.Seniority.Value), p.Seniority)
	}
	if label.Remote.Is {
		c.fact(label.ID, p, "remote", textOf(label.Remote.Value), p.Remote)
	}
	if label.Experience.Is {
		want := ""
		if v := label.Experience.Value; v != nil {
			want = span(v[0], v[1])
		}
		c.fact(label.ID, p, "experience", want, span(p.ExperienceMinYears, p.ExperienceMaxYears))
	}
	if from, to := p.ExperienceMinYears, p.ExperienceMaxYears; from != nil && to != nil && *from > *to {
		c.inversions++
	}
	if label.Salary.Is {
		c.salary(label, p)
	}
	if label.Roles.Is && label.Roles.Value != nil {
		c.roles(label, p)
	}
}

// fact counts one answer: empty is not stated. Beside precision and recall over what is
// stated, "exact" counts every judged posting, those included that state nothing.
func (c *comparison) fact(id string, p *schemas.SilverPosting, what, want, got string) {
	exact := Score{Right: 1}
	if want != got {
		exact = Score{Extra: 1, Missed: 1}
	}
	c.tally.add(what+" exact", id, exact)
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
	if p.Language != "" {
		c.tally.add(what+" "+p.Language, id, s)
	}
}

// roles counts each role that is named or should be.
func (c *comparison) roles(label *Label, p *schemas.SilverPosting) {
	count := func(role string, s Score) {
		c.tally.add(figureRoles, label.ID, s)
		c.tally.add("role "+role, label.ID, s)
		if p.Language != "" {
			c.tally.add(figureRoles+" "+p.Language, label.ID, s)
		}
	}
	for _, role := range p.Roles {
		if slices.Contains(*label.Roles.Value, role) {
			count(role, Score{Right: 1})
			continue
		}
		count(role, Score{Extra: 1})
		c.miss(label.ID, "role", "", role)
	}
	for _, role := range *label.Roles.Value {
		if !slices.Contains(p.Roles, role) {
			count(role, Score{Missed: 1})
			c.miss(label.ID, "role", role, "")
		}
	}
}

// salary compares the amounts that the stored words of a salary state, and for won the
// stored amounts a year as well.
func (c *comparison) salary(label *Label, p *schemas.SilverPosting) {
	want := ""
	if v := label.Salary.Value; v != nil {
		want = payText(v.Min, v.Max, v.Currency, v.Period)
	}
	got := ""
	if pay, ok := extract.ReadPay(p.SalaryRaw, p.Country); ok {
		got = payText(pay.Min, pay.Max, pay.Currency, pay.Period)
	}
	c.fact(label.ID, p, "salary", want, got)
	wantWon := ""
	if v := label.Salary.Value; v != nil && v.Currency == "KRW" && extract.PayPeriods[v.Period] > 0 {
		wantWon = payText(aYear(v.Min, v.Period), aYear(v.Max, v.Period), "KRW", "year")
	}
	gotWon := ""
	if p.SalaryMinKRW != nil || p.SalaryMaxKRW != nil {
		gotWon = payText(wonOf(p.SalaryMinKRW), wonOf(p.SalaryMaxKRW), "KRW", "year")
	}
	c.fact(label.ID, p, "salary in won", wantWon, gotWon)
}

func aYear(amount *float64, period string) *float64 {
	if amount == nil {
		return nil
	}
	a := *amount * extract.PayPeriods[period]
	return &a
}

func wonOf(amount *int64) *float64 {
	if amount == nil {
		return nil
	}
	a := float64(*amount)
	return &a
}

func payText(low, high *float64, currency, period string) string {
	side := func(v *float64) string {
		if v == nil {
			return ""
		}
		return strconv.FormatFloat(*v, 'f', -1, 64)
	}
	return side(low) + "-" + side(high) + " " + currency + " a " + period
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
