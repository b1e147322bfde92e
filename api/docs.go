package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
)

// The page /docs is made from the OpenAPI document by our own template: it loads nothing.

type docsMatter struct {
	About  string
	Routes []docsRoute
}

type docsRoute struct {
	ID, Method, Path, Doc, Try string
	Params                     []docsParam
}

type docsParam struct {
	Name, Type, Default, Doc string
	IsRepeat                 bool
}

// tryQuery names what a route's link on the page asks, where it cannot be opened without.
const tryQuery = "try"

func (s *server) docsPage(c *gin.Context, spec *huma.OpenAPI) {
	p := s.newPage(c, "docs")
	matter := docsMatter{About: spec.Info.Description}
	for path, item := range spec.Paths {
		op, method := item.Get, http.MethodGet
		if op == nil { // the SQL door
			op, method = item.Post, http.MethodPost
		}
		r := docsRoute{ID: op.OperationID, Method: method, Path: path, Doc: op.Description}
		for _, param := range op.Parameters {
			if param.In != "header" {
				r.Params = append(r.Params, docsParamOf(param))
			}
		}
		if method == http.MethodGet && !strings.Contains(path, "{") {
			r.Try = path
			if query, ok := op.Metadata[tryQuery].(string); ok {
				r.Try += "?" + query
			}
		}
		matter.Routes = append(matter.Routes, r)
	}
	slices.SortFunc(matter.Routes, func(a, b docsRoute) int { return strings.Compare(a.Path, b.Path) })
	p.Title, p.Data = say(p, "docs.title"), matter
	s.write(c, http.StatusOK, "docs", p)
}

func docsParamOf(param *huma.Param) docsParam {
	d := docsParam{Name: param.Name, Doc: param.Description}
	schema := param.Schema
	if d.IsRepeat = schema.Type == "array"; d.IsRepeat {
		schema = schema.Items
	}
	d.Type = schema.Type
	if schema.Format != "" {
		d.Type = schema.Format
	}
	if len(schema.Enum) > 0 {
		words := make([]string, len(schema.Enum))
		for i, e := range schema.Enum {
			words[i] = fmt.Sprint(e)
		}
		d.Type = strings.Join(words, " | ")
	}
	if schema.Minimum != nil && schema.Maximum != nil {
		d.Type += fmt.Sprintf(" %.0f–%.0f", *schema.Minimum, *schema.Maximum)
	}
	if schema.Default != nil {
		d.Default = fmt.Sprint(schema.Default)
	}
	return d
}
