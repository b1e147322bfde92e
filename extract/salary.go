package extract

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Pay is a salary as words state it. A nil side is open; a single figure is both.
type Pay struct {
	Min, Max *float64
	Currency string // ISO 4217; empty for "100k-140k" of no known country
	Period   string // a key of PayPeriods, or day or hour
}

// PayPeriods are the periods whose pay can be told for a year, and how many make one.
// Pay by the day or hour cannot: nobody says how many are worked.
var PayPeriods = map[string]float64{"year": 1, "month": 12}

// What pay can be. Numbers outside are bonuses, turnovers, fundings and misprints; reading
// none is better than reading those.
var payBounds = map[string][2]float64{
	"KRW year": {12e6, 1e9}, "KRW month": {1e6, 1e8}, "KRW day": {5e4, 5e6}, "KRW hour": {5e3, 5e5},
	"year": {10e3, 2e6}, "month": {400, 1e5}, "day": {50, 5e3}, "hour": {8, 500},
	"INR year": {1e5, 1e8}, "INR month": {1e4, 1e7},
	"JPY year": {1e6, 1e8}, "JPY month": {1e5, 1e7}, "JPY day": {5e3, 5e5}, "JPY hour": {500, 5e4},
}

// ReadPay reads the words of a salary, for example a posting's salary_raw; false where they
// state no amount. A "$" is the dollar of the country (ISO 3166-1 alpha-2), where that has
// one, and an amount without any currency is in the country's.
func ReadPay(words, country string) (Pay, bool) {
	found, ok := payIn(words, len(words))
	switch own := currencyOf[country]; {
	case found.Currency == "":
		found.Currency = own
	case found.Currency == "USD" && isDollar[own] && !containsAny(strings.ToLower(words), []string{"us$", "usd", "us "}):
		found.Currency = own
	}
	return found.Pay, ok
}

// currencyOf is the currency that pay is stated in where nothing else is said.
var currencyOf = map[string]string{
	"US": "USD", "CA": "CAD", "AU": "AUD", "NZ": "NZD", "SG": "SGD", "HK": "HKD", "GB": "GBP", "CH": "CHF", "IN": "INR", "SE": "SEK", "NO": "NOK", "DK": "DKK", "PL": "PLN",
	"DE": "EUR", "FR": "EUR", "NL": "EUR", "ES": "EUR", "IT": "EUR", "IE": "EUR", "AT": "EUR", "BE": "EUR", "PT": "EUR", "FI": "EUR", "EE": "EUR", "LT": "EUR", "LV": "EUR", "LU": "EUR", "GR": "EUR",
}

var isDollar = map[string]bool{"CAD": true, "AUD": true, "NZD": true, "SGD": true, "HKD": true}

// salaryAt reads the salary on the line where a word such as "연봉" stands.
func (r *factReader) salaryAt(text string, start int) {
	line := text[start:]
	if nl := strings.IndexByte(line, '\n'); nl >= 0 {
		line = line[:nl]
	}
	line = cutText(line, 160)
	const reach = 60 // bytes from the word to the amount
	r.takePay(line, reach)
}

// salary reads a text that is about pay as a whole: the board's field, a headline.
func (r *factReader) salary(text string) { r.takePay(text, len(text)) }

// payRange reads a range of foreign pay a year that stands in a text without a word for
// pay: "Backend Engineer, $120k-150k + equity". A single amount may be anything.
func (r *factReader) payRange(text string) {
	if r.f.SalaryRaw != "" || !strings.ContainsAny(text, "$€£₹") {
		return
	}
	for from := 0; from < len(text); {
		found, ok := payIn(text[from:], len(text))
		if !ok {
			return
		}
		isRange := found.Min != nil && found.Max != nil && *found.Min < *found.Max
		words := strings.TrimSpace(text[from+found.from : from+found.to])
		before := strings.ToLower(text[max(0, from+found.from-60) : from+found.from])
		if isRange && !slices.ContainsFunc(otherMoney, func(word string) bool { return hasWord(before, word) }) && found.Currency != "KRW" && found.Period == "year" && *found.Min >= leastPay && *found.Max <= 4*(*found.Min) {
			r.f.SalaryRaw = words
			return
		}
		from += found.to
	}
}

// otherMoney are words before a range of money that is no pay.
var otherMoney = []string{"house", "houses", "homes", "rent", "price", "prices", "cost", "costs", "worth", "loan", "loans", "deal", "deals", "tickets", "budget", "grant", "grants", "spend", "sold for", "contracts"}

// leastPay is the least that a range without a word for pay is taken for pay at.
const leastPay = 25_000

func (r *factReader) takePay(text string, reach int) {
	if r.f.SalaryMinKRW != nil || r.f.SalaryMaxKRW != nil || !strings.ContainsAny(text, "0123456789") {
		return
	}
	found, ok := payIn(text, reach)
	if !ok {
		return
	}
	r.f.SalaryRaw = strings.TrimSpace(text[found.from:found.to])
	// Other currencies keep their words: a rate of one day is none of another.
	if factor := PayPeriods[found.Period]; found.Currency == "KRW" && factor > 0 {
		won := func(side *float64) *int64 {
			if side == nil {
				return nil
			}
			return ptr(int64(*side * factor))
		}
		r.f.SalaryMinKRW, r.f.SalaryMaxKRW = won(found.Min), won(found.Max)
	}
}

// cutText shortens a text to at most n bytes, at a rune's end.
func cutText(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

type foundPay struct {
	Pay
	from, to int // the words that state it
}

// payIn returns the first pay that is stated within reach bytes.
func payIn(text string, reach int) (foundPay, bool) {
	amounts := amountsIn(text)
	for i := 0; i < len(amounts); i++ {
		first, last := amounts[i], amounts[i]
		if i+1 < len(amounts) && isRangeGap(text[first.end:amounts[i+1].start]) {
			last = amounts[i+1]
			i++
			if first.currency == "" {
				first.currency = last.currency
			}
			if last.currency == "" {
				last.currency = first.currency
			}
			// "4,000~6,000만원", "$100-150k"
			if first.scale == 1 && last.scale > 1 && first.value*last.scale <= last.value {
				first.value *= last.scale
			}
		}
		if first.start > reach {
			break
		}
		if shortened(text, first, last) { // "C$90 - C$160"
			first.value, last.value = first.value*1000, last.value*1000
		}
		isBare := first.currency == "" && last.start > first.start && last.scale == 1000 && first.value >= leastPay // "100k - 140k"
		if first.currency == "" && !isBare || first.currency != last.currency || first.notPay || last.notPay {
			continue
		}
		if pay, ok := payOf(text, first, last); ok {
			return pay, true
		}
	}
	return foundPay{}, false
}

// shortened tells whether a range of foreign pay leaves out its thousands, which nothing
// but a headline does: no period stands behind it, and no pay an hour is as high.
func shortened(text string, first, last amount) bool {
	if first.start == last.start || first.currency == "" || first.currency == "KRW" || first.scale != 1 || last.scale != 1 || first.notPay || last.notPay {
		return false
	}
	if first.value < 60 || last.value > 400 || first.value >= last.value || first.value != float64(int(first.value)) {
		return false
	}
	after := strings.TrimLeft(text[last.end:], " ")
	return after == "" || strings.HasPrefix(after, "|")
}

// payOf reads what stands around one amount or two.
func payOf(text string, first, last amount) (foundPay, bool) {
	p := foundPay{from: first.start, to: last.end}
	p.Currency, p.Period = first.currency, "year"
	low, high := first.value, last.value
	if low > high {
		low, high = high, low
	}
	openBelow, openAbove := false, false
	for _, w := range payBefore {
		if strings.Contains(w.about, "only") && !strings.HasSuffix(strings.ToLower(" "+strings.TrimRight(text[:p.from], " :(~")), w.word) {
			continue
		}
		head := text[max(0, p.from-24):p.from]
		if nl := strings.LastIndexByte(head, '\n'); nl >= 0 {
			head = head[nl+1:]
		}
		k := strings.LastIndex(strings.ToLower(head), strings.TrimLeft(w.word, " "))
		if k < 0 || w.word == "월" && k > 0 && (isDigit(head[k-1]) || head[k-1] >= 0x80) {
			continue
		}
		switch w.about {
		case "bonus":
			return p, false
		case "most, only":
			openBelow = true
		case "least, only":
			openAbove = true
		default:
			p.Period = w.about
		}
		p.from = min(p.from, p.from-len(head)+k)
		break
	}
	tail := strings.ToLower(text[p.to:min(len(text), p.to+40)])
	at := p.to
	for again := true; again; {
		again = false
		trimmed := strings.TrimLeft(tail, " ")
		for _, w := range payAfter {
			if !strings.HasPrefix(trimmed, w.word) {
				continue
			}
			if w.word == "+" && len(trimmed) < len(tail) { // "€60k + bonus"
				continue
			}
			if last := w.word[len(w.word)-1]; isAlnum(last) && len(trimmed) > len(w.word) && isAlnum(trimmed[len(w.word)]) {
				continue
			}
			switch w.about {
			case "bonus":
				return p, false
			case "most":
				openBelow = true
			case "least":
				openAbove = true
			case "":
			default:
				p.Period = w.about
			}
			at += len(tail) - len(trimmed) + len(w.word)
			p.to, tail, again = at, trimmed[len(w.word):], true
			break
		}
	}
	bounds, ok := payBounds[p.Currency+" "+p.Period]
	if !ok {
		bounds = payBounds[p.Period]
	}
	if low < bounds[0] || high > bounds[1] {
		return p, false
	}
	if first.start != last.start || !openBelow {
		p.Min = &low
	}
	if first.start != last.start || !openAbove || openBelow {
		p.Max = &high
	}
	return p, true
}

// payBefore are words before an amount, what they say of it first that decides: its
// period, that it is the most or the least ("only": right before the amount), or that it
// is no pay.
var payBefore = []struct{ word, about string }{
	{"bonus", "bonus"}, {"보너스", "bonus"}, {"인센티브", "bonus"}, {"축하금", "bonus"}, {"지원금", "bonus"}, {"raised", "bonus"}, {"funding", "bonus"}, {"revenue", "bonus"}, {"매출", "bonus"}, {"투자", "bonus"},
	{"시급", "hour"}, {"hourly", "hour"}, {"일급", "day"}, {"daily", "day"}, {"월급", "month"}, {"월 급여", "month"}, {"monthly", "month"}, {"월", "month"},
	{"up to", "most, only"}, {" to", "most, only"}, {"최대", "most, only"}, {"max", "most, only"}, {"from", "least, only"}, {"최소", "least, only"}, {"starting at", "least, only"}, {"at least", "least, only"}, {"min", "least, only"},
}

// payAfter are words right after an amount.
var payAfter = []struct{ word, about string }{
	{"/hour", "hour"}, {"/hr", "hour"}, {"/h", "hour"}, {"per hour", "hour"}, {"an hour", "hour"}, {"hourly", "hour"}, {"p/h", "hour"}, {"ph", "hour"}, {"/ hour", "hour"}, {"/ hr", "hour"},
	{"/day", "day"}, {"per day", "day"}, {"a day", "day"}, {"/ day", "day"}, {"/month", "month"}, {"/mo", "month"}, {"per month", "month"}, {"a month", "month"}, {"monthly", "month"}, {"/월", "month"}, {"/ month", "month"},
	{"/year", "year"}, {"/yr", "year"}, {"/annum", "year"}, {"per year", "year"}, {"per annum", "year"}, {"a year", "year"}, {"p.a.", "year"}, {"p.a", "year"}, {"annually", "year"}, {"/년", "year"}, {"pa", "year"},
	{"이상", "least"}, {"부터", "least"}, {"+", "least"}, {"and up", "least"}, {"or more", "least"}, {"~", "least"}, {"이하", "most"}, {"까지", "most"}, {"미만", "most"}, {"max", "most"},
	{"bonus", "bonus"}, {"sign", "bonus"}, {"referral", "bonus"}, {"in funding", "bonus"}, {"raised", "bonus"}, {"budget", "bonus"}, {"stipend", "bonus"}, {"learning", "bonus"}, {"allowance", "bonus"}, {"travel", "bonus"}, {"투자", "bonus"}, {"규모", "bonus"}, {"매출", "bonus"}, {"상당", "bonus"},
}

// isRangeGap tells whether what stands between two amounts makes them a range.
func isRangeGap(gap string) bool {
	if len(gap) > 14 {
		return false
	}
	switch strings.ToLower(strings.Trim(gap, " ")) {
	case "~", "-", "–", "—", "∼", "〜", "～", "to", "에서", "부터", "and", "이상 ~", "->", "--":
		return true
	}
	return false
}

// amount is a number with what stands by it.
type amount struct {
	start, end int // with the currency's sign
	value      float64
	scale      float64 // what the number as written was multiplied by
	currency   string  // ISO 4217, empty where none stands by it
	notPay     bool    // millions, shares
}

// amountsIn returns the numbers in text that may be amounts of money.
func amountsIn(text string) []amount {
	var out []amount
	for i := 0; i < len(text); {
		if !isDigit(text[i]) || i > 0 && isAlnum(text[i-1]) && !endsWithCode(text[:i]) {
			i++
			continue
		}
		a := amount{start: i, scale: 1}
		a.value, i = readNumber(text, i)
		a.end = i
		a.unit(text)
		a.sign(text)
		i = a.end
		out = append(out, a)
	}
	return out
}

func endsWithCode(head string) bool {
	_, width := currencyBefore(head)
	return width > 0
}

// readNumber reads "4,000", "3.5", "50.000" and returns where it ends.
func readNumber(text string, i int) (value float64, end int) {
	fraction := 0.0
	for i < len(text) {
		c := text[i]
		switch {
		case isDigit(c) && fraction > 0:
			value += fraction * float64(c-'0')
			fraction /= 10
		case isDigit(c):
			value = value*10 + float64(c-'0')
		case (c == ',' || c == '.') && i+1 < len(text) && isDigit(text[i+1]):
			digits := 0
			for j := i + 1; j < len(text) && isDigit(text[j]); j++ {
				digits++
			}
			switch {
			case digits == 3 && fraction == 0: // thousands, in either manner
			case c == '.' && fraction == 0:
				fraction = 0.1
			default:
				return value, i
			}
		default:
			return value, i
		}
		i++
	}
	return value, i
}

// koreanUnits are what stands after a number, longest first.
var koreanUnits = []struct {
	word  string
	scale float64
}{{"천만", 1e7}, {"백만", 1e6}, {"천", 1e3}, {"억", 1e8}, {"만", 1e4}}

// unit reads what multiplies the number: "k", "만", "1억 2,000만".
func (a *amount) unit(text string) {
	rest := text[a.end:]
	trimmed := strings.TrimLeft(rest, " ")
	skip := len(rest) - len(trimmed)
	for _, u := range koreanUnits {
		if !strings.HasPrefix(trimmed, u.word) {
			continue
		}
		after := strings.TrimLeft(trimmed[len(u.word):], " ")
		if u.word == "천" && !strings.HasPrefix(after, "원") { // "3천명"
			return
		}
		if u.word == "만" && strings.HasPrefix(after, "명") {
			a.notPay = true
		}
		a.value *= u.scale
		a.scale = u.scale
		a.end += skip + len(u.word)
		if u.word == "억" {
			a.more(text)
		}
		if u.word != "천" {
			a.currency = "KRW"
		}
		return
	}
	if rest == "" {
		return
	}
	letters := 0
	for letters < len(rest) && isAlnum(rest[letters]) {
		letters++
	}
	switch word := strings.ToLower(rest[:letters]); word {
	case "k", "keur", "kusd", "kgbp":
		a.value *= 1000
		a.scale = 1000
		a.end++
	case "lpa", "lakh", "lakhs", "lac", "lacs":
		a.lakhs(letters)
	case "l":
		if strings.HasSuffix(strings.TrimRight(text[:a.start], " "), "₹") {
			a.lakhs(letters)
		}
	case "m", "mm", "b", "bn", "million", "billion", "x", "th", "st", "nd", "rd":
		a.notPay = true
	case "":
		first, _, _ := strings.Cut(strings.ToLower(trimmed), " ")
		switch strings.Trim(first, ".,;:)") {
		case "million", "billion", "m", "mm", "trillion", "mil", "bn":
			a.notPay = true
		case "%":
			a.notPay = true
		case "k":
			a.value *= 1000
			a.scale = 1000
			a.end += skip + 1
		case "lpa", "lakh", "lakhs", "lac", "lacs":
			a.lakhs(skip + len(strings.Trim(first, ".,;:)")))
		}
		if strings.HasPrefix(rest, "%") {
			a.notPay = true
		}
	}
}

// lakhs makes it an amount in lakhs, a hundred thousand rupees, whose word is width bytes wide.
func (a *amount) lakhs(width int) {
	a.value *= 1e5
	a.scale = 1e5
	a.end += width
	a.currency = "INR"
}

// more reads what follows "1억": "2,000만", "5천만".
func (a *amount) more(text string) {
	rest := text[a.end:]
	trimmed := strings.TrimLeft(rest, " ")
	if trimmed == "" || !isDigit(trimmed[0]) {
		return
	}
	value, n := readNumber(trimmed, 0)
	scale := 0.0
	for _, u := range koreanUnits {
		if strings.HasPrefix(trimmed[n:], u.word) && (u.word == "천만" || u.word == "만") {
			scale = u.scale
			n += len(u.word)
			break
		}
	}
	if scale > 0 {
		a.value += value * scale
		a.end += len(rest) - len(trimmed) + n
	}
}

// currencies by how they are written, in lower case; longer writings first.
var currencies = []struct{ word, code string }{
	{"usd$", "USD"}, {"aud$", "AUD"}, {"cad$", "CAD"}, {"nzd$", "NZD"}, {"sgd$", "SGD"}, {"cdn$", "CAD"}, {"us$", "USD"}, {"usd", "USD"}, {"ca$", "CAD"}, {"cad", "CAD"}, {"au$", "AUD"}, {"aud", "AUD"}, {"nz$", "NZD"}, {"nzd", "NZD"}, {"sgd", "SGD"}, {"hk$", "HKD"}, {"c$", "CAD"}, {"a$", "AUD"}, {"s$", "SGD"}, {"$", "USD"},
	{"eur", "EUR"}, {"euros", "EUR"}, {"euro", "EUR"}, {"€", "EUR"}, {"gbp", "GBP"}, {"£", "GBP"}, {"chf", "CHF"}, {"sek", "SEK"}, {"nok", "NOK"}, {"dkk", "DKK"}, {"pln", "PLN"}, {"mxn", "MXN"}, {"brl", "BRL"}, {"czk", "CZK"}, {"zar", "ZAR"}, {"ils", "ILS"}, {"nis", "ILS"}, {"myr", "MYR"}, {"twd", "TWD"}, {"aed", "AED"},
	{"inr", "INR"}, {"₹", "INR"}, {"jpy", "JPY"}, {"¥", "JPY"}, {"엔", "JPY"}, {"krw", "KRW"}, {"₩", "KRW"}, {"￦", "KRW"}, {"원", "KRW"}, {"달러", "USD"}, {"dollars", "USD"},
}

// currencyBefore finds the currency that head ends with, and how wide it is with blanks.
func currencyBefore(head string) (code string, width int) {
	trimmed := strings.TrimRight(head, " ")
	if len(head)-len(trimmed) > 1 {
		return "", 0
	}
	low := strings.ToLower(trimmed[max(0, len(trimmed)-6):])
	for _, c := range currencies {
		if strings.HasSuffix(low, c.word) && c.word != "원" && c.word != "엔" {
			if before := low[:len(low)-len(c.word)]; isAlnum(c.word[0]) && before != "" && isAlnum(before[len(before)-1]) {
				continue
			}
			return c.code, len(head) - len(trimmed) + len(c.word)
		}
	}
	return "", 0
}

// sign reads the currency before or after the number. A name after the amount says more
// than a sign before it: "$60k CAD".
func (a *amount) sign(text string) {
	if code, width := currencyBefore(text[:a.start]); width > 0 {
		a.currency = code
		a.start -= width
	}
	rest := text[a.end:]
	trimmed := strings.TrimLeft(rest, " ")
	low := strings.ToLower(trimmed[:min(len(trimmed), 8)])
	for _, c := range currencies {
		if !strings.HasPrefix(low, c.word) || a.currency != "" && !isAlnum(c.word[0]) && c.code != "KRW" {
			continue
		}
		after := trimmed[len(c.word):]
		if isAlnum(c.word[len(c.word)-1]) && after != "" && isAlnum(after[0]) {
			continue
		}
		if !isAlnum(c.word[0]) && c.word[0] < 0x80 && after != "" && isDigit(after[0]) { // "100 $200"
			continue
		}
		a.currency = c.code
		a.end += len(rest) - len(trimmed) + len(c.word)
		return
	}
}
