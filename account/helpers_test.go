package account

import (
	"context"
	"sync"
	"testing"
	"time"
)

// fastHash keeps tests quick; what they count does not depend on it.
var fastHash = HashParams{Memory: 64, Time: 4, Parallelism: 1, InsecureWeak: true}

// Passwords that the default policy accepts.
const (
	goodPassword  = "lantern gravel mitten thicket"
	otherPassword = "orchid basalt tandem plywood"
)

// clock is a clock that stands until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock {
	return &clock{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// fixture is a Service on a store in memory, with all that it reports.
type fixture struct {
	*Service
	store *memory
	clock *clock

	mu     sync.Mutex
	events []Event
	ended  []string
	costs  []int64
}

func newFixture(t *testing.T, c Config) *fixture {
	t.Helper()
	f := &fixture{store: newMemory(), clock: newClock()}
	c.Store, c.Now = f.store, f.clock.Now
	c.OnEvent = func(_ context.Context, e Event) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.events = append(f.events, e)
	}
	c.OnSessionsEnded = func(ids ...string) { f.ended = append(f.ended, ids...) }
	if c.Hash == (HashParams{}) {
		c.Hash = fastHash
	}
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	f.use(s)
	return f
}

// use makes s, on the same store, the service of the fixture.
func (f *fixture) use(s *Service) {
	s.hasher.observe = func(cost int64) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.costs = append(f.costs, cost)
	}
	f.Service = s
}

// restart is what happens to the service when its process ends and begins.
func (f *fixture) restart(t *testing.T, change func(*Config)) {
	t.Helper()
	c := f.config
	if change != nil {
		change(&c)
	}
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	f.use(s)
}

// signUp makes an account with goodPassword.
func (f *fixture) signUp(t *testing.T, username string) *User {
	t.Helper()
	u, err := f.SignUp(t.Context(), SignUp{Username: username, Password: goodPassword})
	if err != nil {
		t.Fatal(err)
	}
	f.takeCosts()
	f.takeEvents()
	return u
}

// ChangePassword is that of the service, for tests of its error alone.
func (f *fixture) ChangePassword(ctx context.Context, userID, current, chosen, keep string) error {
	_, err := f.Service.ChangePassword(ctx, userID, current, chosen, keep)
	return err
}

// try signs in and returns the error.
func (f *fixture) try(username, password string) error {
	_, err := f.Authenticate(context.Background(), Credentials{Username: username, Password: password})
	return err
}

func (f *fixture) takeCosts() []int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	costs := f.costs
	f.costs = nil
	return costs
}

func (f *fixture) takeEvents() []Event {
	f.mu.Lock()
	defer f.mu.Unlock()
	events := f.events
	f.events = nil
	return events
}

// wantEvents compares kinds and reasons, written "kind" or "kind reason".
func (f *fixture) wantEvents(t *testing.T, want ...string) []Event {
	t.Helper()
	events := f.takeEvents()
	var got []string
	for _, e := range events {
		text := string(e.Kind)
		if e.Reason != "" {
			text += " " + string(e.Reason)
		}
		got = append(got, text)
		if e.At != f.clock.Now() {
			t.Errorf("event %s at %v, want %v", text, e.At, f.clock.Now())
		}
	}
	if len(got) != len(want) {
		t.Fatalf("events %q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("events %q, want %q", got, want)
			break
		}
	}
	return events
}
