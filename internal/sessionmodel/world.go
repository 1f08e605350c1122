package sessionmodel

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/session"
)

// Stores opens stores for schedules.
type Stores struct {
	// Open returns an empty store.
	Open func(t *testing.T) session.Store
	// Reopen, if set, returns the store again after a restart of the machine.
	Reopen func(t *testing.T) session.Store
}

// SeedVariable names the environment variable that runs one schedule again.
const SeedVariable = "LATCHKEY_MODEL_SEED"

// FactorVariable names the environment variable that says how many times as many
// schedules are run.
const FactorVariable = "LATCHKEY_MODEL_FACTOR"

// Run runs schedules of so many steps each, from seeds that it prints when one
// fails.
func Run(t *testing.T, stores Stores, schedules, steps int) {
	first := uint64(1)
	if text := os.Getenv(FactorVariable); text != "" {
		factor, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		schedules *= factor
	}
	if text := os.Getenv(SeedVariable); text != "" {
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		first, schedules = seed, 1
	}
	for seed := first; seed < first+uint64(schedules); seed++ {
		t.Run(fmt.Sprint("seed", seed), func(t *testing.T) {
			w := newWorld(t, stores, rand.NewPCG(seed, 8))
			for step := range steps {
				if w.step(); t.Failed() {
					t.Fatalf("step %d of seed %d; run it again with %s=%d. The steps:\n%s", step, seed, SeedVariable, seed, w.history())
				}
			}
		})
	}
}

// world is one schedule: a store, processes on it, and the model.
type world struct {
	t      *testing.T
	ctx    context.Context
	rand   *rand.Rand
	stores Stores
	store  session.Store
	keys   keyring
	now    time.Time
	epoch  int64
	feed   []string // what every poll brings, in order; "s…" or "t…"

	processes []*process
	sessions  []*modelSession
	users     []*user
	dead      map[string]bool // revoked tokens
	log       []string
}

// user is a subject; with accounts, a person too.
type user struct {
	id, hash string
	disabled bool
	password int
	bases    []string // what sign-ins rested on; the last one is in force
}

func newWorld(t *testing.T, stores Stores, source rand.Source) *world {
	w := &world{
		t: t, ctx: t.Context(), rand: rand.New(source), stores: stores, store: stores.Open(t),
		now:  time.Date(2032, 1, 1, 0, 0, 0, 0, time.UTC),
		dead: map[string]bool{},
	}
	ring, err := jwt.NewKeyring(jwt.HS256)
	w.must(err)
	w.keys = keyring{ring, map[string]bool{}}
	for i := range 3 {
		u := &user{id: fmt.Sprint("user", i), hash: "$0", bases: []string{(&account.User{}).SignInBasis()}}
		if accounts, ok := w.store.(account.Store); ok {
			w.must(accounts.CreateUser(w.ctx, &account.User{ID: u.id, Username: u.id, UsernameKey: u.id, PasswordHash: u.hash, CreatedAt: w.now}))
		}
		w.users = append(w.users, u)
	}
	for range 3 {
		w.processes = append(w.processes, w.newProcess())
	}
	return w
}

func (w *world) newProcess() *process {
	m, err := session.NewManager(session.Config{
		Store: onTime{w.store, w}, AccessTTL: accessTTL, RefreshTTL: refreshTTL, SessionTTL: sessionTTL, IdleTimeout: idleTimeout,
		Grace: grace, Limit: limit, Now: func() time.Time { return w.now }, Logger: slog.New(slog.DiscardHandler),
	})
	w.must(err)
	return &process{Manager: m, known: map[string]bool{}}
}

// onTime is a store whose clock is that of the schedule.
type onTime struct {
	session.Store
	world *world
}

func (s onTime) Feed(ctx context.Context, after int64) (*session.Feed, error) {
	f, err := s.Store.Feed(ctx, after)
	if err == nil {
		f.Now = s.world.now
	}
	return f, err
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("%v\n%s", err, w.history())
	}
}

func (w *world) note(format string, args ...any) {
	w.log = append(w.log, w.now.Format("02 15:04:05.000 ")+fmt.Sprintf(format, args...))
}

// history is the end of the log.
func (w *world) history() string {
	return strings.Join(w.log[max(0, len(w.log)-40):], "\n")
}

func (w *world) process() *process { return w.processes[w.rand.IntN(len(w.processes))] }
func (w *world) user() *user       { return w.users[w.rand.IntN(len(w.users))] }

// session picks one that is not purged, mostly a young one; nil if there is none.
func (w *world) session() *modelSession {
	var some []*modelSession
	for _, s := range w.sessions {
		if !s.purged {
			some = append(some, s)
		}
	}
	if len(some) == 0 {
		return nil
	}
	some = some[max(0, len(some)-8):]
	return some[w.rand.IntN(len(some))]
}

// step does something at random and checks the outcome.
func (w *world) step() {
	type op struct {
		weight int
		do     func()
	}
	ops := []op{
		{12, w.signIn}, {30, w.refresh}, {6, w.refreshTogether}, {4, w.forge}, {20, w.check}, {8, w.seen},
		{4, w.signOut}, {2, w.endOwn}, {2, w.endOthers}, {1, w.endSubject}, {1, w.endAll}, {3, w.revokeToken},
		{2, w.changePassword}, {2, w.disable}, {14, w.poll}, {2, w.restart}, {2, w.purge}, {24, w.wait}, {4, w.watch},
		{3, w.rotateKeys},
	}
	total := 0
	for _, o := range ops {
		total += o.weight
	}
	n := w.rand.IntN(total)
	for _, o := range ops {
		if n -= o.weight; n < 0 {
			o.do()
			break
		}
	}
	w.verify()
}

// verify compares every row with the model, and every watcher with what its
// process knows.
func (w *world) verify() {
	for _, s := range w.sessions {
		row, err := w.store.Get(w.ctx, s.row.ID)
		if s.purged {
			if !errors.Is(err, session.ErrNotFound) {
				w.t.Errorf("a purged session came back: %+v, %v", row, err)
			}
			continue
		}
		w.must(err)
		ended := s.ended
		if ended == "" && s.row.Epoch < w.epoch {
			ended = session.EndedByEpoch
		}
		if row.Generation != s.generation || !row.RotatedAt.Equal(s.rotated) || row.EndReason != ended {
			w.t.Errorf("session %s is generation %d rotated %v ended %q; the model says %d %v %q",
				s.row.ID, row.Generation, row.RotatedAt, row.EndReason, s.generation, s.rotated, ended)
		}
		if row.SeenAt.After(s.used) || w.live(s) && row.SeenAt.Before(s.used.Add(-seenWithin)) {
			w.t.Errorf("session %s seen at %v, last used at %v", s.row.ID, row.SeenAt, s.used)
		}
	}
	for _, p := range w.processes {
		for _, c := range p.watched {
			want := 0
			if p.knows(c.Access) {
				want = 1
			}
			if w.now.Before(c.expires) && c.called != want {
				w.t.Errorf("the watcher of %+v was called %d times, want %d", c.Access, c.called, want)
			}
		}
	}
}

func (w *world) live(s *modelSession) bool { return s.live(w.epoch) }

// killed records in the model that p ended sessions.
func (w *world) killed(p *process, why session.EndReason, all ...*modelSession) {
	for _, s := range all {
		s.end(why, w.now)
		w.feed = append(w.feed, "s"+s.row.ID)
		p.known["s"+s.row.ID] = true
	}
}

// liveOf are the live sessions of a user but one.
func (w *world) liveOf(u *user, except string) []*modelSession {
	var all []*modelSession
	for _, s := range w.sessions {
		if s.row.Subject == u.id && s.row.ID != except && !s.purged && w.live(s) {
			all = append(all, s)
		}
	}
	return all
}

// sameIDs checks that a call ended exactly these.
func (w *world) sameIDs(what string, got []string, want []*modelSession) {
	w.t.Helper()
	ids := []string{}
	for _, s := range want {
		ids = append(ids, s.row.ID)
	}
	slices.Sort(ids)
	if got = slices.Sorted(slices.Values(got)); !slices.Equal(got, ids) {
		w.t.Errorf("%s ended %q, the model says %q", what, got, ids)
	}
}
