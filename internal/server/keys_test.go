package server

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/jwt"
)

// handClock is a clock that a test sets.
type handClock struct{ now time.Time }

// keyServer is a server on a data directory that others share, without its
// background tasks: the test does by hand what they do.
func keyServer(t *testing.T, dir string, clock *handClock, every time.Duration) *Server {
	t.Helper()
	s, err := New(t.Context(), Config{
		Addr: "127.0.0.1:0", BaseURL: "http://localhost:1", DataDir: dir, RotateKeys: every,
		Now: func() time.Time { return clock.now }, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func (s *Server) signsWith() string { return s.keys.KeySet().SigningKey().ID() }

// token is a new access token of s.
func (s *Server) token(t *testing.T) string {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, s.url, nil)
	// Each for somebody else: nobody has so many sessions that some must end.
	tokens, err := s.auth.Issue(r, latchkey.Login{Subject: rand.Text()})
	if err != nil {
		t.Fatal(err)
	}
	return tokens.Access
}

// takes says whether s takes a token.
func (s *Server) takes(token string) error {
	r := httptest.NewRequest(http.MethodGet, s.url, nil)
	r.Header.Set("Authorization", "Bearer "+token)
	_, err := s.auth.Authenticate(r)
	return err
}

// TestScheduledRotation: two servers on one file keep a schedule for 90 days,
// and neither refuses what the other has signed, though each reads the file at
// its own time.
func TestScheduledRotation(t *testing.T) {
	const day = 24 * time.Hour
	clock := &handClock{now: time.Now().UTC().Truncate(time.Second)}
	dir := filepath.Join(t.TempDir(), "data")
	one, two := keyServer(t, dir, clock, 30*day), keyServer(t, dir, clock, 30*day)
	signed := map[string]bool{}
	// Steps of six hours: between two of them a server does not read the file.
	for step := range 4 * 90 {
		first, second := one, two
		if step%2 == 1 {
			first, second = two, one
		}
		if err := first.tendKeys(t.Context()); err != nil {
			t.Fatal(err)
		}
		signed[first.signsWith()] = true
		if err := second.takes(first.token(t)); err != nil {
			t.Fatalf("day %d: the other server refuses a token: %v", step/4, err)
		}
		if err := first.takes(second.token(t)); err != nil {
			t.Fatalf("day %d: a server refuses a token of the other: %v", step/4, err)
		}
		clock.now = clock.now.Add(6 * time.Hour)
	}
	if len(signed) != 3 {
		t.Errorf("%d keys signed in 90 days, want 3", len(signed))
	}
	if n := len(one.keys.Keys()); n > 3 {
		t.Errorf("%d keys are kept", n)
	}
	kinds := map[string]int{}
	records, err := one.audit.Query(t.Context(), account.AuditQuery{
		Kinds: []string{"key_published", "key_took_over", "key_forgotten"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		kinds[r.Kind]++
		if r.Actor != "serve" {
			t.Errorf("%s is of %q", r.Kind, r.Actor)
		}
	}
	if kinds["key_published"] != 3 || kinds["key_took_over"] != 2 || kinds["key_forgotten"] != 2 {
		t.Errorf("the audit trail has %v", kinds)
	}
}

// TestKeysAreFollowed: what is done to the file shows without a signal, and
// without a schedule a key stays.
func TestKeysAreFollowed(t *testing.T) {
	clock := &handClock{now: time.Now().UTC()}
	dir := filepath.Join(t.TempDir(), "data")
	s := keyServer(t, dir, clock, 0)
	old := s.signsWith()
	clock.now = clock.now.Add(1000 * 24 * time.Hour)
	if err := s.tendKeys(t.Context()); err != nil || s.signsWith() != old {
		t.Fatalf("without a schedule: %v", err)
	}
	ring, err := s.cfg.location().OpenKeys()
	if err != nil {
		t.Fatal(err)
	}
	if err := ring.RetireNow(old); err != nil {
		t.Fatal(err)
	}
	if err := s.tendKeys(t.Context()); err != nil || s.signsWith() == old {
		t.Errorf("a key that was removed still signs: %v", err)
	}
}

// TestImportedKeyWaits: a key from elsewhere is published for a day before the
// schedule lets it sign.
func TestImportedKeyWaits(t *testing.T) {
	clock := &handClock{now: time.Now().UTC()}
	s := keyServer(t, filepath.Join(t.TempDir(), "data"), clock, 90*24*time.Hour)
	imported, err := jwt.GenerateKey(jwt.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.keys.Import(imported); err != nil {
		t.Fatal(err)
	}
	clock.now = clock.now.Add(23 * time.Hour)
	if err := s.tendKeys(t.Context()); err != nil || s.signsWith() == imported.ID() {
		t.Errorf("it signs after 23 hours: %v", err)
	}
	clock.now = clock.now.Add(2 * time.Hour)
	if err := s.tendKeys(t.Context()); err != nil || s.signsWith() != imported.ID() {
		t.Errorf("after 25 hours it does not sign: %v", err)
	}
}

// TestBrokenKeyFile: a server goes on with the keys that it has, and says so.
func TestBrokenKeyFile(t *testing.T) {
	clock := &handClock{now: time.Now().UTC()}
	s := keyServer(t, filepath.Join(t.TempDir(), "data"), clock, 90*24*time.Hour)
	token := s.token(t)
	if err := os.WriteFile(s.cfg.location().Keys(), []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.tendKeys(t.Context()); err == nil || !strings.Contains(err.Error(), "keys.json") {
		t.Errorf("got %v", err)
	}
	if err := s.takes(token); err != nil {
		t.Error(err)
	}
}
