package session_test

import (
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/memstore"
	"github.com/latchkey-go/latchkey/session"
)

func TestNewManagerRefuses(t *testing.T) {
	store := memstore.New()
	for _, c := range []struct {
		name   string
		config session.Config
		want   []string // each in the error
	}{
		{"no store", session.Config{}, []string{"Store is required", "memstore.New()"}},
		{"negative", session.Config{Store: store, AccessTTL: -1, RefreshTTL: -1, SessionTTL: -1, IdleTimeout: -1, Grace: -1, Leeway: -1},
			[]string{"AccessTTL", "RefreshTTL", "SessionTTL", "IdleTimeout", "Grace", "Leeway"}},
		{"idle below access", session.Config{Store: store, AccessTTL: time.Hour, IdleTimeout: time.Hour - 1}, []string{"IdleTimeout (59m59.999999999s) is below AccessTTL (1h0m0s)"}},
		{"idle below default access", session.Config{Store: store, IdleTimeout: time.Minute}, []string{"IdleTimeout"}},
		{"access above session", session.Config{Store: store, AccessTTL: 31 * 24 * time.Hour}, []string{"AccessTTL"}},
		{"two at once", session.Config{Grace: -1}, []string{"Store", "Grace"}},
	} {
		m, err := session.NewManager(c.config)
		if err == nil || m != nil {
			t.Errorf("%s: accepted", c.name)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error %q does not speak of %q", c.name, err, want)
			}
		}
	}
	if _, err := session.NewManager(session.Config{Store: store, AccessTTL: time.Hour, IdleTimeout: time.Hour}); err != nil {
		t.Errorf("an idle timeout equal to the access lifetime: %v", err)
	}
}

func TestDefaults(t *testing.T) {
	w := newWorld(t, nil)
	s := w.start("u")
	if got := s.ExpiresAt.Sub(s.CreatedAt); got != 30*24*time.Hour {
		t.Errorf("a session lasts %v", got)
	}
	if s.IdleTimeout != 0 || !s.IdleEnd().IsZero() || s.End() != s.ExpiresAt {
		t.Errorf("a session ends when idle for %v", s.IdleTimeout)
	}
	if got := w.AccessEnd(s, start); got != start.Add(15*time.Minute).Truncate(time.Microsecond) {
		t.Errorf("an access token ends at %v", got)
	}
	if issued, expires := w.RefreshTimes(s); issued != s.CreatedAt || expires.Sub(issued) != 14*24*time.Hour {
		t.Errorf("a refresh token lasts from %v to %v", issued, expires)
	}
	f, err := w.store.Feed(t.Context(), 0)
	if err != nil || f.Keep != 16*time.Minute {
		t.Errorf("revocations are kept for %v (%v), want 16m", f.Keep, err)
	}
}

func TestLifetimeIncludesLeeway(t *testing.T) {
	w := newWorld(t, func(c *session.Config) { c.AccessTTL, c.Leeway = time.Hour, 30*time.Second })
	w.start("u")
	f, err := w.store.Feed(t.Context(), 0)
	if err != nil || f.Keep != time.Hour+30*time.Second+time.Minute {
		t.Errorf("revocations are kept for %v (%v)", f.Keep, err)
	}
}

// TestTokenTimes: tokens never outlive their session.
func TestTokenTimes(t *testing.T) {
	w := newWorld(t, func(c *session.Config) {
		c.SessionTTL, c.RefreshTTL, c.IdleTimeout = 40*time.Minute, time.Hour, 20*time.Minute
	})
	s := w.start("u")
	if _, expires := w.RefreshTimes(s); expires != s.ExpiresAt {
		t.Errorf("refresh token until %v, session until %v", expires, s.ExpiresAt)
	}
	for _, c := range []struct{ after, want time.Duration }{
		{0, 15 * time.Minute}, {5 * time.Minute, 20 * time.Minute}, {6 * time.Minute, 20 * time.Minute},
	} {
		if got := w.AccessEnd(s, s.CreatedAt.Add(c.after)).Sub(s.CreatedAt); got != c.want {
			t.Errorf("an access token issued after %v ends after %v, want %v", c.after, got, c.want)
		}
	}
	s.SeenAt = s.CreatedAt.Add(39 * time.Minute)
	if got := w.AccessEnd(s, s.SeenAt); got != s.ExpiresAt {
		t.Errorf("an access token ends at %v, after the session", got)
	}
}
