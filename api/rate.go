package api

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"
)

// clientLimits holds a token bucket per client address. Buckets of clients that have been
// away for a minute are full again, so they are dropped.
type clientLimits struct {
	perSecond float64
	mu        sync.Mutex
	buckets   map[string]*bucket
	swept     time.Time
}

type bucket struct {
	*rate.Limiter
	used time.Time
}

func newClientLimits(perSecond float64) *clientLimits {
	return &clientLimits{perSecond: perSecond, buckets: map[string]*bucket{}, swept: time.Now()}
}

const idleBucket = time.Minute

func (l *clientLimits) allow(client string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.swept) > idleBucket {
		for name, b := range l.buckets {
			if now.Sub(b.used) > idleBucket {
				delete(l.buckets, name)
			}
		}
		l.swept = now
	}
	b, ok := l.buckets[client]
	if !ok {
		b = &bucket{Limiter: rate.NewLimiter(rate.Limit(l.perSecond), max(int(l.perSecond), 1))}
		l.buckets[client] = b
	}
	b.used = now
	return b.AllowN(now, 1)
}

// limitRate refuses what one client asks beyond the limit; probes are free.
func (s *server) limitRate() gin.HandlerFunc {
	if s.RatePerSecond < 0 {
		return func(*gin.Context) {}
	}
	limits := newClientLimits(s.RatePerSecond)
	return func(c *gin.Context) {
		if isProbe(c.Request.URL.Path) || limits.allow(clientOf(c.Request), time.Now()) {
			return
		}
		writeProblem(c, &huma.ErrorModel{Status: http.StatusTooManyRequests, Detail: fmt.Sprintf("at most %g requests a second are answered for one client", s.RatePerSecond)})
	}
}
