package work24

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"github.com/techmapit/tmi/internal/errs"
)

// element is an XML element, its text, and the elements in it.
type element struct {
	name, text string
	inner      []element
}

// deepest bounds the nesting that is read.
const deepest = 20

// read reads a document's root; errs.Corrupt where it is no whole XML.
func read(body []byte) (element, error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict, d.Entity = false, xml.HTMLEntity
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return element{}, errs.New(errs.Corrupt, "the answer holds no XML element")
		}
		if err != nil {
			return element{}, errs.New(errs.Corrupt, "read XML: %w", err)
		}
		if start, ok := token.(xml.StartElement); ok {
			e := element{name: start.Name.Local}
			return e, e.fill(d, 0)
		}
	}
}

func (e *element) fill(d *xml.Decoder, depth int) error {
	if depth > deepest {
		return errs.New(errs.Corrupt, "read XML: more than %d elements in one another", deepest)
	}
	for {
		token, err := d.Token()
		if err != nil {
			return errs.New(errs.Corrupt, "read XML: %w", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			inner := element{name: t.Name.Local}
			if err := inner.fill(d, depth+1); err != nil {
				return err
			}
			e.inner = append(e.inner, inner)
		case xml.CharData:
			e.text += string(t)
		case xml.EndElement:
			e.text = strings.ToValidUTF8(strings.TrimSpace(e.text), "\uFFFD")
			return nil
		}
	}
}

// leaves calls found for each element without elements in it.
func (e element) leaves(found func(name, text string)) {
	for _, inner := range e.inner {
		if len(inner.inner) == 0 {
			found(inner.name, inner.text)
			continue
		}
		inner.leaves(found)
	}
}

func (e element) has(name string) bool {
	for _, inner := range e.inner {
		if inner.name == name {
			return true
		}
	}
	return false
}

// leaf is the text of the first element of that name directly in e.
func (e element) leaf(name string) string {
	for _, inner := range e.inner {
		if inner.name == name {
			return inner.text
		}
	}
	return ""
}
