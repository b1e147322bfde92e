package main

import (
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // calendar days need it where the machine has none

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/boards"
)

// settings are tmi's, of the same names, from the environment alone.
type settings struct {
	environ       map[string]string
	lakeURI       string
	zone          *time.Location
	queueURL      string // hears of each run's end
	sliceQueueURL string // gets the events of slices that are not at their end
	dedupURI      string
	contact       string
	encryption    objects.Encryption
}

func readSettings(environ []string) (s settings, err error) {
	s.environ = map[string]string{}
	for _, line := range environ {
		if name, value, _ := strings.Cut(line, "="); strings.HasPrefix(name, "TMI_") {
			s.environ[name] = value
		}
	}
	s.lakeURI, s.queueURL, s.sliceQueueURL, s.dedupURI, s.contact = s.environ["TMI_LAKE_URI"], s.environ["TMI_QUEUE_URL"], s.environ["TMI_SLICE_QUEUE_URL"], s.environ["TMI_DEDUP_URI"], s.environ["TMI_CONTACT"]
	s.encryption = objects.Encryption{Kind: s.environ["TMI_S3_ENCRYPTION"], KeyID: s.environ["TMI_S3_ENCRYPTION_KEY"]}
	if s.lakeURI == "" {
		return s, errs.New(errs.Invalid, "TMI_LAKE_URI is not set, expected s3://bucket/prefix")
	}
	zone := s.environ["TMI_LAKE_TIMEZONE"]
	if zone == "" {
		zone = "Asia/Seoul"
	}
	if s.zone, err = time.LoadLocation(zone); err != nil {
		return s, errs.New(errs.Invalid, "TMI_LAKE_TIMEZONE: %w", err)
	}
	if s.queueURL != "" && s.queueURL == s.sliceQueueURL {
		return s, errs.New(errs.Invalid, "TMI_QUEUE_URL and TMI_SLICE_QUEUE_URL are one queue, expected two: this function reads the second alone")
	}
	return s, nil
}

// boardSettings are one board's, of TMI_SOURCES_<NAME>_….
type boardSettings struct {
	sources.Settings
	rate        float64
	concurrency int
}

func (s settings) board(name string) (board sources.Board, b boardSettings, err error) {
	if board, err = boards.ByName(name); err != nil {
		return board, b, errs.New(errs.Invalid, "source is %q, which is no board", name)
	}
	prefix := "TMI_SOURCES_" + strings.ToUpper(name) + "_"
	text := func(key string) string { return strings.TrimSpace(s.environ[prefix+key]) }
	b = boardSettings{Settings: board.Settings, rate: 1, concurrency: 2}
	if text("BASE_URL") != "" {
		b.BaseURL = strings.TrimRight(text("BASE_URL"), "/")
	}
	if text("BOARDS") != "" {
		b.Boards = strings.Split(text("BOARDS"), ",")
	}
	if text("THREADS") != "" {
		b.Threads = strings.Split(text("THREADS"), ",")
	}
	b.Key = text("KEY")
	if rate := text("RATE"); rate != "" {
		if b.rate, err = strconv.ParseFloat(rate, 64); err != nil || !(b.rate > 0) {
			return board, b, errs.New(errs.Invalid, "%sRATE is %q, expected requests a second, more than 0", prefix, rate)
		}
	}
	if n := text("CONCURRENCY"); n != "" {
		if b.concurrency, err = strconv.Atoi(n); err != nil || b.concurrency < 1 {
			return board, b, errs.New(errs.Invalid, "%sCONCURRENCY is %q, expected requests at once, 1 or more", prefix, n)
		}
	}
	isAccepted, _ := strconv.ParseBool(text("TERMS_ACCEPTED"))
	switch {
	case board.IsArchive:
		return board, b, errs.New(errs.Invalid, "%s cannot be asked (any more)", name)
	case !board.IsAllowed && (!isAccepted || text("TERMS_ACCEPTED_BY") == "" || text("TERMS_ACCEPTED_AT") == ""):
		return board, b, errs.New(errs.Invalid, "%s is not asked before %sTERMS_ACCEPTED, _BY and _AT say who accepted its terms, and when", name, prefix)
	case board.NeedsKey && b.Key == "":
		return board, b, errs.New(errs.Invalid, "%s is not asked without %sKEY", name, prefix)
	case board.NeedsBoards && len(b.Boards) == 0:
		return board, b, errs.New(errs.Invalid, "%s is not asked without %sBOARDS", name, prefix)
	}
	return board, b, nil
}
