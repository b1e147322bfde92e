package replica

// snapshot is what a list names over a span in which nothing enters or leaves it.
type snapshot struct {
	from, to int32
	open     []uint32 // indexes into World.postings, newest first
	isFilled bool
}

// open returns what the board lists at the second, newest first; for a thread, every
// comment so far. The slice is shared: callers only read it.
//
// One pass over the board's postings serves every page until something enters or leaves.
func (w *World) open(b *board, now int32) []uint32 {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.shown.isFilled && now >= b.shown.from && now < b.shown.to {
		return b.shown.open
	}
	s := snapshot{from: -never, to: never, isFilled: true}
	event := func(at int32) {
		if at > now {
			s.to = min(s.to, at)
		} else {
			s.from = max(s.from, at)
		}
	}
	event(b.closesAt)
	for i := b.high - 1; i >= b.low; i-- {
		p := &w.postings[i]
		event(p.opened)
		isShown := now >= p.opened
		if b.source != srcHN {
			event(p.gone)
			event(p.back)
			event(p.closed)
			isShown = p.openAt(now) && now < b.closesAt
		}
		if isShown {
			s.open = append(s.open, uint32(i))
		}
	}
	b.shown = s
	return s.open
}
