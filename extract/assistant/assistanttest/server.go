// Package assistanttest plays the Gemini API on a port of this machine for tests: it reads
// the documents that the assistant sends and answers them, rightly or with faults.
package assistanttest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// Mention is what an answer points at.
type Mention struct {
	Section string `json:"section"`
	Start   int    `json:"start"`
	End     int    `json:"end"`
	Surface string `json:"surface"`
}

// Section is a text that was sent.
type Section struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Question is what the assistant asked.
type Question struct {
	Number      int // 1 for the first call that came
	Key         string
	Path        string
	Instruction string
	Message     string // the document as sent
	Sections    []Section
	Doubts      []Mention
}

// Reply is what the server sends back. The zero Reply is an empty list of technologies.
type Reply struct {
	Technologies []Mention
	Text         string        // the model's text, in place of the list
	Finish       string        // why the model stopped; "" = STOP
	Status       int           // an HTTP status other than 200, with an error of the API's form
	RetryDelay   string        // of an error
	Body         string        // the whole body, in place of all that
	Abort        bool          // the connection ends without an answer
	Pause        time.Duration // before anything is sent
	InputTokens  int64         // 0 = a quarter of the document's bytes
	OutputTokens int64         // 0 = a quarter of the answer's bytes
	Unaccounted  bool          // the answer says nothing of tokens
}

// Server plays the API.
type Server struct {
	URL string

	reply func(Question) Reply
	mu    sync.Mutex
	asked []Question
	spent []int64 // tokens of each call that the server charges for
}

// New starts a server that answers as reply says, which may be called by many goroutines.
// It ends with the test.
func New(t testing.TB, reply func(Question) Reply) *Server {
	t.Helper()
	s := &Server{reply: reply}
	server := httptest.NewServer(s)
	s.URL = server.URL
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return s
}

// Asked are the calls so far.
func (s *Server) Asked() []Question {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Question(nil), s.asked...)
}

// Charged are the tokens of each call that the server charges for.
func (s *Server) Charged() []int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]int64(nil), s.spent...)
}

type content struct {
	Parts []struct {
		Text string `json:"text"`
	} `json:"parts"`
}

func (c content) text() string {
	var b strings.Builder
	for _, p := range c.Parts {
		b.WriteString(p.Text)
	}
	return b.String()
}

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	var sent struct {
		Contents          []content `json:"contents"`
		SystemInstruction content   `json:"systemInstruction"`
	}
	q := Question{Key: r.Header.Get("X-Goog-Api-Key"), Path: r.URL.Path}
	if err := json.Unmarshal(body, &sent); err != nil || len(sent.Contents) != 1 {
		http.Error(w, "expected one content", http.StatusBadRequest)
		return
	}
	q.Instruction, q.Message = sent.SystemInstruction.text(), sent.Contents[0].text()
	var document struct {
		Sections []Section `json:"sections"`
		Doubts   []Mention `json:"doubts"`
	}
	if err := json.Unmarshal([]byte(q.Message), &document); err != nil {
		http.Error(w, "expected a document", http.StatusBadRequest)
		return
	}
	q.Sections, q.Doubts = document.Sections, document.Doubts
	s.mu.Lock()
	q.Number = len(s.asked) + 1
	s.asked = append(s.asked, q)
	s.mu.Unlock()
	s.send(w, r, q, s.reply(q))
}

func (s *Server) send(w http.ResponseWriter, r *http.Request, q Question, reply Reply) {
	select {
	case <-time.After(reply.Pause):
	case <-r.Context().Done():
	}
	w.Header().Set("Content-Type", "application/json")
	if reply.Status != 0 {
		w.WriteHeader(reply.Status)
		details := []map[string]any{}
		if reply.RetryDelay != "" {
			details = append(details, map[string]any{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": reply.RetryDelay})
		}
		fmt.Fprint(w, asJSON(map[string]any{"error": map[string]any{"code": reply.Status, "message": "no", "status": "ERROR", "details": details}}))
		return
	}
	text := reply.Text
	if text == "" {
		list := reply.Technologies
		if list == nil {
			list = []Mention{}
		}
		text = asJSON(map[string]any{"technologies": list})
	}
	finish := reply.Finish
	if finish == "" {
		finish = "STOP"
	}
	input, output := reply.InputTokens, reply.OutputTokens
	if input == 0 {
		input = int64(len(q.Message)+len(q.Instruction)) / 4
	}
	if output == 0 {
		output = int64(len(text))/4 + 1
	}
	s.mu.Lock()
	s.spent = append(s.spent, input+output)
	s.mu.Unlock()
	if reply.Abort {
		panic(http.ErrAbortHandler)
	}
	if reply.Body != "" {
		fmt.Fprint(w, reply.Body)
		return
	}
	answer := map[string]any{"candidates": []any{map[string]any{"content": map[string]any{"role": "model", "parts": []any{map[string]any{"text": text}}}, "finishReason": finish}}}
	if !reply.Unaccounted {
		answer["usageMetadata"] = map[string]any{"promptTokenCount": input, "candidatesTokenCount": output, "totalTokenCount": input + output}
	}
	fmt.Fprint(w, asJSON(answer))
}

func asJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // the values above are all of JSON's kinds
	}
	return string(text)
}
