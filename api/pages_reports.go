package api

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/web"
)

// Reports are those that a job made of whole months.
type Reports interface {
	// Reports lists the names of reports and their files, newest month first: 2026-10.json,
	// 2026-10.ko.pdf.
	Reports(ctx context.Context) ([]string, error)
	// Report reads a month's report, and File one of its files; errs.NotFound if there is none.
	Report(ctx context.Context, month string) (*web.Report, error)
	File(ctx context.Context, name string) ([]byte, error)
}

const reportsRoute = "/reports"

// reportEndings are the kinds of file that a report has, with their types.
var reportEndings = map[string]string{".pdf": "application/pdf", ".html": "text/html; charset=utf-8"}

func (s *server) reportNames(ctx context.Context) ([]string, error) {
	if s.Reports == nil {
		return nil, nil
	}
	return s.Reports.Reports(ctx)
}

// reportsPage lists the months that have a report.
func (s *server) reportsPage(c *gin.Context) {
	p := s.newPage(c, "reports")
	p.Title, p.Description = say(p, "reports.title"), say(p, "reports.line")
	names, err := s.reportNames(c.Request.Context())
	if err != nil {
		s.errorPage(c, err)
		return
	}
	var months []string
	for _, name := range names {
		if month, ok := strings.CutSuffix(name, ".json"); ok {
			months = append(months, month)
		}
	}
	p.Data = struct{ Months []string }{months}
	s.stamp(c.Request.Context(), p)
	s.write(c, http.StatusOK, "reports", p)
}

type reportMatter struct {
	*web.Report
	Files []string // addresses of what there is to keep
}

// reportPage shows a month, or hands out one of its files.
func (s *server) reportPage(c *gin.Context) {
	name, ctx := c.Param("name"), c.Request.Context()
	if s.Reports == nil {
		s.notFoundPage(c)
		return
	}
	for ending, kind := range reportEndings {
		if strings.HasSuffix(name, ending) {
			s.reportFile(c, name, kind)
			return
		}
	}
	report, err := s.Reports.Report(ctx, name)
	if err != nil {
		s.errorPage(c, err)
		return
	}
	names, err := s.reportNames(ctx)
	if err != nil {
		s.errorPage(c, err)
		return
	}
	p := s.newPage(c, "report")
	p.PublishedAt, p.Scripts = report.PublishedAt, []string{"chart.js"}
	if p.Title, err = p.ReportName(report.Month); err != nil {
		s.errorPage(c, errs.New(errs.NotFound, "there is no report %q", name))
		return
	}
	m := reportMatter{Report: report}
	for _, file := range names {
		if strings.HasPrefix(file, report.Month+"."+p.Lang+".") {
			m.Files = append(m.Files, reportsRoute+"/"+file)
		}
	}
	slices.Sort(m.Files)
	p.Data = m
	s.write(c, http.StatusOK, "report", p)
}

// reportFile hands out a file to keep. It is never shown within the site, whose policy its
// own sheet would break.
func (s *server) reportFile(c *gin.Context, name, kind string) {
	data, err := s.Reports.File(c.Request.Context(), name)
	if err != nil {
		s.errorPage(c, err)
		return
	}
	c.Header("Cache-Control", "no-cache")
	c.Header("Content-Disposition", `attachment; filename="tmi-`+name+`"`)
	c.Data(http.StatusOK, kind, data)
}
