package main

import (
	"context"

	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/jobs/report"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/web"
)

// reportLanguage is the language of a mailed report.
func (c *Config) reportLanguage() string {
	if c.ReportLanguage == "" {
		return web.Languages[0]
	}
	return c.ReportLanguage
}

// reporter is the job that makes reports of what is published; one that prints and mails
// where that is set up, or one that writes pages alone.
func (a *app) reporter(ctx context.Context, l *lake.Lake, withPaper bool) (report.Job, error) {
	site, err := web.New()
	if err != nil {
		return report.Job{}, err
	}
	demo, err := isDemo(ctx, l.Objects())
	if err != nil {
		return report.Job{}, err
	}
	j := report.Job{Shelf: report.Shelf{Objects: l.Objects()}, Site: site, Zone: a.zone, IsDemo: demo, Logger: a.logger}
	if !withPaper {
		return j, nil
	}
	if j.Chromium = a.config.Chromium; j.Chromium == "" {
		j.Chromium = report.FindChromium()
	}
	j.Mail, err = report.ReadMail(a.config.SMTPURI, a.config.ReportFrom, a.config.ReportTo, a.config.reportLanguage())
	return j, err
}

// reportStep makes the reports of the window's months from what the public sees.
func (a *app) reportStep(l *lake.Lake, withPaper bool) jobs.Step {
	return func(ctx context.Context, _ *jobs.Env, _ string, w jobs.Window) (done jobs.Report, err error) {
		j, err := a.reporter(ctx, l, withPaper)
		if err != nil {
			return done, err
		}
		set, err := publicSet(ctx, l)
		if err != nil {
			return done, err
		}
		session, err := l.Session(ctx, set)
		if err != nil {
			return done, err
		}
		defer func() { _ = session.Close() }()
		made, err := j.Run(ctx, session, set.PublishedAt, w.From, w.To)
		return jobs.Report{In: made.Reports, Out: made.Reports, BytesOut: made.Bytes}, err
	}
}
