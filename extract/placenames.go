package extract

import "strings"

// englishNames are the English names of the regions and districts of Korea, by the rules of
// romanisation of 2000; a name that several regions have is romanised alike. Behind them
// stand quarters that people search for, which are districts' spellings in regions.
const englishNames = `서울 Seoul|경기 Gyeonggi|인천 Incheon|부산 Busan|대구 Daegu|대전 Daejeon|광주 Gwangju|울산 Ulsan|세종 Sejong|강원 Gangwon|충북 Chungbuk|충남 Chungnam|전북 Jeonbuk|전남 Jeonnam|경북 Gyeongbuk|경남 Gyeongnam|제주 Jeju
강남구 Gangnam-gu|강동구 Gangdong-gu|강북구 Gangbuk-gu|강서구 Gangseo-gu|관악구 Gwanak-gu|광진구 Gwangjin-gu|구로구 Guro-gu|금천구 Geumcheon-gu|노원구 Nowon-gu|도봉구 Dobong-gu|동대문구 Dongdaemun-gu|동작구 Dongjak-gu|마포구 Mapo-gu|서대문구 Seodaemun-gu|서초구 Seocho-gu|성동구 Seongdong-gu|성북구 Seongbuk-gu|송파구 Songpa-gu|양천구 Yangcheon-gu|영등포구 Yeongdeungpo-gu|용산구 Yongsan-gu|은평구 Eunpyeong-gu|종로구 Jongno-gu|중구 Jung-gu|중랑구 Jungnang-gu
가평군 Gapyeong-gun|고양시 Goyang-si|과천시 Gwacheon-si|광명시 Gwangmyeong-si|광주시 Gwangju-si|구리시 Guri-si|군포시 Gunpo-si|김포시 Gimpo-si|남양주시 Namyangju-si|동두천시 Dongducheon-si|부천시 Bucheon-si|성남시 Seongnam-si|분당구 Bundang-gu|수정구 Sujeong-gu|중원구 Jungwon-gu|수원시 Suwon-si|시흥시 Siheung-si|안산시 Ansan-si|안성시 Anseong-si|안양시 Anyang-si|양주시 Yangju-si|양평군 Yangpyeong-gun|여주시 Yeoju-si|연천군 Yeoncheon-gun|오산시 Osan-si|용인시 Yongin-si|의왕시 Uiwang-si|의정부시 Uijeongbu-si|이천시 Icheon-si|파주시 Paju-si|평택시 Pyeongtaek-si|포천시 Pocheon-si|하남시 Hanam-si|화성시 Hwaseong-si
계양구 Gyeyang-gu|남동구 Namdong-gu|동구 Dong-gu|미추홀구 Michuhol-gu|부평구 Bupyeong-gu|서구 Seo-gu|연수구 Yeonsu-gu|강화군 Ganghwa-gun|옹진군 Ongjin-gun
금정구 Geumjeong-gu|남구 Nam-gu|동래구 Dongnae-gu|부산진구 Busanjin-gu|북구 Buk-gu|사상구 Sasang-gu|사하구 Saha-gu|수영구 Suyeong-gu|연제구 Yeonje-gu|영도구 Yeongdo-gu|해운대구 Haeundae-gu|기장군 Gijang-gun
달서구 Dalseo-gu|수성구 Suseong-gu|달성군 Dalseong-gun|군위군 Gunwi-gun|대덕구 Daedeok-gu|유성구 Yuseong-gu|광산구 Gwangsan-gu|울주군 Ulju-gun
강릉시 Gangneung-si|동해시 Donghae-si|삼척시 Samcheok-si|속초시 Sokcho-si|원주시 Wonju-si|춘천시 Chuncheon-si|태백시 Taebaek-si|고성군 Goseong-gun|양구군 Yanggu-gun|영월군 Yeongwol-gun|인제군 Inje-gun|정선군 Jeongseon-gun|철원군 Cheorwon-gun|평창군 Pyeongchang-gun|홍천군 Hongcheon-gun|화천군 Hwacheon-gun|횡성군 Hoengseong-gun|양양군 Yangyang-gun
제천시 Jecheon-si|청주시 Cheongju-si|충주시 Chungju-si|괴산군 Goesan-gun|단양군 Danyang-gun|보은군 Boeun-gun|영동군 Yeongdong-gun|옥천군 Okcheon-gun|음성군 Eumseong-gun|증평군 Jeungpyeong-gun|진천군 Jincheon-gun
계룡시 Gyeryong-si|공주시 Gongju-si|논산시 Nonsan-si|당진시 Dangjin-si|보령시 Boryeong-si|서산시 Seosan-si|아산시 Asan-si|천안시 Cheonan-si|금산군 Geumsan-gun|부여군 Buyeo-gun|서천군 Seocheon-gun|예산군 Yesan-gun|청양군 Cheongyang-gun|태안군 Taean-gun|홍성군 Hongseong-gun
군산시 Gunsan-si|김제시 Gimje-si|남원시 Namwon-si|익산시 Iksan-si|전주시 Jeonju-si|정읍시 Jeongeup-si|고창군 Gochang-gun|무주군 Muju-gun|부안군 Buan-gun|순창군 Sunchang-gun|완주군 Wanju-gun|임실군 Imsil-gun|장수군 Jangsu-gun|진안군 Jinan-gun
광양시 Gwangyang-si|나주시 Naju-si|목포시 Mokpo-si|순천시 Suncheon-si|여수시 Yeosu-si|강진군 Gangjin-gun|고흥군 Goheung-gun|곡성군 Gokseong-gun|구례군 Gurye-gun|담양군 Damyang-gun|무안군 Muan-gun|보성군 Boseong-gun|신안군 Sinan-gun|영광군 Yeonggwang-gun|영암군 Yeongam-gun|완도군 Wando-gun|장성군 Jangseong-gun|장흥군 Jangheung-gun|진도군 Jindo-gun|함평군 Hampyeong-gun|해남군 Haenam-gun|화순군 Hwasun-gun
경산시 Gyeongsan-si|경주시 Gyeongju-si|구미시 Gumi-si|김천시 Gimcheon-si|문경시 Mungyeong-si|상주시 Sangju-si|안동시 Andong-si|영주시 Yeongju-si|영천시 Yeongcheon-si|포항시 Pohang-si|고령군 Goryeong-gun|봉화군 Bonghwa-gun|성주군 Seongju-gun|영덕군 Yeongdeok-gun|영양군 Yeongyang-gun|예천군 Yecheon-gun|울릉군 Ulleung-gun|울진군 Uljin-gun|의성군 Uiseong-gun|청도군 Cheongdo-gun|청송군 Cheongsong-gun|칠곡군 Chilgok-gun
거제시 Geoje-si|김해시 Gimhae-si|밀양시 Miryang-si|사천시 Sacheon-si|양산시 Yangsan-si|진주시 Jinju-si|창원시 Changwon-si|통영시 Tongyeong-si|거창군 Geochang-gun|남해군 Namhae-gun|산청군 Sancheong-gun|의령군 Uiryeong-gun|창녕군 Changnyeong-gun|하동군 Hadong-gun|함안군 Haman-gun|함양군 Hamyang-gun|합천군 Hapcheon-gun
서귀포시 Seogwipo-si|제주시 Jeju-si
판교 Pangyo|마곡 Magok|성수 Seongsu|상암 Sangam|여의도 Yeouido|송도 Songdo|광교 Gwanggyo|동탄 Dongtan|센텀 Centum|가산 Gasan|역삼 Yeoksam`

var toEnglish, toKorean = func() (map[string]string, map[string]string) {
	english, korean := map[string]string{}, map[string]string{}
	for _, pair := range strings.FieldsFunc(englishNames, func(r rune) bool { return r == '|' || r == '\n' }) {
		ko, en, _ := strings.Cut(pair, " ")
		english[ko] = en
		lower := strings.ToLower(en)
		korean[lower] = ko
		// People leave the kind of place away, where what is left says enough.
		if stem, _, ok := strings.Cut(lower, "-"); ok && len([]rune(ko)) > 2 && korean[stem] == "" {
			korean[stem] = string([]rune(ko)[:len([]rune(ko))-1])
		}
	}
	return english, korean
}()

// EnglishPlace is the English name of a region or a district as facts have it: "서울",
// "강남구"; of one within another the smaller comes first: "성남시 분당구" is "Bundang-gu,
// Seongnam-si". A place without a name here stays as it is.
func EnglishPlace(korean string) string {
	if name, ok := toEnglish[korean]; ok {
		return name
	}
	if within, name, ok := strings.Cut(korean, " "); ok && toEnglish[within] != "" && toEnglish[name] != "" {
		return toEnglish[name] + ", " + toEnglish[within]
	}
	return korean
}

// KoreanPlace is the Korean name of a place named in English, in any case and with or
// without its kind ("Gangnam-gu", "gangnam"); other texts stay as they are.
func KoreanPlace(text string) string {
	if name, ok := toKorean[strings.ToLower(strings.TrimSpace(text))]; ok {
		return name
	}
	return text
}
