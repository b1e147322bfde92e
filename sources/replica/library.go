package replica

import (
	"embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

//go:embed material/*.txt
var material embed.FS

// library is the data of this package, parsed: technologies, roles, places, words and the
// lines that texts are made of. It is immutable.
type library struct {
	techs     []tech
	techNamed map[string]int16
	roles     []role
	itRoles   []int // indexes into roles, with itWeights beside
	itWeights []float64
	office    []int
	officeW   []float64
	places    []place
	placesW   []float64
	abroad    []place
	abroadW   []float64
	domains   []word
	products  []word
	teams     []word
	syllables []word
	suffixes  []word
	perks     []word
	books     [2]book // Korean, English
}

// word is a word in both languages.
type word struct{ ko, en string }

func (w word) in(korean bool) string {
	if korean {
		return w.ko
	}
	return w.en
}

// tech is a technology and how postings write it.
type tech struct {
	name     string
	category byte
	english  []string // ways to write it in any text
	korean   []string // ways to write it in Korean texts only
}

// role is what a job is called and what goes with it.
type role struct {
	slug, family string
	weight       float64
	ko, en       []calling
	categories   []category // Jumpit's
	code         word       // Rallit's: code in en, name in ko
	stacks       []stack
	common       []use
}

// calling is what employers call a role, and the role's slug by that name.
type calling struct{ title, slug string }

func (r *role) callings(text string) []calling {
	var out []calling
	for _, part := range strings.Split(text, "|") {
		title, slug, isOther := strings.Cut(part, "=")
		if !isOther {
			slug = r.slug
		}
		out = append(out, calling{title: title, slug: slug})
	}
	return out
}

func (r *role) isIT() bool { return r.family != "office" }

type category struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
}

// stack is one way to do a role.
type stack struct {
	weight, drift float64
	uses          []use
}

// use is a technology's chance in a stack; drift is in per cent a month.
type use struct {
	tech     int16
	chance   float64
	drift    float64
	isWished bool // mostly wished for rather than required
	isSure   bool // always required
}

// place is a place of work.
type place struct {
	ko, en      string // "서울 강남구" and "Seoul"; ko is empty abroad
	country     string // ISO 3166-1 alpha-2
	countryName string
	streets     []string
	code, name  string // Rallit's region
	latitude    float64
	longitude   float64
}

var theLibrary = sync.OnceValue(func() *library {
	l := &library{techNamed: map[string]int16{}}
	for _, row := range rows("techs.txt") {
		f := strings.Split(row, "|")
		l.techNamed[f[0]] = int16(len(l.techs))
		l.techs = append(l.techs, tech{name: f[0], category: f[1][0], english: strings.Split(f[2], ","), korean: strings.Split(f[3], ",")})
	}
	l.readRoles(rows("roles.txt"))
	l.readPlaces(rows("places.txt"), rows("world.txt"))
	l.readWords(rows("words.txt"))
	l.books = [2]book{readBook(rows("lines_ko.txt"), l.techs), readBook(rows("lines_en.txt"), l.techs)}
	return l
})

// rows reads a data file without comments and empty lines. The files are part of the
// binary; a mistake in one is a programmer's and panics.
func rows(name string) []string {
	data, err := material.ReadFile("material/" + name)
	if err != nil {
		panic(err)
	}
	var out []string
	for _, row := range strings.Split(string(data), "\n") {
		if row != "" && !strings.HasPrefix(row, "#") {
			out = append(out, row)
		}
	}
	return out
}

func (l *library) readRoles(rows []string) {
	var r *role
	for _, row := range rows {
		key, rest, _ := strings.Cut(row, " ")
		if key == "role" {
			f := strings.Fields(rest)
			l.roles = append(l.roles, role{slug: f[0], weight: number(f[1]), family: f[2]})
			r = &l.roles[len(l.roles)-1]
			continue
		}
		switch key {
		case "ko":
			r.ko = r.callings(rest)
		case "en":
			r.en = r.callings(rest)
		case "jumpit":
			for _, part := range strings.Split(rest, "|") {
				id, name, _ := strings.Cut(part, "=")
				r.categories = append(r.categories, category{ID: int(number(id)), Name: name})
			}
		case "rallit":
			code, name, _ := strings.Cut(rest, "=")
			r.code = word{ko: name, en: code}
		case "stack":
			f := strings.SplitN(rest, " ", 3)
			r.stacks = append(r.stacks, stack{weight: number(f[0]), drift: number(f[1]), uses: l.uses(f[2])})
		case "common":
			r.common = l.uses(rest)
		default:
			panic("replica: roles.txt: unknown key " + key)
		}
	}
	for i := range l.roles {
		if r := &l.roles[i]; r.isIT() {
			l.itRoles, l.itWeights = append(l.itRoles, i), append(l.itWeights, r.weight)
		} else {
			l.office, l.officeW = append(l.office, i), append(l.officeW, r.weight)
		}
	}
}

// uses reads "Java:96 Spring Boot:84~-2 …": a name may hold spaces, a chance may not.
func (l *library) uses(text string) []use {
	var out []use
	name := ""
	for _, field := range strings.Fields(text) {
		head, chance, isEnd := strings.Cut(field, ":")
		name = strings.TrimSpace(name + " " + head)
		if !isEnd {
			continue
		}
		index, known := l.techNamed[name]
		if !known {
			panic("replica: roles.txt: unknown technology " + name)
		}
		u := use{tech: index}
		if at := strings.IndexAny(chance, "+-"); at >= 0 {
			u.drift, chance = number(chance[at:]), chance[:at]
		}
		chance, u.isWished = strings.CutSuffix(chance, "~")
		chance, u.isSure = strings.CutSuffix(chance, "!")
		u.chance, name = number(chance)/100, ""
		out = append(out, u)
	}
	return out
}

func (l *library) readPlaces(korea, world []string) {
	for _, row := range korea {
		f := strings.Split(row, "|")
		latitude, longitude, _ := strings.Cut(f[5], ",")
		l.places = append(l.places, place{ko: f[0], en: f[6], country: "KR", countryName: "South Korea", streets: strings.Split(f[1], ","),
			code: f[2], name: f[3], latitude: number(latitude), longitude: number(longitude)})
		l.placesW = append(l.placesW, number(f[4]))
	}
	for _, row := range world {
		f := strings.Split(row, "|")
		l.abroad = append(l.abroad, place{en: f[0], country: f[1], countryName: f[2]})
		l.abroadW = append(l.abroadW, number(f[3]))
	}
}

func (l *library) readWords(rows []string) {
	pools := map[string]*[]word{"[domain]": &l.domains, "[product]": &l.products, "[team]": &l.teams,
		"[syllable]": &l.syllables, "[suffix]": &l.suffixes, "[perk]": &l.perks}
	var pool *[]word
	for _, row := range rows {
		if row[0] == '[' {
			if pool = pools[row]; pool == nil {
				panic("replica: words.txt: unknown pool " + row)
			}
			continue
		}
		ko, en, _ := strings.Cut(row, "|")
		*pool = append(*pool, word{ko: ko, en: en})
	}
}

func number(text string) float64 {
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		panic(fmt.Sprintf("replica: material: %q is no number", text))
	}
	return value
}
