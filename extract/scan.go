package extract

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// patternKind says what a pattern of the scanner stands for.
type patternKind uint8

const (
	patternTech      patternKind = iota // a spelling of an entry
	patternStop                         // a phrase that hides the spellings in it
	patternPreferred                    // a phrase that makes its sentence a wish, not a demand
	patternCompany                      // a phrase that names companies after it, not tools
)

// pattern is one string that the scanner looks for.
type pattern struct {
	kind      patternKind
	entry     int32   // patternTech: index of the entry
	ambiguous bool    // patternTech: needs evidence
	exact     string  // the spelling as the dictionary writes it
	length    int32   // bytes of the folded form
	hangul    bool    // ends in Korean: a particle may follow without a blank
	versioned bool    // a version number may follow without a blank
	vendor    int32   // entry also named by the first vendorLen bytes, or -1
	vendorLen int32   // folded bytes
	prefixes  []int32 // shorter patterns it starts with, longest first
}

// scanner holds the spellings. It is immutable and shared by goroutines.
type scanner struct {
	trie     *trie
	patterns []pattern
}

// candidate is a place where a spelling stands; judge decides whether it counts.
type candidate struct {
	pattern    int32
	entry      int32
	fs, fe     int32 // span in the folded text
	start, end int32 // span in the original text, bytes
	kind       Kind
	ambiguous  bool
	preferred  bool
	ok         bool
}

func newScanner(d *Dictionary) *scanner {
	s := &scanner{}
	index := map[string]int32{}
	add := func(p pattern, text string) {
		f := foldString(text)
		if _, dup := index[f]; dup || len(f) < 2 {
			return
		}
		p.length = int32(len(f))
		last := f[len(f)-1]
		p.hangul = last >= utf8.RuneSelf
		p.versioned = len(f) > 2 && last >= 'a' && last <= 'z'
		index[f] = int32(len(s.patterns))
		s.patterns = append(s.patterns, p)
	}
	for i := range d.Entries {
		e := &d.Entries[i]
		words := map[string]bool{}
		for _, w := range e.Words {
			words[foldString(w)] = true
		}
		for _, text := range e.spellings() {
			p := pattern{kind: patternTech, entry: int32(i), ambiguous: words[foldString(text)], exact: text, vendor: -1}
			if v, ok := d.byID[e.Parent]; ok {
				f := foldString(text)
				for _, vendor := range openers(&d.Entries[v], e, text) {
					vf := foldString(vendor)
					if len(f) > len(vf) && strings.HasPrefix(f, vf) && f[len(vf)] == mark {
						p.vendor, p.vendorLen = int32(v), int32(len(vf))
					}
				}
			}
			add(p, text)
		}
	}
	for i := range d.Entries {
		for _, phrase := range d.Entries[i].Not {
			add(pattern{kind: patternStop, entry: -1, exact: phrase, vendor: -1}, phrase)
		}
	}
	for _, phrase := range stopPhrases {
		add(pattern{kind: patternStop, entry: -1, exact: phrase, vendor: -1}, phrase)
	}
	for _, phrase := range preferredPhrases {
		add(pattern{kind: patternPreferred, entry: -1, exact: phrase, vendor: -1}, phrase)
	}
	for _, phrase := range companyPhrases {
		add(pattern{kind: patternCompany, entry: -1, exact: phrase, vendor: -1}, phrase)
	}
	texts := make([]string, len(s.patterns))
	for f, i := range index {
		texts[i] = f
		for n := len(f) - 1; n > 1; n-- {
			if j, ok := index[f[:n]]; ok {
				s.patterns[i].prefixes = append(s.patterns[i].prefixes, j)
			}
		}
	}
	s.trie = newTrie(texts)
	return s
}

// openers returns the spellings of the parent that, at the head of a child's spelling, name
// the parent too: what the dictionary lists as vendor ("AWS Lambda"), and every spelling of a
// language or framework before a child that is not called by it ("Python Flask", not "Spring Boot").
func openers(parent, e *Entry, spelling string) []string {
	if parent.Category != "language" && parent.Category != "framework" || spelling == e.Name ||
		strings.HasPrefix(foldString(e.Name), foldString(parent.Name)) {
		return parent.Vendor
	}
	return append(parent.spellings(), parent.Vendor...)
}

// scan appends the candidates of a folded text to out, in order and without
// overlap. text is the original.
func (s *scanner) scan(f *folded, text string, out []candidate) []candidate {
	next := 0
	for {
		i, from := s.trie.next(f.b, next)
		if i < 0 {
			return out
		}
		fs := int32(from)
		p := &s.patterns[i]
		if !endsWord(f.b, int(fs+p.length), p) {
			i = -1
			for _, shorter := range p.prefixes {
				if q := &s.patterns[shorter]; endsWord(f.b, int(fs+q.length), q) {
					i = shorter
					break
				}
			}
			if i < 0 {
				next = from + 1 // a word behind may still be one: "AWS Lambdas"
				continue
			}
			p = &s.patterns[i]
		}
		fe := fs + p.length
		next = int(fe)
		if p.vendor >= 0 {
			c := candidate{pattern: i, entry: p.vendor, fs: fs, fe: fs + p.vendorLen, ok: true}
			c.start, c.end = f.span(text, int(c.fs), int(c.fe))
			out = append(out, c)
		}
		c := candidate{pattern: i, entry: p.entry, fs: fs, fe: fe, ambiguous: p.ambiguous, ok: p.kind == patternTech && !p.ambiguous}
		c.start, c.end = f.span(text, int(fs), int(fe))
		out = append(out, c)
	}
}

// span maps a folded span to the original text.
func (f *folded) span(text string, fs, fe int) (start, end int32) {
	start, end = f.at[fs], f.at[fe-1]
	if text[end] < utf8.RuneSelf {
		return start, end + 1
	}
	_, size := utf8.DecodeRuneInString(text[end:])
	end += int32(size)
	for { // the rest of a decomposed syllable
		r, size := utf8.DecodeRuneInString(text[end:])
		if r < 0x1161 || r > 0x11C2 {
			return start, end
		}
		end += int32(size)
	}
}

// endsWord tells whether a pattern that ends before i ends a word there: a
// version number or a Korean particle may follow, more of the word may not.
func endsWord(b []byte, i int, p *pattern) bool {
	if i >= len(b) {
		return true
	}
	c := b[i]
	if p.hangul {
		return c < utf8.RuneSelf || hasParticle(b[i:])
	}
	switch {
	case c == mark || c == gap || c == '\n':
		return true
	case isDigit(c):
		if !p.versioned {
			return false
		}
		n := 0
		for i < len(b) && (isDigit(b[i]) || b[i] == '.' || b[i] == 'x' || b[i] == '+') {
			i++
			n++
		}
		return n <= 8 && (i >= len(b) || !isAlnum(b[i]) && b[i] < utf8.RuneSelf)
	case isAlnum(c) || c >= utf8.RuneSelf:
		return false
	case c == '.' || c == '&':
		return i+1 >= len(b) || !isAlnum(b[i+1])
	case c == '\'':
		return p.length > 2 || i+1 >= len(b) || !isAlnum(b[i+1])
	case c == '#':
		return i+1 < len(b) && b[i+1] == mark
	case c == '+':
		// "Java+Spring" and "Python 3+" end the word, "g++" does not.
		return i+1 >= len(b) || b[i+1] != '+'
	}
	return true
}

// particles may follow a Korean spelling without a blank: case particles,
// endings and the nouns that job ads glue to a technology.
var particles = []string{
	"을", "를", "이", "가", "은", "는", "와", "과", "로", "으로", "의", "에", "도", "만", "나", "및", "등", "인", "라", "랑", "보다", "부터", "까지", "처럼", "같은",
	"기반", "개발", "언어", "프로그래밍", "서버", "환경", "사용", "활용", "경험", "경력", "웹", "앱", "엔진", "클라이언트", "프로그래머", "엔지니어", "백엔드", "프론트",
	"프레임워크", "라이브러리", "데이터베이스", "디비", "관련", "운영", "구축", "설계", "연동", "기술", "스택", "전문", "시스템", "플랫폼", "클라우드", "클러스터", "커널", "쪽", "용", "계열",
	"관리", "네이티브", "스크립트", "코드", "튜닝", "쿼리", "능숙", "숙련", "필수", "우대", "가능", "이해", "지식", "교육", "강사", "테스트", "자격", "인증", "버전", "이하", "이상",
}

var particleBytes = func() map[byte][]string {
	m := map[byte][]string{}
	for _, p := range particles {
		m[p[1]] = append(m[p[1]], p) // the first byte hardly differs
	}
	for k := range m {
		slices.SortFunc(m[k], func(a, b string) int { return len(a) - len(b) })
	}
	return m
}()

func hasParticle(b []byte) bool {
	if len(b) < 3 {
		return false
	}
	for _, p := range particleBytes[b[1]] {
		if len(b) >= len(p) && string(b[:len(p)]) == p {
			return true
		}
	}
	return false
}
