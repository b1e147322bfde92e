package api

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
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
	if l.perSecond < 0 {
		return true
	}
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

// clientOf is the address of whoever asks. A proxy's word is taken from proxies that were
// named alone: anybody can write the header.
func (s *server) clientOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	if len(s.Proxies) == 0 {
		return host
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) { // each proxy adds who asked it, so the newest word is last
		if !s.isProxy(host) {
			break
		}
		next, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		host = next.String()
	}
	return host
}

func (s *server) isProxy(host string) bool {
	address, err := netip.ParseAddr(host)
	return err == nil && slices.ContainsFunc(s.Proxies, func(p netip.Prefix) bool { return p.Contains(address.Unmap()) })
}

// limitRate refuses what one client asks beyond the limit; probes are free.
func (s *server) limitRate() gin.HandlerFunc {
	limits := newClientLimits(s.RatePerSecond)
	return func(c *gin.Context) {
		if isProbe(c.Request.URL.Path) || limits.allow(s.clientOf(c.Request), time.Now()) {
			return
		}
		writeProblem(c, &huma.ErrorModel{Status: http.StatusTooManyRequests, Detail: fmt.Sprintf("at most %g requests a second are answered for one client", s.RatePerSecond)})
	}
}
