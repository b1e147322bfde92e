package duplicates

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTitleKey(t *testing.T) {
	const company = "(주)가나다소프트"
	for _, c := range []struct {
		name, a, b, location string
		isSame               bool
	}{
		{"decoration", "백엔드 개발자 채용", "[가나다소프트] 백엔드 개발자", "", true},
		{"legal form", "[주식회사 가나다소프트] 백엔드 개발자", "백엔드 개발자", "", true},
		{"place of its own", "[판교] 백엔드 개발자", "백엔드 개발자", "경기 성남시 분당구 판교역로 12", true},
		{"English place", "Backend Developer - London", "Backend Developer", "London, UK", true},
		{"years", "백엔드 개발자 (3~7년 / 정규직)", "백엔드 개발자 (5년 이상)", "", true},
		{"team before or after", "[결제] 백엔드 개발자", "결제팀 백엔드 개발자", "", true},
		{"signs", "C++ 개발자", "c++ 개발자", "", true},
		{"the employer's name at the end", "QA Engineer - 가나다소프트", "QA Engineer", "", true},
		{"the second opening of that name", "백엔드 개발자 2", "백엔드 개발자", "서울 마포구 월드컵로 2", false},
		{"another team", "[결제] 백엔드 개발자", "[검색] 백엔드 개발자", "", false},
		{"another level", "시니어 백엔드 개발자", "백엔드 개발자", "", false},
		{"another role", "백엔드 개발자", "프론트엔드 개발자", "", false},
		{"another language", "C 개발자", "C++ 개발자", "", false},
		{"a quarter", "[판교] 개발자", "개발자", "경기 성남시 분당구 삼평로 1", true},
		{"a word that is no place of its own", "광안리 개발자", "개발자", "서울 서초구", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, b := TitleKey(c.a, company, c.location), TitleKey(c.b, company, c.location)
			if (a == b) != c.isSame {
				t.Errorf("keys %q of %q and %q of %q, want the same: %v", a, c.a, b, c.b, c.isSame)
			}
		})
	}
}

func TestDistricts(t *testing.T) {
	for _, c := range []struct {
		name, location, text string
		want                 Districts
	}{
		{"location", "경기 성남시 분당구 판교로 1", "", Districts{Cities: []string{"성남시"}, Wards: []string{"분당구"}}},
		{"line of the text", "Seoul", "• 급여 : 협의\n• 근무지 : 서울 구로구 디지털로 3\n서초구에서 일한 분", Districts{Wards: []string{"구로구"}}},
		{"a province and an exit are no districts", "서울시 강남구 역삼역 3번 출구", "", Districts{Wards: []string{"강남구"}}},
		{"nothing said", "Remote", "연구 경험", Districts{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, NewDistricts(c.location, c.text)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

const duties = `• 주문 서비스의 서버를 설계하고 개발합니다.
• Java와 Spring Boot로 대용량 트래픽을 처리합니다.
• 동료의 코드를 함께 검토하고 개선합니다.
• 관련 경력 3년 이상인 분
• MySQL, Redis를 활용한 실무 경험이 있는 분
• 장애의 원인을 찾아 해결한 경험이 있는 분
• Kafka 기반 데이터 처리 경험이 있는 분`

// reworded is the text as another board shows it: other bullets, endings and line ends.
var reworded = strings.NewReplacer("•", "-", "합니다.", "해요", "있는 분", "있으신 분을 찾아요", "\n", "\r\n\n").Replace(duties)

const other = `• 사내 도구를 기획부터 배포까지 맡습니다.
• Python과 Django로 관리 화면을 만듭니다.
• 데이터 분석가를 돕는 배치를 운영합니다.
• PostgreSQL 사용 경험이 있는 분
• 문서를 꼼꼼히 쓰는 분`

func TestFingerprint(t *testing.T) {
	same, reworded, different := NewFingerprint(duties), NewFingerprint(reworded), NewFingerprint(other)
	if s := same.Similarity(NewFingerprint(strings.ToUpper(duties))); s != 1 {
		t.Errorf("case changed the text: %v", s)
	}
	if s := same.Similarity(reworded); s < 0.6 {
		t.Errorf("another manner is %.2f alike, want at least 0.6", s)
	}
	if s := same.Similarity(different); s > 0.1 {
		t.Errorf("another job is %.2f alike, want at most 0.1", s)
	}
	if s := NewFingerprint("").Similarity(same); s != 0 {
		t.Errorf("no text is %.2f alike", s)
	}
	if diff := cmp.Diff(NewFingerprint("Java 개발 경험을"), NewFingerprint("ＪＡＶＡ 개발을, 경험")); diff != "" {
		t.Error(diff)
	}
}

func of(n int32) *int32 { return &n }

func base() Facts {
	return Facts{Source: "jumpit", Company: "가나다", Title: "백엔드 개발자", LocationRaw: "서울 강남구 논현로 1", Region: "서울", District: "강남구", Employment: "full_time", MinYears: of(3)}
}

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Facts)
		text   string
		want   string // conflict, "same" or "unlike"
	}{
		{"the same on another board", func(f *Facts) { f.Source, f.LocationRaw = "rallit", "서울 강남구 논현로 1 5층" }, reworded, "same"},
		{"less is said there", func(f *Facts) {
			f.Source, f.LocationRaw, f.District, f.MinYears = "greenhouse", "Seoul, South Korea", "", nil
		}, reworded, "same"},
		{"pasted again", func(*Facts) {}, duties, "same"},
		{"half rewritten on the same board", func(*Facts) {}, duties + "\n" + other, "unlike"},
		{"another text", func(f *Facts) { f.Source = "rallit" }, other, "unlike"},
		{"no text", func(f *Facts) { f.Source = "rallit" }, "", "unlike"},
		{"more years", func(f *Facts) { f.Source, f.MinYears = "rallit", of(7) }, duties, "experience"},
		{"for beginners", func(f *Facts) { f.Source, f.MinYears, f.Title = "rallit", nil, "백엔드 개발자 (신입)" }, duties, "level"},
		{"interns", func(f *Facts) { f.Source, f.Employment = "rallit", "intern" }, duties, "employment"},
		{"another ward", func(f *Facts) {
			f.Source, f.LocationRaw, f.District = "rallit", "서울 마포구 월드컵로", "마포구"
		}, duties, "place"},
		{"another ward, said in the text alone", func(f *Facts) { f.Source, f.LocationRaw, f.District = "greenhouse", "Seoul", "" },
			duties + "\n근무지 : 서울 마포구 월드컵로 3", "place"},
		{"another country", func(f *Facts) { f.Source, f.LocationRaw, f.Region, f.District = "hn", "Berlin, Germany", "", "" }, duties, "place"},
		{"another title on the same board", func(f *Facts) { f.Title = "백엔드 개발자 - 강남" }, duties, "title"},
	} {
		t.Run(c.name, func(t *testing.T) {
			facts := base()
			c.change(&facts)
			a, b := NewPosting(base(), duties, ""), NewPosting(facts, c.text, "")
			score, isSame, got := Compare(&a, &b)
			switch {
			case isSame:
				got = "same"
			case got == "":
				got = "unlike"
			}
			if got != c.want {
				t.Errorf("got %s (%.2f), want %s", got, score, c.want)
			}
			if back, _, _ := Compare(&b, &a); back != score {
				t.Errorf("the other way round the score is %v, not %v", back, score)
			}
		})
	}
}

func member(id string, hour int, facts Facts, text string) Member {
	return Member{ID: id, ReadableAt: time.Date(2026, 5, 1, hour, 0, 0, 0, time.UTC), Posting: NewPosting(facts, text, "")}
}

func at(source, location, district string) Facts {
	f := base()
	f.Source, f.LocationRaw, f.District = source, location, district
	return f
}

func TestCluster(t *testing.T) {
	gangnam, mapo := at("jumpit", "서울 강남구", "강남구"), at("jumpit", "서울 마포구", "마포구")
	anywhere, elsewhere := at("greenhouse", "Seoul", ""), at("rallit", "서울 마포구", "마포구")
	for _, c := range []struct {
		name    string
		members []Member
		want    map[string]string // of postings in clusters
	}{
		{"alone", []Member{member("a", 1, gangnam, duties)}, nil},
		{"three of one job", []Member{member("a", 1, gangnam, duties), member("b", 2, anywhere, reworded), member("c", 3, gangnam, duties)},
			map[string]string{"a": "a", "b": "a", "c": "a"}},
		{"one that conflicts with any stays outside", []Member{member("a", 1, gangnam, duties), member("b", 2, anywhere, duties), member("c", 3, elsewhere, duties)},
			map[string]string{"a": "a", "b": "a"}},
		{"what two clusters claim alike joins neither", []Member{member("a", 1, gangnam, duties), member("b", 2, mapo, duties), member("c", 3, anywhere, duties)}, nil},
		{"what stands is kept without its text", []Member{
			{ID: "a", KnownCluster: "a", KnownScore: 0.9, KnownFoundAt: time.Unix(5, 0)},
			{ID: "b", KnownCluster: "a", KnownScore: 0.9, KnownFoundAt: time.Unix(5, 0), Posting: NewPosting(anywhere, duties, "")},
			member("c", 3, gangnam, duties)},
			map[string]string{"a": "a", "b": "a", "c": "a"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got map[string]string
			for _, a := range Cluster(c.members) {
				if got == nil {
					got = map[string]string{}
				}
				got[a.ID] = a.Cluster
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestPrefix decides growing prefixes of one bucket: what was decided of the first members
// never changes, but that a face gets its first copy.
func TestPrefix(t *testing.T) {
	d := rand.New(rand.NewPCG(1, 2))
	var members []Member
	lines := strings.Split(duties+"\n"+other, "\n")
	places := []Facts{at("jumpit", "서울 강남구", "강남구"), at("rallit", "서울 마포구", "마포구"), at("greenhouse", "Seoul", ""), at("rallit", "서울 강남구", "강남구")}
	for i := range 40 {
		kept := slices.DeleteFunc(slices.Clone(lines), func(string) bool { return d.IntN(5) == 0 })
		members = append(members, member(fmt.Sprintf("%02d", i), i, places[d.IntN(len(places))], strings.Join(kept, "\n")))
	}
	whole := Cluster(members)
	for n := range members {
		part := Cluster(members[:n])
		var want []Assignment
		for _, a := range whole {
			if !a.FoundAt.After(members[max(n-1, 0)].ReadableAt) && n > 0 {
				want = append(want, a)
			}
		}
		if diff := cmp.Diff(want, part); diff != "" {
			t.Fatalf("the first %d: %s", n, diff)
		}
	}
	if len(whole) < 10 {
		t.Errorf("only %d in clusters: too few to prove anything", len(whole))
	}
}

func FuzzFingerprint(f *testing.F) {
	f.Add(duties, reworded)
	f.Add("", "가")
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := NewFingerprint(a), NewFingerprint(b)
		if !slices.IsSorted(x) || len(slices.Compact(slices.Clone(x))) != len(x) {
			t.Errorf("fingerprint of %q is not a sorted set", a)
		}
		if s := x.Similarity(y); s < 0 || s > 1 || s != y.Similarity(x) {
			t.Errorf("similarity of %q and %q is %v", a, b, s)
		}
		TitleKey(a, b, b)
		NewDistricts(a, b)
	})
}

func BenchmarkNewFingerprint(b *testing.B) {
	text := strings.Repeat(duties+"\n"+other+"\n", 2)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		NewFingerprint(text)
	}
}
