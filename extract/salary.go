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
// none is better than reading those. Where pay is quoted by the month, less than a year's is
// no pay a year.
var payBounds = map[string][2]float64{
	"KRW year": {12e6, 1e9}, "KRW month": {1e6, 1e8}, "KRW day": {5e4, 5e6}, "KRW hour": {5e3, 5e5},
	"year": {10e3, 2e6}, "month": {400, 1e5}, "day": {50, 5e3}, "hour": {8, 500},
	"INR year": {1e5, 1e8}, "INR month": {1e4, 1e7},
	"JPY year": {1e6, 1e8}, "JPY month": {1e5, 1e7}, "JPY day": {5e3, 5e5}, "JPY hour": {500, 5e4},
	"PLN year": {6e4, 2e6}, "CZK year": {3e5, 1e7}, "SEK year": {2e5, 1e7}, "NOK year": {2e5, 1e7}, "DKK year": {2e5, 1e7}, "ILS year": {1e5, 2e6}, "AED year": {8e4, 2e6},
	"MXN year": {1e5, 1e7}, "BRL year": {4e4, 2e6}, "ZAR year": {1e5, 1e7}, "TWD year": {4e5, 2e7}, "HKD year": {12e4, 1e7}, "MYR year": {4e4, 2e6}, "CNY year": {8e4, 1e7},
	"HUF year": {3e6, 1e9}, "RUB year": {5e5, 1e9}, "THB year": {3e5, 1e8}, "PHP year": {3e5, 1e8}, "IDR year": {5e7, 1e10}, "VND year": {1e8, 1e10},
}

// ReadPay reads the words of a salary, for example a posting's salary_raw; false where they
// state no amount, or nothing tells its currency. A "$" is the dollar of the country (ISO
// 3166-1 alpha-2), where that has one, and an amount without any currency is in the
// country's; where a "$" may be pesos, or two sums stand apart, nothing is read.
func ReadPay(words, country string) (Pay, bool) {
	found, ok := payIn(words, len(words))
	own := currencyOf[country]
	isBareDollar := found.Currency == "USD" && !containsAny(strings.ToLower(words), []string{"us$", "usd", "us "})
	switch {
	case found.Currency == "":
		found.Currency = own
	case isBareDollar && isDollar[own]:
		found.Currency = own
	case isBareDollar && hasOtherDollar[country], found.Currency == "JPY" && country == "CN":
		return Pay{}, false
	}
	return found.Pay, ok && found.Currency != ""
}

// currencyOf is the currency that pay is stated in where nothing else is said.
var currencyOf = map[string]string{
	"US": "USD", "CA": "CAD", "AU": "AUD", "NZ": "NZD", "SG": "SGD", "HK": "HKD", "GB": "GBP", "CH": "CHF", "IN": "INR", "SE": "SEK", "NO": "NOK", "DK": "DKK", "PL": "PLN",
	"DE": "EUR", "FR": "EUR", "NL": "EUR", "ES": "EUR", "IT": "EUR", "IE": "EUR", "AT": "EUR", "BE": "EUR", "PT": "EUR", "FI": "EUR", "EE": "EUR", "LT": "EUR", "LV": "EUR", "LU": "EUR", "GR": "EUR",
}

var isDollar = map[string]bool{"CAD": true, "AUD": true, "NZD": true, "SGD": true, "HKD": true}

// hasOtherDollar are countries where a "$" may be the country's own money or the dollar of
// the United States.
var hasOtherDollar = map[string]bool{"MX": true, "AR": true, "CL": true, "CO": true, "UY": true, "BR": true, "TW": true}

// salaryAt reads the salary on the line where a word such as "연봉" stands.
func (r *factReader) salaryAt(text string, start int) {
	line := text[start:]
	if nl := strings.IndexByte(line, '\n'); nl >= 0 {
		line = line[:nl]
	}
	line = cutText(line, 160)
	if before := strings.ToLower(text[max(0, start-40):start]); containsAny(before[strings.LastIndexByte(before, '\n')+1:], othersPay) {
		return
	}
	const reach = 60 // bytes from the word to the amount
	r.takePay(line, reach)
}

// othersPay are words before a word for pay that make it somebody else's, or a statistic.
var othersPay = []string{"average", "median", "their", "평균", "students", "graduates", "increase", "negotiate"}

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
		isOther := slices.ContainsFunc(otherMoney, func(word string) bool { return hasWord(before, word) })
		isYear := isRange && found.Period == "year" && *found.Min >= leastPay && *found.Max <= 4*(*found.Min)
		if !isOther && found.Currency != "" && found.Currency != "KRW" && (isYear || paysHourly(found, before)) {
			r.f.SalaryRaw = words
			return
		}
		from += found.to
	}
}

// otherMoney are words before a range of money that is no pay.
var otherMoney = []string{"customers pay", "users pay", "clients pay", "they pay", "who pay", "house", "houses", "homes", "rent", "price", "prices", "cost", "costs", "worth", "loan", "loans", "deal", "deals", "tickets", "budget", "grant", "grants", "spend", "sold for", "contracts"}

// leastYear is the least that an amount of no stated period is taken for a year's pay at.
const leastYear = 15_000

// paysHourly tells whether a rate by the hour, behind before, is what is paid.
func paysHourly(p foundPay, before string) bool {
	return p.Period == "hour" && (hasWord(before, "pay") || hasWord(before, "paying") || hasWord(before, "pays") || hasWord(before, "rate"))
}

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
		if first.start == last.start && i+1 < len(amounts) && isSecondSum(text[last.end:amounts[i+1].start], last, amounts[i+1]) {
			i++
			continue
		}
		if pay, ok := payOf(text, first, last); ok {
			return pay, true
		}
	}
	return foundPay{}, false
}

// isSecondSum tells whether a sum of the same kind stands soon after a single one: "45k
// (junior) - 75k (senior)", "$90k/$120k". Neither is the pay.
func isSecondSum(between string, one, other amount) bool {
	const soon = 30 // bytes
	if len(between) > soon || strings.ContainsAny(between, "|\n.+&") || containsAny(strings.ToLower(between), []string{"bonus", "plus", "and "}) {
		return false
	}
	return !other.notPay && (other.currency == one.currency || other.currency == "" && other.scale == one.scale && one.scale > 1) && other.value > one.value/4 && other.value < one.value*4
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
	if containsAny(strings.ToLower(text), []string{"hour", "/hr", "contract", "freelance", "daily", "per day"}) {
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
	openBelow, openAbove, saysPeriod := false, false, false
	for _, w := range payBefore {
		if strings.Contains(w.about, "only") && !endsWithWord(strings.ToLower(" "+strings.TrimRight(cutHead(text[:p.from]), " :(~")), w.word) {
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
		case "bonus", "bonus, only":
			return p, false
		case "most, only":
			openBelow = true
		case "least, only":
			openAbove = true
		default:
			p.Period, saysPeriod = w.about, true
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
				p.Period, saysPeriod = w.about, true
			}
			at += len(tail) - len(trimmed) + len(w.word)
			p.to, tail, again = at, trimmed[len(w.word):], true
			break
		}
	}
	if code, width := dollarAfter(tail); width > 0 && isDollarCode(p.Currency) { // "$80k - $100k/year CAD"
		p.Currency = code
		p.to = at + width
	}
	bounds, ok := payBounds[p.Currency+" "+p.Period]
	if !ok {
		bounds = payBounds[p.Period]
		if !saysPeriod && p.Period == "year" { // "S$10k - S$14k" may be a month's
			bounds[0] = leastYear
		}
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

// cutHead keeps the end of a text that words before an amount may stand in.
func cutHead(text string) string { return text[max(0, len(text)-40):] }

// endsWithWord tells whether text ends with a word, and not with the end of a longer one:
// "admin" does not end with "min".
func endsWithWord(text, word string) bool {
	rest, ok := strings.CutSuffix(text, word)
	return ok && (rest == "" || !isAlnum(word[0]) || !isAlnum(rest[len(rest)-1]))
}

// isDollarCode tells whether a currency is one that is written "$".
func isDollarCode(code string) bool { return code == "USD" || isDollar[code] }

// dollarAfter finds the name of a dollar that tail begins with, and how wide it is: " CAD", " (USD)".
func dollarAfter(tail string) (code string, width int) {
	trimmed := strings.TrimLeft(tail, " (")
	for _, name := range dollarNames {
		if len(name.word) == 3 && strings.HasPrefix(trimmed, name.word) && (len(trimmed) == 3 || !isAlnum(trimmed[3])) {
			return name.code, len(tail) - len(trimmed) + 3
		}
	}
	return "", 0
}

// payBefore are words before an amount, what they say of it first that decides: its
// period, that it is the most or the least ("only": right before the amount), or that it
// is no pay.
var payBefore = []struct{ word, about string }{
	{"bonus", "bonus"}, {"보너스", "bonus"}, {"인센티브", "bonus"}, {"성과급", "bonus"}, {"상여", "bonus"}, {"사인온", "bonus"}, {"사이닝", "bonus"}, {"스톡", "bonus"}, {"보상금", "bonus"}, {"상금", "bonus"}, {"축하금", "bonus"}, {"지원금", "bonus"}, {"포인트", "bonus"}, {"대출", "bonus"},
	{"raised", "bonus"}, {"funding", "bonus"}, {"revenue", "bonus"}, {"relocation", "bonus"}, {"referral", "bonus"}, {"stipend", "bonus"}, {"budget", "bonus"}, {"valued", "bonus"}, {"valuation", "bonus"}, {"worth", "bonus"}, {"prize", "bonus"}, {"ote", "bonus, only"},
	{"매출", "bonus"}, {"투자", "bonus"}, {"거래액", "bonus"}, {"자본금", "bonus"}, {"평균", "bonus"},
	{"시급", "hour"}, {"hourly", "hour"}, {"주급", "bonus"}, {"일급", "day"}, {"daily", "day"}, {"월급", "month"}, {"월 급여", "month"}, {"monthly", "month"}, {"월", "month"},
	{"up to", "most, only"}, {" to", "most, only"}, {"최대", "most, only"}, {"max", "most, only"}, {"below", "most, only"}, {"under", "most, only"}, {"less than", "most, only"},
	{"from", "least, only"}, {"최소", "least, only"}, {"starting at", "least, only"}, {"at least", "least, only"}, {"min", "least, only"}, {"over", "least, only"}, {"above", "least, only"}, {"more than", "least, only"},
}

// payAfter are words right after an amount.
var payAfter = []struct{ word, about string }{
	{"/hour", "hour"}, {"/hr", "hour"}, {"/h", "hour"}, {"per hour", "hour"}, {"per hr", "hour"}, {"an hour", "hour"}, {"hourly", "hour"}, {"p/h", "hour"}, {"ph", "hour"}, {"/ hour", "hour"}, {"/ hr", "hour"},
	{"/day", "day"}, {"per day", "day"}, {"a day", "day"}, {"/ day", "day"}, {"daily", "day"}, {"/month", "month"}, {"/mo", "month"}, {"per month", "month"}, {"a month", "month"}, {"monthly", "month"}, {"/월", "month"}, {"/ month", "month"},
	{"/year", "year"}, {"/yr", "year"}, {"/annum", "year"}, {"per year", "year"}, {"per annum", "year"}, {"a year", "year"}, {"p.a.", "year"}, {"p.a", "year"}, {"annually", "year"}, {"/년", "year"}, {"pa", "year"},
	{"/week", "bonus"}, {"/wk", "bonus"}, {"per week", "bonus"}, {"a week", "bonus"}, {"weekly", "bonus"}, {"/ week", "bonus"},
	{"이상", "least"}, {"부터", "least"}, {"+", "least"}, {"and up", "least"}, {"or more", "least"}, {"~", "least"}, {"이하", "most"}, {"까지", "most"}, {"미만", "most"}, {"max", "most"},
	{"bonus", "bonus"}, {"sign", "bonus"}, {"referral", "bonus"}, {"relocation", "bonus"}, {"in funding", "bonus"}, {"funding", "bonus"}, {"raised", "bonus"}, {"seed", "bonus"}, {"mrr", "bonus"}, {"arr", "bonus"}, {"revenue", "bonus"}, {"in revenue", "bonus"}, {"in annual", "bonus"}, {"in sales", "bonus"},
	{"in equity", "bonus"}, {"of equity", "bonus"}, {"worth", "bonus"}, {"in stock", "bonus"}, {"in rsus", "bonus"}, {"in options", "bonus"}, {"in prizes", "bonus"}, {"prize", "bonus"}, {"grant", "bonus"}, {"ote", "bonus"},
	{"budget", "bonus"}, {"stipend", "bonus"}, {"learning", "bonus"}, {"education", "bonus"}, {"reimbursement", "bonus"}, {"match", "bonus"}, {"allowance", "bonus"}, {"travel", "bonus"}, {"투자", "bonus"}, {"규모", "bonus"}, {"매출", "bonus"}, {"상당", "bonus"},
	{"보너스", "bonus"}, {"인센티브", "bonus"}, {"성과급", "bonus"}, {"스톡", "bonus"}, {"지원", "bonus"}, {"대출", "bonus"}, {"한도", "bonus"}, {"포인트", "bonus"},
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
