package jobs

import (
	"context"
	"iter"
	"runtime"
	"sync"
)

// chunks groups rows into slices of at most n.
func chunks[T any](rows iter.Seq2[T, error], n int) iter.Seq2[[]T, error] {
	return func(yield func([]T, error) bool) {
		chunk := make([]T, 0, n)
		for row, err := range rows {
			if err != nil {
				yield(nil, err)
				return
			}
			if chunk = append(chunk, row); len(chunk) == n {
				if !yield(chunk, nil) {
					return
				}
				chunk = make([]T, 0, n)
			}
		}
		if len(chunk) > 0 {
			yield(chunk, nil)
		}
	}
}

// inOrder applies work to chunks on every processor and yields the results in the order of
// the input, with a bounded number of chunks in memory. Leaving the loop early stops it.
func inOrder[In, Out any](ctx context.Context, in iter.Seq2[[]In, error], work func([]In) []Out) iter.Seq2[Out, error] {
	type result struct {
		rows []Out
		err  error
	}
	return func(yield func(Out, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var reader sync.WaitGroup
		defer reader.Wait() // the rows' owner may close it as soon as this returns
		defer cancel()
		workers := runtime.GOMAXPROCS(0)
		slots := make(chan struct{}, workers)        // bounds the goroutines
		pending := make(chan chan result, 2*workers) // keeps the order
		reader.Go(func() {
			defer close(pending)
			for chunk, err := range in {
				done := make(chan result, 1)
				select {
				case pending <- done:
				case <-ctx.Done():
					return
				}
				if err != nil {
					done <- result{err: err}
					return
				}
				slots <- struct{}{}
				go func() {
					defer func() { <-slots }()
					done <- result{rows: work(chunk)}
				}()
			}
		})
		for done := range pending {
			r := <-done
			if r.err != nil {
				var zero Out
				yield(zero, r.err)
				return
			}
			for _, row := range r.rows {
				if !yield(row, nil) {
					return
				}
			}
		}
		if ctx.Err() != nil {
			var zero Out
			yield(zero, ctx.Err())
		}
	}
}
