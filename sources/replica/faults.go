package replica

import "time"

// FaultKind says what goes wrong on the board's side.
type FaultKind string

// The faults. All but [FaultBroken] and [FaultFlaky] spoil every answer that they concern.
const (
	FaultDown     FaultKind = "down"     // 503 with Retry-After to everything
	FaultBlock    FaultKind = "block"    // 200 with an HTML page that says "Just a moment..."
	FaultTruncate FaultKind = "truncate" // promises the whole body, sends half of it, hangs up
	FaultEmpty    FaultKind = "empty"    // lists answer well and name no posting
	FaultCut      FaultKind = "cut"      // lists name only the first Share of their rows, and their total agrees
	FaultShort    FaultKind = "short"    // the same, but the total (where the board gives one) is the whole
	FaultNoBoard  FaultKind = "no_board" // a Greenhouse token answers 404
	FaultFlaky    FaultKind = "flaky"    // Share of the requests get 429, 500, half a body or an HTML page
	FaultBroken   FaultKind = "broken"   // Share of the postings are served with a value of a wrong type
)

// Fault is one thing that goes wrong over a span of time. It changes what is answered,
// never the truth.
type Fault struct {
	Kind     FaultKind
	Source   string    // name of the source; empty = all
	List     string    // Greenhouse token or thread id; empty = all lists of the source
	From, To time.Time // half-open; a zero end is open
	Share    float64   // of rows, requests or postings, see the kinds
}

// active returns the fault of the kind that concerns the board at the instant, or nil. A
// nil board stands for requests that name no list.
func (w *World) active(kind FaultKind, src source, b *board, now int32) *Fault {
	for i := range w.config.Faults {
		f := &w.config.Faults[i]
		if f.Kind != kind || f.Source != "" && f.Source != src.String() || f.List != "" && (b == nil || f.List != b.name) {
			continue
		}
		if !f.From.IsZero() && now < w.second(f.From) || !f.To.IsZero() && now >= w.second(f.To) {
			continue
		}
		return f
	}
	return nil
}

// PlantFaults returns a schedule of n faults that an honest life cycle must survive without
// closing a posting wrongly: outages, block pages, empty, cut and short lists and half
// bodies, each of one to three days on one source, spread over the days of the world after
// the first three.
func PlantFaults(seed int64, start time.Time, days, n int) []Fault {
	d := newDice(uint64(seed), saltFault)
	kinds := []FaultKind{FaultDown, FaultBlock, FaultEmpty, FaultCut, FaultShort, FaultTruncate}
	faults := make([]Fault, 0, n)
	for range n {
		from := start.AddDate(0, 0, 3+d.below(max(1, days-4)))
		faults = append(faults, Fault{Kind: pick(&d, kinds), Source: pick(&d, sourceNames[:]), From: from,
			To: from.AddDate(0, 0, d.between(1, 3)), Share: 0.2 + 0.6*d.share()})
	}
	return faults
}
