package extract

import (
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

// place reads one place as a board or a headline writes it.
func (r *factReader) place(text string) {
	if text == "" {
		return
	}
	for _, m := range r.x.match(r.s, text) {
		p := &r.x.patterns[m.pattern]
		switch p.kind {
		case factPlace:
			if !r.korea {
				r.korea = true
				r.countryPlace = text[m.start:m.end]
			}
			region, name, _ := strings.Cut(p.value, "/")
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
		case factCountry:
			if p.value == "KR" {
				if !r.korea {
					r.korea = true
					r.countryPlace = text[m.start:m.end]
				}
			} else if r.country == "" {
				r.country = p.value
				if !r.korea {
					r.countryPlace = text[m.start:m.end]
				}
			}
		}
	}
	if r.country == "" && !r.korea {
		if state := stateOf(text); state != "" {
			r.country, r.countryPlace = "US", state
		}
	}
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

// states are the postal codes of the United States.
const states = " AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC "

// plainStates are the codes that are no English word, title or other country.
const plainStates = " CT TX NY NJ FL WA CA IL MN AZ GA NC VA MD MI OH TN UT WI NV MA CO PA "

// stateOf finds ", TX" in a place.
func stateOf(text string) string {
	for i := 1; i+2 < len(text); i++ {
		// "Greenwich CT |": without the comma only where a word stands before it and
		// the place ends after it, and never for codes that are words.
		if text[i] == ' ' && isLower(text[i-1]) && isUpper(text[i+1]) && isUpper(text[i+2]) && strings.Contains(plainStates, " "+text[i+1:i+3]+" ") {
			if rest := strings.TrimLeft(text[i+3:], " "); rest == "" || rest[0] == '|' || rest[0] == ')' || rest[0] == ',' || rest[0] == '/' {
				return text[i+1 : i+3]
			}
		}
	}
	for i := 0; i+3 < len(text); i++ {
		if text[i] == ',' && text[i+1] == ' ' && isUpper(text[i+2]) && isUpper(text[i+3]) && (i+4 == len(text) || !isAlnum(text[i+4])) {
			if strings.Contains(states, " "+text[i+2:i+4]+" ") {
				return text[i+2 : i+4]
			}
		}
	}
	return ""
}

// countryLexicon names countries by themselves and by the cities where
// technology companies hire.
var countryLexicon = []lexeme{
	{factCountry, "KR", `korea|south korea|republic of korea|대한민국|한국|=KR|=KOR|국내`},
	{factCountry, "US", `united states|united states of america|=USA|=US|=U.S|=U.S.A|us based|us-based|us only|usa only|america|north america|san francisco|=SF|bay area|sf bay area|silicon valley|new york|new york city|=NYC|=NY|brooklyn|manhattan|los angeles|=LA|san diego|san jose|palo alto|mountain view|menlo park|sunnyvale|santa clara|cupertino|redwood city|san mateo|oakland|berkeley|emeryville|fremont|pleasanton|santa monica|santa barbara|culver city|venice beach|irvine|pasadena|sacramento|seattle|bellevue|redmond|kirkland|portland|boston|somerville|cambridge, ma|waltham|austin|dallas|houston|plano|denver|boulder|chicago|atlanta|miami|orlando|tampa|washington dc|washington, dc|washington d.c|arlington|reston|mclean|baltimore|philadelphia|pittsburgh|detroit|ann arbor|minneapolis|salt lake city|provo|lehi|phoenix|scottsdale|las vegas|nashville|raleigh|durham|charlotte|columbus|cincinnati|cleveland|indianapolis|kansas city|st. louis|st louis|milwaukee|madison|new jersey|jersey city|hoboken|california|texas|massachusetts|colorado|virginia|oregon|utah|honolulu|foster city|south san francisco|burlingame|san carlos|campbell, ca|los gatos|milpitas|san bruno|미국|=DC|=CA|pennsylvania|illinois|connecticut|florida|michigan|ohio|minnesota|wisconsin|missouri|maryland|north carolina|south carolina|tennessee|arizona|nevada|new mexico|oklahoma|iowa|kansas|nebraska|idaho|montana|wyoming|alabama|louisiana|arkansas|kentucky|indiana|vermont|new hampshire|rhode island|delaware|hawaii|alaska|cupertino|el segundo|marina del rey|long beach|playa vista|san rafael|walnut creek|stamford|new haven|princeton|buffalo|rochester, ny|omaha|des moines|boise|tucson|tulsa|louisville|memphis|richmond, va|norfolk|savannah|charleston|fort worth|san antonio|colorado springs|fort collins|bozeman|bloomington|evanston|cambridge massachusetts`},
	{factCountry, "CA", `canada|toronto|vancouver|montreal|montréal|ottawa|waterloo|calgary|edmonton|quebec|kitchener|victoria, bc|halifax|ontario|british columbia|캐나다`},
	{factCountry, "GB", `united kingdom|=UK|=U.K|=GB|england|scotland|london|manchester|edinburgh|glasgow|cambridge|oxford|bristol|brighton|leeds|belfast|cardiff|birmingham|영국|liverpool|guildford|bath, uk`},
	{factCountry, "DE", `germany|deutschland|berlin|munich|münchen|hamburg|frankfurt|cologne|köln|stuttgart|düsseldorf|leipzig|karlsruhe|dresden|heidelberg|독일|potsdam|nuremberg|bonn|aachen|freiburg`},
	{factCountry, "FR", `france|paris|lyon|toulouse|nantes|grenoble|bordeaux|lille|marseille|sophia antipolis|프랑스`},
	{factCountry, "NL", `netherlands|the netherlands|holland|amsterdam|rotterdam|utrecht|the hague|eindhoven|delft|네덜란드`},
	{factCountry, "ES", `spain|madrid|barcelona|valencia|málaga|malaga|seville|스페인`},
	{factCountry, "PT", `portugal|lisbon|lisboa|porto`},
	{factCountry, "IE", `ireland|dublin|galway|아일랜드`},
	{factCountry, "CH", `switzerland|zurich|zürich|geneva|lausanne|basel|bern|zug|스위스`},
	{factCountry, "AT", `austria|vienna|wien|graz|linz`},
	{factCountry, "SE", `sweden|stockholm|gothenburg|göteborg|malmö|malmo|스웨덴`},
	{factCountry, "NO", `norway|oslo|bergen|trondheim`},
	{factCountry, "DK", `denmark|copenhagen|aarhus|københavn`},
	{factCountry, "FI", `finland|helsinki|tampere|espoo|핀란드`},
	{factCountry, "IS", `iceland|reykjavik`},
	{factCountry, "BE", `belgium|brussels|ghent|antwerp|leuven`},
	{factCountry, "LU", `luxembourg`},
	{factCountry, "IT", `italy|milan|milano|rome|turin|bologna`},
	{factCountry, "PL", `poland|warsaw|krakow|kraków|wroclaw|gdansk|wrocław|폴란드`},
	{factCountry, "CZ", `czech republic|czechia|prague|brno`},
	{factCountry, "HU", `hungary|budapest`},
	{factCountry, "RO", `romania|bucharest|cluj`},
	{factCountry, "BG", `bulgaria|sofia`},
	{factCountry, "GR", `greece|athens|thessaloniki`},
	{factCountry, "EE", `estonia|tallinn`},
	{factCountry, "LV", `latvia|riga`},
	{factCountry, "LT", `lithuania|vilnius`},
	{factCountry, "UA", `ukraine|kyiv|kiev|lviv|우크라이나`},
	{factCountry, "RU", `russia|moscow|st. petersburg|saint petersburg|러시아`},
	{factCountry, "RS", `serbia|belgrade`},
	{factCountry, "HR", `croatia|zagreb`},
	{factCountry, "SI", `slovenia|ljubljana`},
	{factCountry, "SK", `slovakia|bratislava`},
	{factCountry, "TR", `turkey|istanbul|튀르키예`},
	{factCountry, "IL", `israel|tel aviv|tel-aviv|haifa|jerusalem|herzliya|이스라엘`},
	{factCountry, "AE", `united arab emirates|dubai|abu dhabi|=UAE|두바이`},
	{factCountry, "SA", `saudi arabia|riyadh`},
	{factCountry, "EG", `egypt|cairo`},
	{factCountry, "ZA", `south africa|cape town|johannesburg`},
	{factCountry, "NG", `nigeria|lagos`},
	{factCountry, "KE", `kenya|nairobi`},
	{factCountry, "IN", `india|bangalore|bengaluru|mumbai|delhi|new delhi|hyderabad|pune|chennai|gurgaon|gurugram|noida|kolkata|인도`},
	{factCountry, "PK", `pakistan|lahore|karachi`},
	{factCountry, "CN", `china|beijing|shanghai|shenzhen|hangzhou|guangzhou|중국|상하이|베이징|chengdu`},
	{factCountry, "HK", `hong kong|홍콩`},
	{factCountry, "TW", `taiwan|taipei|대만`},
	{factCountry, "JP", `japan|tokyo|osaka|kyoto|fukuoka|일본|도쿄|shibuya|yokohama`},
	{factCountry, "SG", `singapore|싱가포르`},
	{factCountry, "MY", `malaysia|kuala lumpur`},
	{factCountry, "TH", `thailand|bangkok|태국`},
	{factCountry, "VN", `vietnam|ho chi minh city|ho chi minh|hanoi|saigon|베트남|da nang`},
	{factCountry, "ID", `indonesia|jakarta|인도네시아`},
	{factCountry, "PH", `philippines|manila|필리핀|cebu`},
	{factCountry, "AU", `australia|sydney|melbourne|brisbane|perth|canberra|adelaide|호주`},
	{factCountry, "NZ", `new zealand|auckland|wellington|christchurch`},
	{factCountry, "BR", `brazil|são paulo|sao paulo|rio de janeiro|florianopolis|브라질`},
	{factCountry, "AR", `argentina|buenos aires`},
	{factCountry, "CL", `chile|santiago`},
	{factCountry, "CO", `colombia|bogota|bogotá|medellin|medellín`},
	{factCountry, "MX", `mexico|mexico city|guadalajara|멕시코`},
	{factCountry, "UY", `uruguay|montevideo`},
	{factCountry, "CR", `costa rica|san josé, costa rica`},
	{factCountry, "CY", `cyprus|limassol|nicosia`},
	{factCountry, "MT", `malta`},
}

// finishCountry decides where the work is.
func (r *factReader) finishCountry() {
	for _, line := range r.laterPlaces {
		before := r.f.Region
		known := r.korea || r.country != ""
		r.place(line)
		if r.f.LocationRaw == "" && (r.f.Region != before || !known && (r.korea || r.country != "")) {
			r.f.LocationRaw = strings.TrimSpace(line)
		}
	}
	f := &r.f
	switch {
	case r.korea:
		f.Country, f.CountryReason = "KR", "place "+r.countryPlace
	case r.country != "":
		f.Country, f.CountryReason = r.country, "place "+r.countryPlace
	case r.h.CountryHint != "":
		f.Country, f.CountryReason = r.h.CountryHint, "the board is of this country"
	case f.Language == "ko":
		f.Country, f.CountryReason = "KR", "the text is Korean"
	default:
		f.CountryReason = "no place is named"
	}
	if f.Country != "KR" {
		f.Region, f.District = "", ""
	}
}
