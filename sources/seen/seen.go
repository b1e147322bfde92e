package seen

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
)

// Forget is how long a page is remembered: longer than a revisit may refer back.
const Forget = 35 * 24 * time.Hour

// Memory is a Redis server's part that belongs to one lake. Safe for concurrent use.
type Memory struct {
	client *redis.Client
	prefix string
}

// Open reads an address, redis://user:password@host:port/database or rediss://… with TLS.
// It asks nothing yet. It is errs.Invalid, without the password, for an address that is
// none. Lakes that share a server share no pages. Close the answer.
func Open(address, lakeURI string) (*Memory, error) {
	o, err := redis.ParseURL(address)
	if err != nil { // its text may repeat the password
		return nil, errs.New(errs.Invalid, "dedup_uri is no address of a Redis server, expected redis://host:port/database or rediss://…")
	}
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.MaxRetries = 2*time.Second, 3*time.Second, 3*time.Second, 1
	sum := sha256.Sum256([]byte(lakeURI))
	return &Memory{client: redis.NewClient(o), prefix: "tmi:" + hex.EncodeToString(sum[:8]) + ":"}, nil
}

// key keeps addresses of any length and letters out of Redis' key space.
func (m *Memory) key(page string) string {
	sum := sha256.Sum256([]byte(page))
	return m.prefix + hex.EncodeToString(sum[:16])
}

// Get returns the captures of the pages that are remembered, by page. It is
// errs.Unavailable where Redis does not answer. An entry that cannot be read counts as none.
func (m *Memory) Get(ctx context.Context, pages []string) (map[string]schemas.Capture, error) {
	if len(pages) == 0 {
		return nil, nil
	}
	names := make([]string, len(pages))
	for i, page := range pages {
		names[i] = m.key(page)
	}
	values, err := m.client.MGet(ctx, names...).Result()
	if err != nil {
		return nil, errs.New(errs.Unavailable, "ask Redis for %d pages: %w", len(pages), err)
	}
	found := map[string]schemas.Capture{}
	for i, value := range values {
		var c schemas.Capture
		if text, ok := value.(string); ok && json.Unmarshal([]byte(text), &c) == nil {
			found[pages[i]] = c
		}
	}
	return found, nil
}

// Put remembers the captures, by page, for [Forget]. Of two collectors the last one is
// believed. It is errs.Unavailable where Redis does not take them.
func (m *Memory) Put(ctx context.Context, captures map[string]schemas.Capture) error {
	pipe := m.client.Pipeline()
	for page, c := range captures {
		text, err := json.Marshal(c)
		if err != nil {
			return fmt.Errorf("encode capture of %s: %w", c.URL, err)
		}
		pipe.Set(ctx, m.key(page), text, Forget)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return errs.New(errs.Unavailable, "tell Redis of %d pages: %w", len(captures), err)
	}
	return nil
}

// Close ends the connections.
func (m *Memory) Close() error { return m.client.Close() }
