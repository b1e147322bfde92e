package api

import (
	"context"
	"fmt"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
)

// Answers that need other answers fill all turns at once, and some of what they need is
// asked for by itself as well: nobody waits for ever.
func TestAnswersWithinAnswers(t *testing.T) {
	s := &server{answers: newAnswerCache(1), metrics: newMetrics(nil)}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var group errgroup.Group
	inner := func(ctx context.Context, i int) (int, error) {
		return answerOf(ctx, s, fmt.Sprint("inner", i), func(context.Context) (int, error) {
			time.Sleep(time.Millisecond)
			return i, nil
		})
	}
	for i := range 20 * cap(s.answers.turn) {
		group.Go(func() error {
			got, err := answerOf(ctx, s, fmt.Sprint("outer", i), func(ctx context.Context) (int, error) {
				time.Sleep(time.Millisecond)
				return inner(ctx, i%3)
			})
			if err != nil || got != i%3 {
				return fmt.Errorf("outer %d: %d, %w", i, got, err)
			}
			return nil
		})
		group.Go(func() error {
			got, err := inner(ctx, i%3)
			if err != nil || got != i%3 {
				return fmt.Errorf("inner %d: %d, %w", i, got, err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
}
