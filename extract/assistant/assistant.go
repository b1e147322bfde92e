package assistant

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"golang.org/x/time/rate"
	"google.golang.org/genai"

	"github.com/techmapit/tmi/extract"
	"github.com/techmapit/tmi/internal/errs"
)

// Defaults of [Options].
const (
	DefaultBaseURL     = "https://generativelanguage.googleapis.com/"
	DefaultModel       = "gemini-3.1-flash-lite"
	DefaultInputPrice  = 0.25 // dollars for a million tokens, of the default model
	DefaultOutputPrice = 1.50
	DefaultMaxTokens   = 3_000_000
	DefaultMaxDollars  = 1.0
	DefaultRate        = 1.0 // requests a second
)

// Options say whom to ask, and how much of it.
type Options struct {
	APIKey      string
	BaseURL     string
	Model       string
	MaxTokens   int64
	MaxDollars  float64
	InputPrice  float64 // dollars for a million tokens
	OutputPrice float64
	Rate        float64       // requests a second
	Timeout     time.Duration // of a call; 0 = a minute
	FirstWait   time.Duration // before the first repetition, doubled from there; 0 = a second
	Extractor   *extract.Extractor
	Logger      *slog.Logger
}

const (
	defaultTimeout   = time.Minute
	defaultFirstWait = time.Second
	longestWait      = time.Minute // before a repetition, whatever the server asks for
	attempts         = 4
	maxOutputTokens  = 2048
	// bytesPerToken is a cautious guess for a call that was made and not accounted for.
	bytesPerToken = 3
)

// Assistant asks Gemini within a budget, which is that of one run. It may be shared by
// goroutines; its calls are made one after the other.
type Assistant struct {
	options Options
	client  *genai.Client
	limiter *rate.Limiter
	budget  *budget
	turn    chan struct{} // holds the one call that may be under way
}

// New prepares the client and asks nothing. errs.Invalid names an option that is off.
func New(ctx context.Context, o Options) (*Assistant, error) {
	if o.APIKey == "" {
		return nil, errs.New(errs.Invalid, "the assistant has no key")
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.FirstWait <= 0 {
		o.FirstWait = defaultFirstWait
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	client, err := genai.NewClient(ctx, &genai.ClientConfig{APIKey: o.APIKey, Backend: genai.BackendGeminiAPI,
		HTTPClient: &http.Client{}, HTTPOptions: genai.HTTPOptions{BaseURL: strings.TrimRight(o.BaseURL, "/") + "/"}})
	if err != nil {
		return nil, errs.New(errs.Invalid, "start the assistant: %w", err)
	}
	return &Assistant{options: o, client: client, limiter: rate.NewLimiter(rate.Limit(o.Rate), 1), turn: make(chan struct{}, 1),
		budget: &budget{maxTokens: o.MaxTokens, maxDollars: o.MaxDollars, inputPrice: o.InputPrice, outputPrice: o.OutputPrice}}, nil
}

// Model is the model that is asked.
func (a *Assistant) Model() string { return a.options.Model }

// Spent is what the run has taken so far.
func (a *Assistant) Spent() Usage { return a.budget.total() }

// Ask asks about one posting. An answer that is none, and a server that gives none after
// some repetitions, are an Answer with a note, not an error. [ErrBudget] ends the asking;
// so does errs.Invalid, for a key or a model that the server does not know.
func (a *Assistant) Ask(ctx context.Context, p extract.Posting) (Answer, error) {
	select {
	case a.turn <- struct{}{}:
		defer func() { <-a.turn }()
	case <-ctx.Done():
		return Answer{}, ctx.Err()
	}
	seen := masked(p)
	doubts := a.options.Extractor.Doubts(seen)
	if len(doubts) == 0 { // what was open stood in what is not sent
		return Answer{Status: StatusAnswered}, nil
	}
	message, err := document(seen, doubts)
	if err != nil {
		return Answer{}, err
	}
	var answer Answer
	response, err := a.call(ctx, message, &answer.Usage)
	switch {
	case errors.Is(err, ErrBudget), errs.Is(err, errs.Invalid), err != nil && ctx.Err() != nil:
		return answer, err
	case errs.Is(err, errs.Unavailable):
		answer.Status, answer.Note = StatusUnavailable, note(err)
		return answer, nil
	case err != nil:
		answer.Status, answer.Note = StatusBad, note(err)
		return answer, nil
	}
	proposals, beyond, err := read(response)
	if err != nil {
		answer.Status, answer.Note = StatusBad, err.Error()
		return answer, nil
	}
	answer.Status = StatusAnswered
	answer.Proposals, answer.Dropped = ground(a.options.Extractor, p, seen, proposals)
	answer.Dropped += beyond
	return answer, nil
}

// call makes the call, and makes it again while that may help and the budget lasts.
func (a *Assistant) call(ctx context.Context, message string, usage *Usage) (*genai.GenerateContentResponse, error) {
	wait := a.options.FirstWait
	var last error
	for attempt := range attempts {
		if attempt > 0 {
			pause := min(max(wait, askedFor(last)), longestWait)
			if err := sleep(ctx, pause/2+rand.N(pause/2+1)); err != nil {
				return nil, err
			}
			wait *= 2
		}
		if err := a.budget.left(); err != nil {
			return nil, err
		}
		if err := a.limiter.Wait(ctx); err != nil {
			return nil, err
		}
		response, err := a.once(ctx, message, attempt > 0, usage)
		if err == nil {
			return response, nil
		}
		if stopped := ctx.Err(); stopped != nil { // the answer may have been quicker than the end
			return nil, fmt.Errorf("%w: %w", stopped, err)
		}
		last = err
		var refused genai.APIError
		if errors.As(err, &refused) {
			switch {
			case refused.Code == http.StatusUnauthorized || refused.Code == http.StatusForbidden || isBadKey(refused):
				return nil, errs.New(errs.Invalid, "the assistant's key is refused (%d): is TMI_GEMINI_API_KEY right?", refused.Code)
			case refused.Code == http.StatusNotFound:
				return nil, errs.New(errs.Invalid, "assistant.model: %s is not known at %s", a.options.Model, a.options.BaseURL)
			case refused.Code < 500 && refused.Code != http.StatusTooManyRequests && refused.Code != http.StatusRequestTimeout:
				return nil, err // of this question alone
			}
		}
		a.options.Logger.Debug("assistant call failed", "attempt", attempt+1, "note", note(err))
	}
	return nil, errs.New(errs.Unavailable, "%w", last)
}

// once makes one call and books it. A call without an account of its tokens is booked by a
// cautious guess, unless the server refused it: those cost nothing.
func (a *Assistant) once(ctx context.Context, message string, isRetry bool, usage *Usage) (*genai.GenerateContentResponse, error) {
	timeout, temperature := a.options.Timeout, float32(0)
	response, err := a.client.Models.GenerateContent(ctx, a.options.Model, genai.Text(message), &genai.GenerateContentConfig{
		HTTPOptions: &genai.HTTPOptions{Timeout: &timeout}, Temperature: &temperature, MaxOutputTokens: maxOutputTokens, CandidateCount: 1,
		SystemInstruction: &genai.Content{Parts: []*genai.Part{{Text: instruction}}}, ResponseMIMEType: "application/json", ResponseSchema: answerSchema,
	})
	var input, output int64
	var refused genai.APIError
	switch {
	case err == nil && response.UsageMetadata != nil:
		u := response.UsageMetadata
		input, output = int64(u.PromptTokenCount)+int64(u.ToolUsePromptTokenCount), int64(u.CandidatesTokenCount)+int64(u.ThoughtsTokenCount)
	case errors.As(err, &refused):
	default:
		input, output = int64(len(instruction)+len(message))/bytesPerToken, maxOutputTokens
	}
	usage.add(a.budget.pay(input, output, isRetry))
	return response, err
}

// isBadKey tells a key that does not exist, which the server answers as any bad request.
func isBadKey(e genai.APIError) bool {
	for _, detail := range e.Details {
		if reason, _ := detail["reason"].(string); reason == "API_KEY_INVALID" {
			return true
		}
	}
	return false
}

// askedFor is the pause that the server asks for, 0 for none.
func askedFor(err error) time.Duration {
	var refused genai.APIError
	if !errors.As(err, &refused) {
		return 0
	}
	for _, detail := range refused.Details {
		if text, ok := detail["retryDelay"].(string); ok {
			if d, err := time.ParseDuration(text); err == nil {
				return d
			}
		}
	}
	return 0
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// note says what went wrong, without what a server wrote: that may hold anything.
func note(err error) string {
	var refused genai.APIError
	switch {
	case errors.As(err, &refused):
		return fmt.Sprintf("the server answered %d %s", refused.Code, http.StatusText(refused.Code))
	case errors.Is(err, context.DeadlineExceeded):
		return "the call took too long"
	}
	return "the call failed or its answer cannot be read"
}
