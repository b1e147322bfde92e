package report

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/web"
)

// Job makes reports. Chromium and Mail may be empty: then nothing is printed or sent.
type Job struct {
	Shelf    Shelf
	Site     *web.Site
	Zone     *time.Location
	IsDemo   bool
	Chromium string // path of the program
	Mail     Mail
	Logger   *slog.Logger
}

// Done is what a run made.
type Done struct {
	Reports int64
	Bytes   int64
	Mailed  int64
}

// Run makes the report of every month that [from, to) touches and of which a day was
// counted. A month that has nothing to tell is passed over. A PDF that cannot be printed is
// a warning: the report stands without it.
func (j Job) Run(ctx context.Context, r queries.Runner, publishedAt, from, to time.Time) (done Done, err error) {
	year, month, _ := from.In(j.Zone).Date()
	for first := time.Date(year, month, 1, 0, 0, 0, 0, j.Zone); first.Before(to); first = first.AddDate(0, 1, 0) {
		report, err := Make(ctx, r, first, j.Zone)
		if errs.Is(err, errs.NotFound) {
			j.Logger.Info("no report", "month", first.Format(monthLayout), "why", err.Error())
			continue
		}
		if err != nil {
			return done, err
		}
		report.PublishedAt, report.IsDemo = publishedAt.UTC(), j.IsDemo
		if err := j.keep(ctx, report, &done); err != nil {
			return done, err
		}
	}
	return done, nil
}

// keep writes a report's files, the JSON that the site looks for last, and then mails it.
func (j Job) keep(ctx context.Context, report *web.Report, done *Done) error {
	letter := map[string]attachment{}
	for _, lang := range web.Languages {
		page, err := j.Site.RenderReport(lang, j.Zone, report)
		if err != nil {
			return err
		}
		file := attachment{page: page}
		n, err := j.Shelf.put(ctx, report.Month+"."+lang+".html", page)
		if err != nil {
			return err
		}
		done.Bytes += n
		if j.Chromium != "" {
			if file.pdf, err = Print(ctx, j.Chromium, page); err != nil {
				j.Logger.Warn("the report is not printed", "month", report.Month, "language", lang, "error", err)
			} else if n, err = j.Shelf.put(ctx, report.Month+"."+lang+".pdf", file.pdf); err != nil {
				return err
			}
			done.Bytes += n
		}
		letter[lang] = file
	}
	text, err := json.Marshal(report)
	if err != nil {
		return err
	}
	n, err := j.Shelf.put(ctx, report.Month+".json", text)
	if err != nil {
		return err
	}
	done.Bytes += n
	done.Reports++
	return j.mail(ctx, report, letter, done)
}

type attachment struct{ page, pdf []byte }

// mail sends a month that is over, once. The mark is set when the server took the letter:
// a crash in between sends it twice rather than never.
func (j Job) mail(ctx context.Context, report *web.Report, letter map[string]attachment, done *Done) error {
	if j.Mail.IsOff() || !report.IsWhole {
		return nil
	}
	mark := report.Month + ".mailed"
	if sent, err := objects.Exists(ctx, j.Shelf.Objects, folder+mark); err != nil || sent {
		return err
	}
	lang := j.Mail.Lang
	title, err := (&web.Page{Lang: lang}).ReportName(report.Month)
	if err != nil {
		return err
	}
	if err := j.Mail.Send(ctx, Letter{Subject: "TMI: " + title, Text: title + "\n", Page: letter[lang].page, PDF: letter[lang].pdf, Name: "tmi-" + report.Month, At: report.PublishedAt}); err != nil {
		return err
	}
	done.Mailed++
	j.Logger.Info("report mailed", "month", report.Month, "recipients", len(j.Mail.To))
	_, err = j.Shelf.put(ctx, mark, []byte(report.PublishedAt.Format(time.RFC3339)+"\n"))
	return err
}
