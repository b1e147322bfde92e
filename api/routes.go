package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
)

// Input is what every JSON route reads of a request. Query parameters are read by
// [server.ask] from the raw query, since it refuses what a binder would drop: unknown,
// empty and repeated ones.
type Input struct {
	IfNoneMatch string `header:"If-None-Match" doc:"ETag of an answer that the client holds; 304 while it stands"`
	url         url.URL
}

// Resolve keeps the address.
func (in *Input) Resolve(ctx huma.Context) []error {
	in.url = ctx.URL()
	return nil
}

func (in *Input) common() *Input { return in }
func (in *Input) id() string     { return "" }

// InputWithID is the input of a route that ends in an id.
type InputWithID struct {
	Input
	ID string `path:"id" maxLength:"100" doc:"As lists and other answers name it"`
}

func (in *InputWithID) id() string { return in.ID }

// output is an answer on its way out.
type output[T any] struct {
	ETag         string `header:"ETag" doc:"Of the published set and the question"`
	CacheControl string `header:"Cache-Control"`
	Body         *T
}

// route is one JSON route.
type route[T any] struct {
	id, path, summary, doc, tag string
	try                         string // query of the link on the page /docs, where the route needs one
	params                      []param
	answer                      func(ctx context.Context, set Pinned, q *question, id string) (*T, error)
}

// routes registers the JSON routes and returns their OpenAPI document.
func (s *server) routes(engine *gin.Engine) *huma.OpenAPI {
	config := huma.DefaultConfig("TMI — Tech Map IT", "1.0.0")
	config.CreateHooks = nil // answers carry no links to their schemas
	config.DocsPath, config.SchemasPath = "", ""
	config.Info.Description = "Which technologies do IT job postings ask for? Postings, technologies and statistics, read from one published state of the lake. " +
		"`/postings` and `/stats` speak of open IT postings in Korea unless asked otherwise, and say so in `filter`. Every parameter is honoured or refused with 400. " +
		"Errors are problems (RFC 9457) that name the field. Every answer carries an ETag."
	config.Tags = []*huma.Tag{{Name: "postings"}, {Name: "techs"}, {Name: "companies"}, {Name: "stats"}, {Name: "recommend"}, {Name: "quality"}}
	api := humagin.New(engine, config)

	register[Postings, Input](s, api, route[Postings]{
		id: "list-postings", path: "/api/v1/postings", tag: "postings", params: listParams, summary: "Search postings",
		doc: "A page of the postings that match every filter, copies of the same job left out.",
		answer: func(ctx context.Context, set Pinned, q *question, _ string) (*Postings, error) {
			return s.postings(ctx, set, q)
		},
	})
	register[PostingDetail, InputWithID](s, api, route[PostingDetail]{
		id: "get-posting", path: "/api/v1/postings/{id}", tag: "postings", summary: "One posting",
		doc: "A posting with its technologies and their evidence, its history, and other postings of the same job.",
		answer: func(ctx context.Context, set Pinned, _ *question, id string) (*PostingDetail, error) {
			return s.posting(ctx, set, id)
		},
	})
	register[Why, InputWithID](s, api, route[Why]{
		id: "get-posting-why", path: "/api/v1/postings/{id}/why", tag: "postings", summary: "Why a posting is said to be what it is",
		doc: "A posting's content versions, its events with the evidence for each, the lists that held it, and its technologies with their evidence as far as the source's policy shows it.",
		answer: func(ctx context.Context, set Pinned, _ *question, id string) (*Why, error) {
			return s.why(ctx, set, id)
		},
	})
	register[Techs, Input](s, api, route[Techs]{
		id: "list-techs", path: "/api/v1/techs", tag: "techs", params: techParams, summary: "The dictionary of technologies",
		doc: "Technologies with their names in two languages, and how many open IT postings in Korea ask for each.",
		answer: func(ctx context.Context, set Pinned, q *question, _ string) (*Techs, error) {
			return s.techs(ctx, set, q)
		},
	})
	register[TechDetail, InputWithID](s, api, route[TechDetail]{
		id: "get-tech", path: "/api/v1/techs/{id}", tag: "techs", summary: "One technology",
		doc: "A technology with its counts, what it is named together with, who asks for it, and the newest postings.",
		answer: func(ctx context.Context, set Pinned, _ *question, id string) (*TechDetail, error) {
			return s.tech(ctx, set, id)
		},
	})
	register[Companies, Input](s, api, route[Companies]{
		id: "list-companies", path: "/api/v1/companies", tag: "companies", params: companyParams, summary: "Companies that hire",
		doc: "A page of the companies that have postings that match every filter, with how many.",
		answer: func(ctx context.Context, set Pinned, q *question, _ string) (*Companies, error) {
			return s.companies(ctx, set, q)
		},
	})
	register[CompanyDetail, InputWithID](s, api, route[CompanyDetail]{
		id: "get-company", path: "/api/v1/companies/{id}", tag: "companies", summary: "One company",
		doc: "A company with the technologies that its postings name and its newest open postings, of any kind and country.",
		answer: func(ctx context.Context, set Pinned, _ *question, id string) (*CompanyDetail, error) {
			return s.company(ctx, set, id)
		},
	})
	register[Frequency, Input](s, api, route[Frequency]{
		id: "get-tech-frequency", path: "/api/v1/stats/tech-frequency", tag: "stats", params: frequencyParams, summary: "Top technologies",
		doc: "The technologies that matching postings name most often, each with its share of all matching postings and the share's 95 % Wilson interval.",
		answer: func(ctx context.Context, set Pinned, q *question, _ string) (*Frequency, error) {
			return s.frequency(ctx, set, q)
		},
	})
	register[Trend, Input](s, api, route[Trend]{
		id: "get-tech-trend", path: "/api/v1/stats/tech-trend", tag: "stats", params: trendParams, try: "tech=java", summary: "Technologies over time",
		doc: "One series per technology: how many open IT postings in Korea asked for it at each interval's end (stock), and how many opened and closed within it (flow). " +
			"On the first day counted every posting that was there opens.",
		answer: func(ctx context.Context, set Pinned, q *question, _ string) (*Trend, error) {
			return s.trend(ctx, set, q)
		},
	})
	register[Pairs, Input](s, api, route[Pairs]{
		id: "get-tech-pairs", path: "/api/v1/stats/tech-pairs", tag: "stats", params: pairParams, try: "tech=java", summary: "What goes with a technology",
		doc: "The technologies that matching postings name together with one, with how often, and how much more often than by chance.",
		answer: func(ctx context.Context, set Pinned, q *question, _ string) (*Pairs, error) {
			return s.pairs(ctx, set, q)
		},
	})
	register[Recommendation, Input](s, api, route[Recommendation]{
		id: "get-recommend", path: "/api/v1/recommend", tag: "recommend", params: recommendParams, try: "techs=java", summary: "What to look at next",
		doc: "From keywords, or technologies that somebody knows, to technologies that go with them, each with its reason, and to the postings that fit best, with what is missing. " +
			"Give `q`, `techs` or `role`; the other filters narrow the postings.",
		answer: func(ctx context.Context, set Pinned, q *question, _ string) (*Recommendation, error) {
			if err := q.isAsked(); err != nil {
				return nil, err
			}
			return s.recommend(ctx, set, q)
		},
	})
	register[Quality, Input](s, api, route[Quality]{
		id: "get-quality", path: "/api/v1/quality", tag: "quality", params: qualityParams, summary: "How good the data are",
		doc: "Freshness and completeness of each source, what was refused and why, and the known limits of all numbers.",
		answer: func(ctx context.Context, set Pinned, q *question, _ string) (*Quality, error) {
			return s.quality(ctx, set, q)
		},
	})
	sayNull(api.OpenAPI())
	return api.OpenAPI()
}

// sayNull documents that a field that points to a struct may be null, which huma says of
// plain values only.
func sayNull(spec *huma.OpenAPI) {
	for name, schema := range spec.Components.Schemas.Map() {
		for _, field := range reflect.VisibleFields(spec.Components.Schemas.TypeFromRef("#/components/schemas/" + name)) {
			property := schema.Properties[field.Tag.Get("json")]
			if property == nil || property.Ref == "" || field.Type.Kind() != reflect.Pointer {
				continue
			}
			schema.Properties[field.Tag.Get("json")] = &huma.Schema{Description: field.Tag.Get("doc"), AnyOf: []*huma.Schema{{Ref: property.Ref}, {Type: "null"}}}
		}
	}
}

type anyInput[I any] interface {
	*I
	common() *Input
	id() string
}

func register[T, I any, P anyInput[I]](s *server, api huma.API, r route[T]) {
	op := huma.Operation{
		OperationID: r.id, Method: http.MethodGet, Path: r.path, Summary: r.summary, Description: r.doc, Tags: []string{r.tag}, SkipValidateParams: true,
		Errors: []int{http.StatusBadRequest, http.StatusNotFound, http.StatusTooManyRequests, http.StatusServiceUnavailable},
	}
	if r.try != "" {
		op.Metadata = map[string]any{tryQuery: r.try}
	}
	for _, p := range r.params {
		op.Parameters = append(op.Parameters, s.document(p))
	}
	huma.Register(api, op, func(ctx context.Context, in *I) (*output[T], error) {
		common := P(in).common()
		q, err := s.ask(common.url.RawQuery, r.params)
		if err != nil {
			return nil, s.humaProblem(ctx, err)
		}
		out := &output[T]{CacheControl: "no-cache"}
		err = s.read(ctx, func(ctx context.Context, set Pinned) (err error) {
			out.ETag = s.etag(set, r.id, P(in).id(), q.key())
			if matchesETag(common.IfNoneMatch, out.ETag) {
				return errNotModified
			}
			out.Body, err = r.answer(ctx, set, q, P(in).id())
			return err
		})
		switch {
		case errors.Is(err, errNotModified):
			return nil, huma.ErrorWithHeaders(huma.Status304NotModified(), http.Header{"Etag": {out.ETag}, "Cache-Control": {out.CacheControl}})
		case err != nil:
			return nil, s.humaProblem(ctx, err)
		}
		return out, nil
	})
	// Parameters never give 422 here: what is wrong with them is a 400.
	responses := api.OpenAPI().Paths[r.path].Get.Responses
	delete(responses, "422")
	responses["304"] = &huma.Response{Description: "The answer that the client holds still stands"}
	responses["414"] = &huma.Response{Description: fmt.Sprintf("The address has more than %d bytes", maxURLBytes), Content: responses["400"].Content}
	if !strings.Contains(r.path, "{") {
		delete(responses, "404")
	}
}

// document describes a parameter of this server.
func (s *server) document(p param) *huma.Param {
	schema := p.schema
	if p.name == "source" && s.Sources != nil {
		schema = enumOf(s.Sources...)
	}
	doc := &huma.Param{Name: p.name, In: "query", Description: p.doc, Schema: &schema, Example: p.example, Required: p.isNeeded}
	if p.isRepeat {
		schema.Description = ""
		doc.Schema = &huma.Schema{Type: "array", Items: &schema, MaxItems: ptr(p.mostValues())}
		doc.Explode = ptr(true)
	}
	doc.Schema.PrecomputeMessages()
	return doc
}

// errNotModified ends a question whose answer the client holds already.
var errNotModified = errors.New("not modified")

// etag is weak, since the same answer goes out compressed and plain.
func (s *server) etag(set Pinned, parts ...string) string {
	p := set.Published()
	head := []string{s.Version, p.At.UTC().String(), s.policies()}
	return `W/"` + digest(keyOf(set, strings.Join(append(head, parts...), "\x00"))) + `"`
}

// policies names what the sources' texts may show, as an answer depends on it.
func (s *server) policies() string {
	var b strings.Builder
	for _, source := range s.Sources {
		b.WriteString(source + "=" + s.PublishPolicy(source) + " ")
	}
	b.WriteString(s.PublishPolicy(""))
	return b.String()
}

// matchesETag compares weakly, as RFC 9110 asks of If-None-Match. The star matches nothing:
// whether there is an answer at all is not known before it is asked for.
func matchesETag(header, etag string) bool {
	for _, one := range strings.Split(header, ",") {
		one = strings.TrimSpace(one)
		if one != "" && strings.TrimPrefix(one, "W/") == strings.TrimPrefix(etag, "W/") {
			return true
		}
	}
	return false
}
