package account

import (
	"errors"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/session"
)

// TestSetThrottle: limits change while people sign in, for the next attempt and
// in both directions.
func TestSetThrottle(t *testing.T) {
	f := newFixture(t, Config{Throttle: Throttle{ClientBurst: 2, ClientRefill: time.Hour}})
	throttled := func() bool {
		t.Helper()
		_, err := f.Authenticate(t.Context(), Credentials{
			Username: "nobody", Password: otherPassword, Client: session.Client{Address: "192.0.2.1"},
		})
		if _, ok := errors.AsType[*ThrottledError](err); ok {
			return true
		}
		if err != ErrInvalidCredentials {
			t.Fatal(err)
		}
		return false
	}
	allowed := func() (n int) {
		t.Helper()
		for !throttled() {
			n++
		}
		return n
	}
	if n := allowed(); n != 2 {
		t.Fatalf("the limit is %d, not 2", n)
	}
	if err := f.SetThrottle(Throttle{ClientBurst: 4, ClientRefill: time.Hour}); err != nil {
		t.Fatal(err)
	}
	if n := allowed(); n != 2 {
		t.Errorf("with a limit of 4 there are %d attempts more, not 2", n)
	}
	if err := f.SetThrottle(Throttle{Stop: 101}); err == nil {
		t.Error("a limit above what is allowed is taken")
	}
	if !throttled() {
		t.Error("a refused limit has changed something")
	}
	if err := f.SetThrottle(Throttle{ClientBurst: 1, ClientRefill: time.Minute}); err != nil {
		t.Fatal(err)
	}
	if !throttled() {
		t.Error("a smaller limit lets in")
	}
	f.clock.add(time.Minute)
	if throttled() {
		t.Error("after the new, shorter time nobody is let in")
	}
}
