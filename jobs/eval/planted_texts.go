package eval

import (
	"fmt"
	"strings"
)

var plantedKorean = language{
	company:  func(n int) string { return fmt.Sprintf("(주)가상상사%d", n) },
	titles:   []string{"백엔드 개발자", "프론트엔드 개발자", "데이터 엔지니어", "안드로이드 개발자", "보안 엔지니어", "QA 엔지니어", "머신러닝 엔지니어", "시스템 엔지니어"},
	senior:   "시니어",
	decorate: func(company, title string) string { return "[" + company + "] " + title + " 채용 (정규직)" },
	reword: strings.NewReplacer("합니다", "해요", "있는 분", "있으신 분", "만듭니다", "만들어요", "경험", "실무 경험", "맡습니다", "담당해요",
		"개선합니다", "더 낫게 합니다", "다룹니다", "다뤄요"),
	about: []string{"우리는 동네 가게의 주문을 잇는 서비스를 만듭니다.", "작은 팀이 빠르게 배우고 함께 자랍니다.", "고객의 하루를 십 분 줄이는 것이 목표입니다.", "투자를 받아 다음 도약을 준비합니다.", "누구나 의견을 내고 결정의 까닭을 나눕니다."},
	duties: []string{
		"주문과 결제 서비스의 서버를 설계하고 개발합니다", "수백만 건의 기록을 모으는 배치를 운영합니다", "관리자가 쓰는 화면을 기획부터 배포까지 맡습니다", "장애의 원인을 찾아 다시 생기지 않게 합니다", "동료의 코드를 함께 검토하고 개선합니다",
		"추천 모델을 학습하고 서비스에 싣습니다", "앱의 시작 시간을 재고 줄입니다", "검색 색인을 설계하고 품질을 개선합니다", "사내 배포 도구를 만듭니다", "접근성을 지키는 화면 부품을 만듭니다", "지도 위의 위치를 실시간으로 다룹니다", "외부 결제사와의 연동을 맡습니다",
		"개인정보가 흐르는 길을 점검합니다", "시험 자동화를 설계하고 퍼뜨립니다", "쿼리를 살펴 느린 곳을 고칩니다", "알림이 늦지 않게 큐를 다룹니다", "파트너가 쓰는 API를 문서와 함께 내놓습니다", "로그를 모아 지표로 보여 줍니다", "이미지 처리 과정을 빠르게 합니다", "정산 규칙을 코드로 옮깁니다",
		"기기에서 오는 신호를 해석합니다", "클라우드 비용을 살펴 줄입니다", "낡은 모듈을 새 구조로 옮깁니다", "실험을 설계하고 결과를 읽습니다", "번역과 지역 설정을 관리합니다", "상담 도구를 개발합니다",
	},
	wants: []string{
		"Java와 Spring Boot로 서비스를 운영한 경험이 있는 분", "React와 TypeScript에 익숙하신 분", "Python으로 데이터를 다룬 경험이 있는 분", "Kubernetes 위에서 배포해 본 분", "MySQL의 실행 계획을 읽을 수 있는 분", "Kafka를 써 본 경험이 있는 분", "글로 생각을 나누기를 즐기는 분",
		"문제를 끝까지 파고드는 분", "다른 직군과 말이 통하는 분", "모르는 것을 모른다고 말하는 분", "Redis를 캐시로 활용한 경험이 있는 분", "테스트를 먼저 떠올리는 분", "운영 중인 서비스를 옮겨 본 분", "Kotlin으로 앱을 출시한 경험이 있는 분", "네트워크의 기초를 아는 분", "리눅스에서 오류를 추적해 본 분",
		"PyTorch로 모델을 만들어 본 분", "Terraform으로 기반을 관리해 본 분", "영어 문서를 읽는 데 어려움이 없는 분", "작게 나누어 자주 배포하는 분", "사용자를 만나 이야기를 듣는 분", "오픈 소스에 기여한 경험이 있는 분",
	},
	places: [][3]string{{"서울 강남구 논현로 1", "서울", "강남구"}, {"서울 마포구 월드컵로 2", "서울", "마포구"}, {"서울 성동구 성수이로 3", "서울", "성동구"}, {"경기 성남시 분당구 판교로 4", "경기", "성남시 분당구"}, {"부산 해운대구 센텀로 5", "부산", "해운대구"}},
}

var plantedEnglish = language{
	company:  func(n int) string { return fmt.Sprintf("Imaginary Works %d", n) },
	titles:   []string{"Backend Engineer", "Frontend Engineer", "Data Engineer", "Android Engineer", "Security Engineer", "QA Engineer", "Machine Learning Engineer", "Platform Engineer"},
	senior:   "Senior",
	decorate: func(company, title string) string { return title + " (Full-time) - " + company },
	reword: strings.NewReplacer("You will ", "", "We expect ", "", "experience with", "hands-on experience with", "build", "create", "services", "systems",
		"team", "group", "improve", "refine", "maintain", "look after"),
	about: []string{"We connect small shops with the people next door.", "A small team that ships every day and writes things down.", "Our goal is to save every customer ten minutes a day.", "We are funded for the next three years.", "Everyone speaks up and decisions come with their reasons."},
	duties: []string{
		"You will design and build the services behind orders and payments", "You will maintain the batches that collect millions of records", "You will own the screens that our operators use", "You will find out why something broke and keep it from breaking again", "You will review the code of your team",
		"You will train ranking models and bring them to production", "You will measure and shorten the start of our app", "You will improve the quality of our search index", "You will build the tools that we deploy with", "You will build accessible parts for our pages", "You will handle positions on a map as they change", "You will integrate payment providers",
		"You will follow personal data through our systems", "You will spread automated testing", "You will find slow queries and mend them", "You will keep notifications on time", "You will publish interfaces for partners along with their documentation", "You will turn logs into figures that people understand", "You will speed up the way we process images", "You will write settlement rules as code",
	},
	wants: []string{
		"We expect experience with Java and Spring Boot in production", "We expect experience with React and TypeScript", "We expect experience with Python and large data", "We expect experience with Kubernetes", "We expect that you can read a query plan", "We expect experience with Kafka", "We expect clear writing", "We expect stubbornness with hard problems",
		"We expect that you say so when you do not know", "We expect experience with Redis as a cache", "We expect tests before code", "We expect experience with moving a running service", "We expect experience with Kotlin apps in the store", "We expect the basics of networks", "We expect experience with tracing faults on Linux", "We expect experience with PyTorch",
		"We expect experience with Terraform", "We expect small changes shipped often", "We expect that you listen to users", "We expect contributions to open source",
	},
	places: [][3]string{{"Seoul, Gangnam-gu", "서울", "강남구"}, {"Seoul, Mapo-gu", "서울", "마포구"}, {"Pangyo, Seongnam", "경기", "성남시 분당구"}, {"Busan, Haeundae", "부산", "해운대구"}},
}
