package extract

import "strings"

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
	if scale == 0 && value >= 1000 && value < 1e4 { // "1억 5000"
		scale = 1e4
	}
	if scale == 0 && value < 10 && strings.HasPrefix(trimmed[n:], "천") { // "1억 2천"
		scale = 1e7
		n += len("천")
	}
	if scale > 0 {
		a.value += value * scale
		a.end += len(rest) - len(trimmed) + n
	}
}

// currencies by how they are written, in lower case; longer writings first.
var currencies = []struct{ word, code string }{
	{"usd$", "USD"}, {"aud$", "AUD"}, {"cad$", "CAD"}, {"nzd$", "NZD"}, {"sgd$", "SGD"}, {"cdn$", "CAD"}, {"us$", "USD"}, {"usd", "USD"}, {"ca$", "CAD"}, {"cad", "CAD"}, {"au$", "AUD"}, {"aud", "AUD"}, {"nz$", "NZD"}, {"nzd", "NZD"}, {"sgd", "SGD"}, {"hk$", "HKD"}, {"nt$", "TWD"}, {"mx$", "MXN"}, {"r$", "BRL"}, {"c$", "CAD"}, {"a$", "AUD"}, {"s$", "SGD"}, {"$", "USD"},
	{"eur", "EUR"}, {"euros", "EUR"}, {"euro", "EUR"}, {"€", "EUR"}, {"gbp", "GBP"}, {"£", "GBP"}, {"chf", "CHF"}, {"sek", "SEK"}, {"nok", "NOK"}, {"dkk", "DKK"}, {"pln", "PLN"}, {"mxn", "MXN"}, {"brl", "BRL"}, {"czk", "CZK"}, {"zar", "ZAR"}, {"ils", "ILS"}, {"nis", "ILS"}, {"myr", "MYR"}, {"twd", "TWD"}, {"aed", "AED"}, {"hkd", "HKD"}, {"huf", "HUF"}, {"rub", "RUB"}, {"cny", "CNY"}, {"rmb", "CNY"}, {"thb", "THB"}, {"php", "PHP"}, {"idr", "IDR"}, {"vnd", "VND"}, {"zł", "PLN"},
	{"inr", "INR"}, {"₹", "INR"}, {"jpy", "JPY"}, {"¥", "JPY"}, {"엔", "JPY"}, {"krw", "KRW"}, {"₩", "KRW"}, {"￦", "KRW"}, {"원", "KRW"}, {"달러", "USD"}, {"dollars", "USD"},
}

// dollarNames say before a "$" or behind an amount whose dollar it is.
var dollarNames = []struct{ word, code string }{{"usd", "USD"}, {"us", "USD"}, {"cad", "CAD"}, {"aud", "AUD"}, {"nzd", "NZD"}, {"sgd", "SGD"}, {"hkd", "HKD"}}

// currencyBefore finds the currency that head ends with, and how wide it is with blanks.
func currencyBefore(head string) (code string, width int) {
	trimmed := strings.TrimRight(head, " ")
	if len(head)-len(trimmed) > 1 {
		return "", 0
	}
	low := strings.ToLower(trimmed[max(0, len(trimmed)-8):])
	for _, c := range currencies {
		if strings.HasSuffix(low, c.word) && c.word != "원" && c.word != "엔" {
			before := low[:len(low)-len(c.word)]
			if isAlnum(c.word[0]) && before != "" && isAlnum(before[len(before)-1]) {
				continue
			}
			code, width = c.code, len(head)-len(trimmed)+len(c.word)
			if c.word == "$" { // "USD $60,000"
				for _, name := range dollarNames {
					if rest, ok := strings.CutSuffix(before, name.word+" "); ok && (rest == "" || !isAlnum(rest[len(rest)-1])) {
						return name.code, width + len(name.word) + 1
					}
				}
			}
			return code, width
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
