package schemas

// Nuisance names one way in which a board, a page or the network kept a document from
// being had at once. The names stand in run.json, metrics and the docs, and never change
// their meaning.
type Nuisance string

// Nuisances of an attempt: one request went out and no usable answer came back. Each
// attempt counts under one name at most.
const (
	NuisanceBlocked       Nuisance = "blocked"        // a page that keeps crawlers out, at whatever status
	NuisanceThrottled     Nuisance = "throttled"      // 429, or a 503 that names a time to come back
	NuisanceServerError   Nuisance = "server_error"   // any other 5xx, 408, 425
	NuisanceRefused       Nuisance = "refused"        // a status that says no for good (402, 405, 451 …)
	NuisanceTimeout       Nuisance = "timeout"        // not over in time: no headers, or a body that drips
	NuisanceConnection    Nuisance = "connection"     // no such name, refused, reset, hung up before the headers, no HTTP
	NuisanceCutShort      Nuisance = "cut_short"      // the body ended before its promised end, or its chunks made no sense
	NuisanceEmpty         Nuisance = "empty"          // status 200 and no body where a document was asked for
	NuisanceGarbled       Nuisance = "garbled"        // no JSON where JSON was asked for
	NuisanceWrongEncoding Nuisance = "wrong_encoding" // packed in a way that was not asked for, not packed as it says, or JSON that is no UTF-8
	NuisanceTooLarge      Nuisance = "too_large"      // a body above the limit on the wire; an endless one too
	NuisanceBomb          Nuisance = "bomb"           // a packed body that passes the limit only when unpacked
	NuisanceOffHost       Nuisance = "redirect_off_host"
	NuisancePrivate       Nuisance = "private_address" // a name or a redirect that leads to an address that is not public
	NuisanceRedirectLoop  Nuisance = "redirect_loop"   // more than five redirects in a row
	NuisanceUnasked304    Nuisance = "unasked_304"     // "not modified" to a question without conditions
	NuisanceRobotsHuge    Nuisance = "robots_too_large"
)

// Nuisances of a document that was not asked for, or not asked for again.
const (
	NuisanceRobotsForbidden   Nuisance = "robots_forbidden"   // robots.txt forbids the address
	NuisanceRobotsUnavailable Nuisance = "robots_unavailable" // robots.txt could not be had, which means no
	NuisanceForeignAddress    Nuisance = "foreign_address"    // the address is on a host that this source does not ask
	NuisanceLongPause         Nuisance = "long_pause"         // the host asked for a longer pause than a run waits
	NuisanceLeftAlone         Nuisance = "left_alone"         // the host failed many times in a row and is not asked for a while
)

// Nuisances counts by name; a name that did not happen is absent. nil counts nothing and
// may be read.
type Nuisances map[Nuisance]int

// Since is what was counted after before was.
func (n Nuisances) Since(before Nuisances) Nuisances {
	since := Nuisances{}
	for name, count := range n {
		if count -= before[name]; count != 0 {
			since[name] = count
		}
	}
	return since
}

// Add adds other's counts to n, which must not be nil.
func (n Nuisances) Add(other Nuisances) {
	for name, count := range other {
		n[name] += count
	}
}
