package hn

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/techmapit/tmi/schemas"
)

// head is what a comment's first line says.
type head struct {
	line                                   string
	company                                string
	roles, places, remote, employment, pay []string
}

var (
	roleWords = regexp.MustCompile(`(?i)\b(engineers?|developers?|devs?|programmers?|designers?|architects?|scientists?|managers?|analysts?|researchers?|` +
		`consultants?|administrators?|sysadmins?|technicians?|recruiters?|specialists?|leads?|directors?|head of|vp|cto|co-?founders?|interns?|swes?|sres?|sdets?|pms?|` +
		`devops|dev ?ops|full[- ]?stack|front[- ]?end|back[- ]?end|engineering|data science|machine learning|ml|ios|android|qa|ux|ui|product|roles?|positions?|multiple)\b`)
	remoteWords     = regexp.MustCompile(`(?i)\b(remote|on-?site|hybrid|in[- ]office|wfh|distributed)\b`)
	employmentWords = regexp.MustCompile(`(?i)\b(full[- ]?time|part[- ]?time|contract(ors?)?|permanent|freelance|interns?(hips?)?|ft)\b`)
	payWords        = regexp.MustCompile(`(?i)([$€£₩¥₹]\s?\d|\b\d{2,3}\s?k\b|\bsalary\b|\bequity\b|\b(usd|eur|gbp)\b)`)
	addressWords    = regexp.MustCompile(`(?i)(https?://|www\.|\.(com|io|co|org|net|ai|dev|app)\b)`)
	visaWords       = regexp.MustCompile(`(?i)\bvisas?\b|\bh-?1b\b|\brelocation\b`)
	isHiring        = regexp.MustCompile(`(?i)^(.{2,60}?),?\s+(?:is|are|we're|is now|are now)\s+(?:a |an )?(?:currently |actively |also )?(?:hiring|looking|seeking|searching|growing)`)
	inBrackets      = regexp.MustCompile(`\s*[(\[][^)\]]*[)\]]\s*`)
	bareAddress     = regexp.MustCompile(`(?i)\s*[-–—:,]?\s*(https?://\S+|www\.\S+)`)
)

// separators between a first line's parts, the thread's custom first.
var separators = []string{"|", " // ", " — ", " – ", " • ", " · ", " - "}

// headline reads a comment's first line. A line without the custom's bars gives what can
// be told for certain, perhaps a company, and stands itself as the title.
func headline(text string) head {
	h := head{line: firstLine(text)}
	parts := split(h.line)
	if len(parts) == 1 {
		if m := isHiring.FindStringSubmatch(h.line); m != nil {
			h.company = companyName(m[1])
		}
		return h
	}
	if m := isHiring.FindStringSubmatch(parts[0]); m != nil {
		h.company = companyName(m[1])
	} else if !isRole(parts[0]) || slices.ContainsFunc(parts[1:], isRole) {
		h.company = companyName(parts[0])
		parts = parts[1:]
	}
	for _, part := range parts {
		h.sort(part)
	}
	return h
}

// sort puts one part of the line where it belongs; a part may say several things at once.
func (h *head) sort(part string) {
	const partRunes, longestPay = 120, 90 // what is longer is a sentence about money
	part = shorten(part, partRunes)
	isRemote, isEmployment := remoteWords.MatchString(part), employmentWords.MatchString(part)
	isMoney := payWords.MatchString(part)
	if isRemote {
		h.remote = append(h.remote, part)
	}
	if isEmployment {
		h.employment = append(h.employment, part)
	}
	if isMoney && len(part) <= longestPay && !strings.Contains(part, "://") {
		h.pay = append(h.pay, part)
	}
	bare := strings.Trim(inBrackets.ReplaceAllString(remoteWords.ReplaceAllString(part, ""), " "), " ,/&+-")
	switch {
	case isRole(part) && !addressWords.MatchString(part):
		h.roles = append(h.roles, part)
	case isMoney || isEmployment || addressWords.MatchString(part) || visaWords.MatchString(part):
	case isPlace(bare):
		h.places = append(h.places, strings.TrimSpace(part))
	}
}

// isRole says that a part names a role. "Interns welcome" is about employment alone.
func isRole(part string) bool {
	return roleWords.MatchString(employmentWords.ReplaceAllString(part, ""))
}

// isPlace says that a part may be the name of a place: short, and capitalised.
func isPlace(part string) bool {
	first, _ := utf8.DecodeRuneInString(part)
	return len(part) >= 2 && utf8.RuneCountInString(part) <= 80 && unicode.IsUpper(first) && !strings.ContainsAny(part, ".!?:")
}

// fill writes what the line says into the posting.
func (h head) fill(p *schemas.BoardPosting) {
	const titleRunes = 200
	p.Company = h.company
	p.Title = shorten(strings.Join(h.roles, " | "), titleRunes)
	if p.Title == "" {
		p.Title = shorten(h.line, titleRunes)
	}
	p.Locations = h.places
	p.RemoteRaw = strings.Join(h.remote, " | ")
	p.EmploymentRaw = strings.Join(h.employment, " | ")
	p.SalaryRaw = strings.Join(h.pay, " | ")
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return strings.Join(strings.Fields(line), " ")
}

func split(line string) []string {
	for _, separator := range separators {
		// The weaker ones also stand inside sentences; a short first part is a name.
		if first, _, ok := strings.Cut(line, separator); ok && (separator == "|" || utf8.RuneCountInString(first) <= 60) {
			var parts []string
			for _, part := range strings.Split(line, separator) {
				if part = strings.TrimSpace(part); part != "" {
					parts = append(parts, part)
				}
			}
			if len(parts) > 1 {
				return parts
			}
		}
	}
	return []string{line}
}

// companyName takes addresses, batches and brackets off a name; "" for what is too long
// to be one.
func companyName(part string) string {
	name := bareAddress.ReplaceAllString(inBrackets.ReplaceAllString(part, " "), "")
	name = strings.Trim(strings.Join(strings.Fields(name), " "), " ,;:-–—*_")
	if utf8.RuneCountInString(name) > 80 || !strings.ContainsFunc(name, unicode.IsLetter) {
		return ""
	}
	return name
}

// shorten cuts a text at a word, with a sign that it was cut.
func shorten(s string, runes int) string {
	if utf8.RuneCountInString(s) <= runes {
		return s
	}
	cut := string([]rune(s)[:runes-1])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)/2 {
		cut = cut[:i]
	}
	return cut + "…"
}

// hiringWords are words that a posting can hardly do without.
var hiringWords = regexp.MustCompile(`(?i)\b(hiring|hire|looking for|seeking|join (us|our)|apply|careers?|jobs?|positions?|roles?|openings?|vacanc(y|ies)|recruit\w*|wanted|` +
	`remote|on-?site|full[- ]?time|part[- ]?time|contract|salary|equity|engineers?|developers?|designers?|scientists?)\b`)

// question is a first line that asks the other readers something. "Are you a …?" is not
// among them: postings begin so.
var question = regexp.MustCompile(`(?i)^(is (there|any\w*|this|it)|are there|does|do any\w*|has any\w*|any(body|one)|what|who|why|how|where|(can|could|should) (i|we|any\w*))\b[^|]*\?$`)

// aboutThread are openings of comments about the thread or its postings.
var aboutThread = regexp.MustCompile(`(?i)^(if you are going to apply|please (don't|do not|stop)|thank(s| you)|` +
	`meta:|off ?topic|i('m| am) looking for (a |an )?(job|work|position)|seeking work)`)

const fewestLetters = 40

// noPosting says why a comment is plainly no posting; "" where it may be one.
func noPosting(body string) string {
	line := firstLine(body)
	switch {
	case utf8.RuneCountInString(body) < fewestLetters:
		return "not a posting: " + strconv.Itoa(utf8.RuneCountInString(body)) + " characters"
	case question.MatchString(line):
		return "not a posting: a question to the readers"
	case aboutThread.MatchString(line) && !strings.Contains(line, "|"):
		return "not a posting: about the thread or its author's own search"
	case !strings.Contains(line, "|") && !hiringWords.MatchString(body):
		return "not a posting: no word of hiring"
	}
	return ""
}
