package server

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/internal/installation"
)

// TestKeyMetrics: the age of the signing key grows, and begins anew with the
// next one; the old one still counts.
func TestKeyMetrics(t *testing.T) {
	clock := &handClock{now: time.Now().UTC()}
	s := keyServer(t, filepath.Join(t.TempDir(), "data"), clock, 0)
	want := func(days time.Duration, keys int) {
		t.Helper()
		got := s.state()
		if age := got.keyAge.Round(time.Hour); age != days*24*time.Hour || got.keys != keys {
			t.Errorf("the key is %v old, of %d; want %d days, of %d", age, got.keys, days, keys)
		}
	}
	want(0, 1)
	clock.now = clock.now.Add(40 * 24 * time.Hour)
	want(40, 1)
	plan := installation.RotationNow(time.Hour)
	plan.Now = clock.now
	if _, err := s.keys.Rotate(plan); err != nil {
		t.Fatal(err)
	}
	want(0, 2)
	clock.now = clock.now.Add(24 * time.Hour)
	want(1, 2)
}
