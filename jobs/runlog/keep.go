package runlog

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/techmapit/tmi/lake/objects"
)

const (
	prefix = "state/logs/"
	suffix = ".jsonl.gz"
	// maxBytes is how much of a command's log is kept, before it is packed; beyond it
	// warnings and errors are, up to twice as much.
	maxBytes = 4 << 20
	// idleBytes is how much is, of a command of which nobody knows yet whether it runs anything.
	idleBytes = 64 << 10
)

// Kept is the log of one command, in memory until it is saved. It takes records from many
// goroutines; Begin and End are called by one, in this order, once.
type Kept struct {
	mu      sync.Mutex
	lines   bytes.Buffer
	dropped int
	isRun   bool // a line of a run was written
	saved   int  // bytes that the last save held

	store objects.Store
	key   string
	stop  chan struct{}
	ended sync.WaitGroup
}

// Handler keeps records from level on and hands all to next. clean is a [Cleaner].
func (k *Kept) Handler(next slog.Handler, level slog.Level, clean func([]string, slog.Attr) slog.Attr) slog.Handler {
	own := slog.NewJSONHandler((*lineWriter)(k), &slog.HandlerOptions{Level: level, ReplaceAttr: clean})
	return &handler{kept: k, next: next, own: own}
}

// Begin says where the log lies and saves it every so often from then on, so that a command
// that is killed leaves one. id names the command's log and starts with its UTC day as
// run ids do. Only a log with a line of a run is saved.
func (k *Kept) Begin(store objects.Store, id string, every time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.store != nil {
		return
	}
	k.store, k.stop = store, make(chan struct{})
	k.key = prefix + dayOf(id) + "/" + id + suffix
	k.ended.Add(1)
	go func() {
		defer k.ended.Done()
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				_ = k.save(context.Background()) // the next one, or the last, speaks
			case <-k.stop:
				return
			}
		}
	}()
}

// End saves the log for the last time. It does nothing where nothing began.
func (k *Kept) End(ctx context.Context) error {
	if k.stop == nil {
		return nil
	}
	close(k.stop)
	k.ended.Wait()
	k.stop = nil
	return k.save(ctx)
}

func (k *Kept) save(ctx context.Context) error {
	k.mu.Lock()
	lines, dropped := bytes.Clone(k.lines.Bytes()), k.dropped
	isNew := k.isRun && len(lines) != k.saved
	k.mu.Unlock()
	if !isNew {
		return nil
	}
	size := len(lines)
	if dropped > 0 {
		lines = fmt.Appendf(lines, `{"level":"WARN","msg":"lines that are not kept","count":%d}`+"\n", dropped)
	}
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	_, _ = zip.Write(lines) // memory takes all
	_ = zip.Close()
	if _, err := k.store.Put(ctx, k.key, bytes.NewReader(packed.Bytes())); err != nil {
		return fmt.Errorf("keep the log: %w", err)
	}
	k.mu.Lock()
	k.saved = size
	k.mu.Unlock()
	return nil
}

// lineWriter is where the JSON handler writes: one call for each record.
type lineWriter Kept

// Write implements io.Writer.
func (w *lineWriter) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	isLoud := bytes.Contains(line, []byte(`"level":"WARN"`)) || bytes.Contains(line, []byte(`"level":"ERROR"`))
	limit := maxBytes
	if w.store == nil {
		limit = idleBytes
	}
	if n := w.lines.Len() + len(line); n > 2*limit || n > limit && !isLoud {
		w.dropped++
		return len(line), nil
	}
	w.isRun = w.isRun || bytes.Contains(line, []byte(`"run_id":"`))
	return w.lines.Write(line)
}

// handler gives each record to two.
type handler struct {
	kept *Kept
	next slog.Handler
	own  slog.Handler
}

// Enabled implements [slog.Handler].
func (h *handler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.own.Enabled(ctx, level) || h.next.Enabled(ctx, level)
}

// Handle implements [slog.Handler].
func (h *handler) Handle(ctx context.Context, r slog.Record) error {
	if h.own.Enabled(ctx, r.Level) {
		if err := h.own.Handle(ctx, r); err != nil {
			return err
		}
	}
	if h.next.Enabled(ctx, r.Level) {
		return h.next.Handle(ctx, r)
	}
	return nil
}

// WithAttrs implements [slog.Handler].
func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &handler{kept: h.kept, next: h.next.WithAttrs(attrs), own: h.own.WithAttrs(attrs)}
}

// WithGroup implements [slog.Handler].
func (h *handler) WithGroup(name string) slog.Handler {
	return &handler{kept: h.kept, next: h.next.WithGroup(name), own: h.own.WithGroup(name)}
}
