package extract

import (
	"cmp"
	"slices"
	"strings"
)

// regions are the provinces and metropolitan cities of Korea with their
// districts. Names in brackets are neighbourhoods and English or board spellings
// of the district before them.
var regions = []struct{ name, spellings, districts string }{
	{"서울", `서울|서울시|서울특별시|seoul`, `강남구(강남,gangnam,gangnam-gu,역삼,역삼동,삼성동,삼성역,선릉,선릉역,테헤란로,강남역,논현동,신사동,대치동,도곡동,yeoksam,yeoksam-dong,samseong)|강동구(gangdong)|강북구|강서구(마곡,magok)|관악구(서울대입구,gwanak)|광진구(성수역,gwangjin)|구로구(구로,guro,guro gasan,구로디지털단지,구디,신도림)|금천구(가산,가산디지털단지,가디,gasan,geumcheon)|노원구|도봉구|동대문구|동작구|마포구(마포,mapo,상암,상암동,홍대,합정,mapo-gu,공덕)|서대문구|서초구(서초,seocho,seocho-gu,양재,양재동,교대,방배,양재역,교대역)|성동구(성수,성수동,seongsu,seongdong,seongsu-dong,뚝섬)|성북구|송파구(송파,잠실,문정,문정동,songpa,jamsil,가락동)|양천구(목동)|영등포구(영등포,여의도,문래,yeouido,yeongdeungpo,여의도동,당산)|용산구(용산,yongsan,이태원,한남동)|은평구|종로구(종로,광화문,jongno,gwanghwamun)|중구(을지로,명동,서울역,시청역,충무로,euljiro)|중랑구`},
	{"경기", `경기|경기도|gyeonggi|gyeonggi-do`, `가평군|고양시(고양,일산,goyang,일산동구,일산서구,덕양구)|과천시(과천,gwacheon)|광명시(광명)|광주시|구리시|군포시(군포)|김포시(김포)|남양주시(남양주)|동두천시|부천시(부천,bucheon)|성남시(성남,seongnam,seongnam-si)|성남시 분당구(분당구,분당,판교,pangyo,bundang,bundang-gu,판교역,정자동,삼평동,판교테크노밸리,서현,백현동,pangyo techno valley)|성남시 수정구(수정구,제2판교,위례)|성남시 중원구(중원구)|수원시(수원,suwon,영통,영통구,광교,팔달구,장안구,권선구)|시흥시(시흥)|안산시(안산,ansan,상록구,단원구)|안성시(안성)|안양시(안양,평촌,anyang,동안구,만안구)|양주시|양평군|여주시|연천군|오산시(오산)|용인시(용인,기흥,yongin,기흥구,수지구,처인구,수지)|의왕시|의정부시(의정부)|이천시(이천,icheon)|파주시(파주)|평택시(평택,pyeongtaek)|포천시|하남시(하남,hanam,미사)|화성시(화성,동탄,hwaseong)`},
	{"인천", `인천|인천시|인천광역시|incheon`, `계양구|남동구|동구|미추홀구|부평구(부평)|서구(청라)|연수구(송도,송도동,songdo)|중구|강화군|옹진군`},
	{"부산", `부산|부산시|부산광역시|busan`, `강서구|금정구|남구(문현동)|동구|동래구|부산진구(서면)|북구|사상구|사하구|서구|수영구|연제구|영도구|중구|해운대구(해운대,센텀,haeundae,우동)|기장군`},
	{"대구", `대구|대구시|대구광역시|daegu`, `남구|달서구|동구|북구|서구|수성구(수성,수성알파시티)|중구|달성군|군위군`},
	{"대전", `대전|대전시|대전광역시|daejeon`, `대덕구|동구|서구(둔산)|유성구(유성,대덕연구단지,yuseong)|중구`},
	{"광주", `광주|광주광역시|gwangju`, `광산구|남구|동구|북구|서구`},
	{"울산", `울산|울산시|울산광역시|ulsan`, `남구|동구|북구|중구|울주군`},
	{"세종", `세종|세종시|세종특별자치시|sejong`, ``},
	{"강원", `강원|강원도|강원특별자치도|gangwon`, `강릉시(강릉)|동해시|삼척시|속초시|원주시(원주,wonju)|춘천시(춘천,chuncheon)|태백시|고성군|양구군|영월군|인제군|정선군|철원군|평창군|홍천군|화천군|횡성군|양양군`},
	{"충북", `충북|충청북도|chungbuk|chungcheongbuk-do`, `제천시|청주시(청주,오창,cheongju,흥덕구,상당구,서원구,청원구)|충주시(충주)|괴산군|단양군|보은군|영동군|옥천군|음성군|증평군|진천군`},
	{"충남", `충남|충청남도|chungnam|chungcheongnam-do`, `계룡시|공주시|논산시|당진시(당진)|보령시|서산시(서산)|아산시(아산,asan)|천안시(천안,cheonan,서북구,동남구)|금산군|부여군|서천군|예산군|청양군|태안군|홍성군`},
	{"전북", `전북|전라북도|전북특별자치도|jeonbuk|jeollabuk-do`, `군산시(군산)|김제시|남원시|익산시(익산)|전주시(전주,jeonju,완산구,덕진구)|정읍시|고창군|무주군|부안군|순창군|완주군|임실군|장수군|진안군`},
	{"전남", `전남|전라남도|jeonnam|jeollanam-do`, `광양시|나주시(나주)|목포시|순천시(순천)|여수시(여수)|강진군|고흥군|곡성군|구례군|담양군|무안군|보성군|신안군|영광군|영암군|완도군|장성군|장흥군|진도군|함평군|해남군|화순군`},
	{"경북", `경북|경상북도|gyeongbuk|gyeongsangbuk-do`, `경산시|경주시(경주)|구미시(구미,gumi)|김천시|문경시|상주시|안동시|영주시|영천시|포항시(포항,pohang)|고령군|봉화군|성주군|영덕군|영양군|예천군|울릉군|울진군|의성군|청도군|청송군|칠곡군`},
	{"경남", `경남|경상남도|gyeongnam|gyeongsangnam-do`, `거제시(거제)|김해시(김해)|밀양시|사천시(사천)|양산시(양산)|진주시(진주)|창원시(창원,changwon,성산구,의창구,마산)|통영시|거창군|고성군|남해군|산청군|의령군|창녕군|하동군|함안군|함양군|합천군`},
	{"제주", `제주|제주도|제주특별자치도|jeju|jeju-do`, `서귀포시|제주시`},
}

// placeLexicon turns regions into phrases. The value is "region" or
// "region/district"; a district's name that several regions have is "/district"
// and needs a region beside it.
func placeLexicon() []lexeme {
	count := map[string]int{}
	for _, r := range regions {
		for _, d := range splitDistricts(r.districts) {
			count[d.name]++
		}
	}
	var out []lexeme
	seen := map[string]bool{}
	for _, r := range regions {
		out = append(out, lexeme{factPlace, r.name, r.spellings})
		for _, d := range splitDistricts(r.districts) {
			value := r.name + "/" + d.name
			if count[d.name] > 1 {
				value = "/" + d.name
			}
			if !seen[value] {
				seen[value] = true
				out = append(out, lexeme{factPlace, value, d.name})
			}
			if d.others != "" {
				out = append(out, lexeme{factPlace, r.name + "/" + d.name, d.others})
			}
		}
	}
	return out
}

type district struct{ name, others string }

func splitDistricts(list string) []district {
	var out []district
	for _, d := range strings.Split(list, "|") {
		name, others, found := strings.Cut(d, "(")
		if name == "" {
			continue
		}
		if found {
			others = strings.ReplaceAll(strings.TrimSuffix(others, ")"), ",", "|")
		}
		out = append(out, district{name, others})
	}
	return out
}

// hasDistrict tells whether a region has a district of that name.
func hasDistrict(region, name string) bool {
	for _, r := range regions {
		if r.name == region {
			for _, d := range splitDistricts(r.districts) {
				if d.name == name {
					return true
				}
			}
		}
	}
	return false
}

// place reads one place, or several, as a board or a headline writes them.
func (r *factReader) place(text string) {
	if text == "" {
		return
	}
	var hits []placeHit
	for _, m := range r.x.match(r.s, text) {
		p := &r.x.patterns[m.pattern]
		switch p.kind {
		case factPlace:
			r.district(p.value)
			hits = append(hits, placeHit{"KR", int(m.start), int(m.end), true})
		case factCountry:
			hits = append(hits, placeHit{p.value, int(m.start), int(m.end), wide[p.phrase]})
		}
	}
	hits = append(hits, codesIn(text)...)
	slices.SortStableFunc(hits, func(a, b placeHit) int { return cmp.Or(a.start-b.start, b.end-a.end) })
	hits = settle(text, hits)
	for i := range hits {
		if other := twins[strings.ToLower(text[hits[i].start:hits[i].end])]; other != "" && slices.ContainsFunc(hits, func(h placeHit) bool { return h.country == other }) {
			hits[i].country = other
		}
		r.addCountry(hits[i].country, text[hits[i].start:hits[i].end])
	}
}

// twins are cities that have a like one in another country; among places of that country
// they mean the other: "Boston/Cambridge".
var twins = map[string]string{"cambridge": "US", "manchester": "US", "birmingham": "US", "oxford": "US"}

// district keeps the first region that is named and the narrowest district of it.
func (r *factReader) district(value string) {
	region, name, _ := strings.Cut(value, "/")
	switch {
	case region == "":
		if r.f.Region != "" && r.f.District == "" && hasDistrict(r.f.Region, name) {
			r.f.District = name
		}
	case r.f.Region == "":
		r.f.Region, r.f.District = region, name
	case r.f.Region == region && name != "" && (r.f.District == "" || strings.HasPrefix(name, r.f.District+" ")):
		r.f.District = name
	}
}

// namedCountry is a country and the words that named it.
type namedCountry struct{ code, words string }

func (r *factReader) addCountry(code, words string) {
	if !slices.ContainsFunc(r.countries, func(c namedCountry) bool { return c.code == code }) {
		r.countries = append(r.countries, namedCountry{code, words})
	}
}

// placeHit is a place in a text. A wide one (a country, a state) says where the city
// before it is.
type placeHit struct {
	country    string
	start, end int
	isWide     bool
}

// settle lets "Melbourne, FL" and "Cambridge, Massachusetts" be one place: what stands
// after a city and a comma is where it is. A code that is the city's own country as well
// as a state is the country: "Berlin, DE", "Toronto, CA".
func settle(text string, hits []placeHit) []placeHit {
	var out []placeHit
	for _, h := range hits {
		if len(out) == 0 {
			out = append(out, h)
			continue
		}
		last := &out[len(out)-1]
		if h.start < last.end {
			continue
		}
		gap := text[last.end:h.start]
		switch {
		case !h.isWide || gap != ", " && gap != " " && gap != "," && gap != " (":
			out = append(out, h)
		case text[h.start:h.end] == last.country || h.country == last.country:
			last.end = h.end
		case last.isWide: // "Germany, UK"
			out = append(out, h)
		default:
			last.country, last.end, last.isWide = h.country, h.end, true
		}
	}
	return out
}

// How far after its cue a place may stand, in bytes.
const (
	clauseReach = 90 // "based in Berlin, or in our second office in Munich"
	officeReach = 24 // "our Paris office"
)

// stated keeps what follows words such as "based in" up to the end of the clause.
func (r *factReader) stated(text string, from, reach int) {
	rest := cutText(strings.TrimLeft(text[from:], " :*_"), reach)
	if end := strings.IndexAny(rest, "\n.;!?"); end >= 0 {
		// "St. Louis", "D.C."
		if rest[end] != '.' || end > 3 {
			rest = rest[:end]
		}
	}
	if rest != "" && len(r.statedPlaces) < 8 {
		r.statedPlaces = append(r.statedPlaces, rest)
	}
}

func (r *factReader) inText(country, words string) {
	if len(r.countries) == 0 && !slices.ContainsFunc(r.textCountries, func(c namedCountry) bool { return c.code == country }) {
		r.textCountries = append(r.textCountries, namedCountry{country, words})
	}
}

// wide are names of countries, states and provinces.
var wide = func() map[string]bool {
	all := map[string]bool{}
	for _, list := range []string{wideNames, usStates} {
		for _, name := range strings.Split(list, "|") {
			all[name] = true
		}
	}
	return all
}()

const usStates = `california|texas|massachusetts|colorado|virginia|oregon|utah|pennsylvania|illinois|connecticut|florida|michigan|ohio|minnesota|wisconsin|missouri|maryland|north carolina|south carolina|tennessee|arizona|nevada|new mexico|oklahoma|iowa|kansas|nebraska|idaho|montana|wyoming|alabama|louisiana|arkansas|kentucky|indiana|vermont|new hampshire|rhode island|delaware|hawaii|alaska|new jersey`

const wideNames = `US|USA|U.S|U.S.A|UK|U.K|GB|NY|CA|DC|united states|united states of america|united kingdom|england|scotland|wales|northern ireland|canada|ontario|british columbia|quebec|alberta|nova scotia|germany|deutschland|france|netherlands|the netherlands|holland|spain|portugal|ireland|switzerland|austria|sweden|norway|denmark|finland|iceland|belgium|luxembourg|italy|poland|czech republic|czechia|hungary|romania|bulgaria|greece|estonia|latvia|lithuania|ukraine|russia|serbia|croatia|slovenia|slovakia|turkey|israel|united arab emirates|UAE|saudi arabia|egypt|south africa|nigeria|kenya|india|pakistan|china|taiwan|japan|singapore|malaysia|thailand|vietnam|indonesia|philippines|australia|new zealand|brazil|argentina|chile|colombia|mexico|uruguay|costa rica|cyprus|malta`

// states are the postal codes of the United States, provinces those of Canada, where they
// are no country's code that is commoner after a city.
const (
	states    = " AL AK AZ AR CA CO CT FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC "
	provinces = " AB BC MB NS ON QC SK "
)

// plainStates are the codes that are no English word, title or other country.
const plainStates = " CT TX NY NJ FL WA CA IL MN AZ GA NC VA MD MI OH TN UT WI NV MA CO PA "

// wordStates are codes that capitals may also spell: "BERLIN, OR REMOTE".
const wordStates = " OR IN ME HI OK ON "

// codesIn finds ", TX" and ", BC", and "Greenwich CT |": without the comma only where a
// word stands before it and the place ends after it.
func codesIn(text string) (hits []placeHit) {
	for i := 1; i+2 < len(text); i++ {
		if text[i] != ' ' || !isUpper(text[i+1]) || !isUpper(text[i+2]) || i+3 < len(text) && isAlnum(text[i+3]) {
			continue
		}
		code := " " + text[i+1:i+3] + " "
		hit := placeHit{"US", i + 1, i + 3, true}
		switch {
		case text[i-1] == ',' && i > 1 && (isAlnum(text[i-2]) || text[i-2] == '.' || text[i-2] >= 0x80):
			if strings.Contains(wordStates, code) && !isLower(text[i-2]) {
				continue
			}
			if strings.Contains(provinces, code) {
				hit.country = "CA"
			} else if !strings.Contains(states, code) {
				continue
			}
		case isLower(text[i-1]) && strings.Contains(plainStates, code):
			if rest := strings.TrimLeft(text[i+3:], " "); rest != "" && !strings.ContainsRune("|),/;-&", rune(rest[0])) {
				continue
			}
		default:
			continue
		}
		hits = append(hits, hit)
	}
	return hits
}

// placeAfter reads the place that follows a heading such as "근무지 :".
func (r *factReader) placeAfter(text string, from int) {
	rest := strings.TrimLeft(text[from:], " :\t\r\n])】>-•·*")
	line, _, _ := strings.Cut(rest, "\n")
	if len(line) > 120 {
		line = line[:120]
		for len(line) > 0 && line[len(line)-1] >= 0x80 {
			line = line[:len(line)-1]
		}
	}
	// The scratch is being read by the caller, so the place is kept for later.
	r.laterPlaces = append(r.laterPlaces, line)
}

// countryLexicon names countries by themselves and by the cities where
// technology companies hire.
var countryLexicon = []lexeme{
	{factCountry, "KR", `korea|south korea|republic of korea|대한민국|한국|=KR|=KOR|국내`},
	{factCountry, "US", `fort lauderdale|boca raton|west palm beach|jacksonville|sarasota|gainesville|tallahassee|santa cruz|santa rosa|san luis obispo|carlsbad|la jolla|encinitas|costa mesa|newport beach|anaheim|burbank|torrance|manhattan beach|west hollywood|hollywood|malibu|thousand oaks|orange county|sausalito|hayward|livermore|san ramon|newark|morristown|white plains|long island|ithaca|syracuse|hartford|nashua|worcester|watertown|framingham|needham|king of prussia|conshohocken|wilmington|bethesda|rockville|annapolis|germantown|tysons|herndon|chantilly|fairfax|blacksburg|charlottesville|greensboro|winston-salem|asheville|chapel hill|greenville|alpharetta|knoxville|chattanooga|huntsville|new orleans|baton rouge|little rock|bentonville|wichita|overland park|fargo|duluth|st. paul|saint paul|grand rapids|lansing|toledo|fort wayne|champaign|urbana|naperville|schaumburg|round rock|the woodlands|frisco, tx|el paso|albuquerque|santa fe|los alamos|tempe|flagstaff|park city|ogden|spokane|tacoma|bellingham|bothell|corvallis|hillsboro|beaverton|anchorage|venice, ca|davis, ca|columbia, md|alexandria, va|newton, ma|burlington, ma|bay area, ca|research triangle|socal|norcal|=SoCal|=PDX|=ATX|=Philly|united states|united states of america|=USA|=US|=U.S|=U.S.A|us based|us-based|us only|usa only|san francisco|=SF|bay area|sf bay area|silicon valley|new york|new york city|=NYC|=NY|brooklyn|manhattan|los angeles|=LA|san diego|san jose|palo alto|mountain view|menlo park|sunnyvale|santa clara|cupertino|redwood city|san mateo|oakland|berkeley|emeryville|fremont|pleasanton|santa monica|santa barbara|culver city|venice beach|irvine|pasadena|sacramento|seattle|bellevue|redmond|kirkland|portland|boston|somerville|cambridge, ma|waltham|austin|dallas|houston|plano|denver|boulder|chicago|atlanta|miami|orlando|tampa|washington dc|washington, dc|washington d.c|arlington|reston|mclean|baltimore|philadelphia|pittsburgh|detroit|ann arbor|minneapolis|salt lake city|provo|lehi|phoenix|scottsdale|las vegas|nashville|raleigh|durham|charlotte|columbus|cincinnati|cleveland|indianapolis|kansas city|st. louis|st louis|milwaukee|madison|new jersey|jersey city|hoboken|california|texas|massachusetts|colorado|virginia|oregon|utah|honolulu|foster city|south san francisco|burlingame|san carlos|campbell, ca|los gatos|milpitas|san bruno|미국|=DC|=CA|pennsylvania|illinois|connecticut|florida|michigan|ohio|minnesota|wisconsin|missouri|maryland|north carolina|south carolina|tennessee|arizona|nevada|new mexico|oklahoma|iowa|kansas|nebraska|idaho|montana|wyoming|alabama|louisiana|arkansas|kentucky|indiana|vermont|new hampshire|rhode island|delaware|hawaii|alaska|cupertino|el segundo|marina del rey|long beach|playa vista|san rafael|walnut creek|stamford|new haven|princeton|buffalo|rochester, ny|omaha|des moines|boise|tucson|tulsa|louisville|memphis|richmond, va|norfolk|savannah|charleston|fort worth|san antonio|colorado springs|fort collins|bozeman|bloomington|evanston|cambridge massachusetts`},
	{factCountry, "CA", `mississauga|winnipeg|saskatoon|markham|burnaby|fredericton|guelph|kelowna|gatineau|alberta|nova scotia|manitoba|saskatchewan|new brunswick|canada|toronto|vancouver|montreal|montréal|ottawa|waterloo|calgary|edmonton|quebec|kitchener|victoria, bc|halifax|ontario|british columbia|캐나다`},
	{factCountry, "GB", `nottingham|sheffield|newcastle|southampton|exeter|norwich|aberdeen|dundee|milton keynes|coventry|leicester|shoreditch|swansea|wales|northern ireland|reading, uk|york, uk|런던|united kingdom|=UK|=U.K|=GB|england|scotland|london|manchester|edinburgh|glasgow|cambridge|oxford|bristol|brighton|leeds|belfast|cardiff|birmingham|영국|liverpool|guildford|bath, uk`},
	{factCountry, "DE", `mannheim|münster|bremen|hannover|darmstadt|dortmund|erlangen|jena|wiesbaden|mainz|bochum|augsburg|regensburg|베를린|germany|deutschland|berlin|munich|münchen|hamburg|frankfurt|cologne|köln|stuttgart|düsseldorf|leipzig|karlsruhe|dresden|heidelberg|독일|potsdam|nuremberg|bonn|aachen|freiburg`},
	{factCountry, "FR", `montpellier|rennes|strasbourg|sophia-antipolis|aix-en-provence|nice, france|파리|france|paris|lyon|toulouse|nantes|grenoble|bordeaux|lille|marseille|sophia antipolis|프랑스`},
	{factCountry, "NL", `leiden|haarlem|groningen|nijmegen|arnhem|breda|den haag|hilversum|암스테르담|netherlands|the netherlands|holland|amsterdam|rotterdam|utrecht|the hague|eindhoven|delft|네덜란드`},
	{factCountry, "ES", `bilbao|zaragoza|granada|alicante|palma de mallorca|바르셀로나|spain|madrid|barcelona|valencia|málaga|malaga|seville|스페인`},
	{factCountry, "PT", `braga|coimbra|포르투갈|리스본|portugal|lisbon|lisboa|porto`},
	{factCountry, "IE", `limerick|cork, ireland|ireland|dublin|galway|아일랜드`},
	{factCountry, "CH", `lugano|st. gallen|취리히|switzerland|zurich|zürich|geneva|lausanne|basel|bern|zug|스위스`},
	{factCountry, "AT", `innsbruck|salzburg|오스트리아|austria|vienna|wien|graz|linz`},
	{factCountry, "SE", `uppsala|lund, sweden|linköping|sweden|stockholm|gothenburg|göteborg|malmö|malmo|스웨덴`},
	{factCountry, "NO", `stavanger|노르웨이|norway|oslo|bergen|trondheim`},
	{factCountry, "DK", `odense|aalborg|덴마크|denmark|copenhagen|aarhus|københavn`},
	{factCountry, "FI", `oulu|turku|finland|helsinki|tampere|espoo|핀란드`},
	{factCountry, "IS", `iceland|reykjavik`},
	{factCountry, "BE", `belgium|brussels|ghent|antwerp|leuven`},
	{factCountry, "LU", `luxembourg`},
	{factCountry, "IT", `torino|padova|trento|florence, italy|naples, italy|이탈리아|italy|milan|milano|rome|turin|bologna`},
	{factCountry, "PL", `poznan|poznań|łódź|katowice|poland|warsaw|krakow|kraków|wroclaw|gdansk|wrocław|폴란드`},
	{factCountry, "CZ", `czech republic|czechia|prague|brno`},
	{factCountry, "HU", `hungary|budapest`},
	{factCountry, "RO", `cluj-napoca|iasi|timisoara|romania|bucharest|cluj`},
	{factCountry, "BG", `bulgaria|sofia`},
	{factCountry, "GR", `greece|athens|thessaloniki`},
	{factCountry, "EE", `estonia|tallinn`},
	{factCountry, "LV", `latvia|riga`},
	{factCountry, "LT", `lithuania|vilnius`},
	{factCountry, "UA", `kharkiv|odessa|dnipro|ukraine|kyiv|kiev|lviv|우크라이나`},
	{factCountry, "RU", `novosibirsk|kazan|russia|moscow|st. petersburg|saint petersburg|러시아`},
	{factCountry, "RS", `serbia|belgrade`},
	{factCountry, "HR", `croatia|zagreb`},
	{factCountry, "SI", `slovenia|ljubljana`},
	{factCountry, "SK", `slovakia|bratislava`},
	{factCountry, "TR", `turkey|istanbul|튀르키예`},
	{factCountry, "IL", `ramat gan|petah tikva|beer sheva|ra'anana|텔아비브|israel|tel aviv|tel-aviv|haifa|jerusalem|herzliya|이스라엘`},
	{factCountry, "AE", `united arab emirates|dubai|abu dhabi|=UAE|두바이`},
	{factCountry, "SA", `saudi arabia|riyadh`},
	{factCountry, "EG", `egypt|cairo`},
	{factCountry, "ZA", `south africa|cape town|johannesburg`},
	{factCountry, "NG", `nigeria|lagos`},
	{factCountry, "KE", `kenya|nairobi`},
	{factCountry, "IN", `ahmedabad|jaipur|kochi|trivandrum|coimbatore|chandigarh|벵갈루루|방갈로르|india|bangalore|bengaluru|mumbai|delhi|new delhi|hyderabad|pune|chennai|gurgaon|gurugram|noida|kolkata|인도`},
	{factCountry, "PK", `pakistan|lahore|karachi`},
	{factCountry, "CN", `suzhou|nanjing|wuhan|xiamen|선전|china|beijing|shanghai|shenzhen|hangzhou|guangzhou|중국|상하이|베이징|chengdu`},
	{factCountry, "HK", `hong kong|홍콩`},
	{factCountry, "TW", `타이베이|타이페이|taiwan|taipei|대만`},
	{factCountry, "JP", `nagoya|sapporo|kobe|오사카|후쿠오카|japan|tokyo|osaka|kyoto|fukuoka|일본|도쿄|shibuya|yokohama`},
	{factCountry, "SG", `singapore|싱가포르`},
	{factCountry, "MY", `말레이시아|쿠알라룸푸르|malaysia|kuala lumpur`},
	{factCountry, "TH", `방콕|thailand|bangkok|태국`},
	{factCountry, "VN", `호치민|하노이|다낭|vietnam|ho chi minh city|ho chi minh|hanoi|saigon|베트남|da nang`},
	{factCountry, "ID", `자카르타|indonesia|jakarta|인도네시아`},
	{factCountry, "PH", `philippines|manila|필리핀|cebu`},
	{factCountry, "AU", `gold coast|hobart|시드니|멜버른|australia|sydney|melbourne|brisbane|perth|canberra|adelaide|호주`},
	{factCountry, "NZ", `new zealand|auckland|wellington|christchurch`},
	{factCountry, "BR", `belo horizonte|porto alegre|curitiba|recife|상파울루|brazil|são paulo|sao paulo|rio de janeiro|florianopolis|브라질`},
	{factCountry, "AR", `argentina|buenos aires`},
	{factCountry, "CL", `chile|santiago`},
	{factCountry, "CO", `colombia|bogota|bogotá|medellin|medellín`},
	{factCountry, "MX", `mexico|mexico city|guadalajara|멕시코`},
	{factCountry, "UY", `uruguay|montevideo`},
	{factCountry, "CR", `costa rica|san josé, costa rica`},
	{factCountry, "CY", `cyprus|limassol|nicosia`},
	{factCountry, "MT", `malta`},
	{factCountry, "BD", `bangladesh|dhaka`},
	{factCountry, "LK", `sri lanka|colombo`},
	{factCountry, "NP", `nepal|kathmandu`},
	{factCountry, "PE", `peru`},
	{factCountry, "EC", `ecuador|quito`},
	{factCountry, "GE", `tbilisi`},
	{factCountry, "AM", `armenia|yerevan`},
	{factCountry, "BY", `belarus|minsk`},
	{factCountry, "KZ", `kazakhstan|almaty|카자흐스탄`},
	{factCountry, "MA", `morocco|casablanca`},
	{factCountry, "TN", `tunisia`},
	{factCountry, "GH", `ghana|accra`},
	{factCountry, "RW", `rwanda|kigali`},
	{factCountry, "UG", `uganda|kampala`},
	{factCountry, "LB", `lebanon|beirut`},
	{factCountry, "QA", `qatar|doha`},
	{factCountry, "KH", `cambodia|phnom penh|캄보디아`},
	{factCountry, "MM", `myanmar|yangon`},
	{factCountry, "MN", `mongolia|ulaanbaatar|몽골`},
	{factCountry, "MK", `macedonia|skopje`},
	{factCountry, "BA", `bosnia|sarajevo`},
	{factCountry, "AL", `albania|tirana`},
	{factCountry, "MD", `moldova|chisinau`},
	{factCountry, "PR", `puerto rico`},
	{factCountry, "GT", `guatemala`},
	{factCountry, "DO", `dominican republic`},
	{factCountry, "VE", `venezuela|caracas`},
	{factCountry, "GI", `gibraltar`},
}

// finishCountry decides where the work is: in the places of the board's own fields and of
// the posting's head, else where the text says that it is. A posting with a place in Korea
// can be taken up there; of several other countries none is the posting's.
func (r *factReader) finishCountry() {
	f := &r.f
	for _, line := range r.laterPlaces {
		before, known := f.Region, len(r.countries)
		r.place(line)
		if f.LocationRaw == "" && (f.Region != before || known == 0 && len(r.countries) > 0) {
			f.LocationRaw = strings.TrimSpace(line)
		}
	}
	if len(r.countries) == 0 {
		r.countryOfText()
	}
	korea := slices.IndexFunc(r.countries, func(c namedCountry) bool { return c.code == "KR" })
	switch {
	case korea >= 0:
		f.Country, f.CountryReason = "KR", "place "+r.countries[korea].words
	case len(r.countries) == 1:
		f.Country, f.CountryReason = r.countries[0].code, "place "+r.countries[0].words
	case len(r.countries) > 1:
		f.CountryReason = "places in several countries: " + r.countries[0].words + ", " + r.countries[1].words
	case f.Language == "ko":
		f.Country, f.CountryReason = "KR", "the text is Korean"
	case r.h.CountryHint != "" && len(r.h.Locations) == 0:
		f.Country, f.CountryReason = r.h.CountryHint, "the board is of this country"
	default:
		f.CountryReason = "no place is named"
	}
	if f.Country != "KR" {
		f.Region, f.District = "", ""
	}
}

// countryOfText takes the first of the text's statements of where the work is that names
// one country, else the one country that the text names at all.
func (r *factReader) countryOfText() {
	for _, words := range r.statedPlaces {
		r.place(words)
		if len(r.countries) == 1 {
			return
		}
		r.countries = nil
	}
	// The countries that a posting for remote work mentions are its customers'.
	if len(r.textCountries) == 1 && (r.f.Remote != "remote" || r.saysOnsite) {
		r.countries = r.textCountries
	}
}
