package web

// API is a sentence of the API's own description in the page's language. The OpenAPI
// document is in English; what it says of routes and parameters stands here in Korean
// beside it. A sentence that is not here stays English.
func (p *Page) API(english string) string {
	if korean, ok := apiKorean[english]; ok && p.IsKorean() {
		return korean
	}
	return english
}

// HasKoreanAPI says whether a sentence of the API's description is there in Korean.
func HasKoreanAPI(english string) bool { return apiKorean[english] != "" }

var apiKorean = map[string]string{
	"Which technologies do IT job postings ask for? Postings, technologies and statistics, read from one published state of the lake. `/postings` and `/stats` speak of open IT postings in Korea unless asked otherwise, and say so in `filter`. Every parameter is honoured or refused with 400. Errors are problems (RFC 9457) that name the field. Every answer carries an ETag.": "IT 채용 공고는 어떤 기술을 찾을까요? 공고와 기술, 통계를 발행된 한 상태에서 읽어 답합니다. `/postings`와 `/stats`는 따로 묻지 않으면 한국의 열린 IT 공고를 말하고, 그 사실을 `filter`에 적습니다. 매개변수는 모두 지키거나 400으로 거절합니다. 오류는 어느 필드가 틀렸는지 알려 줍니다(RFC 9457). 모든 답에 ETag가 있습니다.",

	"A page of the companies that have postings that match every filter, with how many.":                                                                                                                                                        "모든 조건에 맞는 공고가 있는 회사와 그 공고 수를 한 쪽씩 답합니다.",
	"A company with the technologies that its postings name and its newest open postings, of any kind and country.":                                                                                                                             "회사 하나와 그 회사의 공고가 적은 기술, 가장 새로운 열린 공고입니다. 직무와 나라를 가리지 않습니다.",
	"Facts of all postings that match every filter, copies of the same job left out, streamed; no words of their texts.":                                                                                                                        "모든 조건에 맞는 공고의 사실을 중복 없이 이어서 보냅니다. 공고의 글은 들어 있지 않습니다.",
	"A page of the postings that match every filter, copies of the same job left out.":                                                                                                                                                          "모든 조건에 맞는 공고를 중복 없이 한 쪽씩 답합니다.",
	"A posting with its technologies and their evidence, its history, and other postings of the same job.":                                                                                                                                      "공고 하나와 그 기술, 근거 문장, 변경 이력, 같은 일자리의 다른 공고입니다.",
	"A posting's content versions, its events with the evidence for each, the lists that held it, and its technologies with their evidence as far as the source's policy shows it.":                                                             "공고 내용의 판과, 근거가 붙은 사건, 그 공고가 실린 목록, 기술과 그 근거입니다. 근거는 게시판의 공개 정책이 허락하는 만큼 보입니다.",
	"Freshness and completeness of each source, what was refused and why, and the known limits of all numbers.":                                                                                                                                 "게시판마다 얼마나 새것이고 완전한지, 무엇을 왜 버렸는지, 모든 숫자의 알려진 한계입니다.",
	"From keywords, or technologies that somebody knows, to technologies that go with them, each with its reason, and to the postings that fit best, with what is missing. Give `q`, `techs` or `role`; the other filters narrow the postings.": "검색어나 아는 기술에서 시작해, 어울리는 기술을 까닭과 함께, 가장 잘 맞는 공고를 모자란 기술과 함께 답합니다. `q`, `techs`, `role` 가운데 하나를 주세요. 다른 조건은 공고를 좁힙니다.",
	"Runs one read-only statement of DuckDB's SQL over silver, gold and ops (and bronze, with a scope of its own), in a process apart, within the limits that every answer names.":                                                              "읽기만 하는 DuckDB SQL 한 문장을 silver, gold, ops 위에서(따로 허락된 토큰이면 bronze에서도) 별도의 프로세스로 실행합니다. 한도는 모든 답에 적혀 있습니다.",
	"The technologies that matching postings name most often, each with its share of all matching postings and the share's 95 % Wilson interval.":                                                                                               "조건에 맞는 공고가 가장 많이 적은 기술과, 그 공고 가운데 비율, 비율의 95% 윌슨 신뢰 구간입니다.",
	"The technologies that matching postings name together with one, with how often, and how much more often than by chance.":                                                                                                                   "조건에 맞는 공고가 한 기술과 함께 적은 기술과, 그 횟수, 우연보다 얼마나 잦은지입니다.",
	"One series per technology: how many open IT postings in Korea asked for it at each interval's end (stock), and how many opened and closed within it (flow). On the first day counted every posting that was there opens.":                  "기술마다 시간에 따른 수입니다. 기간 끝에 열려 있던 한국의 IT 공고 수(재고)와 그 기간에 열리고 닫힌 수(흐름)를 답합니다. 세기 시작한 첫날에는 그때 있던 공고가 모두 열린 것으로 셉니다.",
	"Technologies with their names in two languages, and how many open IT postings in Korea ask for each.":                                                                                                                                      "두 언어의 이름을 가진 기술과, 그것을 찾는 한국의 열린 IT 공고 수입니다.",
	"A technology with its counts, what it is named together with, who asks for it, and the newest postings.":                                                                                                                                   "기술 하나와 그 수, 함께 적힌 기술, 찾는 회사, 가장 새로운 공고입니다.",

	"A part of the company's name":                                     "회사 이름의 일부",
	"Most matching postings first, or by name":                         "맞는 공고가 많은 순서 또는 이름순",
	"Rows of a page":                                                   "한 쪽의 행 수",
	"`next_cursor` of the page before, with the same other parameters": "앞쪽이 준 `next_cursor`. 다른 매개변수는 그대로 둡니다",
	"Technology, by id, name or alias":                                 "기술의 id, 이름 또는 별칭",
	"Whether any or all of `tech` must be named":                       "`tech` 가운데 하나라도 적으면 되는지, 모두 적어야 하는지",
	"Technology that must not be named":                                "적혀 있으면 안 되는 기술",
	"Role, as a slug such as `backend`":                                "직무. `backend` 같은 낱말",
	"Place, by a part of its name (`서울`, `Seoul`, `분당구`)":              "지역 이름의 일부(`서울`, `Seoul`, `분당구`)",
	"Job board":          "채용 게시판",
	"Kind of employment": "고용 형태",
	"Years; the posting's span must reach up to it. Postings that state no experience do not pass.":       "년. 공고의 경력 범위가 여기에 닿아야 합니다. 경력을 밝히지 않은 공고는 빠집니다.",
	"Years; the posting's span must begin at it or below. Postings that state no experience do not pass.": "년. 공고의 경력 범위가 여기 이하에서 시작해야 합니다. 경력을 밝히지 않은 공고는 빠집니다.",
	"KRW a year that the posting's pay reaches. Postings that state no pay do not pass.":                  "공고의 연봉이 닿아야 하는 금액(원). 연봉을 밝히지 않은 공고는 빠집니다.",
	"Place of work":                      "근무 방식",
	"Open postings, closed ones, or all": "열린 공고, 닫힌 공고, 또는 모두",
	"First calendar day (in Seoul) of posting; where the board gives none, of the first sight":                                    "게시일의 첫날(서울). 게시판이 밝히지 않으면 처음 본 날로 봅니다",
	"Last calendar day of posting, included":                                                                                      "게시일의 마지막 날, 그날 포함",
	"`true`: postings that their board keeps open until further notice; `false`: the others":                                      "`true`는 상시 채용 공고, `false`는 나머지",
	"`true` takes keywords as they are written; else one that hardly any posting holds is read as the technology it nearly names": "`true`면 검색어를 적은 그대로 찾습니다. 아니면 거의 어느 공고에도 없는 낱말은 가장 비슷한 기술 이름으로 읽습니다",
	"Country of work, ISO 3166-1 alpha-2; `*` for all, the unknown included":                                                      "근무 국가, ISO 3166-1 두 글자. `*`는 모르는 곳까지 모두",
	"Postings for work in IT; `*` for all":                                                                                        "IT 직무의 공고만. `*`는 모두",
	"As lists and other answers name it":                                                                                          "목록과 다른 답에 적힌 id",
	"Keywords in Korean or English; every one must occur in the title, the company, the technologies, the place or the text. A technology is found under any of its names.": "한국어나 영어 검색어. 모두 제목, 회사, 기술, 지역 또는 글에 있어야 합니다. 기술은 어느 이름으로든 찾습니다.",
	"Company, by id or by a part of its name in any case": "회사의 id 또는 이름의 일부. 대소문자는 가리지 않습니다",
	"One order or two by comma, the second for those that the first finds alike: newest first, nearest end, highest pay, fewest years of experience, or (with `q`, and then the default) best match. Behind a minus the other end comes first; what does not state it comes last all the same.": "순서 하나, 또는 쉼표로 둘. 둘째는 첫째로 가릴 수 없을 때 씁니다. 최신순, 마감 임박순, 연봉 높은 순, 경력 적은 순, 그리고 `q`가 있으면 기본인 정확도순이 있습니다. 앞에 빼기를 붙이면 거꾸로이고, 밝히지 않은 공고는 언제나 뒤에 옵니다.",
	"`true` begins the file with a byte order mark, by which Excel knows UTF-8":       "`true`면 엑셀이 UTF-8로 알아보도록 파일 앞에 BOM을 둡니다",
	"Facets to count over all matching postings, the 20 most frequent values of each": "맞는 공고 전체에서 셀 항목. 항목마다 가장 잦은 값 20개",
	"Calendar days up to the last one counted":                                        "마지막으로 센 날까지의 날수",
	"Technologies known, by id, name or alias; several by comma or by repeating":      "아는 기술의 id, 이름 또는 별칭. 여럿은 쉼표로 잇거나 되풀이합니다",
	"How many technologies": "기술 몇 개",
	"`unique`: the same job posted several times counts once; `raw`: every posting counts": "`unique`는 여러 번 올라온 같은 일자리를 한 번만, `raw`는 공고마다 셉니다",
	"The technology, by id, name or alias":                                                 "기술의 id, 이름 또는 별칭",
	"Most postings that name both first, or highest lift or PPMI":                          "둘 다 적은 공고가 많은 순서, 또는 lift나 PPMI가 높은 순서",
	"Technology, by id, name or alias; up to 10":                                           "기술의 id, 이름 또는 별칭. 10개까지",
	"Length of an interval":                                                                "한 기간의 길이",
	"One role, as a slug such as `backend`":                                                "직무 하나. `backend` 같은 낱말",
	"One job board":                                                                        "채용 게시판 하나",
	"First calendar day in Seoul; unless given, 90 days before `to` for days, and the first day counted for longer intervals": "서울의 첫날. 주지 않으면 하루 단위는 `to`의 90일 전, 더 긴 기간은 세기 시작한 날",
	"Last calendar day, included; the last one counted unless given":                                                          "마지막 날, 그날 포함. 주지 않으면 마지막으로 센 날",
	"A part of a name or alias":       "이름이나 별칭의 일부",
	"Category":                        "분류",
	"Most postings first, or by name": "공고가 많은 순서 또는 이름순",
}
