package assistant

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"google.golang.org/genai"

	"github.com/techmapit/tmi/extract"
)

// How asking about a posting ended.
const (
	StatusAnswered    = "answered"
	StatusBad         = "bad"         // what came back is no answer; asking again would bring the same
	StatusUnavailable = "unavailable" // nothing came back, repetitions included
)

// Answer is what asking about one posting brought. Every proposal stands in the posting's
// text at its offsets.
type Answer struct {
	Status    string
	Note      string // why it is not answered; no text of a posting or a model
	Proposals []extract.Mention
	Dropped   int // proposals that stand nowhere in the text, or name nothing there
	Usage     Usage
}

// mostProposals is how many proposals of an answer are read.
const mostProposals = 60

// reply is the document that the model sends.
type reply struct {
	Technologies *[]struct {
		Surface string `json:"surface"`
		Section string `json:"section"`
		Start   *int   `json:"start"`
		End     *int   `json:"end"`
	} `json:"technologies"`
}

// read takes the model's text for what it points at.
func read(response *genai.GenerateContentResponse) (proposals []extract.Mention, beyond int, err error) {
	if f := response.PromptFeedback; f != nil && f.BlockReason != "" {
		return nil, 0, fmt.Errorf("the question was blocked: %s", oneWord(string(f.BlockReason)))
	}
	if len(response.Candidates) == 0 || response.Candidates[0].Content == nil {
		return nil, 0, errors.New("the answer is empty")
	}
	if reason := response.Candidates[0].FinishReason; reason != genai.FinishReasonStop && reason != "" {
		return nil, 0, fmt.Errorf("the answer ended early: %s", oneWord(string(reason)))
	}
	var text strings.Builder
	for _, part := range response.Candidates[0].Content.Parts {
		if part != nil && !part.Thought {
			text.WriteString(part.Text)
		}
	}
	var r reply
	decoder := json.NewDecoder(strings.NewReader(text.String()))
	if err := decoder.Decode(&r); err != nil {
		return nil, 0, errors.New("the answer is no JSON of the schema")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, 0, errors.New("the answer goes on after its JSON")
	}
	if r.Technologies == nil {
		return nil, 0, errors.New("the answer has no list of technologies")
	}
	for i, t := range *r.Technologies {
		if i == mostProposals {
			return proposals, len(*r.Technologies) - i, nil
		}
		m := extract.Mention{Section: t.Section, Surface: t.Surface, Start: -1, End: -1}
		if t.Start != nil && t.End != nil {
			m.Start, m.End = *t.Start, *t.End
		}
		proposals = append(proposals, m)
	}
	return proposals, 0, nil
}

// oneWord is a reason out of an answer: capitals and underscores alone.
func oneWord(reason string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r == '_' {
			return r
		}
		return -1
	}, reason)
}

// ground keeps what stands in the posting. The model saw the masked text; what it points at
// must stand in the posting's own text too, at offsets of that.
func ground(x *extract.Extractor, own, seen extract.Posting, proposals []extract.Mention) (grounded []extract.Mention, dropped int) {
	taken := map[extract.Mention]bool{}
	for _, m := range proposals {
		_, m, standing := x.Pointed(seen, m)
		if standing >= extract.PointsAtName {
			_, m, standing = x.Pointed(own, m)
		}
		if standing < extract.PointsAtName {
			dropped++
			continue
		}
		if !taken[m] {
			taken[m] = true
			grounded = append(grounded, m)
		}
	}
	return grounded, dropped
}
