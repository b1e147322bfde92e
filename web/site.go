package web

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"mime"
	"path"
	"regexp"
	"strings"
)

//go:embed templates/*.html static/*
var files embed.FS

// Site renders pages and hands out static files. It is immutable.
type Site struct {
	pages  map[string]*template.Template
	assets map[string]Asset  // by address
	places map[string]string // address by file name
}

// Asset is a static file. Its address changes with its content, so a browser may keep it
// for ever.
type Asset struct {
	ContentType string
	Body        []byte
	Integrity   string // what a browser checks the body against: sha384-…
}

const staticPrefix = "/static/"

// New reads the embedded templates and files; an error is a mistake in them.
func New() (*Site, error) { return newSite(files) }

func newSite(files fs.FS) (*Site, error) {
	s := &Site{pages: map[string]*template.Template{}, assets: map[string]Asset{}, places: map[string]string{}}
	entries, err := fs.ReadDir(files, "static")
	if err != nil {
		return nil, fmt.Errorf("list static files: %w", err)
	}
	for _, entry := range entries {
		if _, err := s.readAsset(files, entry.Name(), nil); err != nil {
			return nil, err
		}
	}
	functions := template.FuncMap{"asset": s.AssetPath, "sheet": s.sheet, "inline": s.inline, "script": s.script, "on": on, "list": list}
	shared, err := template.New("").Funcs(functions).ParseFS(files, "templates/_*.html")
	if err != nil {
		return nil, fmt.Errorf("parse shared templates: %w", err)
	}
	names, err := fs.Glob(files, "templates/[a-z]*.html")
	if err != nil {
		return nil, fmt.Errorf("list templates: %w", err)
	}
	for _, name := range names {
		page, err := shared.Clone()
		if err == nil {
			_, err = page.ParseFS(files, name)
		}
		if err != nil {
			return nil, fmt.Errorf("parse %s: %w", name, err)
		}
		s.pages[strings.TrimSuffix(path.Base(name), ".html")] = page
	}
	return s, nil
}

// moduleImport is an import of another of our modules.
var moduleImport = regexp.MustCompile(`from "\./([a-z]+\.js)"`)

// readAsset reads a file and gives it its address. A module's imports are written as the
// addresses of what they name, so that its own address changes with theirs.
func (s *Site) readAsset(files fs.FS, name string, within []string) (string, error) {
	if address, ok := s.places[name]; ok {
		return address, nil
	}
	if len(within) > 8 {
		return "", fmt.Errorf("modules import each other: %s", strings.Join(within, ", "))
	}
	body, err := fs.ReadFile(files, "static/"+name)
	if err != nil {
		return "", fmt.Errorf("read static file %s: %w", name, err)
	}
	ext := path.Ext(name)
	if ext == ".js" {
		body = moduleImport.ReplaceAllFunc(body, func(line []byte) []byte {
			var address string
			if address, err = s.readAsset(files, string(moduleImport.FindSubmatch(line)[1]), append(within, name)); err != nil {
				return line
			}
			return []byte(`from "` + address + `"`)
		})
		if err != nil {
			return "", err
		}
	}
	sum, proof := sha256.Sum256(body), sha512.Sum384(body)
	address := staticPrefix + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:5]) + ext
	s.assets[address] = Asset{ContentType: mime.TypeByExtension(ext), Body: body, Integrity: "sha384-" + base64.StdEncoding.EncodeToString(proof[:])}
	s.places[name] = address
	return address, nil
}

// Asset returns the static file at an address.
func (s *Site) Asset(address string) (Asset, bool) {
	a, ok := s.assets[address]
	return a, ok
}

// AssetPath is the address of a static file.
func (s *Site) AssetPath(name string) (string, error) {
	address, ok := s.places[name]
	if !ok {
		return "", fmt.Errorf("no static file %s", name)
	}
	return address, nil
}

// sheet and script are the elements that load a file, with what its bytes must add up to.
func (s *Site) sheet(name string) (template.HTML, error) {
	return s.element(name, `<link rel="stylesheet" href="%s" integrity="%s">`)
}

func (s *Site) script(name string) (template.HTML, error) {
	return s.element(name, `<script type="module" src="%s" integrity="%s"></script>`)
}

func (s *Site) element(name, form string) (template.HTML, error) {
	address, err := s.AssetPath(name)
	if err != nil {
		return "", err
	}
	return template.HTML(fmt.Sprintf(form, address, s.assets[address].Integrity)), nil //nolint:gosec // our own file's name and hash
}

// Render writes a page. Nothing is returned but the whole page or an error.
func (s *Site) Render(name string, p *Page) ([]byte, error) {
	page, ok := s.pages[name]
	if !ok {
		return nil, errors.New("no page " + name)
	}
	var b bytes.Buffer
	if err := page.ExecuteTemplate(&b, "layout", p); err != nil {
		return nil, fmt.Errorf("render page %s: %w", name, err)
	}
	return b.Bytes(), nil
}

// part is what a partial template is given: the page it stands on, and its own matter.
type part struct {
	*Page
	It   any
	More []any
}

func on(p any, it any, more ...any) (part, error) {
	switch p := p.(type) {
	case *Page:
		return part{p, it, more}, nil
	case part:
		return part{p.Page, it, more}, nil
	}
	return part{}, fmt.Errorf("on wants a page, not %T", p)
}

func list(values ...any) []any { return values }
