package yamlboard

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/andybalholm/cascadia"
	"go.yaml.in/yaml/v3"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/sources"
)

// The kinds of answers.
const (
	kindJSON = "json"
	kindHTML = "html"
)

// file is a board as its file says it.
type file struct {
	Name    string `yaml:"name"`
	Title   string `yaml:"title"`
	Home    string `yaml:"home"`
	Korean  bool   `yaml:"korean"`
	Allowed bool   `yaml:"allowed"` // robots.txt and terms let polite collectors in
	Terms   string `yaml:"terms"`
	Version int    `yaml:"version"`
	Kind    string `yaml:"kind"`
	List    struct {
		URL       string           `yaml:"url"`
		Lists     []string         `yaml:"lists"`
		FirstPage *int             `yaml:"first_page"`
		Rows      int              `yaml:"rows"`
		Items     string           `yaml:"items"`
		Total     string           `yaml:"total"`
		Fields    map[string]field `yaml:"fields"`
	} `yaml:"list"`
	Detail *struct {
		URL    string           `yaml:"url"`
		Item   string           `yaml:"item"`
		Fields map[string]field `yaml:"fields"`
	} `yaml:"detail"`
}

// field says where a field's value stands: a path or selector, or a value that is always
// the same; a pattern takes its first group, or the whole match.
type field struct {
	At      string `yaml:"at"`
	Pattern string `yaml:"pattern"`
	Const   string `yaml:"const"`

	pattern *regexp.Regexp
}

// UnmarshalYAML lets a field be its place alone.
func (f *field) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		return node.Decode(&f.At)
	}
	type plain field
	for i := 0; i+1 < len(node.Content); i += 2 {
		if key := node.Content[i]; !slices.Contains([]string{"at", "pattern", "const"}, key.Value) {
			return fmt.Errorf("line %d: unknown key %q, expected at, pattern or const", key.Line, key.Value)
		}
	}
	return node.Decode((*plain)(f))
}

// fieldNames are the fields that a file may fill; true where a text may be HTML of several
// lines.
var fieldNames = map[string]bool{
	"id": false, "title": false, "url": false, "company": false, "company_id": false, "tags": false, "categories": false, "locations": false,
	"employment": false, "experience": false, "experience_min": false, "experience_max": false, "education": false, "salary": false, "remote": false,
	"language": false, "industry": false, "country": false, "posted_at": false, "closes_at": false,
	"about": true, "duties": true, "requirements": true, "preferred": true, "benefits": true, "process": true, "body": true,
}

var (
	sourceName   = regexp.MustCompile(`^[a-z][a-z0-9]{1,39}$`)
	placeholders = regexp.MustCompile(`\{[^}]*\}`)
	unknownKey   = regexp.MustCompile(`line (\d+): field (\S+) not found in type \S+`)
)

// Load reads every board file (*.yaml, *.yml) of a folder in the order of their names; a
// folder that is not there is fs.ErrNotExist.
func Load(dir string) ([]sources.Board, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var boards []sources.Board
	for _, entry := range entries {
		if ext := filepath.Ext(entry.Name()); entry.IsDir() || ext != ".yaml" && ext != ".yml" {
			continue
		}
		board, err := Read(filepath.Join(dir, entry.Name()))
		if err != nil {
			return nil, err
		}
		boards = append(boards, board)
	}
	return boards, nil
}

// Read makes a board of a file; errs.Invalid that names the file, the key and what was
// expected, for all that is wrong with it.
func Read(path string) (sources.Board, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return sources.Board{}, errs.New(errs.NotFound, "%s: no such file", path)
	}
	if err != nil {
		return sources.Board{}, errs.New(errs.Invalid, "%w", err)
	}
	board, err := Parse(text)
	if err != nil {
		return board, errs.New(errs.Invalid, "%s: %w", path, err)
	}
	return board, nil
}

// Parse makes a board of a file's text; errs.Invalid as in [Read].
func Parse(text []byte) (sources.Board, error) {
	var f file
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&f); err != nil {
		if errors.Is(err, io.EOF) {
			return sources.Board{}, errs.New(errs.Invalid, "the file is empty, expected name, kind, list and more")
		}
		return sources.Board{}, errs.New(errs.Invalid, "%s", unknownKey.ReplaceAllString(strings.TrimPrefix(err.Error(), "yaml: "), "line $1: unknown key $2"))
	}
	if wrong := f.check(); len(wrong) > 0 {
		return sources.Board{}, errs.New(errs.Invalid, "%s", strings.Join(wrong, "; "))
	}
	origin, _ := originOf(f.List.URL)
	return sources.Board{
		Name: f.Name, Title: cmp.Or(f.Title, f.Name), HomeURL: cmp.Or(f.Home, origin), IsKorean: f.Korean, IsAllowed: f.Allowed, Terms: f.Terms,
		Settings: sources.Settings{BaseURL: origin, Boards: f.List.Lists},
		New:      f.source,
	}, nil
}

// originOf is the scheme and host of an address in which placeholders may stand behind the
// host.
func originOf(address string) (string, bool) {
	u, err := url.Parse(placeholders.ReplaceAllString(address, "x"))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return "", false
	}
	origin := u.Scheme + "://" + u.Host
	return origin, strings.HasPrefix(address, origin)
}

// check is all that is wrong with a file, key by key, and prepares its patterns.
func (f *file) check() (wrong []string) {
	fail := func(key, value, expected string) {
		wrong = append(wrong, fmt.Sprintf("%s is %q, expected %s", key, value, expected))
	}
	if !sourceName.MatchString(f.Name) {
		fail("name", f.Name, "2 to 40 lower-case letters and digits, beginning with a letter")
	}
	if f.Kind != kindJSON && f.Kind != kindHTML {
		fail("kind", f.Kind, "json or html")
	}
	if strings.TrimSpace(f.Terms) == "" {
		fail("terms", f.Terms, "what the board's robots.txt and terms allow, and when somebody looked")
	}
	if f.Version < 0 {
		fail("version", fmt.Sprint(f.Version), "1 or more, raised whenever the file reads the same answers differently")
	}
	f.Version = cmp.Or(f.Version, 1)
	origin, isAddress := originOf(f.List.URL)
	if !isAddress {
		fail("list.url", f.List.URL, "an http or https address")
	}
	checkPlaceholders(fail, "list.url", f.List.URL, "{page}", "{offset}", "{list}")
	if f.isPaged() && f.List.Rows <= 0 {
		fail("list.rows", fmt.Sprint(f.List.Rows), "the rows of a full page, since list.url has {page} or {offset}")
	}
	if len(f.List.Lists) > 1 && !strings.Contains(f.List.URL, "{list}") {
		fail("list.lists", strings.Join(f.List.Lists, ","), "one list, or {list} in list.url")
	}
	if strings.Contains(f.List.URL, "{list}") && len(f.List.Lists) == 0 {
		fail("list.lists", "", "the names that take {list}'s place in list.url")
	}
	if len(f.List.Lists) == 0 {
		f.List.Lists = []string{"all"}
	}
	f.checkPlace(fail, "list.items", f.List.Items, f.Kind == kindHTML)
	if f.List.Total != "" {
		f.checkPlace(fail, "list.total", f.List.Total, true)
	}
	f.checkFields(fail, "list.fields", f.List.Fields, "id", "title")
	if f.Detail == nil {
		return wrong
	}
	switch detailOrigin, ok := originOf(f.Detail.URL); {
	case f.Detail.URL == "{url}":
		if _, ok := f.List.Fields["url"]; !ok {
			fail("list.fields.url", "", "the address of a posting's page, since detail.url is {url}")
		}
	case !ok || detailOrigin != origin:
		fail("detail.url", f.Detail.URL, "{url}, or an address of "+cmp.Or(origin, "list.url's host")+" with {id}")
	default:
		checkPlaceholders(fail, "detail.url", f.Detail.URL, "{id}", "{list}")
		if !strings.Contains(f.Detail.URL, "{id}") {
			fail("detail.url", f.Detail.URL, "{id} in it")
		}
	}
	f.checkPlace(fail, "detail.item", f.Detail.Item, false)
	f.checkFields(fail, "detail.fields", f.Detail.Fields, "title")
	return wrong
}

func (f *file) isPaged() bool {
	return strings.Contains(f.List.URL, "{page}") || strings.Contains(f.List.URL, "{offset}")
}

func checkPlaceholders(fail func(key, value, expected string), key, address string, known ...string) {
	for _, p := range placeholders.FindAllString(address, -1) {
		if !slices.Contains(known, p) {
			fail(key, p, "one of "+strings.Join(known, ", "))
		}
	}
}

// checkPlace holds a place to its kind: a selector, or names with dots between them.
func (f *file) checkPlace(fail func(key, value, expected string), key, place string, isNeeded bool) {
	switch selector, _, _ := strings.Cut(place, "@"); {
	case place == "" && isNeeded:
		fail(key, place, "a path such as data.jobs, or a CSS selector")
	case f.Kind == kindHTML && selector != "" && selector != ".":
		if _, err := cascadia.ParseGroup(selector); err != nil {
			fail(key, place, "a CSS selector ("+err.Error()+")")
		}
	case f.Kind == kindJSON && place != "" && place != "." && slices.Contains(strings.Split(place, "."), ""):
		fail(key, place, "a path such as company.name")
	}
}

func (f *file) checkFields(fail func(key, value, expected string), key string, fields map[string]field, needed ...string) {
	for _, name := range needed {
		if _, ok := fields[name]; !ok {
			fail(key+"."+name, "", "where the posting's "+name+" stands")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		at := key + "." + name
		field := fields[name]
		if _, ok := fieldNames[name]; !ok {
			fail(at, name, "one of "+strings.Join(slices.Sorted(maps.Keys(fieldNames)), ", "))
			continue
		}
		if (field.At == "") == (field.Const == "") {
			fail(at, field.At, "either a place (at) or a value (const)")
		}
		f.checkPlace(fail, at, field.At, false)
		if field.Pattern != "" {
			var err error
			if field.pattern, err = regexp.Compile(field.Pattern); err != nil {
				fail(at+".pattern", field.Pattern, "a regular expression ("+err.Error()+")")
			}
			fields[name] = field
		}
	}
}
