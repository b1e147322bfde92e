package main

import (
	"context"

	"github.com/techmapit/tmi/extract"
	"github.com/techmapit/tmi/extract/assistant"
	"github.com/techmapit/tmi/jobs"
)

// AssistantConfig is the part of the language model that is asked about doubtful postings.
// It is off without a key.
type AssistantConfig struct {
	Model       string  `koanf:"model"`
	BaseURL     string  `koanf:"base_url"`
	MaxTokens   int64   `koanf:"max_tokens"`   // a run may take
	MaxDollars  float64 `koanf:"max_dollars"`  // a run may cost
	InputPrice  float64 `koanf:"input_price"`  // dollars for a million tokens
	OutputPrice float64 `koanf:"output_price"` // dollars for a million tokens
	Rate        float64 `koanf:"rate"`         // requests a second
}

func defaultAssistant() AssistantConfig {
	return AssistantConfig{Model: assistant.DefaultModel, BaseURL: assistant.DefaultBaseURL, MaxTokens: assistant.DefaultMaxTokens, MaxDollars: assistant.DefaultMaxDollars,
		InputPrice: assistant.DefaultInputPrice, OutputPrice: assistant.DefaultOutputPrice, Rate: assistant.DefaultRate}
}

// assistant is the one of this run, nil without a key.
func (a *app) assistant(extractor *extract.Extractor) (jobs.Asker, error) {
	if a.config.GeminiAPIKey == "" {
		return nil, nil
	}
	c := a.config.Assistant
	asker, err := assistant.New(context.Background(), assistant.Options{APIKey: a.config.GeminiAPIKey, BaseURL: c.BaseURL, Model: c.Model, MaxTokens: c.MaxTokens,
		MaxDollars: c.MaxDollars, InputPrice: c.InputPrice, OutputPrice: c.OutputPrice, Rate: c.Rate, Extractor: extractor, Logger: a.logger})
	if err != nil {
		return nil, err
	}
	return asker, nil
}
