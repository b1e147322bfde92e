package api

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/web"
)

const (
	exportPrefix = "/api/v1/export/"
	csvRoute     = exportPrefix + "postings.csv"
	byteOrder    = "\uFEFF" // by which Excel knows UTF-8
)

// exportParams are those of the list but for its pages: an export is one piece.
var exportParams = append(without(listParams, "limit", "cursor", "facets"),
	param{name: "bom", doc: "`true` begins the file with a byte order mark, by which Excel knows UTF-8", schema: withDefault(enumOf("true", "false"), "false"),
		read: func(r *reading, v []string) { r.q.HasBOM = r.oneOf(v[0], "true", "false") == "true" }})

// exports registers what is streamed, and documents it beside the routes that huma made.
func (s *server) exports(engine *gin.Engine, spec *huma.OpenAPI) {
	engine.GET(csvRoute, s.exportCSV)
	op := &huma.Operation{
		OperationID: "export-postings-csv", Method: http.MethodGet, Path: csvRoute, Tags: []string{"postings"}, Summary: "All matching postings as CSV",
		Description: "Facts of all postings that match every filter, copies of the same job left out, streamed; no words of their texts.",
		Responses: map[string]*huma.Response{
			"200":     {Description: "A header line and a line per posting", Content: map[string]*huma.MediaType{"text/csv": {Schema: &huma.Schema{Type: "string"}}}},
			"304":     {Description: "The answer that the client holds still stands"},
			"default": spec.Paths["/api/v1/postings"].Get.Responses["400"],
		},
	}
	for _, p := range exportParams {
		op.Parameters = append(op.Parameters, p.document())
	}
	spec.AddOperation(op)
}

// exportCSV streams the postings. What fails before the first line is a problem; what fails
// behind it cuts the connection, so that nobody takes a part for the whole.
func (s *server) exportCSV(c *gin.Context) {
	q, err := s.ask(c.Request.URL.RawQuery, exportParams)
	if err == nil {
		err = s.read(c.Request.Context(), func(ctx context.Context, set Pinned) error {
			etag := s.etag(set, "csv", q.key())
			c.Header("Cache-Control", "no-cache")
			c.Header("ETag", etag)
			if matchesETag(c.GetHeader("If-None-Match"), etag) {
				c.Status(http.StatusNotModified)
				c.Writer.WriteHeaderNow()
				return nil
			}
			return s.writeCSV(ctx, set, q, c)
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

func (s *server) writeCSV(ctx context.Context, set Pinned, q *question, c *gin.Context) error {
	f, hits, err := s.find(ctx, set, q)
	if err != nil {
		return err
	}
	total, err := s.count(ctx, set, q, f)
	if err != nil {
		return err
	}
	c.Header("Content-Type", "text/csv; charset=utf-8; header=present")
	c.Header("Content-Disposition", fmt.Sprintf(`attachment; filename="tmi-postings-%d.csv"`, set.Published().Seq))
	c.Header("TMI-Published", strconv.FormatInt(set.Published().Seq, 10))
	c.Header("TMI-Row-Count", strconv.FormatInt(total, 10))
	// The first block goes out when the first rows are there, so that a fault before is a problem.
	buffered := bufio.NewWriterSize(c.Writer, 32<<10)
	if q.HasBOM {
		if _, err := io.WriteString(buffered, byteOrder); err != nil {
			return err
		}
	}
	w := csv.NewWriter(buffered)
	w.UseCRLF = true
	if err := w.Write(csvColumns); err != nil {
		return err
	}
	for row, err := range queries.EachPosting(ctx, set, f, queries.Page{Sort: q.Sort, Scores: hits.scores}) {
		if err != nil {
			return err
		}
		if err := w.Write(csvRecord(postingOf(row))); err != nil {
			return err
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return err
	}
	return buffered.Flush()
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
