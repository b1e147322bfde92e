package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/techmapit/tmi/extract"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/search"
	"github.com/techmapit/tmi/web"
)

// Reader hands out the newest published set.
type Reader interface {
	// Acquire pins the newest published set until its Release. It is errs.NotFound while
	// nothing is published. It is called for every request, so it must be cheap where the
	// set has not changed.
	Acquire(ctx context.Context) (Pinned, error)
}

// Pinned is a published set, open for reading; goroutines may share it.
type Pinned interface {
	queries.Runner
	Published() Published
	Release()
}

// Published says which set an answer was read from.
type Published struct {
	Seq       int64
	At        time.Time        // when it was published
	Snapshots map[string]int64 // snapshot id by table name
	View      string           // tells ways of reading one set apart, as where postings are hidden; part of ETags
}

// Dictionary knows the technologies; *extract.Dictionary is one.
type Dictionary interface {
	ByID(id string) (extract.Entry, bool)
	Resolve(text string) (extract.Entry, bool) // by id, name or alias
}

// What the public sees of a posting's text.
const (
	PublishFacts   = "facts"   // no words of it
	PublishExcerpt = "excerpt" // for each technology the sentence that proves it, up to 200 characters
	PublishFull    = "full"    // all of it
)

// Options are what [New] needs; the fields without a default must be set.
type Options struct {
	Reader     Reader
	Dictionary Dictionary
	Techs      []extract.Entry // the dictionary's entries
	// RolesOf reads the roles that a search names, none where it says no more than "engineer";
	// nil = searches name none.
	RolesOf func(text string) []string
	Sources []string // names that the source filter takes; nil = any word
	IsDemo  bool     // the lake holds demo data: every answer and page says so
	// PublishPolicy says what the public sees of a source's texts; nil = excerpt for all.
	PublishPolicy func(source string) string
	Now           func() time.Time // nil = time.Now
	Location      *time.Location   // whose calendar days dates are; nil = Asia/Seoul
	Logger        *slog.Logger     // nil = slog.Default
	Version       string           // of the binary
	RatePerSecond float64          // requests of one client; 0 = 600, negative = no limit
	Origins       []string         // sites whose pages may ask the API (CORS), as https://host; "*" = all; nil = none
	Proxies       []netip.Prefix   // of proxies whose X-Forwarded-For says who the client is; nil = none
	Timeout       time.Duration    // of one request's work; 0 = 15 s
	ExportTimeout time.Duration    // of one export; 0 = 55 s
	CacheAnswers  int              // answers kept; 0 = 512
	SQL           *SQLOptions      // nil = there is no SQL door
	Contact       string           // of whoever runs the site, for takedown requests; empty = the page says that there is none
	Reports       Reports          // nil = there are none
	Analyzer      Analyzer         // nil = there is no page to analyze a text
	Traffic       *Traffic         // counts the requests; nil = nobody asks
	// Machine tells /metrics how full the machine's disks are; nil = nothing of it is told.
	Machine prometheus.Collector
}

func (o *Options) fill() error {
	var faults []error
	if o.Reader == nil {
		faults = append(faults, errors.New("api: option Reader is missing"))
	}
	if o.Dictionary == nil || len(o.Techs) == 0 {
		faults = append(faults, errors.New("api: options Dictionary and Techs are missing"))
	}
	if o.PublishPolicy == nil {
		o.PublishPolicy = func(string) string { return PublishExcerpt }
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Location == nil {
		var err error
		if o.Location, err = time.LoadLocation("Asia/Seoul"); err != nil {
			faults = append(faults, err)
		}
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.RatePerSecond == 0 {
		o.RatePerSecond = 600
	}
	if o.Timeout == 0 {
		o.Timeout = 15 * time.Second
	}
	if o.ExportTimeout == 0 {
		o.ExportTimeout = 55 * time.Second
	}
	if o.CacheAnswers == 0 {
		o.CacheAnswers = 512
	}
	return errors.Join(faults...)
}

// server holds what requests share.
type server struct {
	Options
	answers *answerCache
	speller *search.Names
	metrics *metrics
	site    *web.Site
}

// New builds the handler of everything that tmi serve answers. It starts nothing; the
// caller owns the listener and its shutdown.
func New(o Options) (http.Handler, error) {
	if err := o.fill(); err != nil {
		return nil, err
	}
	site, err := web.New()
	if err != nil {
		return nil, err
	}
	s := &server{Options: o, answers: newAnswerCache(o.CacheAnswers), speller: newSpeller(&o), metrics: newMetrics(o.Machine), site: site}
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.HandleMethodNotAllowed = true
	engine.RedirectTrailingSlash = false
	engine.Use(s.protect()...)
	engine.NoRoute(s.notFound)
	engine.NoMethod(s.notAllowed)
	spec := s.routes(engine)
	s.exports(engine, spec)
	s.sqlDoor(engine, spec)
	s.probes(engine)
	s.pages(engine, spec)
	return headAsGet(engine), nil
}
