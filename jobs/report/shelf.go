package report

import (
	"cmp"
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/web"
)

const folder = "reports/"

// Shelf is where reports are kept; goroutines may share it.
type Shelf struct {
	Objects objects.Store
}

// fileName is what a reader may ask for by name.
var fileName = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}\.(ko|en)\.(html|pdf)$`)

// Reports lists the names of what is on the shelf, newest month first.
func (s Shelf) Reports(ctx context.Context) ([]string, error) {
	var names []string
	for info, err := range s.Objects.List(ctx, folder) {
		if err != nil {
			return nil, err
		}
		names = append(names, strings.TrimPrefix(info.Key, folder))
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Compare(b, a) })
	return names, nil
}

// Report reads a month's report; errs.NotFound if there is none.
func (s Shelf) Report(ctx context.Context, month string) (*web.Report, error) {
	if _, err := time.Parse(monthLayout, month); err != nil {
		return nil, errs.New(errs.NotFound, "there is no report %q: months are written 2026-10", month)
	}
	data, err := objects.ReadAll(ctx, s.Objects, folder+month+".json")
	if err != nil {
		return nil, err
	}
	report := &web.Report{}
	if err := json.Unmarshal(data, report); err != nil {
		return nil, errs.New(errs.Corrupt, "read report %s: %w", month, err)
	}
	return report, nil
}

// File reads a report's file to keep, such as 2026-10.ko.pdf; errs.NotFound if there is none.
func (s Shelf) File(ctx context.Context, name string) ([]byte, error) {
	if !fileName.MatchString(name) {
		return nil, errs.New(errs.NotFound, "there is no report file %q", name)
	}
	return objects.ReadAll(ctx, s.Objects, folder+name)
}

func (s Shelf) put(ctx context.Context, name string, data []byte) (int64, error) {
	_, err := objects.WriteAll(ctx, s.Objects, folder+name, data)
	return int64(len(data)), err
}

// mostFirst orders parts by their open postings, ties by code.
func mostFirst(parts []web.ReportPart) {
	slices.SortFunc(parts, func(a, b web.ReportPart) int {
		return cmp.Or(cmp.Compare(b.Open, a.Open), cmp.Compare(a.Code, b.Code))
	})
}
