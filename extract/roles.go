package extract

import (
	"math/bits"
	"slices"
	"strings"
)

// Role slugs and the phrases that name them in titles and categories. A word
// that also means other things stands with the word that makes it a job.
var roleLexicon = []struct{ slug, phrases string }{
	{"backend", `back- and|backend&data|java backend|.net engineer|.net developers|backend services|kotlin backend|서버 개발|백엔드 개발|backend|back-end|back end|백엔드|백앤드|서버 개발|서버개발자|서버 엔지니어|서버 프로그래머|서버사이드|서버/백엔드|server engineer|server developer|server-side engineer|server software engineer|server programmer|backend_developer|api developer|api engineer|spring 개발자|rails developer|rails engineer|ruby on rails developer|ruby on rails engineer|node.js developer|node.js 개발자|node developer|nodejs developer|django developer|.net developer|서버|back-ender|backender|server-side developer|backend dev|rails dev|ror developer|ror engineer|django engineer|laravel developer|symfony developer|node engineer|node.js engineer|nodejs engineer|node dev|spring developer|spring boot developer|asp.net developer|asp.net/c# developer|.net dev|.net core developer|c#/.net developer|api/server engineer|server engineering|백 엔드|서버 프로그래밍|서버 파트`},
	{"frontend", `front- and|front-/|frontend|front-end|front end|프론트엔드|프런트엔드|프론트앤드|프론트 개발|ui developer|ui engineer|ui 개발자|react developer|react engineer|vue developer|vue.js developer|angular developer|reactjs developer|frontend_developer|프론트|ux engineer|ux developer|ui/ux developer|ui/ux engineer|ui designer/developer|frontender|front-ender|fe developer|fe engineer|front dev|css developer|html/css developer|react dev|react.js developer|react.js engineer|angular engineer|angularjs developer|vue engineer|vue.js engineer|ember developer|ember engineer|user interface engineer|user interface developer|ui software engineer|javascript ui engineer|frontend web|front-end web|web frontend|프론트 엔드|프런트 엔드|웹프론트|fe 개발|ui engineering|ui development|ux/ui engineer|ux/ui developer|ux/ ui engineer`},
	{"fullstack", `full stackers|full-stackers|fullstack developers|fullstack|full-stack|full stack|풀스택|풀스텍|full-stack engineer|full stack developer|fullstack dev|full-stacker|풀 스택`},
	{"web", `web developer|web engineer|web programmer|웹 개발|웹개발자|웹 프로그래머|웹서비스 개발|웹 서비스 개발|webdeveloper|web application developer|web application engineer|web app developer|web application developers|web dev|webmaster|wordpress developer|wordpress engineer|drupal developer|drupal engineer|magento developer|shopify developer|web engineering|웹 어플리케이션 개발|웹 애플리케이션 개발`},
	{"web-publisher", `웹 퍼블리셔|퍼블리셔|마크업 개발|web publisher|markup developer|ui 퍼블리셔`},
	{"android", `android|안드로이드|android_developer|android engineer|안드로이드 개발`},
	{"ios", `ios|ios developer|ios engineer|ios_developer|아이폰 개발|아이폰 앱|ios 개발`},
	{"mobile", `mobile lead|mobile team lead|mobile engineering|head of mobile|mobile & web|mobile and web|mobile,|모바일 개발자|mobile developer|mobile engineer|mobile app|모바일 개발|모바일 앱|앱 개발|앱개발자|모바일 엔지니어|flutter developer|flutter 개발자|react native developer|react native engineer|react native 개발자|mobile software engineer|크로스플랫폼|크로스 플랫폼 앱|mobile engineers|mobile application developer|mobile application engineer|mobile dev|mobile platform engineer|mobile engineering lead|xamarin developer|xamarin engineer|flutter engineer|ionic developer|mobile sdk developer|mobile sdk engineer|native mobile|앱개발|모바일앱|하이브리드 앱|app developer|app engineer|mobile app developer`},
	{"desktop", `qt developer|qt developers|qt engineer|wpf developer|electron developer|c++ & qt|desktop developer|desktop engineer|windows 개발|윈도우 개발|windows application|데스크톱 개발|응용프로그램 개발|응용 프로그램 개발|desktop application|desktop software|windows engineer|windows developer|windows software engineer|mac developer|macos developer|macos engineer|mac engineer|mac software engineer|mac os developer|electron engineer|wpf engineer|desktop client|desktop application developer|desktop app developer|데스크탑|윈도우즈 개발`},
	{"devops", `infrastructure lead|infrastructure engineering|infrastructure team lead|head of infrastructure|devops lead|infrastructure engineer|operations engineer|system operations engineer|devops|dev ops|데브옵스|devops/시스템|devsecops|devops_engineer|build engineer|release engineer|build and release|빌드 엔지니어|platform operations|sys ops|sysops|techops|tech ops|dataops|cloudops|cloud operations|deployment engineer|infrastructure developer|infrastructure manager|release engineering|release manager|kubernetes engineer|kubernetes administrator|build and release engineer|build & release|infrastructure engineers|infrastructure software developer|ci/cd engineer|devops/sre|빌드/배포`},
	{"sre", `sre|site reliability|사이트 신뢰성|reliability engineer|production engineer|site-reliability|reliability engineering|production engineering`},
	{"platform-engineer", `platform lead|platform team lead|platform engineer|platform engineering|플랫폼 엔지니어|platform developer|플랫폼 개발|platform engineers|platform architect|platform software engineer|developer platform engineer|플랫폼 엔지니어링`},
	{"cloud", `cloud engineer|cloud architect|클라우드 엔지니어|클라우드 아키텍트|cloud infrastructure engineer|클라우드 개발|클라우드 운영|aws engineer|cloud developer|클라우드|cloud software engineer|cloud systems engineer|cloud solutions architect|cloud engineering|cloud native engineer|cloud platform engineer|azure engineer|gcp engineer`},
	{"system-engineer", `linux administrator|linux admin|appliance engineer|시스템 사업부|it infrastructure engineer|systems engineering|unix administrator|system engineer|systems engineer|system administrator|systems administrator|sysadmin|시스템 엔지니어|시스템엔지니어|서버 운영|시스템 운영|시스템/네트워크|인프라 엔지니어|인프라 운영|인프라|infra engineer|infra_engineer|시스템 관리|linux engineer|시스템 소프트웨어|전산|infrastructure software engineer|전산실|sys admin|sys admins|systems admin|linux systems engineer|linux systems administrator|linux system administrator|linux sysadmin|unix engineer|windows administrator|windows system administrator|vmware engineer|systems operator|storage engineer|서버 관리|서버 엔지니어링|시스템 운용`},
	{"network", `network engineer|network administrator|네트워크 엔지니어|네트워크 관리자|네트워크 운영|네트워크 개발|network operations|network software engineer|네트워크|network developer|network engineering|network architect|networking engineer|network security engineer|네트웍`},
	{"security", `security lead|head of security|director of security|security engineering|security researchers|security engineers|reverse engineer|reverse engineering|security engineer|security analyst|security researcher|security architect|정보보안|정보보호|보안 엔지니어|보안 담당|보안 개발|보안 관제|보안관제|모의해킹|침해대응|penetration tester|pentester|application security|appsec|보안 연구|보안 컨설턴트|security consultant|infosec|information security|보안|통합보안|통합 보안|product security|cyber security|cybersecurity engineer|악성코드 분석|cryptography engineer|cryptography engineers|cryptographer|security developer|security specialist|security officer|security operations|security software engineer|security and compliance analyst|security & compliance|ciso|pentest|pentesters|penetration testing|penetration test|anti-cheat|dfir|incident response|malware analyst|malware researcher|threat researcher|threat intelligence|threat hunter|soc analyst|cryptography|blue team|red team|vulnerability researcher|privacy engineer|hardware security|취약점 분석|모의 해킹|침해사고|정보 보안|정보 보호`},
	{"dba", `dba|database administrator|database engineer|데이터베이스 관리|데이터베이스 엔지니어|db 엔지니어|db 관리자|db 개발|데이터베이스|db engineer|db administrator|db developer|sql developer|database developer|database engineering|database architect|database reliability|postgres engineer|postgresql dba|sql db engineer|db관리|database specialist`},
	{"data-engineer", `data engineering lead|data lead|data team lead|data pipeline engineer|data platform|data engineers|data warehouse|data/backend|data infrastructure|engineer - data|engineer (data|data engineer|data engineering|데이터 엔지니어|데이터엔지니어|빅데이터 엔지니어|빅데이터 개발|빅데이터 플랫폼|big data engineer|etl developer|data platform engineer|데이터 플랫폼|데이터 파이프라인|data_engineer|data infrastructure engineer|analytics engineer|data analytics engineer|data warehouse engineer|data [engineers|data infra|빅데이터|data integration engineer|etl engineer|etl specialist|data pipeline developer|data ops|data wrangler|bigdata|big data|big data developer|big data architect|hadoop engineer|hadoop developer|spark engineer|spark developer|data architect|data platform developer|data software engineer|data services engineer|data backend engineer|business intelligence data engineer|etl 개발|데이터 웨어하우스|데이터웨어하우스|데이터 아키텍트`},
	{"data-scientist", `data scientist|data science|데이터 사이언티스트|데이터 과학|데이터사이언티스트|applied scientist|quantitative researcher|퀀트|data_scientist|data sciences|decision scientist|quantitative analyst|quant researcher|quant developer|data science engineer|head of data science|statistician|research data scientist|quant analyst|quants`},
	{"data-analyst", `data analyst|데이터 분석|데이터분석가|데이터 애널리스트|bi analyst|business intelligence analyst|product analyst|analytics lead|data analytics|data analysis|head of data|head of analytics|director of analytics|analytics manager|insights analyst|reporting analyst|analytics specialist|data & analytics|business data analyst|marketing analyst|analytics consultant`},
	{"bi-developer", `bi developer|bi 개발|business intelligence developer|business intelligence engineer|tableau developer|bi engineer|bi specialist|bi consultant|looker developer|business intelligence|bi 엔지니어`},
	{"ml-engineer", `machine intelligence|ml engineers|machine learning engineers|deep learning engineer|computer vision engineer|machine learning|ml engineer|ml|머신러닝|딥러닝|deep learning|인공지능|ai engineer|ai 엔지니어|ai 개발|ai개발자|ai/ml|llm engineer|llm 엔지니어|nlp engineer|computer vision|컴퓨터 비전|비전 엔지니어|ai 모델|ml software engineer|추천 시스템|인공지능/머신러닝|ai native engineer|ai application engineer|ai agent|생성형 ai|ai platform|ai software engineer|ai solution|mlops|machine vision engineer|machine vision|machine learning scientist|ml scientist|machine learning specialist|ml specialist|ml expert|machine learning expert|machine learning developer|ml developer|ai developer|ai specialist|deep learning developer|deep learning specialist|deep learning scientist|computer vision developer|computer vision scientist|cv engineer|nlp scientist|nlp developer|nlp specialist|nlp|natural language processing|speech recognition|speech engineer|head of ai|director of ai|head of machine learning|machine learning data|recommendation engineer|ai/machine learning|자연어처리|자연어 처리|음성인식|음성 인식|컴퓨터비전|llm 개발|ai 서비스 개발`},
	{"ai-researcher", `researcher|researchers|deep learning researcher|computer vision researcher|ai scientist|research scientist|ai researcher|ai 연구|ai 리서처|리서치 사이언티스트|research engineer|ml researcher|machine learning researcher|ai research|ai 연구원|ai 리서치|applied research|machine learning research scientist|ml research scientist|ai research scientist|deep learning research scientist|computer vision research scientist|nlp research scientist|machine learning research engineer|ml research engineer|ai research engineer|deep learning research engineer|computer vision research engineer|nlp researcher|nlp research engineer|ai researchers|machine learning research|ml research|research software engineer|perception research scientist|research developer|ml 리서처`},
	{"qa", `quality engineer|quality analyst|quality engineering|qe engineer|software engineer in test|software engineers in test|engineer in test|qa automation|test automation engineer|qas|qa|quality assurance|테스트 엔지니어|테스터|test engineer|sdet|qa 엔지니어|test automation|품질보증|software tester|qa_engineer|software development engineer in test|qa engineer|qa tester|qa analyst|qa lead|qa manager|test lead|test developer|test engineering|testing engineer|test automation developer|automation tester|automation qa|automation test engineer|software test automation|software test|software verification engineer|software verification|verification & validation|validation engineer|software quality|software quality engineer|quality automation engineer|quality assurance engineer|manual qa|qa 담당|developer in test|developers in test|engineers in test|test and automation`},
	{"embedded", `embedded software|embedded systems|embedded|임베디드|firmware|펌웨어|f/w|bsp|device driver|디바이스 드라이버|커널 개발|kernel engineer|kernel developer|mcu|plc|fw engineer|fw 개발|rtos|flight software|embedded developer|embedded linux|embedded software engineer|embedded c|device software|device driver engineer|iot engineer|iot developer|avionics software|flight software engineer|linux kernel|bsp engineer|임베디드 sw|펌웨어 개발`},
	{"hardware", `hardware engineer|hardware|하드웨어|회로 설계|회로설계|fpga|asic|rtl 설계|rtl engineer|soc 설계|pcb|hw 개발|h/w 개발|hw engineer|electrical engineer|electronics engineer|verification engineer|반도체 설계|fpga engineer|hw/임베디드|rf engineer|electronic engineer|electronics|silicon engineer|chip design|analog design|pcb designer|hardware engineering|hardware design|hardware architect|ee engineer|mixed signal|photonics engineer|하드웨어 개발`},
	{"robotics", `robotics engineer|robotics software|autonomy software|motion control|robotics|로보틱스|로봇 개발|로봇 소프트웨어|로봇 sw|로봇 제어|로봇 엔지니어|robot engineer|robot software|slam|자율주행|autonomous driving|로봇|autonomy engineer|제어 소프트웨어|제어 엔지니어|제어 sw|제어sw|controls engineer|motion planning|perception engineer|robotic|robotic applications engineer|controls software|roboticist|roboticists|control engineer|control systems engineer|control system engineer|control and robotics|sensor fusion|gnc engineer|guidance, navigation|motion planning engineer|robotics developer|로보틱스 엔지니어`},
	{"game-client", `game client|게임 클라이언트|클라이언트 프로그래머|클라이언트 개발|client programmer|unity 개발|unity developer|unity engineer|unreal 개발|unreal engineer|unity 클라이언트|unreal 클라이언트|게임클라이언트|gameplay programmer|gameplay engineer|unity client|unreal developer|언리얼 개발|유니티 개발|unity 3d developer|unity3d developer|unity game developer|unreal engine developer|game client developer|unity dev`},
	{"game-server", `game server|게임 서버|게임서버|game backend`},
	{"game-developer", `game developer|game programmer|game engineer|게임 개발|게임개발자|게임 프로그래머|게임 엔진|engine programmer|game development|엔진 프로그래머|tools programmer|툴 프로그래머|technical artist|테크니컬 아티스트|game software engineer|게임 제작|game dev|game development engineer|game programming`},
	{"graphics", `3d algorithms|3d developer|graphics developer|computer graphics|graphics engineer|graphics programmer|그래픽스 엔지니어|그래픽스 프로그래머|rendering engineer|렌더링 엔지니어|렌더링 프로그래머|그래픽스|3d graphics engineer|3d engineer|graphics software engineer|webgl engineer|webgl developer|opengl developer|graphics software|graphics programming|3d programmer|3d software engineer`},
	{"xr", `xr|ar/vr|vr developer|ar developer|vr 개발|ar 개발|vr/ar|증강현실|가상현실|메타버스|ar engineer|vr engineer|xr engineer|ar/vr engineer|augmented reality engineer|augmented reality|virtual reality|vr software engineer|mixed reality`},
	{"blockchain", `blockchain developer|blockchain developers|blockchain|블록체인|smart contract|스마트 컨트랙트|스마트컨트랙트|solidity|web3|crypto engineer|blockchain engineer|protocol engineer|ethereum developer|ethereum engineer|solidity developer|smart contract developer|smart contracts|cryptocurrency engineer|crypto developer|bitcoin developer|bitcoin engineer|dapp developer|blockchain researcher|distributed ledger`},
	{"erp", `erp|sap 컨설턴트|sap abap|sap 개발|abap|sap consultant|sap developer|erp 개발|erp 컨설턴트|그룹웨어|workday|peoplesoft|netsuite|sap engineer|dynamics developer|oracle ebs|oracle apps|workday application engineer`},
	{"crm-developer", `salesforce developer|세일즈포스 개발|salesforce engineer|crm developer|salesforce administrator|salesforce admin`},
	{"solution-engineer", `technical account manager|technical account management|enterprise integration developer|solutions engineering|solutions engineer|solution engineer|솔루션 엔지니어|솔루션 개발|sales engineer|pre-sales|프리세일즈|presales|기술영업|기술 영업|implementation engineer|integration engineer|forward deployed engineer|field engineer|필드 엔지니어|솔루션 개발|customer engineer|partner engineer|customer success engineer|customer success engineers|solutions consultant|solution consultant|implementation consultant|implementation specialist|implementation manager|integrations engineer|integration specialist|integration developer|integrations developer|partner integrations engineer|presales engineer|pre-sales engineer|sales engineers|sales engineering|professional services engineer|deployment strategist|customer solutions engineer|customer solution engineer|field application engineer|technical sales|client engineer|solutions developer|success engineer|forward deployed software engineer|forward deployed|customer facing engineer|솔루션 컨설턴트|기술 컨설턴트|solution (sales) engineer`},
	{"architect", `solutions architect|solution architect|software architect|솔루션 아키텍트|소프트웨어 아키텍트|아키텍트|technical architect|enterprise architect|data architect|system architect|architect|애플리케이션 아키텍트|enterprise architecture|principal architect|chief architect|application architect|systems architect|solutions architects|it architect`},
	{"support-engineer", `application support|production support|support engineers|support engineering|support engineer|technical support|기술지원|기술 지원|테크니컬 서포트|헬프데스크|help desk|it support|support_engineer|it 지원|it support engineer|customer support engineer|유지보수|support specialist|tech support|technical support engineer|product support engineer|application support engineer|api support|api support specialist|client support engineer|support developer|desktop support|service desk|escalation engineer|helpdesk|support technician|trading application support|product support`},
	{"it-manager", `it manager|it 매니저|it 담당|it 운영|it 관리|corporate it|it specialist|it 기획|it administrator|사내 전산|it engineer|it director|director of it|head of it|head of corp it|corp it|it systems|it admin|it lead|it operations|information technology manager|cio|it technician|it systems engineer|manager of it|head of information technology|it support manager`},
	{"engineering-manager", `engineering team lead|engineering management|director of software engineering|engineering managers|software engineering manager|software development manager|team lead software|head of development|director, engineering|engineering director|engineering manager|개발 팀장|개발팀장|개발 매니저|development manager|head of engineering|vp of engineering|vp engineering|director of engineering|엔지니어링 매니저|cto|team lead engineer|chief technology officer|개발총괄|개발 실장|head of software|head of software engineering|director of software|director of software development|director software|director, software|director software engineering|vp, engineering|vp of software|vp of software engineering|vp eng|vp of eng|svp engineering|svp of engineering|eng manager|eng lead manager|engineering mgr|engineering site lead|dev manager|dev mgr|software manager|head of tech|head of technology|director of technology|vp of technology|vp technology|vp of development|vp of product development|technology director|technical director|development director|director of development|development team lead|development team leader|software development team leader|software team lead|software team leader|engineering team leader|manager, engineering|manager of engineering|manager, software|manager, software engineering|managers of engineering|manager of software|software engineering managers|software development managers|directors of engineering|engineering directors|director of devops|team leaders|technical manager|technical supervisor|개발본부장|개발 부장|기술이사|연구소장|eng. manager|eng. managers|eng managers|head of engineer|security engineering manager|data engineering manager|platform engineering manager|reliability engineering manager`},
	{"product-manager", `director of product|vp of product|vp product|pm|product managers|product owners|product manager|product owner|프로덕트 매니저|프로덕트 오너|=PO|po/pm|서비스 기획|서비스기획자|technical product manager|product lead|개발pm|=PM|product management|pm/po|head of product|chief product officer|product director|vp, product|head of products|pms|pm's|product managers/owners|product roles|technical product owner|group product manager|director of product management|product manager lead|서비스 기획자|프로덕트 매니징`},
	{"project-manager", `delivery manager|scrummaster|project management|programme manager|delivery lead|project managers|project manager|프로젝트 매니저|program manager|프로그램 매니저|technical program manager|tpm|=PMO|개발 pm|si pm|technical project manager|scrum master|스크럼 마스터|=Agile Coach|technical producer|project coordinator|program managers|program management|program director|vp of program management|technical program managers|implementation project manager|agile coach|delivery director|engagement manager|technical delivery manager|프로젝트 관리|사업 pm`},
	{"ux-designer", `design lead|head of design|director of design|vp of design|design director|user researcher|user experience researcher|design researcher|designer|designers|ux design|ui design|product design|user experience designer|ux designer|ui designer|ui/ux|ux/ui|product designer|프로덕트 디자이너|ux 디자이너|ui 디자이너|interaction designer|ux researcher|ux 리서처|ui/ux 디자이너|web designer|웹 디자이너|웹디자이너|ux writer|ux/ui designer|ux|ux research|visual designer|visual design|ui/ux design|ux/ui design|interaction design|user interface designer|web design|ux lead|product design lead|ux manager|design manager|ux engineer/designer|digital designer|user experience design|ux design/research`},
	{"technical-writer", `technical writer|테크니컬 라이터|테크 라이터|documentation engineer|기술 문서|tech writer|technical/documentation writer|documentation writer|technical documentation|docs writer|documentation specialist|api writer|technical writing|documentation manager`},
	{"developer-advocate", `community expert|developer community|course instruction engineer|developer advocate|developer relations|devrel|developer evangelist|데브렐|개발자 에반젤리스트|technical evangelist|evangelist|machine learning evangelist|developer educator|developer evangelism|dev evangelist|devrel engineer|community engineer|developer relations engineer|developer marketing|developer advocacy|developer advocate & evangelist`},
	{"simulation", `simulation software engineer|simulation engineer|시뮬레이션 엔지니어|digital twin|디지털 트윈|시뮬레이션 개발|simulation software|simulation developer|simulation scientist|modeling and simulation|simulation & modeling`},
	{"gis", `gis 개발|gis developer|gis engineer|gis analyst|geospatial developer|geospatial engineer|geospatial software|gis specialist|geospatial|gis software`},
	{"media", `video encoding engineer|audio software|video codec|audio developer|dsp engineer|audio dsp|video engineer|영상처리|영상 처리|multimedia engineer|멀티미디어|codec engineer|audio engineer|streaming engineer|신호처리|signal processing|image processing|영상 인식|media streaming|video streaming|audio dsp engineer|audio software engineer|video software engineer|video platform engineer|streaming media|audio programmer|multimedia developer|webrtc engineer|video codec engineer|audio algorithm`},
	{"compiler", `compiler engineer|컴파일러|compiler developer|language runtime|compilers|compilers developer|toolchain engineer|javascript engine|compiler software engineer|programming languages engineer|language engineer`},
	{"software-engineer", `systems software engineer|tech lead|technical lead|테크 리드|apps engineer|application developer|application engineer|applications developer|software dev engineer|c++ developer|c++ engineer|c/c++ developer|c developer|software engineer|software developer|software engineering|sw 엔지니어|sw 개발|sw개발자|s/w 개발|소프트웨어 엔지니어|소프트웨어 개발|소프트웨어개발|소프트웨어 연구|프로그래머|programmer|developer|개발자|engineer|engineers|swe|sde|software_engineer|software dev|software engineers|developers|software developers|응용 sw|응용sw|sw 연구원|개발 담당|software|개발|엔지니어|hacker|engineering|sw/솔루션|S/W 엔지니어|s/w|rust developer|rust engineer|c# developer|php engineer|java 개발자|java개발자|자바 개발자|php 개발자|php developer|python developer|java developer|java engineer|golang developer|golang engineer|go developer|go engineer|ruby developer|ruby engineer|python engineer|scala developer|scala engineer|elixir developer|elixir engineer|javascript developer|javascript engineer|php engineers|distributed systems engineer|distributed systems engineers|distributed system engineer|automation engineer|engineering lead|engineering leads|software engineering lead|개발 리드|개발 리더|search engineer|search engineers|services engineer|staff software engineer|staff engineer|java dev|python dev|php dev|c++ dev|ruby dev|js dev|javascript dev|software devs|java devs|haskell developer|haskell engineer|clojure developer|clojure engineer|erlang developer|erlang engineer|perl developer|perl engineer|kotlin engineer|scala dev|c++ programmer|c programmer|typescript developer|typescript engineer|js developer|js engineer|delphi developer|cobol developer|f# developer|ocaml developer|ocaml engineer|swift engineer|founding engineer|product engineer|growth engineer|generalist engineer|quantitative developer|quantitative software engineer|algorithm engineer|algorithm developer|algorithms engineer|trading systems developer|scientific software developer|scientific programmer|scientific software engineer|member of technical staff|members of technical staff|member of the technical staff|programmer analyst|bioinformatics software engineer|bioinformatics engineer|sdes|swes|software development engineer|software development engineers|performance engineer|sdk engineer|sdk developer|application software engineer|it developer|technologist|low latency developer|payments engineer|systems developer|core engineer|generalist software engineer|open source developer|open source engineer|software eng|software architect/engineer|개발 엔지니어|소프트웨어 개발자`},
}

// Roles is the closed list of role slugs.
var Roles = func() []string {
	out := make([]string, len(roleLexicon))
	for i, r := range roleLexicon {
		out[i] = r.slug
	}
	return out
}()

// genericRole is named when nothing more is known.
const genericRole = "software-engineer"

// developers are the roles that a "Software Engineer" may turn out to be.
var developers = rolesOf("backend frontend fullstack web android ios mobile desktop devops sre platform-engineer cloud security data-engineer ml-engineer embedded robotics game-client game-server game-developer graphics xr blockchain simulation gis media compiler")

// rolesOf is the set of slugs divided by blanks.
func rolesOf(slugs string) (set roleSet) {
	for _, slug := range strings.Fields(slugs) {
		set.add(roleAt[slug])
	}
	return set
}

// neutralRoles are IT work only among technologies.
var neutralRoles = map[string]bool{
	"product-manager": true, "project-manager": true, "ux-designer": true, "technical-writer": true, "hardware": true, "solution-engineer": true,
}

// roleSet is a set of roles by their place in the lexicon.
type roleSet uint64

func (s *roleSet) add(i int)      { *s |= 1 << i }
func (s *roleSet) join(t roleSet) { *s |= t }
func (s roleSet) empty() bool     { return s == 0 }

// count returns how many roles the set holds.
func (s roleSet) count() int { return bits.OnesCount64(uint64(s)) }

// generic tells whether the set says no more than "engineer".
func (s roleSet) generic() bool { return s&^(1<<(len(roleLexicon)-1)) == 0 }

// roleAt is a role's place in the lexicon.
var roleAt = func() map[string]int {
	at := map[string]int{}
	for i, r := range roleLexicon {
		at[r.slug] = i
	}
	return at
}()

func (s roleSet) has(slug string) bool { return s&(1<<roleAt[slug]) != 0 }

func (s *roleSet) drop(slugs ...string) {
	for _, slug := range slugs {
		*s &^= 1 << roleAt[slug]
	}
}

// appendTo appends the places of the set's roles.
func (s roleSet) appendTo(order []int) []int {
	for i := range roleLexicon {
		if s&(1<<i) != 0 {
			order = append(order, i)
		}
	}
	return order
}

// narrow takes out what a narrower word beside it makes plain: a "full-stack web
// developer" is a full-stack one, "mobile developer (Android, iOS)" one of each.
func (s *roleSet) narrow() {
	if s.has("fullstack") || s.has("frontend") {
		s.drop("web")
	}
	if s.has("mobile") && s.has("android") && s.has("ios") {
		s.drop("mobile")
	}
}

// mostRoles are what a posting has at most: those that it names first.
const mostRoles = 6

// slugs lists the roles; the generic one only when it stands alone, or apart. Of more than
// mostRoles those come first that stand first in order.
func (s roleSet) slugs(isGeneralApart bool, order []int) []string {
	if generic := roleAt[genericRole]; !isGeneralApart && !s.generic() {
		s &^= 1 << generic
	}
	var first roleSet
	for _, i := range order {
		if first.count() < mostRoles {
			first |= s & (1 << i)
		}
	}
	var out []string
	for i, r := range roleLexicon {
		if s&(1<<i) != 0 && (first&(1<<i) != 0 || s.count() <= mostRoles) {
			out = append(out, r.slug)
		}
	}
	return out
}

// RolesOf lists the roles that a few words name, as somebody types them who looks for work:
// read as a title, and none where they say no more than "engineer".
func (x *Extractor) RolesOf(text string) []string {
	roles := x.Facts(Hints{Title: text, IsITBoard: true}).Roles
	if len(roles) == 1 && roles[0] == genericRole {
		return nil
	}
	return slices.DeleteFunc(roles, func(role string) bool { return role == genericRole })
}
