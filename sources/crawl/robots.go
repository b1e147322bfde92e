package crawl

import (
	"bufio"
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"
)

// robotsMaxBytes is how much of a robots.txt is read: RFC 9309 section 2.5 asks for at
// least 500 KiB.
const robotsMaxBytes = 500 << 10

// Robots is a host's robots.txt as it applies to one crawler. The zero value allows
// everything. It is immutable and safe for concurrent use.
type Robots struct {
	rules      []robotsRule
	isNo       bool          // the file could not be had: nothing is allowed
	crawlDelay time.Duration // least time between requests; 0 = not said
}

type robotsRule struct {
	pattern string // normalised, may hold '*' and end in '$'
	isAllow bool
}

// noRobots stands for a robots.txt that the server failed to give (RFC 9309 section
// 2.3.1.4: assume that nothing is allowed).
var noRobots = &Robots{isNo: true}

// ParseRobots reads the groups of a robots.txt that apply to the product token: those
// that name it, merged, or else those for "*". Lines that mean nothing are passed over.
func ParseRobots(body []byte, token string) *Robots {
	if len(body) >= robotsMaxBytes { // the last line may be half a rule, which says something else
		body = body[:robotsMaxBytes]
		body = body[:bytes.LastIndexAny(body, "\r\n")+1]
	}
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	var named, others Robots
	hasNamed, forNamed, forOthers, inAgents := false, false, false, false
	lines := bufio.NewScanner(bytes.NewReader(bytes.ReplaceAll(body, []byte("\r"), []byte("\n"))))
	lines.Buffer(nil, robotsMaxBytes+1)
	for lines.Scan() {
		line, _, _ := strings.Cut(lines.Text(), "#")
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		key, value = strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value)
		switch key {
		case "user-agent":
			if !inAgents { // the first of a run of user-agent lines opens a new group
				forNamed, forOthers = false, false
			}
			inAgents = true
			isNamed := strings.EqualFold(productToken(value), token)
			forNamed, hasNamed = forNamed || isNamed, hasNamed || isNamed
			forOthers = forOthers || value == "*"
			continue
		case "allow", "disallow":
			if value != "" {
				rule := robotsRule{pattern: normalPath(value), isAllow: key == "allow"}
				if forNamed {
					named.rules = append(named.rules, rule)
				}
				if forOthers {
					others.rules = append(others.rules, rule)
				}
			}
			inAgents = false
		case "crawl-delay": // no word of RFC 9309's, so it ends no run of user-agent lines (section 2.2.4)
			if delay, ok := crawlDelay(value); ok {
				if forNamed {
					named.crawlDelay = delay
				}
				if forOthers {
					others.crawlDelay = delay
				}
			}
		}
	}
	if hasNamed {
		return &named
	}
	return &others
}

// productToken is a user-agent line's leading token: letters, "_" and "-" (RFC 9309
// section 2.2.1); a version behind it is passed over.
func productToken(value string) string {
	end := strings.IndexFunc(value, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_' || r == '-')
	})
	if end < 0 {
		return value
	}
	return value[:end]
}

func crawlDelay(value string) (time.Duration, bool) {
	seconds, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsNaN(seconds) || seconds < 0 {
		return 0, false
	}
	return time.Duration(min(seconds, 86400) * float64(time.Second)), true
}

// Allows says whether the path, with its query, may be asked for. The longest matching
// rule decides, and of equally long ones an allow (RFC 9309 section 2.2.2); robots.txt
// itself is always allowed.
func (r *Robots) Allows(pathAndQuery string) bool {
	path := normalPath(pathAndQuery)
	if path == "/robots.txt" {
		return true
	}
	if r.isNo {
		return false
	}
	longest, isAllowed := -1, true
	for _, rule := range r.rules {
		n := len(rule.pattern)
		if n < longest || n == longest && isAllowed {
			continue
		}
		if matches(rule.pattern, path) {
			longest, isAllowed = n, rule.isAllow
		}
	}
	return isAllowed
}

// CrawlDelay is the least time between two requests, 0 where the file says nothing.
func (r *Robots) CrawlDelay() time.Duration { return r.crawlDelay }

// matches says whether the pattern matches the path from its start. The last "*" that
// matched is the only place to come back to, so that a hostile pattern costs at most
// pattern times path.
func matches(pattern, path string) bool {
	isAnchored := strings.HasSuffix(pattern, "$")
	if isAnchored {
		pattern = pattern[:len(pattern)-1]
	}
	p, s := 0, 0
	star, mark := -1, 0
	for {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, s
			p++
		case p == len(pattern) && (!isAnchored || s == len(path)):
			return true
		case p < len(pattern) && s < len(path) && pattern[p] == path[s]:
			p, s = p+1, s+1
		case star >= 0 && mark < len(path):
			mark++
			p, s = star+1, mark
		default:
			return false
		}
	}
}

// normalPath makes two spellings of one path equal: what need not be escaped is
// unescaped, what must be is escaped with capital digits (RFC 9309 section 2.2.2).
func normalPath(path string) string {
	if !strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "*") {
		path = "/" + path
	}
	var out strings.Builder
	const digits = "0123456789ABCDEF"
	escape := func(b byte) {
		out.WriteByte('%')
		out.WriteByte(digits[b>>4])
		out.WriteByte(digits[b&15])
	}
	for i := 0; i < len(path); i++ {
		b := path[i]
		if b == '%' && i+2 < len(path) {
			if n, err := strconv.ParseUint(path[i+1:i+3], 16, 8); err == nil {
				if isUnreserved(byte(n)) {
					out.WriteByte(byte(n))
				} else {
					escape(byte(n))
				}
				i += 2
				continue
			}
		}
		if b <= ' ' || b >= 0x7f {
			escape(b)
			continue
		}
		out.WriteByte(b)
	}
	return out.String()
}

func isUnreserved(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || strings.IndexByte("-._~", b) >= 0
}
