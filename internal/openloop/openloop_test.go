package openloop

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

// A server that stands still is late for everybody who comes meanwhile, and faults count.
func TestLatenessIsEverybodys(t *testing.T) {
	const still = 300 * time.Millisecond
	var begun atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun.CompareAndSwap(0, time.Now().Add(still).UnixNano())
		time.Sleep(time.Until(time.Unix(0, begun.Load())))
		if r.URL.Path == "/broken" {
			w.WriteHeader(http.StatusTeapot)
		}
	}))
	defer server.Close()
	results := Load{Client: server.Client(), Base: server.URL, Rate: 100, For: still, Ask: func(i int) Question {
		if i%3 == 0 {
			return Question{"broken", "/broken"}
		}
		return Question{"whole", "/"}
	}}.Run(t.Context())
	whole, broken := results["whole"], results["broken"]
	if len(whole.Took) != 20 || len(broken.Took) != 10 || whole.Faults != 0 || broken.Faults != 10 || broken.Fault != "/broken: 418 I'm a teapot" {
		t.Fatalf("whole %+v, broken %+v", whole, broken)
	}
	if longest, shortest := whole.At(1000), whole.At(0); longest < still/2 || shortest >= longest {
		t.Errorf("between %s and %s late, while the server stood still for %s", shortest, longest, still)
	}
}
