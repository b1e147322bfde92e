package report

import (
	"context"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/web"
)

const (
	monthLayout = "2006-01"
	techRows    = 20
	moverRows   = 8
	partRows    = 15
	companyRows = 10
)

// Make asks what a month was. month is any instant of it in zone's calendar; the answer
// ends with the last day counted. It is errs.NotFound where no day of the month was counted.
func Make(ctx context.Context, r queries.Runner, month time.Time, zone *time.Location) (*web.Report, error) {
	year, number, _ := month.In(zone).Date()
	first := time.Date(year, number, 1, 0, 0, 0, 0, time.UTC) // midnight UTC stands for a day
	last := first.AddDate(0, 1, -1)
	known, err := queries.TrendDays(ctx, r)
	if err != nil {
		return nil, err
	}
	if known.Last.IsZero() || known.Last.Before(first) || known.First.After(last) {
		return nil, errs.New(errs.NotFound, "no day of %s was counted: there is nothing to report", first.Format(monthLayout))
	}
	days := queries.Days{First: first, Last: last}
	if known.First.After(first) {
		days.First = known.First
	}
	if known.Last.Before(last) {
		days.Last = known.Last
	}
	report := &web.Report{Month: first.Format(monthLayout), From: days.First.Format(time.DateOnly), To: days.Last.Format(time.DateOnly),
		IsWhole: !known.Last.Before(last), HasFlow: known.First.Before(first)}
	for _, step := range []func(context.Context, queries.Runner, *web.Report, queries.Days, *time.Location) error{stock, parts, movers, posted} {
		if err := step(ctx, r, report, days, zone); err != nil {
			return nil, err
		}
	}
	return report, nil
}

// stock is the market day by day, and the day before the span.
func stock(ctx context.Context, r queries.Runner, report *web.Report, days queries.Days, zone *time.Location) error {
	days.First = days.First.AddDate(0, 0, -1)
	points, err := queries.ListMarketTrend(ctx, r, queries.BySource, days, queries.UnitDay, zone)
	for _, p := range points {
		switch {
		case p.Value != schemas.All:
		case p.From.Equal(days.First):
			report.OpenBefore = p.OpenCount
		default:
			report.Dates, report.Stock = append(report.Dates, p.From.Format(time.DateOnly)), append(report.Stock, p.OpenCount)
			report.Open = p.OpenCount
			report.Opened += p.OpenedCount
			report.Closed += p.ClosedCount
		}
	}
	return err
}

// parts are the roles and boards with most open postings at the end.
func parts(ctx context.Context, r queries.Runner, report *web.Report, days queries.Days, zone *time.Location) error {
	for by, into := range map[string]*[]web.ReportPart{queries.ByRole: &report.Roles, queries.BySource: &report.Sources} {
		points, err := queries.ListMarketTrend(ctx, r, by, days, queries.UnitMonth, zone)
		if err != nil {
			return err
		}
		list := []web.ReportPart{}
		for _, p := range points {
			if p.Value != schemas.All && p.OpenCount+p.OpenedCount+p.ClosedCount > 0 {
				list = append(list, web.ReportPart{Code: p.Value, Open: p.OpenCount, Opened: p.OpenedCount, Closed: p.ClosedCount})
			}
		}
		mostFirst(list)
		*into = list[:min(len(list), partRows)]
	}
	return nil
}

func movers(ctx context.Context, r queries.Runner, report *web.Report, days queries.Days, _ *time.Location) error {
	then := days.First
	if report.HasFlow {
		then = then.AddDate(0, 0, -1) // the month before's end
	}
	up, down, err := queries.ListMovers(ctx, r, then, days.Last, moverRows)
	report.Up, report.Down = moves(up), moves(down)
	return err
}

func moves(rows []queries.Mover) []web.ReportMove {
	list := make([]web.ReportMove, 0, len(rows))
	for _, m := range rows {
		list = append(list, web.ReportMove{TechID: m.TechID, Tech: m.Tech, Then: m.Then, Now: m.Now})
	}
	return list
}

// posted is what the postings of the month ask for, and who posted them.
func posted(ctx context.Context, r queries.Runner, report *web.Report, days queries.Days, zone *time.Location) error {
	isIT := true
	start := func(day time.Time) time.Time {
		return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone)
	}
	f := queries.PostingFilter{Country: "KR", IsIT: &isIT, PostedFrom: start(days.First), PostedBefore: start(days.Last.AddDate(0, 0, 1))}
	var err error
	if report.Posted, err = queries.CountPostings(ctx, r, f); err != nil {
		return err
	}
	shares, err := queries.ListTechShares(ctx, r, f, techRows)
	if err != nil {
		return err
	}
	report.Techs = []web.ReportTech{}
	for _, row := range shares {
		report.Techs = append(report.Techs, web.ReportTech{TechID: row.TechID, Tech: row.Tech, Count: row.PostingCount, Share: row.Share, Low: row.ShareLow, High: row.ShareHigh})
	}
	companies, err := queries.ListCompanies(ctx, r, f, "", queries.Page{Sort: queries.SortCount, Limit: companyRows})
	report.Companies = []web.ReportFirm{}
	for _, row := range companies {
		report.Companies = append(report.Companies, web.ReportFirm{CompanyID: row.CompanyID, Company: row.Company, Count: row.MatchingCount})
	}
	return err
}
