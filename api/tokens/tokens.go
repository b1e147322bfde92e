// Package tokens keeps the keys of the SQL door. A token is shown once, when it is made; what
// is kept, an object each below state/tokens/ in the lake, is a SHA-256 of it, which is
// enough for a secret of 256 random bits.
package tokens

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
)

// What a token may open.
const (
	ScopeSQL    = "sql"    // SQL over silver, gold and ops
	ScopeBronze = "bronze" // and over bronze, which holds what boards wrote, names and addresses included
)

// Scopes are all there are.
var Scopes = []string{ScopeSQL, ScopeBronze}

// Token is a key as it is kept.
type Token struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"` // whose it is, in the owner's words
	Scopes    []string   `json:"scopes"`
	CreatedAt time.Time  `json:"created_at"`
	ExpiresAt *time.Time `json:"expires_at"` // null = never
	RevokedAt *time.Time `json:"revoked_at"` // null = not revoked
	SHA256    string     `json:"sha256"`     // hexadecimal, of the whole secret
}

// IsValid says whether the token opens anything at the time.
func (t Token) IsValid(at time.Time) bool {
	return t.RevokedAt == nil && (t.ExpiresAt == nil || at.Before(*t.ExpiresAt))
}

// Has says whether the token has the scope.
func (t Token) Has(scope string) bool { return slices.Contains(t.Scopes, scope) }

const (
	prefix = "state/tokens/"
	mark   = "tmi_" // by which scanners for leaked secrets know one
)

// Store keeps tokens among the lake's objects. It is safe for concurrent use, and many
// processes may use the same lake.
type Store struct {
	objects objects.Store

	mu     sync.Mutex
	known  map[string]Token
	readAt time.Time
}

// fresh is how long [Store.Check] trusts what it read: a revoked token is refused by then.
const fresh = 5 * time.Second

// New opens the store of a lake.
func New(o objects.Store) *Store { return &Store{objects: o} }

var nameForm = regexp.MustCompile(`^[\pL\pN][\pL\pN ._@-]{0,63}$`)

// Create makes a token and returns its secret, which nobody can be told again. A life of 0
// never ends. A name that a valid token has is errs.Conflict.
func (s *Store) Create(ctx context.Context, name string, scopes []string, life time.Duration, now time.Time) (secret string, t Token, err error) {
	if !nameForm.MatchString(name) {
		return "", Token{}, errs.New(errs.Invalid, "the name %q is no name of a token, expected up to 64 letters, digits, spaces and . _ @ -, beginning with a letter or digit", name)
	}
	if len(scopes) == 0 {
		return "", Token{}, errs.New(errs.Invalid, "no scope is given, expected some of %s", strings.Join(Scopes, ", "))
	}
	for _, scope := range scopes {
		if !slices.Contains(Scopes, scope) {
			return "", Token{}, errs.New(errs.Invalid, "the scope is %q, expected some of %s", scope, strings.Join(Scopes, ", "))
		}
	}
	all, err := s.List(ctx)
	if err != nil {
		return "", Token{}, err
	}
	for _, other := range all {
		if other.Name == name && other.IsValid(now) {
			return "", Token{}, errs.New(errs.Conflict, "there is a token named %q already; revoke it first or choose another name", name)
		}
	}
	var random [36]byte
	_, _ = rand.Read(random[:]) // never fails (crypto/rand)
	id := hex.EncodeToString(random[:4])
	secret = mark + id + "_" + base64.RawURLEncoding.EncodeToString(random[4:])
	t = Token{ID: id, Name: name, Scopes: scopes, CreatedAt: now.UTC().Truncate(time.Second), SHA256: digest(secret)}
	if life > 0 {
		end := t.CreatedAt.Add(life)
		t.ExpiresAt = &end
	}
	text, err := json.MarshalIndent(t, "", "  ")
	if err != nil {
		return "", Token{}, fmt.Errorf("write token: %w", err)
	}
	_, err = s.objects.PutIfAbsent(ctx, prefix+id+".json", bytes.NewReader(text))
	return secret, t, err
}

func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// List reads all tokens, oldest first, the revoked and expired included.
func (s *Store) List(ctx context.Context) ([]Token, error) {
	var all []Token
	for info, err := range s.objects.List(ctx, prefix) {
		if err != nil {
			return nil, fmt.Errorf("list tokens: %w", err)
		}
		t, err := s.read(ctx, info.Key)
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	slices.SortStableFunc(all, func(a, b Token) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return all, nil
}

func (s *Store) read(ctx context.Context, key string) (t Token, err error) {
	text, err := objects.ReadAll(ctx, s.objects, key)
	if err != nil {
		return Token{}, fmt.Errorf("read token: %w", err)
	}
	if err := json.Unmarshal(text, &t); err != nil {
		return Token{}, errs.New(errs.Corrupt, "read token %s: %w", key, err)
	}
	return t, nil
}

// Revoke ends a token, by its id or the name of a valid one. errs.NotFound if there is none.
func (s *Store) Revoke(ctx context.Context, idOrName string, now time.Time) (Token, error) {
	all, err := s.List(ctx)
	if err != nil {
		return Token{}, err
	}
	for _, t := range all {
		if t.ID != idOrName && (t.Name != idOrName || !t.IsValid(now)) {
			continue
		}
		if t.RevokedAt == nil {
			at := now.UTC().Truncate(time.Second)
			t.RevokedAt = &at
		}
		text, err := json.MarshalIndent(t, "", "  ")
		if err != nil {
			return Token{}, fmt.Errorf("write token: %w", err)
		}
		_, err = s.objects.Put(ctx, prefix+t.ID+".json", bytes.NewReader(text))
		return t, err
	}
	return Token{}, errs.New(errs.NotFound, "there is no token %q; `tmi token list` names them", idOrName)
}

// Check finds the token of a secret; false if it opens nothing. What it knows is up to five
// seconds old.
func (s *Store) Check(ctx context.Context, secret string, now time.Time) (Token, bool, error) {
	known, err := s.all(ctx, now)
	if err != nil {
		return Token{}, false, err
	}
	id, _, _ := strings.Cut(strings.TrimPrefix(secret, mark), "_")
	t, ok := known[id]
	if !ok || subtle.ConstantTimeCompare([]byte(t.SHA256), []byte(digest(secret))) != 1 || !t.IsValid(now) {
		return Token{}, false, nil
	}
	return t, true, nil
}

func (s *Store) all(ctx context.Context, now time.Time) (map[string]Token, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known != nil && now.Sub(s.readAt) < fresh {
		return s.known, nil
	}
	all, err := s.List(ctx)
	if err != nil {
		return nil, err
	}
	s.known, s.readAt = map[string]Token{}, now
	for _, t := range all {
		s.known[t.ID] = t
	}
	return s.known, nil
}
