package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"mime"
	"path"
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
}

const staticPrefix = "/static/"

// New reads the embedded templates and files; an error is a mistake in them.
func New() (*Site, error) {
	s := &Site{pages: map[string]*template.Template{}, assets: map[string]Asset{}, places: map[string]string{}}
	if err := s.readAssets(); err != nil {
		return nil, err
	}
	shared, err := template.New("").Funcs(template.FuncMap{"asset": s.AssetPath, "on": on, "list": list}).ParseFS(files, "templates/_*.html")
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

func (s *Site) readAssets() error {
	entries, err := files.ReadDir("static")
	if err != nil {
		return fmt.Errorf("list static files: %w", err)
	}
	for _, entry := range entries {
		body, err := files.ReadFile("static/" + entry.Name())
		if err != nil {
			return fmt.Errorf("read static file %s: %w", entry.Name(), err)
		}
		sum := sha256.Sum256(body)
		ext := path.Ext(entry.Name())
		address := staticPrefix + strings.TrimSuffix(entry.Name(), ext) + "." + hex.EncodeToString(sum[:5]) + ext
		s.assets[address] = Asset{ContentType: mime.TypeByExtension(ext), Body: body}
		s.places[entry.Name()] = address
	}
	return nil
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
