package tokens

import (
	"strings"
	"testing"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
)

var now = time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC)

func newStore(t *testing.T) *Store {
	t.Helper()
	o, err := objects.Open(t.Context(), "file://"+t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return New(o)
}

func TestLifeOfAToken(t *testing.T) {
	s := newStore(t)
	secret, token, err := s.Create(t.Context(), "bar", []string{ScopeSQL}, 24*time.Hour, now)
	if err != nil {
		t.Fatal(err)
	}
	check := func(what, secret string, at time.Time, want bool) {
		t.Helper()
		got, ok, err := New(s.objects).Check(t.Context(), secret, at)
		if err != nil || ok != want || ok && got.Name != "bar" {
			t.Errorf("%s: %+v, %t, %v; want %t", what, got, ok, err, want)
		}
	}
	check("as made", secret, now, true)
	check("another of the same id", secret[:len(secret)-1]+"!", now, false)
	check("the id alone", "tmi_"+token.ID, now, false)
	check("what is kept", token.SHA256, now, false)
	check("nothing", "", now, false)
	check("a day later", secret, now.Add(24*time.Hour), false)
	if !token.Has(ScopeSQL) || token.Has(ScopeBronze) {
		t.Errorf("scopes are %v", token.Scopes)
	}
	text, err := objects.ReadAll(t.Context(), s.objects, prefix+token.ID+".json")
	if err != nil || strings.Contains(string(text), secret) || strings.Contains(string(text), secret[len("tmi_12345678_"):]) {
		t.Errorf("the secret is kept: %s, %v", text, err)
	}
	if _, err := s.Revoke(t.Context(), "bar", now); err != nil {
		t.Fatal(err)
	}
	check("revoked", secret, now, false)
	if _, err := s.Revoke(t.Context(), "bar", now); !errs.Is(err, errs.NotFound) {
		t.Errorf("revoked twice by name: %v", err)
	}
	if _, _, err := s.Create(t.Context(), "bar", []string{ScopeSQL}, 0, now); err != nil {
		t.Errorf("the name of a revoked token: %v", err)
	}
}

func TestFaultyTokens(t *testing.T) {
	s := newStore(t)
	if _, _, err := s.Create(t.Context(), "taken", []string{ScopeSQL}, 0, now); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		scopes []string
		kind   errs.Kind
		text   string
	}{
		{"", []string{ScopeSQL}, errs.Invalid, "name"},
		{"a\nb", []string{ScopeSQL}, errs.Invalid, "name"},
		{"a", nil, errs.Invalid, "expected some of sql, bronze"},
		{"a", []string{"root"}, errs.Invalid, `"root"`},
		{"taken", []string{ScopeSQL}, errs.Conflict, "already"},
	} {
		if _, _, err := s.Create(t.Context(), c.name, c.scopes, 0, now); !errs.Is(err, c.kind) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%q %v: got %v, want %s", c.name, c.scopes, err, c.text)
		}
	}
}

// TestRevokedSoon checks that a store that was asked before learns of a revocation.
func TestRevokedSoon(t *testing.T) {
	s := newStore(t)
	secret, token, err := s.Create(t.Context(), "a", []string{ScopeSQL}, 0, now)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok, err := s.Check(t.Context(), secret, now); !ok || err != nil {
		t.Fatalf("%t, %v", ok, err)
	}
	if _, err := New(s.objects).Revoke(t.Context(), token.ID, now); err != nil {
		t.Fatal(err)
	}
	if _, ok, _ := s.Check(t.Context(), secret, now.Add(fresh)); ok {
		t.Error("a revoked token opens the door after five seconds")
	}
}
