package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"github.com/techmapit/tmi/api/tokens"
	"github.com/techmapit/tmi/lake/door"
	"github.com/techmapit/tmi/lake/rowenc"
)

const (
	sqlRoute          = "/api/v1/sql"
	maxStatementRunes = 20_000
)

// SQLDoor runs analysts' statements; *door.Pool is one.
type SQLDoor interface {
	Ask(ctx context.Context, scope string, q door.Question) (door.Answer, error)
}

// SQLOptions are what the route /api/v1/sql needs.
type SQLOptions struct {
	Door          SQLDoor
	Tokens        *tokens.Store
	Limits        door.Limits   // the door's, to be said in each answer
	Wait          time.Duration // that a statement may wait before it runs
	RatePerSecond float64       // statements of one token; 0 = 50, negative = no limit
}

// SQLAnswer is what a statement gave, as JSON.
type SQLAnswer struct {
	Columns   []rowenc.Column  `json:"columns" doc:"names and DuckDB's types"`
	Rows      []map[string]any `json:"rows" doc:"a value a column, by name"`
	RowCount  int64            `json:"row_count"`
	Truncated bool             `json:"truncated" doc:"a limit of rows or bytes cut the answer"`
	Limits    SQLLimits        `json:"limits"`
	Published string           `json:"published" doc:"number of the published set that was read"`
}

// SQLLimits are those of one statement.
type SQLLimits struct {
	Seconds     float64 `json:"seconds"`
	MemoryBytes int64   `json:"memory_bytes"`
	TempBytes   int64   `json:"temp_bytes" doc:"temporary files"`
	Rows        int64   `json:"rows"`
	Bytes       int64   `json:"bytes" doc:"of the answer's values"`
}

// SQLQuestion is the body of a question.
type SQLQuestion struct {
	SQL string `json:"sql" minLength:"1" maxLength:"20000" format:"sql" doc:"one select, describe or explain" example:"select tech, count(*) as n from gold.posting_techs group by tech order by n desc limit 10"`
}

// sqlFormats are the media types of answers, the first for whoever takes anything.
var sqlFormats = []struct{ media, format string }{
	{"application/json", "json"}, {"text/csv", "csv"},
	{"application/vnd.apache.arrow.stream", "arrow"}, {"application/vnd.apache.parquet", "parquet"},
}

// sqlDoor registers the route, where there is a door.
func (s *server) sqlDoor(engine *gin.Engine, spec *huma.OpenAPI) {
	if s.SQL == nil {
		return
	}
	if s.SQL.RatePerSecond == 0 {
		s.SQL.RatePerSecond = 50
	}
	limits := newClientLimits(s.SQL.RatePerSecond)
	engine.POST(sqlRoute, func(c *gin.Context) { s.answerSQL(c, limits) })

	content := map[string]*huma.MediaType{"application/json": {Schema: spec.Components.Schemas.Schema(reflect.TypeFor[SQLAnswer](), true, "SQLAnswer")}}
	for _, f := range sqlFormats[1:] {
		content[f.media] = &huma.MediaType{Schema: &huma.Schema{Type: "string"}}
	}
	problem := spec.Paths["/api/v1/postings"].Get.Responses["400"].Content
	responses := map[string]*huma.Response{"200": {Description: "The rows, with the limits that held", Content: content}}
	for status, text := range map[int]string{
		400: "The statement cannot be understood, or fails on the data", 401: "There is no valid token", 403: "The token or the door does not allow this statement",
		406: "None of the media types asked for can be given", 408: "The statement took too long", 413: "The statement takes too much memory, or the body is too large", 415: "The body is no JSON",
		429: "The token asks too often", 503: "Nothing is published, or all workers are busy",
	} {
		responses[strconv.Itoa(status)] = &huma.Response{Description: text, Content: problem}
	}
	spec.Tags = append(spec.Tags, &huma.Tag{Name: "sql"})
	if spec.Components.SecuritySchemes == nil {
		spec.Components.SecuritySchemes = map[string]*huma.SecurityScheme{}
	}
	spec.Components.SecuritySchemes["token"] = &huma.SecurityScheme{Type: "http", Scheme: "bearer", Description: "made by `tmi token create`"}
	spec.AddOperation(&huma.Operation{
		OperationID: "run-sql", Method: http.MethodPost, Path: sqlRoute, Tags: []string{"sql"}, Summary: "SQL of analysts",
		Description: "Runs one read-only statement of DuckDB's SQL over silver, gold and ops (and bronze, with a scope of its own), in a process apart, within the limits that every answer names.",
		Security:    []map[string][]string{{"token": {}}},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: spec.Components.Schemas.Schema(reflect.TypeFor[SQLQuestion](), true, "SQLQuestion")}}},
		Responses:   responses,
	})
}

// answerSQL lets a holder of a token ask.
func (s *server) answerSQL(c *gin.Context, limits *clientLimits) {
	c.Header("Cache-Control", "no-store")
	ctx, started := c.Request.Context(), time.Now()
	secret, ok := strings.CutPrefix(c.GetHeader("Authorization"), "Bearer ")
	token, valid, err := s.SQL.Tokens.Check(ctx, strings.TrimSpace(secret), s.Now())
	switch {
	case err != nil:
		s.fail(c, err)
		return
	case !ok || !valid || !token.Has(tokens.ScopeSQL):
		c.Header("WWW-Authenticate", `Bearer realm="tmi"`)
		writeProblem(c, &huma.ErrorModel{Status: http.StatusUnauthorized, Detail: "a valid token is expected as `Authorization: Bearer …`; the lake's owner makes one by `tmi token create --name N --scope sql`"})
		return
	case !limits.allow(token.ID, started):
		writeProblem(c, &huma.ErrorModel{Status: http.StatusTooManyRequests, Detail: fmt.Sprintf("at most %g statements a second are answered for one token", s.SQL.RatePerSecond)})
		return
	}
	format, ok := formatFor(c.GetHeader("Accept"))
	if !ok {
		writeProblem(c, &huma.ErrorModel{Status: http.StatusNotAcceptable, Detail: "answers are application/json, text/csv, application/vnd.apache.arrow.stream or application/vnd.apache.parquet"})
		return
	}
	statement, problem := readSQL(c)
	if problem != nil {
		writeProblem(c, problem)
		return
	}
	scope := ""
	if token.Has(tokens.ScopeBronze) {
		scope = tokens.ScopeBronze
	}
	answer, err := s.SQL.Door.Ask(ctx, scope, door.Question{SQL: statement, Format: format})
	outcome := "answered"
	if err != nil {
		outcome = "failed"
		var fault *door.Error
		if errors.As(err, &fault) {
			outcome = string(fault.Reason)
		}
	}
	s.Logger.Info("sql", "request_id", requestID(ctx), "token", token.ID, "name", token.Name, "statement", withoutLiterals(statement), "outcome", outcome, "rows", answer.Rows, "bytes", len(answer.Body), "dur", time.Since(started))
	if err != nil {
		s.failSQL(c, err)
		return
	}
	s.writeSQL(c, format, answer)
}

// readSQL reads the body strictly.
func readSQL(c *gin.Context) (string, *huma.ErrorModel) {
	if media, _, err := mime.ParseMediaType(c.GetHeader("Content-Type")); err != nil || media != "application/json" {
		return "", &huma.ErrorModel{Status: http.StatusUnsupportedMediaType, Detail: `the body is expected to be application/json: {"sql": "select …"}`}
	}
	invalid := func(format string, args ...any) *huma.ErrorModel {
		return &huma.ErrorModel{Status: http.StatusBadRequest, Detail: fmt.Sprintf(format, args...)}
	}
	var q struct {
		SQL *string `json:"sql"`
	}
	d := json.NewDecoder(c.Request.Body)
	d.DisallowUnknownFields()
	err := d.Decode(&q)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return "", &huma.ErrorModel{Status: http.StatusRequestEntityTooLarge, Detail: fmt.Sprintf("the body has more than %d bytes", tooLarge.Limit)}
	case err != nil:
		return "", invalid(`the body is not {"sql": "…"}: %v`, err)
	case d.More():
		return "", invalid(`the body goes on after {"sql": "…"}`)
	case q.SQL == nil || strings.TrimSpace(*q.SQL) == "":
		return "", invalid("body.sql is empty, expected a statement")
	case utf8.RuneCountInString(*q.SQL) > maxStatementRunes:
		return "", &huma.ErrorModel{Status: http.StatusRequestEntityTooLarge, Detail: fmt.Sprintf("body.sql has %d characters, at most %d are taken", utf8.RuneCountInString(*q.SQL), maxStatementRunes)}
	}
	return *q.SQL, nil
}

// formatFor picks what an Accept header likes best, of equals the first that we name.
func formatFor(accept string) (format string, ok bool) {
	if accept == "" {
		return sqlFormats[0].format, true
	}
	best := 0.0
	for _, f := range sqlFormats {
		for _, one := range strings.Split(accept, ",") {
			media, params, err := mime.ParseMediaType(strings.TrimSpace(one))
			if err != nil {
				continue
			}
			kind, _, _ := strings.Cut(f.media, "/")
			if media != f.media && media != "*/*" && media != kind+"/*" {
				continue
			}
			q := 1.0
			if text, given := params["q"]; given {
				if q, err = strconv.ParseFloat(text, 64); err != nil {
					continue
				}
			}
			if media == f.media {
				q += 0.0001 // named is liked better than any
			}
			if q > best && q >= 0.001 {
				best, format = q, f.format
			}
		}
	}
	return format, format != ""
}

func (s *server) sqlLimits() SQLLimits {
	l := s.SQL.Limits
	return SQLLimits{Seconds: l.Time.Seconds(), MemoryBytes: l.MemoryBytes, TempBytes: l.TempBytes, Rows: l.Rows, Bytes: l.Bytes}
}

func (s *server) writeSQL(c *gin.Context, format string, a door.Answer) {
	limits := s.sqlLimits()
	for name, value := range map[string]string{
		"TMI-Row-Count": strconv.FormatInt(a.Rows, 10), "TMI-Truncated": strconv.FormatBool(a.IsTruncated), "TMI-Published": a.Version,
		"TMI-Limit-Rows": strconv.FormatInt(limits.Rows, 10), "TMI-Limit-Bytes": strconv.FormatInt(limits.Bytes, 10),
		"TMI-Limit-Seconds": strconv.FormatFloat(limits.Seconds, 'f', -1, 64), "TMI-Limit-Memory-Bytes": strconv.FormatInt(limits.MemoryBytes, 10),
	} {
		c.Header(name, value)
	}
	body := a.Body
	if format == "json" {
		// The rows are JSON already, in the order of the columns.
		head, err := json.Marshal(a.Columns)
		tail, err2 := json.Marshal(limits)
		if err = errors.Join(err, err2); err != nil {
			s.fail(c, err)
			return
		}
		body = fmt.Appendf(nil, `{"columns":%s,"rows":%s,"row_count":%d,"truncated":%t,"limits":%s,"published":%q}`+"\n", head, bytes.TrimSpace(a.Body), a.Rows, a.IsTruncated, tail, a.Version)
	}
	c.Data(http.StatusOK, rowenc.ContentType(format), body)
}

// failSQL turns a statement's fault into a problem.
func (s *server) failSQL(c *gin.Context, err error) {
	var fault *door.Error
	if !errors.As(err, &fault) {
		s.fail(c, err)
		return
	}
	status := map[door.Reason]int{door.Invalid: http.StatusBadRequest, door.Refused: http.StatusForbidden, door.TooLong: http.StatusRequestTimeout, door.TooLarge: http.StatusRequestEntityTooLarge}[fault.Reason]
	writeProblem(c, &huma.ErrorModel{Status: status, Detail: fault.Message})
}

var literal = regexp.MustCompile(`'(?:[^']|'')*'?`)

// withoutLiterals is a statement for the audit log: what somebody looked for is their own.
func withoutLiterals(statement string) string {
	const longest = 1000
	text := strings.Join(strings.Fields(literal.ReplaceAllString(statement, "'?'")), " ")
	if runes := []rune(text); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return text
}
