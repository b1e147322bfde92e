package extract

import (
	"strings"
	"unicode/utf8"
)

// factKind says what a word of the facts' own lexicon is about.
type factKind uint8

const (
	factRole factKind = iota
	factWork          // what is made: names the maker's roles
	factNonIT
	factITCategory
	factSeniority
	factEmployment
	factEmploymentCue
	factEmploymentText // phrases that mean it anywhere
	factRemote         // in titles, places and the board's own field
	factRemoteText     // phrases that mean it anywhere
	factEducation
	factYear
	factNewcomer
	factSalary
	factPlace // region, and district where value has one
	factPlaceCue
	factCountry
	factIndustry
)

// factPattern is one phrase of the lexicon.
type factPattern struct {
	kind   factKind
	value  string
	role   int
	length int32
	phrase string
	exact  string // the surface must be written so: "US", "LA"
	// The longest phrase of a role that this one of a role begins with, or -1: "full stack"
	// of "full stack dev", which a "full stack developer" is not.
	shorter int32
}

type factMatch struct {
	pattern    int32
	start, end int32
}

// factScanner finds the phrases of the facts' lexicon. It is immutable.
type factScanner struct {
	trie     *trie
	patterns []factPattern
}

// newFactScanner builds the lexicon. A phrase ends at a word's end, except that
// anything Korean may follow a Korean one. A phrase listed twice keeps its first
// meaning; "=" before it asks for exactly that writing.
func newFactScanner() *factScanner {
	s := &factScanner{}
	index := map[string]bool{}
	var texts []string
	add := func(kind factKind, value string, role int, phrases string) {
		for _, phrase := range strings.FieldsFunc(phrases, func(r rune) bool { return r == '|' || r == '\n' }) {
			phrase = strings.TrimSpace(phrase)
			exact := ""
			if strings.HasPrefix(phrase, "=") {
				phrase = phrase[1:]
				exact = phrase
			}
			variants := []string{phrase}
			if joined := strings.ReplaceAll(phrase, " ", ""); joined != phrase && endsHangul(phrase) {
				variants = append(variants, joined)
			}
			for _, v := range variants {
				f := foldString(v)
				if len(f) < 2 || index[f] {
					continue
				}
				index[f] = true
				texts = append(texts, f)
				s.patterns = append(s.patterns, factPattern{kind: kind, value: value, role: role, length: int32(len(f)), phrase: v, exact: exact, shorter: -1})
			}
		}
	}
	for i, r := range roleLexicon {
		add(factRole, r.slug, i, r.phrases)
	}
	for _, e := range factLexicon {
		add(e.kind, e.value, 0, e.phrases)
	}
	for _, p := range placeLexicon() {
		add(factPlace, p.value, 0, p.phrases)
	}
	for _, c := range countryLexicon {
		add(factCountry, c.value, 0, c.phrases)
	}
	s.linkShorter(texts)
	s.trie = newTrie(texts)
	return s
}

// linkShorter finds for each phrase of a role the longest one that it begins with.
func (x *factScanner) linkShorter(texts []string) {
	roles := map[string]int32{}
	for i := range x.patterns {
		if x.patterns[i].kind == factRole {
			roles[texts[i]] = int32(i)
		}
	}
	for text, i := range roles {
		for n := len(text) - 1; n > 1 && x.patterns[i].shorter < 0; n-- {
			if short, ok := roles[text[:n]]; ok {
				x.patterns[i].shorter = short
			}
		}
	}
}

// match returns the phrases in text, in order, without overlap. The result is
// valid until the next call with the same scratch.
func (x *factScanner) match(s *scratch, text string) []factMatch {
	s.marks = s.marks[:0]
	if text == "" {
		return nil
	}
	f := &s.folded
	f.fold(text)
	from := 0
	for {
		i, fs := x.trie.next(f.b, from)
		if i < 0 {
			return s.marks
		}
		from = fs + 1 // a word behind may still be one
		for i >= 0 && !x.endsWord(f.b, i, fs) {
			i = x.patterns[i].shorter
		}
		if i < 0 {
			continue
		}
		p := &x.patterns[i]
		fe := fs + int(p.length)
		start, end := f.span(text, fs, fe)
		if p.exact != "" && text[start:end] != p.exact {
			continue
		}
		from = fe
		s.marks = append(s.marks, factMatch{i, start, end})
	}
}

// endsWord tells whether the phrase i, which starts at from, ends where a word of the folded
// text does. Anything may follow a Korean phrase.
func (x *factScanner) endsWord(text []byte, i int32, from int) bool {
	p := &x.patterns[i]
	end := from + int(p.length)
	if text[end-1] >= utf8.RuneSelf || end == len(text) {
		return true
	}
	c := text[end]
	// A plural is the same word: "engineers", "developers".
	if c == 's' && p.kind == factRole && (end+1 == len(text) || !isAlnum(text[end+1])) {
		c = mark
	}
	return !isAlnum(c) && c < utf8.RuneSelf
}

type lexeme struct {
	kind    factKind
	value   string
	phrases string
}

// factLexicon holds the phrases of every fact but roles, places and countries.
var factLexicon = []lexeme{
	{factSeniority, "intern", `intern|interns|internship|internships|인턴|인턴십`},
	{factSeniority, "junior", `junior|entry level|entry-level|new grad|new graduate|graduate|주니어|신입|=Jr|=JR`},
	{factSeniority, "mid", `mid-level|mid level|=MIDDLE|midlevel|intermediate|미들|미드레벨`},
	{factSeniority, "senior", `senior|=Sr|=SR|=Snr|시니어|중급 이상|principal|staff engineer|staff software engineer|책임급|수석급|책임연구원|선임연구원`},
	{factSeniority, "lead", `lead|leader|tech lead|team lead|리드|리더|팀장|파트장|techlead|engineering manager|head of engineering|실장`},
	{factSeniority, "executive", `=CTO|=CIO|=CISO|=CPO|=CDO|chief technology officer|chief|vice president|=VP|director|임원|최고기술책임자`},

	{factEmployment, "full_time", `full time|fulltime|full-time|full- or part-time|full or part time|full-time or part-time|=FT|=F/T|정규직|permanent|regular|full_time_worker|employee|정규`},
	{factEmployment, "contract", `contract|contractor|contractors|계약직|전문계약직|temporary|기간제|파견직|fixed term|도급`},
	{factEmployment, "intern", `internship|internships|인턴|인턴십|인턴직|체험형 인턴|체험형인턴|채용연계형|채용전환형|intern_worker|=INTERN|=Intern|=INTERNS|=Interns|=intern|=interns`},
	{factEmployment, "freelance", `freelance|freelancer|freelancers|프리랜서|프리랜스`},
	{factEmployment, "part_time", `part time|part-time|parttime|시간제|파트타임|아르바이트`},
	{factEmployment, "military", `전문연구요원|산업기능요원|병역특례|병특|military_service_exception`},
	{factEmploymentCue, "", `고용형태|고용 형태|채용형태|채용 형태|근무형태|근무 형태|계약형태|employment type|job type|type of employment`},

	{factEmploymentText, "full_time", `full-time position|full time position|full-time positions|full time positions|full-time role|full time role|full-time roles|full-time employee|full-time employees|full-time job|full-time engineer|full-time developer|full-time opportunity`},
	{factEmploymentText, "contract", `contract position|contract role|contract positions|contract basis|계약직 채용`},
	{factEmploymentText, "part_time", `part-time position|part-time role|part time position|part time role`},
	{factRemote, "remote", `remote|remotely|fully remote|100% remote|remote ok|remote friendly|remote-first|work from home|=WFH|전면 재택|완전 재택|원격|원격근무|풀리모트|리모트|재택|재택근무|anywhere|distributed`},
	{factRemote, "onsite", `onsite|on-site|on site|no remote|not remote|non-remote|no remotes|remote no|상주|출근|사무실 근무|in office|in-office`},
	{factRemote, "hybrid", `hybrid|partially remote|partial remote|하이브리드|부분 재택|flexible remote|some remote`},
	{factRemoteText, "remote", `fully remote|100% remote|100% distributed|remote first company|전면 재택|완전 재택|전면 원격|풀 리모트|상시 재택|fully distributed|풀재택`},
	{factRemoteText, "hybrid", `하이브리드 근무|hybrid work|hybrid working|hybrid schedule|부분 재택|주 1회 재택|주 2회 재택|주 3회 재택|주 1일 재택|주 2일 재택|주 3일 재택|주2회 재택|주1회 재택|주2일 재택|주1일 재택`},

	{factEducation, "any", `학력무관|학력 무관|무관|학력 제한 없음|no degree required|학력 불문`},
	{factEducation, "high_school", `고졸|고등학교 졸업|high school|고졸 이상`},
	{factEducation, "associate", `초대졸|전문대졸|전문학사|전문대|2,3년제|2~3년제|대학(2,3년)|대졸(2,3년)|associate degree`},
	{factEducation, "bachelor", `학사|대졸|대학교 졸업|4년제|대학(4년)|bachelor|bachelors|bachelor's|bachelor’s|=BS|=B.S|=BA|=BSc|bs/ms|undergraduate degree|college degree|학사 이상`},
	{factEducation, "master", `석사|석사 이상|master's degree|masters degree|master degree|=MSc|=M.S|석/박사`},
	{factEducation, "doctor", `박사|phd|ph.d|doctorate|doctoral`},

	{factYear, "", `년|년차|year|years|yrs|yr|yoe`},
	{factNewcomer, "", `신입|신입·경력|신입/경력|newcomer|=BEGINNER|new_comer`},
	{factSalary, "", `연봉|급여|월급|초봉|임금|salary|salaries|compensation range|base pay|pay range|보수`},
	{factPlaceCue, "", `근무지|근무지역|근무 지역|근무장소|근무 장소|근무위치|근무 위치|work location|job location|office location`},

	{factPlaceCue, "stated", `based in|based out of|located in|located at|location|locations|we are in|we're in|office in|offices in|office is in|offices are in|office is located in|headquartered in|headquarters in|hq in|hq'd in|hq is in|relocate to|work in|work from|in-house in|position in|role in|job in|team in|join us in|hiring in|work with us in|downtown|our office`},
	{factPlaceCue, "office", `for our|in our|at our|join our`},

	{factITCategory, "", `engineering|software|development|개발|기술|tech|technology|developer|data|it|정보기술|r&d|인공지능|시스템|보안|연구개발|ai|machine learning|platform|infrastructure|security|product engineering|information technology|sw|솔루션|하드웨어`},

	{factWork, "web", `web application|web applications|web app|web apps|web development|web-based application|web-based applications`},
	{factWork, "mobile", `mobile applications|mobile apps|mobile application`},
	{factWork, "web mobile", `web and mobile application|web and mobile applications|web and mobile app|web and mobile apps|web & mobile apps|web/mobile apps|mobile and web apps|mobile and web applications`},
	{factWork, "backend", `apis|server-side|server side`},
	{factWork, "data-engineer", `data pipeline|data pipelines`},
	{factWork, "frontend", `user interfaces`},
	{factWork, "fullstack", `entire stack|whole stack|across the stack|across our stack|across the entire stack|across the full stack|throughout the stack|up and down the stack|levels of the stack`},

	{factNonIT, "", `마케터|마케팅|그로스 마케터|퍼포먼스 마케터|브랜드 마케터|콘텐츠 마케터|marketer|marketing|marketing manager|회계|재무|세무|경리|accountant|accounting|finance manager|finance|인사|채용 담당자|리크루터|hr|hrbp|recruiter|recruiting|talent acquisition|people partner|총무|법무|변호사|legal|counsel|lawyer|attorney|
		영업|세일즈|sales|account executive|account manager|business development|사업개발|사업기획|사업 개발|제휴|bd|물류|창고|warehouse|logistics|배송|delivery driver|driver|고객지원|고객상담|상담원|cs 매니저|cs매니저|customer support|customer service|customer success|고객 경험|운영 매니저|운영매니저|operations manager|operations associate|
		디자이너|graphic designer|그래픽 디자이너|영상|영상 편집|포스터|pd|프로듀서|video editor|작가|에디터|editor|content writer|copywriter|카피라이터|번역|통역|translator|localization|md|merchandiser|상품기획|구매|총괄 비서|비서|executive assistant|office manager|administrative|간호사|nurse|의사|physician|약사|teacher|professor|lecturer|교사|교수|chef|요리사|바리스타|barista|매장|생산직|제조|품질관리|
		애니메이터|animator|원화|아티스트|artist|모델러|modeler|concept artist|이펙트|모션캡처|모션|사운드|sound designer|시나리오|내러티브|narrative|게임 기획|게임기획|기획자|game designer|레벨 디자이너|level designer|커뮤니티 매니저|community manager|홍보|pr 매니저|public relations|communications|투자|investment|investor relations|감사|내부감사|internal audit|구매 담당|procurement|정책|policy|compliance|컴플라이언스|전략|strategy manager|strategist|브랜드|brand manager|e스포츠|esports|크리에이터|creator|매니저|경영지원|경영관리|운영지원|운영 지원|교육과정|교육 운영|기획|연기|배우|행사|이벤트|event manager|social media|소셜|콘텐츠|content manager|media buyer|퍼블리싱|publishing`},

	{factIndustry, "game", `게임회사|게임 회사|게임 개발사|게임사|game studio|gaming company|game developer company|게임 퍼블리셔|game company`},
	{factIndustry, "fintech", `핀테크|fintech|간편결제|인터넷은행|핀테크 기업`},
	{factIndustry, "healthcare", `헬스케어|디지털 헬스|의료 ai|healthtech|health tech|digital health|healthcare company|healthcare startup|의료기기`},
	{factIndustry, "ecommerce", `이커머스|e-commerce company|ecommerce company|e-commerce platform|ecommerce platform|전자상거래|커머스 플랫폼|온라인 쇼핑`},
	{factIndustry, "education", `에듀테크|edtech|ed-tech|교육 플랫폼|온라인 교육`},
	{factIndustry, "adtech", `애드테크|adtech|ad-tech|광고 플랫폼|advertising technology`},
	{factIndustry, "mobility", `모빌리티|mobility company|자율주행|autonomous vehicles|self-driving`},
	{factIndustry, "real_estate", `프롭테크|proptech|부동산 플랫폼|real estate company|real estate technology`},
	{factIndustry, "security", `정보보안 전문|보안 전문기업|보안전문기업|cybersecurity company|security company`},
	{factIndustry, "logistics", `물류 플랫폼|풀필먼트|logistics company|logistics platform|supply chain company`},
	{factIndustry, "robotics", `로봇 기업|로보틱스 기업|robotics company|robotics startup`},
	{factIndustry, "semiconductor", `반도체 기업|팹리스|semiconductor company|fabless`},
	{factIndustry, "manufacturing", `스마트팩토리|스마트 팩토리|smart factory`},
	{factIndustry, "travel", `여행 플랫폼|트래블테크|travel company|travel tech`},
	{factIndustry, "insurance", `인슈어테크|insurtech`},
	{factIndustry, "biotech", `바이오테크|biotech|biotechnology company|신약 개발`},
	{factIndustry, "legaltech", `리걸테크|legaltech|legal tech`},
	{factIndustry, "blockchain", `블록체인 기업|blockchain company|crypto exchange|가상자산 거래소|암호화폐 거래소`},
}

var seniorityRank = map[string]int{"junior": 1, "mid": 2, "senior": 3, "lead": 4, "executive": 5, "intern": 6}

func mergeRemote(a, b string) string {
	switch {
	case a == "" || a == b:
		return b
	case a == "hybrid" || b == "hybrid":
		return "hybrid"
	}
	// "Onsite or remote": remote is possible.
	return "remote"
}

var educationRank = map[string]int{"": 9, "any": 0, "high_school": 1, "associate": 2, "bachelor": 3, "master": 4, "doctor": 5}

func lowerEducation(a, b string) string {
	if educationRank[b] < educationRank[a] {
		return b
	}
	return a
}
