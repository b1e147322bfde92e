package replica

import (
	"slices"
	"sync"
	"time"
	_ "time/tzdata" // Greenhouse tells its times in New York's zone

	"github.com/techmapit/tmi/internal/errs"
)

// KST is the zone of the Korean boards' naive times.
var KST = time.FixedZone("KST", 9*60*60)

var newYork = func() *time.Location {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		panic(err) // tzdata is embedded
	}
	return zone
}()

// Bounds of [Config.Postings].
const (
	MinPostings = 1
	MaxPostings = 4_000_000
)

// Config says which world to play.
type Config struct {
	Seed     int64
	Postings int       // how many postings there are in all, over all days and boards
	Days     int       // simulated days
	Start    time.Time // cut to its day's beginning in KST; zero = 2026-03-02
	Faults   []Fault   // what goes wrong on the boards' side, and when; none by default
}

// World is what the boards of a config show at every instant. It is immutable but for
// caches, and safe for concurrent use.
type World struct {
	config   Config
	seed     uint64
	start    time.Time
	jobs     []jobRow
	postings []posting // by board, and by the time they opened within it
	boards   []*board  // Jumpit, Rallit, the Greenhouse tokens, the threads
	byToken  map[string]*board
	threads  []*board // oldest first
	stories  []story  // everything that the account submitted, oldest first
}

// source is a job board, small.
type source uint8

const (
	srcJumpit source = iota
	srcRallit
	srcGreenhouse
	srcHN
)

// Names of the sources, as in the config of the collector.
var sourceNames = [...]string{srcJumpit: "jumpit", srcRallit: "rallit", srcGreenhouse: "greenhouse", srcHN: "hn"}

func (s source) String() string { return sourceNames[s] }

// Keys that keep the dice of different questions apart.
const (
	saltCompany uint64 = iota + 1
	saltNames
	saltLegal
	saltPlan
	saltJob
	saltStyle
	saltPosting
	saltTime
	saltIDs
	saltCounter
	saltNoise
	saltSibling
	saltFault
	saltRank
	saltBoilerplate
	saltContact
)

// board is one list of a source: all of Jumpit, all of Rallit, a Greenhouse token, a thread.
type board struct {
	source    source
	number    int
	name      string // Greenhouse token or thread id; empty for the others
	company   int    // of a Greenhouse token
	low, high int    // its postings are World.postings[low:high]
	closesAt  int32  // second from which the board answers that it does not exist
	story     story  // of a thread

	mu    sync.Mutex
	shown snapshot // of the last instant asked for
}

// New makes the world of a config. The error is errs.Invalid for a config out of bounds.
func New(c Config) (*World, error) {
	if c.Postings < MinPostings || c.Postings > MaxPostings {
		return nil, errs.New(errs.Invalid, "replica: postings is %d, expected %d to %d", c.Postings, MinPostings, MaxPostings)
	}
	if c.Days < 1 || c.Days > 3660 {
		return nil, errs.New(errs.Invalid, "replica: days is %d, expected 1 to 3660", c.Days)
	}
	if c.Start.IsZero() {
		c.Start = time.Date(2026, 3, 2, 0, 0, 0, 0, KST)
	}
	year, month, day := c.Start.In(KST).Date()
	w := &World{config: c, seed: uint64(c.Seed), start: time.Date(year, month, day, 0, 0, 0, 0, KST), byToken: map[string]*board{}}
	w.plan()
	return w, nil
}

// Start returns the first instant of the first day.
func (w *World) Start() time.Time { return w.start.UTC() }

// End returns the first instant after the last day.
func (w *World) End() time.Time { return w.instant(w.lastSecond()) }

// Boards lists the Greenhouse tokens, those that close one day included.
func (w *World) Boards() []string {
	var tokens []string
	for _, b := range w.boards {
		if b.source == srcGreenhouse {
			tokens = append(tokens, b.name)
		}
	}
	return tokens
}

// Threads lists the ids of the "Who is hiring" threads that a collector would read at the
// instant, newest first: the newest, and those whose thirty days are not over for two days.
func (w *World) Threads(at time.Time) []string {
	var ids []string
	now := w.second(at)
	for _, b := range slices.Backward(w.threads) {
		if b.story.at <= now && (len(ids) == 0 || now < b.story.at+threadLife+2*day) {
			ids = append(ids, b.name)
		}
	}
	return ids
}

// never is a second that does not come.
const never = int32(1<<31 - 1)

const (
	hour = int32(3600)
	day  = 24 * hour
)

// second counts from the world's start; instant is its inverse.
func (w *World) second(at time.Time) int32 {
	seconds := int64(at.Sub(w.start) / time.Second)
	if at.Before(w.start) && at.Sub(w.start)%time.Second != 0 {
		seconds--
	}
	return int32(max(min(seconds, int64(never)-1), -int64(never)))
}

func (w *World) instant(second int32) time.Time {
	return w.start.Add(time.Duration(second) * time.Second).UTC()
}

func (w *World) lastSecond() int32 { return int32(w.config.Days) * day }
