package assistant

import (
	"errors"
	"sync"
)

// ErrBudget says that the run has spent what it may: nothing more is asked.
var ErrBudget = errors.New("the assistant's budget for this run is spent")

// tokensPerPrice is what prices are of.
const tokensPerPrice = 1_000_000

// Usage is what calls took.
type Usage struct {
	Requests     int64 // calls made, those that failed included
	Retries      int64 // of them, repetitions
	InputTokens  int64
	OutputTokens int64 // those of the model's thinking included
	Dollars      float64
}

func (u *Usage) add(more Usage) {
	u.Requests += more.Requests
	u.Retries += more.Retries
	u.InputTokens += more.InputTokens
	u.OutputTokens += more.OutputTokens
	u.Dollars += more.Dollars
}

// budget is a run's purse. It is safe for concurrent use.
type budget struct {
	maxTokens               int64
	maxDollars              float64
	inputPrice, outputPrice float64 // dollars for a million tokens

	mu    sync.Mutex
	spent Usage
}

// left refuses, with [ErrBudget], a call when the purse is empty.
func (b *budget) left() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.spent.InputTokens+b.spent.OutputTokens >= b.maxTokens || b.spent.Dollars >= b.maxDollars {
		return ErrBudget
	}
	return nil
}

// pay books one call and returns what it took.
func (b *budget) pay(input, output int64, isRetry bool) Usage {
	u := Usage{Requests: 1, InputTokens: input, OutputTokens: output, Dollars: (float64(input)*b.inputPrice + float64(output)*b.outputPrice) / tokensPerPrice}
	if isRetry {
		u.Retries = 1
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spent.add(u)
	return u
}

func (b *budget) total() Usage {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.spent
}
