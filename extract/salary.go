package extract

import (
	"math"
	"strings"
	"unicode/utf8"
)

// What a year's pay in won can be. Numbers outside are bonuses, turnovers and
// misprints; reading none is better than reading those.
const (
	minSalaryKRW = 12_000_000
	maxSalaryKRW = 1_000_000_000
)

// salaryAt reads the salary on the line where a word such as "연봉" stands.
func (r *factReader) salaryAt(text string, start int) {
	line := text[start:]
	if nl := strings.IndexByte(line, '\n'); nl >= 0 {
		line = line[:nl]
	}
	if len(line) > 120 {
		line = line[:120]
		for len(line) > 0 && !utf8.ValidString(line) {
			line = line[:len(line)-1]
		}
	}
	r.salary(line, false)
}

// salary reads amounts of money. alone says that the text is about pay as a
// whole (the board's field, a headline), so that an amount needs no word before it.
func (r *factReader) salary(text string, alone bool) {
	if text == "" || !strings.ContainsAny(text, "0123456789") {
		return
	}
	amounts := moneyIn(text)
	if len(amounts) == 0 {
		return
	}
	first := amounts[0]
	last := first
	if len(amounts) > 1 && amounts[1].start-first.end <= 12 && rangeGap(text[first.end:amounts[1].start]) {
		last = amounts[1]
	}
	if first.won == 0 { // another currency: the words are kept, nothing is converted
		if r.f.SalaryRaw == "" && (alone || first.start < 60) && first.foreign >= 10_000 {
			r.f.SalaryRaw = strings.TrimSpace(text[first.start:last.end])
		}
		return
	}
	if !alone && first.start > 60 {
		return
	}
	months := 1.0
	head := text[:first.start]
	if strings.Contains(head, "월급") || hasMonth(head) || strings.Contains(text[last.end:], "/월") {
		months = 12
	}
	if strings.Contains(head, "시급") || strings.Contains(head, "일급") || strings.Contains(head, "hour") {
		return
	}
	low, high := first.won*months, last.won*months
	if low > high {
		low, high = high, low
	}
	if low < minSalaryKRW || high > maxSalaryKRW {
		return
	}
	tail := strings.TrimLeft(text[last.end:], " ")
	r.f.SalaryRaw = strings.TrimSpace(text[:last.end])
	switch {
	case last != first:
		r.f.SalaryMinKRW, r.f.SalaryMaxKRW = ptr(int64(low)), ptr(int64(high))
	case strings.HasPrefix(tail, "이하") || strings.HasPrefix(tail, "까지") || strings.HasPrefix(tail, "미만") || strings.HasPrefix(strings.TrimSpace(head), "최대"):
		r.f.SalaryMaxKRW = ptr(int64(high))
	default:
		r.f.SalaryMinKRW = ptr(int64(low))
		if !strings.HasPrefix(tail, "이상") && !strings.HasPrefix(tail, "~") && !strings.HasPrefix(tail, "+") && !strings.HasPrefix(tail, "부터") && !strings.Contains(head, "최소") {
			r.f.SalaryMaxKRW = ptr(int64(high))
		}
	}
	if strings.HasPrefix(tail, "이상") {
		r.f.SalaryRaw += " 이상"
	}
}

// hasMonth tells whether "월" stands as the period before an amount ("월 500만원"),
// not as a month of the calendar ("5월").
func hasMonth(head string) bool {
	k := strings.LastIndex(head, "월")
	if k < 0 || len(head)-k > 12 {
		return false
	}
	return k == 0 || !isDigit(head[k-1])
}

func rangeGap(gap string) bool {
	gap = strings.TrimSpace(gap)
	switch gap {
	case "~", "-", "–", "—", "∼", "〜", "～", "to", "에서", "부터", "and":
		return true
	}
	return false
}

// money is one amount: won, or foreign when another currency's sign stands by it.
type money struct {
	start, end   int
	won, foreign float64
}

// moneyIn returns the amounts in text that carry a unit. "4,000~6,000만원" gives
// both ends the unit of the second.
func moneyIn(text string) []money {
	var out []money
	type number struct {
		start, end int
		value      float64
		unit       float64
	}
	var pending *number
	for i := 0; i < len(text); {
		if !isDigit(text[i]) || i > 0 && (isAlnum(text[i-1]) && text[i-1] != 'W') {
			i++
			continue
		}
		n := number{start: i}
		frac := 0.0
		for i < len(text) && (isDigit(text[i]) || (text[i] == ',' || text[i] == '.') && i+1 < len(text) && isDigit(text[i+1])) {
			switch {
			case text[i] == ',':
			case text[i] == '.':
				frac = 1
			case frac > 0:
				frac /= 10
				n.value += frac * float64(text[i]-'0')
			default:
				n.value = n.value*10 + float64(text[i]-'0')
			}
			i++
		}
		n.end = i
		head := strings.TrimRight(text[:n.start], " ")
		rest := text[i:]
		trimmed := strings.TrimLeft(rest, " ")
		skip := len(rest) - len(trimmed)
		switch {
		case strings.HasPrefix(trimmed, "억"):
			i += skip + len("억")
			n.value *= 1e8
			n.unit = 1
			if more := strings.TrimLeft(text[i:], " "); more != "" && isDigit(more[0]) {
				// "1억 2,000만원"
				k := 0
				extra := 0.0
				for k < len(more) && (isDigit(more[k]) || more[k] == ',') {
					if more[k] != ',' {
						extra = extra*10 + float64(more[k]-'0')
					}
					k++
				}
				if strings.HasPrefix(more[k:], "천만") {
					extra *= 1000
					k += len("천")
				}
				if strings.HasPrefix(more[k:], "만") {
					n.value += extra * 1e4
					i = len(text) - len(more) + k + len("만")
				}
			}
			i += unitWon(text[i:])
		case strings.HasPrefix(trimmed, "천만"):
			i += skip + len("천만")
			n.value *= 1e7
			n.unit = 1
			i += unitWon(text[i:])
		case strings.HasPrefix(trimmed, "만"):
			i += skip + len("만")
			n.value *= 1e4
			n.unit = 1e4
			i += unitWon(text[i:])
		case strings.HasPrefix(trimmed, "원"):
			i += skip + len("원")
			n.unit = 1
		case strings.HasSuffix(head, "₩") || strings.HasSuffix(head, "￦") || strings.HasSuffix(head, "KRW") || strings.HasPrefix(trimmed, "KRW"):
			n.unit = 1
		case strings.HasSuffix(head, "$") || strings.HasSuffix(head, "€") || strings.HasSuffix(head, "£") || strings.HasSuffix(head, "CHF"):
			if i < len(text) && lower(text[i]) == 'k' {
				n.value *= 1000
				i++
			}
			out = append(out, money{start: n.start - currencyWidth(text[:n.start]), end: i, foreign: math.Max(n.value, 1)})
			pending = nil
			continue
		case len(out) > 0 && out[len(out)-1].foreign > 0 && i < len(text) && lower(text[i]) == 'k' && rangeGap(text[out[len(out)-1].end:n.start]):
			i++
			out = append(out, money{start: n.start, end: i, foreign: n.value * 1000})
			continue
		}
		if n.unit == 0 {
			n.end = i
			pending = &n
			continue
		}
		m := money{start: n.start, end: i, won: n.value}
		if pending != nil && rangeGap(text[pending.end:n.start]) {
			low := pending.value * n.unit
			if low <= n.value && low > 0 {
				out = append(out, money{start: pending.start, end: pending.end, won: low})
			}
		}
		pending = nil
		out = append(out, m)
	}
	return out
}

func unitWon(rest string) int {
	trimmed := strings.TrimLeft(rest, " ")
	if strings.HasPrefix(trimmed, "원") {
		return len(rest) - len(trimmed) + len("원")
	}
	return 0
}

func currencyWidth(head string) int {
	trimmed := strings.TrimRight(head, " ")
	_, size := utf8.DecodeLastRuneInString(trimmed)
	if strings.HasSuffix(trimmed, "CHF") {
		size = 3
	}
	return len(head) - len(trimmed) + size
}
