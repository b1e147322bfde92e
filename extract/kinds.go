package extract

import (
	"strings"
	"unicode/utf8"
)

// Kind is what a part of a text is about.
type Kind uint8

// The kinds, named as the sections are.
const (
	KindBody Kind = iota // free text before any heading
	KindTitle
	KindDuties
	KindRequirements
	KindPreferred
	KindBenefits
	KindProcess
	KindAbout
	KindTags
)

var kindNames = [...]string{"body", "title", "duties", "requirements", "preferred", "benefits", "process", "about", "tags"}

// String returns the section name of the kind.
func (k Kind) String() string { return kindNames[k] }

// kindOf returns the kind of a section by its name, or by reading the name as a
// heading ("자격요건", "qualifications"); KindBody when it says nothing.
func kindOf(name string) Kind {
	for k, n := range kindNames {
		if n == name {
			return Kind(k)
		}
	}
	if k, ok := headingKind(name); ok {
		return k
	}
	return KindBody
}

// headings are the forms of a heading, letters only and lower case, that must
// be the whole line.
var headings = map[string]Kind{}

// headingParts make a short line a heading when they stand anywhere in it.
var headingParts []headingPart

type headingPart struct {
	text string
	kind Kind
}

func init() {
	whole := map[Kind]string{
		KindDuties: `duties|responsibilities|responsibility|role|therole|aboutthejob|aboutthisjob|yourrole|therolewhatyoulldo|missions|yourmission|mission|jobdescription|description|
			주요업무|담당업무|업무내용|직무내용|직무소개|포지션소개|역할|하는일|업무|합류하면하게될업무예요|합류하면함께할업무예요|합류하면담당할업무예요|담당하실업무|이런일을합니다|이런일을해요|이런업무를해요|수행업무|업무소개|미션|팀의미션`,
		KindRequirements: `requirements|requirement|qualifications|qualification|skills|musthave|musthaves|minimumqualifications|basicqualifications|requiredskills|required|aboutyou|whoyouare|youhave|youare|yourprofile|profile|experience|you|technicalskills|
			techstack|ourstack|stack|technologies|ourtechstack|thestack|thetechstack|tech|ourtech|technologystack|ourtechnologystack|tools|ourtechnologies|toolsandtechnologies|technologieswe use|
			자격요건|지원자격|자격조건|필수요건|필수조건|필수사항|필수역량|필수자격|자격사항|지원요건|응시자격|공통자격요건|기술스택|개발환경|사용기술|기술환경|개발스택|사용기술스택|테크스택|이런분을찾습니다|이런분을찾고있어요|이런분을찾아요|이런분과함께하고싶습니다|이런분과함께하고싶어요|요구사항|기술요건|자격|필수`,
		KindPreferred: `preferred|bonus|bonuses|plus|pluses|bonuspoints|nicetohave|nicetohaves|desired|desirable|extras|extra|
			우대사항|우대조건|우대요건|우대|우대자격|우대역량|이런분이면더좋아요|이런분이면더좋습니다|이런경험이있다면더좋아요|이런분은더욱좋아요|선호사항|가산점|플러스요인`,
		KindBenefits: `benefits|perks|perksandbenefits|benefitsandperks|compensation|compensationandbenefits|whatweoffer|weoffer|whywork withus|whyus|whyjoinus|salary|offer|ouroffer|theperks|whatsinitforyou|whatyoullget|whatyouget|flexibleworkpolicy|
			복지|혜택|복리후생|복지및혜택|혜택및복지|복지혜택|근무환경|보상|처우|급여|급여및복지|이런혜택이있어요|복지제도|지원제도`,
		KindProcess: `process|hiringprocess|interviewprocess|applicationprocess|howtoapply|apply|toapply|ourhiringprocess|ourinterviewprocess|interview|contact|
			전형절차|채용절차|전형과정|채용전형|채용과정|채용프로세스|전형방법|지원방법|지원서류|제출서류|접수방법|유의사항|참고사항|기타사항|안내사항|합류여정|전형안내|채용안내|근무조건|근무지|근무형태|고용형태|근무시간|필요서류|참고해주세요|합류하기까지의여정이에요|지원시참고해주세요`,
		KindAbout: `about|aboutus|company|thecompany|whoweare|ourcompany|whatwedo|aboutthecompany|theteam|ourteam|aboutheteam|aboutourteam|team|ourmission|ourvision|
			회사소개|기업소개|팀소개|서비스소개|조직소개|우리는|부서소개|팀을소개합니다|조직을소개합니다`,
	}
	for kind, list := range whole {
		for _, h := range strings.Split(list, "|") {
			h = strings.Map(func(r rune) rune {
				if r == '\n' || r == '\t' || r == ' ' {
					return -1
				}
				return r
			}, h)
			if h != "" {
				headings[h] = kind
			}
		}
	}
	// In this order: "우대" is looked for before "자격", because "우대자격요건" is a wish.
	parts := []struct {
		kind Kind
		list string
	}{
		{KindPreferred, `우대사항|우대조건|우대요건|우대합니다|분이면더좋|있으면더좋|있다면더좋|더좋아요|더좋습니다|더욱좋|있다면저희가찾는|플러스요소|nicetohave|bonuspoint|preferredqual|preferredskill|preferredexp|preferredrequ|goodtohave|greattohave|extracredit|desirableskill|desiredskill|desirableexp|desiredexp|bonusskill|bonusqual|plusif|pluses|evenbetter|niceif|wedlove|itsagreatbonus|optionalskill|standout|bonusif`},
		{KindRequirements, `자격요건|지원자격|필수요건|필수조건|필수사항|이런분을|이런분과|이런경험을가진|이런사람을|분을찾|함께하고싶|기술스택|개발환경|사용기술|requirements|qualification|whatwerelookingfor|whatwearelookingfor|whowerelookingfor|whowearelookingfor|werelookingfor|whatyoullneed|whatyouneed|whatyoullbring|whatyoubring|whatyoushouldhave|skillsandexperience|musthave|requiredskill|requiredexp|minimumexp|youshouldhave|idealcandidate|techstack|whatweexpect|whatwelookfor|youwillhave|기술들이에요|기술들입니다|기술을사용|기술을씁|사용하는기술|쓰는기술|기술을활용|yourskills|ourstack|technologiesweuse|techweuse|aboutyou|whoyouare`},
		{KindDuties, `주요업무|담당업무|업무내용|업무소개|이런일을|하게될|함께할미션|맡게될|이런업무|담당하게|하실일|합류하면|responsibilit|whatyoulldo|whatyouwilldo|whatyoullbedoing|whatyouwillbedoing|yourrole|aboutthejob|abouttherole|theopportunity|youwill|daytoday|whatyoullworkon|jobdescription|yourmission|inthisrole`},
		{KindBenefits, `복지|복리후생|혜택|benefits|perks|whatweoffer|compensation|whyjoin|whyyoulllove|whatsinitfor|weoffer`},
		{KindProcess, `전형절차|전형과정|전형이필요|채용절차|채용프로세스|채용전형|지원방법|제출서류|필요서류|안내사항|확인해주세요|확인해주시|유의사항|참고해주세요|꼭읽어|합류하기까지|지원시|hiringprocess|interviewprocess|howtoapply|applicationprocess|recruitmentprocess|pleasecheck|equalopportunity`},
		{KindAbout, `회사소개|팀소개|서비스소개|조직소개|소개합니다|소개해요|소개드려|소개해드|aboutus|aboutthecompany|abouttheteam|whoweare|ourmission|aboutour`},
	}
	for _, p := range parts {
		for _, t := range strings.Split(p.list, "|") {
			headingParts = append(headingParts, headingPart{t, p.kind})
		}
	}
}

// maxHeading is how long, in letters' bytes, a heading may be.
const maxHeading = 72

// maxBenefits is how long a heading about benefits may be: what stands under it
// names no technology, so a sentence about "great benefits" must not pass for one.
const maxBenefits = 30

// headingKind reads a line as a heading.
func headingKind(line string) (Kind, bool) {
	var buf [maxHeading]byte
	key, ok := headingKey(line, buf[:0])
	if !ok || len(key) < 3 {
		return 0, false
	}
	if k, ok := headings[string(key)]; ok {
		return k, true
	}
	if len(key) < 6 {
		return 0, false
	}
	s := string(key)
	for i := range headingParts {
		if strings.Contains(s, headingParts[i].text) {
			return headingParts[i].kind, true
		}
	}
	return 0, false
}

// headingKey appends the letters of line, lower case, to buf; false when the
// line is too long for a heading.
func headingKey(line string, buf []byte) ([]byte, bool) {
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		case c >= 'a' && c <= 'z':
		case c >= 0xEA && c <= 0xED && i+2 < len(line): // Korean
			if len(buf)+3 > maxHeading {
				return buf, false
			}
			buf = append(buf, c, line[i+1], line[i+2])
			i += 2
			continue
		case c >= utf8.RuneSelf:
			_, size := utf8.DecodeRuneInString(line[i:])
			i += size - 1
			continue
		default:
			continue
		}
		if len(buf) == maxHeading {
			return buf, false
		}
		buf = append(buf, c)
	}
	return buf, true
}

// lineHeading decides whether a line opens a part. rest tells that text follows
// the heading on the same line ("Nice to have: Rust"): it then rules this line
// alone.
func lineHeading(line string) (kind Kind, rest, ok bool) {
	line = strings.TrimSpace(line)
	if len(line) < 2 {
		return 0, false, false
	}
	if len(line) <= 160 {
		bullet := isBullet(line)
		var buf [maxHeading]byte
		if key, fits := headingKey(line, buf[:0]); fits && len(key) >= 3 {
			if k, found := headings[string(key)]; found {
				return k, false, true
			}
			if !bullet && !isSentence(line) && len(key) >= 6 {
				s := string(key)
				for i := range headingParts {
					if headingParts[i].kind == KindBenefits && len(key) > maxBenefits && key[0] < utf8.RuneSelf && !strings.Contains(s, "benefitsinclude") {
						continue
					}
					if strings.Contains(s, headingParts[i].text) {
						if colon := strings.IndexByte(line, ':'); colon > 0 && colon < len(line)-1 {
							break // judged by what stands before the colon
						}
						return headingParts[i].kind, false, true
					}
				}
				// "About Acme", "Why Acme"
				if len(key) <= maxBenefits && (strings.HasPrefix(s, "about") || strings.HasPrefix(s, "why")) && !strings.Contains(line, ":") {
					return KindAbout, false, true
				}
			}
		}
	}
	head := line
	if len(head) > 64 {
		head = head[:64]
	}
	if colon := strings.IndexByte(head, ':'); colon > 2 && colon < len(line)-1 {
		if k, found := headingKind(head[:colon]); found {
			return k, true, true
		}
	}
	return 0, false, false
}

func isBullet(line string) bool {
	if line[0] == '-' || line[0] == '*' || line[0] == '+' || line[0] == 'o' && len(line) > 1 && line[1] == ' ' {
		return true
	}
	r, _ := utf8.DecodeRuneInString(line)
	switch r {
	case '•', '·', '∙', '‣', '▪', '▫', '●', '○', '◦', 'ㆍ', '–', '—', '➢', '✓', '✔', '→', '►', '▶', '※':
		return true
	}
	return false
}

// isSentence tells a sentence from a heading: it ends like one and is long.
func isSentence(line string) bool {
	if dot := strings.Index(line, ". "); dot > 2 && dot < len(line)-3 {
		return true
	}
	return len(line) > 60 && strings.HasSuffix(line, ".") || strings.Count(line, ",") > 1 || len(line) > 130
}

// partition is a stretch of a text with one kind: [start, end) in bytes.
type partition struct {
	start, end int32
	kind       Kind
}

// partitions splits text at its headings, starting as kind.
func partitions(text string, kind Kind, out []partition) []partition {
	begin, line := 0, 0
	current := kind
	flush := func(end int) {
		if end > begin {
			out = append(out, partition{int32(begin), int32(end), current})
		}
		begin = end
	}
	for line < len(text) {
		end := strings.IndexByte(text[line:], '\n')
		if end < 0 {
			end = len(text)
		} else {
			end += line + 1
		}
		k, rest, ok := lineHeading(text[line:end])
		// A board's own wish list stays one: "이런 분을 찾습니다" inside it asks for
		// nothing more.
		if ok && kind == KindPreferred && (k == KindRequirements || k == KindDuties) {
			ok = false
		}
		if ok {
			flush(line)
			if rest {
				before := current
				current = k
				flush(end)
				current = before
			} else {
				current = k
			}
		}
		line = end
	}
	flush(len(text))
	return out
}

// SplitSections cuts free text (an applicant tracking system's HTML turned into
// text, a Hacker News comment) into sections at its Korean and English headings.
// Text before any heading is "body". Parts of one kind are joined in the order
// they stand; the headings stay in the text. Blank parts are left out.
func SplitSections(text string) []Section {
	var out []Section
	for _, p := range partitions(text, KindBody, nil) {
		part := strings.TrimSpace(text[p.start:p.end])
		if part == "" {
			continue
		}
		name := p.kind.String()
		joined := false
		for i := range out {
			if out[i].Name == name {
				out[i].Text += "\n\n" + part
				joined = true
				break
			}
		}
		if !joined {
			out = append(out, Section{Name: name, Text: part})
		}
	}
	return out
}
