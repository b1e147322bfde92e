package api

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"github.com/techmapit/tmi/lake/rowenc"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/web"
)

const (
	exportPrefix = "/api/v1/export/"
	exportName   = exportPrefix + "postings."
	csvRoute     = exportName + "csv"
	byteOrder    = "\uFEFF" // by which Excel knows UTF-8
)

// exportFormats are the endings of the export's routes.
var exportFormats = []struct{ format, about string }{
	{"csv", "A header line and a line per posting"},
	{"parquet", "A Parquet file, zstd"},
	{"arrow", "An Arrow IPC stream"},
}

// exportParams are those of the list but for its pages: an export is one piece.
var exportParams = without(listParams, "limit", "cursor", "facets")

var csvParams = append(slices.Clone(exportParams),
	param{name: "bom", doc: "`true` begins the file with a byte order mark, by which Excel knows UTF-8", schema: withDefault(enumOf("true", "false"), "false"),
		read: func(r *reading, v []string) { r.q.HasBOM = r.oneOf(v[0], "true", "false") == "true" }})

// exports registers what is streamed, and documents it beside the routes that huma made.
func (s *server) exports(engine *gin.Engine, spec *huma.OpenAPI) {
	for _, f := range exportFormats {
		params := exportParams
		if f.format == "csv" {
			params = csvParams
		}
		engine.GET(exportName+f.format, func(c *gin.Context) { s.export(c, f.format, params) })
		media, _, _ := strings.Cut(rowenc.ContentType(f.format), ";")
		op := &huma.Operation{
			OperationID: "export-postings-" + f.format, Method: http.MethodGet, Path: exportName + f.format, Tags: []string{"postings"}, Summary: "All matching postings as " + f.format,
			Description: "Facts of all postings that match every filter, copies of the same job left out, streamed; no words of their texts.",
			Responses: map[string]*huma.Response{
				"200":     {Description: f.about, Content: map[string]*huma.MediaType{media: {Schema: &huma.Schema{Type: "string"}}}},
				"304":     {Description: "The answer that the client holds still stands"},
				"default": spec.Paths["/api/v1/postings"].Get.Responses["400"],
			},
		}
		for _, p := range params {
			op.Parameters = append(op.Parameters, s.document(p))
		}
		spec.AddOperation(op)
	}
}

// export streams the postings. What fails before the first rows is a problem; what fails
// behind them cuts the connection, so that nobody takes a part for the whole.
func (s *server) export(c *gin.Context, format string, params []param) {
	q, err := s.ask(c.Request.URL.RawQuery, params)
	if err == nil {
		err = s.read(c.Request.Context(), func(ctx context.Context, set Pinned) error {
			etag := s.etag(set, format, q.key())
			c.Header("Cache-Control", "no-cache")
			c.Header("ETag", etag)
			if matchesETag(c.GetHeader("If-None-Match"), etag) {
				c.Status(http.StatusNotModified)
				c.Writer.WriteHeaderNow()
				return nil
			}
			return s.writeExport(ctx, set, q, c, format)
		})
	}
	switch {
	case err != nil && c.Writer.Written():
		s.logFault(c.Request.Context(), http.StatusInternalServerError, err)
		panic(http.ErrAbortHandler)
	case err != nil:
		c.Writer.Header().Del("ETag")
		s.fail(c, err)
	}
}

func (s *server) writeExport(ctx context.Context, set Pinned, q *question, c *gin.Context, format string) error {
	f, hits, err := s.find(ctx, set, q)
	if err != nil {
		return err
	}
	total, err := s.count(ctx, set, q, f)
	if err != nil {
		return err
	}
	c.Header("Content-Type", rowenc.ContentType(format))
	c.Header("Content-Disposition", fmt.Sprintf(`attachment; filename="tmi-postings-%d.%s"`, set.Published().Seq, format))
	c.Header("TMI-Published", strconv.FormatInt(set.Published().Seq, 10))
	c.Header("TMI-Row-Count", strconv.FormatInt(total, 10))
	// The first block goes out when the first rows are there, so that a fault before is a problem.
	buffered := bufio.NewWriterSize(c.Writer, 32<<10)
	write, end, err := exportWriter(buffered, format, q.HasBOM)
	if err != nil {
		return err
	}
	page := q.pageOf()
	page.Scores = hits.scores
	for row, err := range queries.EachPosting(ctx, set, f, page) {
		if err != nil {
			return err
		}
		if err := write(postingOf(row)); err != nil {
			return err
		}
	}
	if err := end(); err != nil {
		return err
	}
	return buffered.Flush()
}

// exportWriter starts a document of postings.
func exportWriter(w io.Writer, format string, hasBOM bool) (write func(Posting) error, end func() error, err error) {
	if format != "csv" {
		encoder, err := rowenc.New(format, w, exportColumns)
		if err != nil {
			return nil, nil, err
		}
		return func(p Posting) error { return encoder.Row(exportRow(p)) }, encoder.Close, nil
	}
	if hasBOM {
		if _, err := io.WriteString(w, byteOrder); err != nil {
			return nil, nil, err
		}
	}
	lines := csv.NewWriter(w)
	lines.UseCRLF = true
	end = func() error {
		lines.Flush()
		return lines.Error()
	}
	return func(p Posting) error { return lines.Write(csvRecord(p)) }, end, lines.Write(csvColumns)
}

// exportColumns are the fields of [Posting] for formats with types.
var exportColumns = func() (columns []rowenc.Column) {
	types := map[reflect.Type]string{
		reflect.TypeFor[string](): "VARCHAR", reflect.TypeFor[[]string](): "VARCHAR[]", reflect.TypeFor[int32](): "INTEGER", reflect.TypeFor[int64](): "BIGINT",
		reflect.TypeFor[bool](): "BOOLEAN", reflect.TypeFor[time.Time](): "TIMESTAMPTZ",
	}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Posting]()) {
		t := field.Type
		if t == reflect.TypeFor[[]Highlight]() { // words of a text, and the last field
			continue
		}
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		columns = append(columns, rowenc.Column{Name: field.Tag.Get("json"), Type: types[t]})
	}
	return columns
}()

func exportRow(p Posting) []any {
	v := reflect.ValueOf(p)
	row := make([]any, len(exportColumns))
	for i := range row {
		switch field := v.Field(i); {
		case field.Kind() == reflect.Pointer && field.IsNil():
		case field.Kind() == reflect.Pointer:
			row[i] = field.Elem().Interface()
		case field.Kind() == reflect.Slice:
			list := make([]any, field.Len())
			for j := range list {
				list[j] = field.Index(j).Interface()
			}
			row[i] = list
		default:
			row[i] = field.Interface()
		}
	}
	return row
}

// csvColumns are the fields of [Posting] by their names.
var csvColumns = []string{
	"posting_id", "source", "url", "title", "company_id", "company", "roles", "seniority", "experience_min_years", "experience_max_years", "employment", "remote", "region", "district", "country",
	"salary_min_krw", "salary_max_krw", "techs", "status", "closed_reason", "is_it", "posted_at", "closes_at", "is_always_open", "closed_at", "first_seen_at", "duplicate_count",
}

func csvRecord(p Posting) []string {
	return []string{
		p.PostingID, p.Source, p.URL, harmless(p.Title), orBlank(p.CompanyID), harmless(orBlank(p.Company)), strings.Join(p.Roles, "; "), orBlank(p.Seniority), whole(p.ExperienceMinYears), whole(p.ExperienceMaxYears),
		orBlank(p.Employment), orBlank(p.Remote), harmless(orBlank(p.Region)), harmless(orBlank(p.District)), orBlank(p.Country), whole(p.SalaryMinKRW), whole(p.SalaryMaxKRW), strings.Join(p.Techs, "; "),
		p.Status, orBlank(p.ClosedReason), strconv.FormatBool(p.IsIT), at(p.PostedAt), at(p.ClosesAt), strconv.FormatBool(p.IsAlwaysOpen), at(p.ClosedAt), at(&p.FirstSeenAt), strconv.Itoa(int(p.DuplicateCount)),
	}
}

// harmless keeps a spreadsheet from taking an employer's words for a formula.
func harmless(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

func whole[N int32 | int64](n *N) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(int64(*n), 10)
}

func at(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// csvPath is the export of a search page's postings, for whoever opens it in a spreadsheet.
func csvPath(p *web.Page) string {
	values := url.Values{"bom": {"true"}}
	for _, param := range exportParams {
		if given, ok := p.Values[param.name]; ok {
			values[param.name] = given
		}
	}
	return csvRoute + "?" + values.Encode()
}
