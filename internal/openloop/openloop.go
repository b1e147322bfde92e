package openloop

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Question is one GET.
type Question struct {
	Kind string // what it is reported under
	Path string // with its query
}

// Load says what to ask, and how often.
type Load struct {
	Client *http.Client
	Base   string // http://host:port
	Rate   int    // questions a second
	For    time.Duration
	Ask    func(i int) Question
	// Check looks at an answer; an error counts as a fault. nil = anything but 200 is one. Several
	// are checked at a time.
	Check func(q Question, answer *http.Response, body []byte) error
}

// Result is how the questions of a kind were answered.
type Result struct {
	Took   []time.Duration // from when each was due, shortest first; faults too
	Faults int
	Fault  string // the first
}

// At is the latency that a share of the answers did not exceed, in thousandths.
func (r *Result) At(thousandths int) time.Duration {
	if len(r.Took) == 0 {
		return 0
	}
	return r.Took[min(len(r.Took)*thousandths/1000, len(r.Took)-1)]
}

// Run asks until the time is over or the context ends, waits for all answers, and gives them
// by kind.
func (l Load) Run(ctx context.Context) map[string]*Result {
	results := map[string]*Result{}
	var mu sync.Mutex
	var wait sync.WaitGroup
	began := time.Now()
	for i := range int(l.For.Seconds() * float64(l.Rate)) {
		due := began.Add(time.Duration(i) * time.Second / time.Duration(l.Rate))
		select {
		case <-ctx.Done():
		case <-time.After(time.Until(due)):
		}
		if ctx.Err() != nil {
			break
		}
		q := l.Ask(i)
		wait.Go(func() {
			err := l.ask(q)
			took := time.Since(due)
			mu.Lock()
			defer mu.Unlock()
			r := results[q.Kind]
			if r == nil {
				r = &Result{}
				results[q.Kind] = r
			}
			r.Took = append(r.Took, took)
			if err != nil {
				if r.Faults++; r.Faults == 1 {
					r.Fault = err.Error()
				}
			}
		})
	}
	wait.Wait()
	for _, r := range results {
		slices.Sort(r.Took)
	}
	return results
}

func (l Load) ask(q Question) error {
	asked, err := http.NewRequest(http.MethodGet, l.Base+q.Path, nil) //nolint:noctx // questions end with the client's timeout, also when no more are asked
	if err != nil {
		return err
	}
	answer, err := l.Client.Do(asked)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(answer.Body)
	if closing := answer.Body.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return fmt.Errorf("%s: %w", q.Path, err)
	}
	if l.Check != nil {
		return l.Check(q, answer, body)
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", q.Path, answer.Status)
	}
	return nil
}
