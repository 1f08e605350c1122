package account

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/session"
)

func TestDelays(t *testing.T) {
	rules := Throttle{}.orDefault()
	want := map[int64]time.Duration{
		0: 0, 1: 0, 4: 0, 5: time.Second, 6: 2 * time.Second, 7: 4 * time.Second,
		14: 512 * time.Second, 15: 15 * time.Minute, 16: 15 * time.Minute, 99: 15 * time.Minute,
	}
	for failures, delay := range want {
		if got := rules.delay(failures); got != delay {
			t.Errorf("after %d failures %v, want %v", failures, got, delay)
		}
	}
}

// TestAccountSlowsDown: from the fifth failure on the right password is
// refused until the wait is over, and a success starts the row anew.
func TestAccountSlowsDown(t *testing.T) {
	f := newFixture(t, Config{})
	failing(5)(t, f)
	if err := f.try("ada", goodPassword); err != ErrInvalidCredentials {
		t.Errorf("right password at once: %v", err)
	}
	f.clock.add(time.Second - time.Microsecond)
	if err := f.try("ada", goodPassword); err != ErrInvalidCredentials {
		t.Errorf("right password before the second is over: %v", err)
	}
	f.clock.add(time.Microsecond)
	if err := f.try("ada", goodPassword); err != nil {
		t.Errorf("right password after a second: %v", err)
	}
	for i := range 5 {
		if err := f.try("ada", otherPassword); err != ErrInvalidCredentials {
			t.Errorf("failure %d after the success: %v", i, err)
		}
	}
	f.takeEvents()
	if err := f.try("ada", goodPassword); err != ErrInvalidCredentials {
		t.Errorf("after five failures more: %v", err)
	}
	f.wantEvents(t, "sign_in_failed too_soon")
}

// TestTooSoonIsNotCounted: attempts that come too soon do not make the wait
// longer.
func TestTooSoonIsNotCounted(t *testing.T) {
	f := newFixture(t, Config{})
	failing(5)(t, f)
	for range 50 {
		if err := f.try("ada", otherPassword); err != ErrInvalidCredentials {
			t.Fatal(err)
		}
	}
	f.clock.add(time.Second)
	if err := f.try("ada", goodPassword); err != nil {
		t.Errorf("after a second: %v", err)
	}
}

// TestStop: the hundredth failure in a row is the last, however long one
// waits, and survives a restart; a reset opens the account again.
func TestStop(t *testing.T) {
	f := newFixture(t, Config{})
	failing(99)(t, f)
	f.clock.add(15 * time.Minute)
	f.takeEvents()
	if err := f.try("ada", otherPassword); err != ErrInvalidCredentials {
		t.Fatal(err)
	}
	f.wantEvents(t, "sign_in_failed wrong_password", "locked")
	f.restart(t, nil)
	f.clock.add(10 * 365 * 24 * time.Hour)
	if err := f.Purge(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := f.try("ada", goodPassword); err != ErrInvalidCredentials {
		t.Errorf("ten years after the hundredth failure: %v", err)
	}
	f.wantEvents(t, "sign_in_failed locked")
	u, err := f.UserByUsername(t.Context(), "ada")
	if err != nil {
		t.Fatal(err)
	}
	for name, reset := range map[string]func() error{
		"Unlock":      func() error { return f.Unlock(t.Context(), u.ID) },
		"SetPassword": func() error { return f.SetPassword(t.Context(), u.ID, goodPassword) },
	} {
		f.store.attempts[accountRow(u.ID).key] = Attempts{Count: 100, At: f.clock.Now()}
		if err := reset(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := f.try("ada", goodPassword); err != nil {
			t.Errorf("after %s: %v", name, err)
		}
	}
}

// TestParallelGuesses: of 200 guesses at once no more are looked at than of
// 200 in a row.
func TestParallelGuesses(t *testing.T) {
	f := newFixture(t, Config{Workers: 8, Queue: 200})
	f.signUp(t, "ada")
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			if err := f.try("ada", fmt.Sprintf("%s %d", otherPassword, i)); err != ErrInvalidCredentials {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	looked := 0
	for _, e := range f.takeEvents() {
		if e.Reason == ReasonWrongPassword {
			looked++
		}
	}
	if looked != 5 {
		t.Errorf("%d of 200 guesses were compared, want 5", looked)
	}
	if costs := f.takeCosts(); len(costs) != 200 {
		t.Errorf("%d hashes, want 200", len(costs))
	}
}

// TestKnownDevice: strangers' guesses do not keep the owner's own device out,
// and the device has a limit of its own.
func TestKnownDevice(t *testing.T) {
	f := newFixture(t, Config{})
	failing(100)(t, f)
	try := func(device, password string) error {
		_, err := f.Authenticate(t.Context(), Credentials{Username: "ada", Password: password, KnownDevice: device})
		return err
	}
	if err := try("phone", goodPassword); err != nil {
		t.Errorf("known device during an attack: %v", err)
	}
	if err := f.try("ada", goodPassword); err != ErrInvalidCredentials {
		t.Errorf("another device: %v; the success elsewhere opened the account to guesses", err)
	}
	for range 5 {
		if err := try("phone", otherPassword); err != ErrInvalidCredentials {
			t.Fatal(err)
		}
	}
	if err := try("phone", goodPassword); err != ErrInvalidCredentials {
		t.Errorf("known device after five failures: %v", err)
	}
	if err := try("tablet", goodPassword); err != nil {
		t.Errorf("another known device: %v", err)
	}
	for range 95 {
		f.clock.add(15 * time.Minute)
		if err := try("phone", otherPassword); err != ErrInvalidCredentials {
			t.Fatal(err)
		}
	}
	f.clock.add(keepDevice - time.Microsecond)
	if err := try("phone", goodPassword); err != ErrInvalidCredentials {
		t.Errorf("known device after a hundred failures: %v", err)
	}
	f.clock.add(time.Microsecond)
	if err := try("phone", goodPassword); err != nil {
		t.Errorf("known device 30 days after a hundred failures: %v", err)
	}
}

// TestSignedInPersonIsNotLockedOut: guesses at the door do not keep a
// signed-in person from confirming their password, and the other way round.
func TestSignedInPersonIsNotLockedOut(t *testing.T) {
	f := newFixture(t, Config{})
	failing(5)(t, f)
	u, err := f.UserByUsername(t.Context(), "ada")
	if err != nil {
		t.Fatal(err)
	}
	if err := f.CheckPassword(t.Context(), u.ID, goodPassword); err != nil {
		t.Errorf("during an attack: %v", err)
	}
	for range 5 {
		if err := f.CheckPassword(t.Context(), u.ID, otherPassword); err != ErrInvalidCredentials {
			t.Fatal(err)
		}
	}
	if err := f.CheckPassword(t.Context(), u.ID, goodPassword); err != ErrInvalidCredentials {
		t.Errorf("after five failures: %v", err)
	}
}

func TestClientBucket(t *testing.T) {
	f := newFixture(t, Config{Throttle: Throttle{ClientBurst: 3, ClientRefill: 10 * time.Second}})
	f.signUp(t, "ada")
	try := func(address, username, password string) error {
		_, err := f.Authenticate(t.Context(), Credentials{
			Username: username, Password: password, Client: session.Client{Address: address},
		})
		return err
	}
	for range 20 { // what succeeds is given back
		if err := try("192.0.2.1", "ada", goodPassword); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 3 {
		if err := try("192.0.2.1", fmt.Sprintf("nobody%d", i), otherPassword); err != ErrInvalidCredentials {
			t.Fatal(err)
		}
	}
	f.takeCosts()
	f.takeEvents()
	var throttled *ThrottledError
	if err := try("192.0.2.1", "ada", goodPassword); !errors.As(err, &throttled) || !errors.Is(err, ErrThrottled) || throttled.RetryAfter != 10*time.Second {
		t.Errorf("fourth failure: %v", err)
	}
	if costs := f.takeCosts(); len(costs) != 0 {
		t.Errorf("a throttled address is hashed for: %v", costs)
	}
	if e := f.wantEvents(t, "sign_in_failed client_throttled")[0]; e.Client.Address != "192.0.2.1" || e.Username != "" {
		t.Errorf("%+v", e)
	}
	if err := try("::ffff:192.0.2.1", "ada", goodPassword); !errors.Is(err, ErrThrottled) {
		t.Errorf("the same address in IPv6 spelling: %v", err)
	}
	if err := try("192.0.2.2", "ada", goodPassword); err != nil {
		t.Errorf("another address: %v", err)
	}
	f.restart(t, nil)
	f.clock.add(9 * time.Second)
	if err := try("192.0.2.1", "ada", goodPassword); !errors.As(err, &throttled) || throttled.RetryAfter != time.Second {
		t.Errorf("after 9 s and a restart: %v", err)
	}
	f.clock.add(time.Second)
	if err := try("192.0.2.1", "ada", goodPassword); err != nil {
		t.Errorf("after 10 s: %v", err)
	}
}

func TestNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.1":               "192.0.2.1",
		"::ffff:192.0.2.1":        "192.0.2.1",
		"2001:db8:1:2:3:4:5:6":    "2001:db8:1:2::/64",
		"2001:db8:1:2::1":         "2001:db8:1:2::/64",
		"2001:db8:1:3::1":         "2001:db8:1:3::/64",
		"fe80::1%eth0":            "fe80::/64",
		"::1":                     "::/64",
		"":                        "",
		"@":                       "",
		"192.0.2.1:1234":          "",
		strings.Repeat("9", 1000): "",
	} {
		if got := network(address); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

// TestSignUpBucket: a name that is taken can be found out, but not often.
func TestSignUpBucket(t *testing.T) {
	f := newFixture(t, Config{Throttle: Throttle{SignUpBurst: 2, SignUpRefill: time.Minute}})
	f.signUp(t, "ada")
	signUp := func(name string) error {
		_, err := f.SignUp(t.Context(), SignUp{Username: name, Password: goodPassword, Client: session.Client{Address: "2001:db8::1"}})
		return err
	}
	if err := signUp("ada"); err != ErrUsernameTaken {
		t.Error(err)
	}
	if err := signUp("bob"); err != nil {
		t.Error(err)
	}
	if costs := f.takeCosts(); len(costs) != 2 || costs[0] != costs[1] {
		t.Errorf("a taken name costs %v", costs)
	}
	if err := signUp("carol"); !errors.Is(err, ErrThrottled) {
		t.Errorf("third sign-up: %v", err)
	}
	f.wantEvents(t, "sign_up_refused username_taken", "signed_up", "sign_up_refused client_throttled")
	f.clock.add(time.Minute)
	if err := signUp("carol"); err != nil {
		t.Errorf("after a minute: %v", err)
	}
}

// TestClockSetBack: a clock that was a year ahead keeps nobody out for a year.
func TestClockSetBack(t *testing.T) {
	const year = 365 * 24 * time.Hour
	f := newFixture(t, Config{Throttle: Throttle{ClientBurst: 1, ClientRefill: time.Minute}})
	f.clock.add(year)
	failing(5)(t, f)
	client := session.Client{Address: "192.0.2.1"}
	try := func(username string) error {
		_, err := f.Authenticate(t.Context(), Credentials{Username: username, Password: goodPassword, Client: client})
		return err
	}
	if err := try("nobody"); err != ErrInvalidCredentials {
		t.Fatal(err)
	}
	f.clock.add(-year)
	if err := f.try("ada", goodPassword); err != ErrInvalidCredentials {
		t.Errorf("account: the wait is over though the clock went back: %v", err)
	}
	if err := try("ada"); !errors.Is(err, ErrThrottled) {
		t.Errorf("address: the wait is over though the clock went back: %v", err)
	}
	f.clock.add(time.Minute)
	if err := try("ada"); err != nil {
		t.Errorf("a minute after the clock was set back: %v", err)
	}
}

func TestPurge(t *testing.T) {
	f := newFixture(t, Config{})
	f.signUp(t, "ada")
	client := session.Client{Address: "192.0.2.1"}
	for _, name := range []string{"ada", "nobody", "nobody-else"} {
		_, err := f.Authenticate(t.Context(), Credentials{Username: name, Password: otherPassword, Client: client})
		if err != ErrInvalidCredentials {
			t.Fatal(err)
		}
	}
	if len(f.store.attempts) != 4 {
		t.Fatalf("%d rows, want an account, two names, an address", len(f.store.attempts))
	}
	f.clock.add(24 * time.Hour)
	if err := f.Purge(t.Context()); err != nil {
		t.Fatal(err)
	}
	for key := range f.store.attempts {
		if !strings.HasPrefix(key, "account/") {
			t.Errorf("%s is still there", key)
		}
	}
	if len(f.store.attempts) != 1 {
		t.Error("the failure of an account was forgotten")
	}
}

// TestKeysHideNames: what is typed as the name may be the password, and is not
// kept; keys are as the store's contract has them.
func TestKeysHideNames(t *testing.T) {
	f := newFixture(t, Config{})
	u := f.signUp(t, "ada")
	long := strings.Repeat("x", 10000)
	for _, c := range []Credentials{
		{Username: goodPassword, Password: "ada"},
		{Username: long, Password: long[:100]},
		{Username: "ada", Password: otherPassword, KnownDevice: long, Client: session.Client{Address: "2001:db8:1111:2222:3333:4444:5555:6666"}},
	} {
		if _, err := f.Authenticate(t.Context(), c); err != ErrInvalidCredentials {
			t.Fatal(err)
		}
	}
	if err := f.CheckPassword(context.Background(), long, goodPassword); err != ErrInvalidCredentials {
		t.Fatal(err)
	}
	for key := range f.store.attempts {
		if len(key) > 128 || strings.ContainsFunc(key, func(r rune) bool { return r < 0x21 || r > 0x7e }) {
			t.Errorf("key %q", key)
		}
		if strings.Contains(key, "lantern") || strings.Contains(key, "xxx") {
			t.Errorf("key %q shows what was typed", key)
		}
	}
	for _, e := range f.takeEvents() {
		if e.Username != "" && e.Username != u.Username {
			t.Errorf("an event shows %q", e.Username)
		}
	}
}

func TestThrottleOff(t *testing.T) {
	f := newFixture(t, Config{Throttle: Throttle{InsecureOff: true}})
	failing(100)(t, f)
	if err := f.try("ada", goodPassword); err != nil {
		t.Error(err)
	}
	if len(f.store.attempts) != 0 {
		t.Error("counted all the same")
	}
}
