package databasetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/internal/pgtest"
	"github.com/latchkey-go/latchkey/session"
	"github.com/latchkey-go/latchkey/sqlstore/postgres"
)

// TestServerCrash kills the server process of PostgreSQL at random moments of
// sign-ins, refreshes and revocations, again and again on one database: what was
// committed is there, no session that was ended is alive, no chain has forked. It
// tests the server's own recovery and what we take for committed, not the disk.
func TestServerCrash(t *testing.T) {
	pgtest.DSN(t) // skips or fails where there is no server
	cluster, err := pgtest.Start(t.Context())
	if err != nil {
		pgtest.CannotTest(t, "where no server can be started to be killed", err)
	}
	defer func() {
		if err := cluster.Stop(); err != nil {
			t.Error(err)
		}
	}()
	said := claims{map[string]int64{}, map[string]bool{}, map[string]bool{}}
	for round := range roundsOf(t, serverCrashRounds, 2) {
		said.crashServer(t, cluster, uint64(round))
		if t.Failed() {
			t.Fatalf("round and seed %d", round)
		}
	}
}

// crashServer makes traffic, kills the server, and looks at what came back.
func (c *claims) crashServer(t *testing.T, cluster *pgtest.Cluster, seed uint64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	st, err := postgres.Open(ctx, cluster.DSN)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	m, err := session.NewManager(session.Config{Store: st, Grace: 1, Limit: -1})
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	lines, kill := 0, 20+rand.New(rand.NewPCG(seed, 99)).IntN(300)
	say := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		if c.take(t, strings.Fields(fmt.Sprintf(format, args...))); lines == kill {
			if err := cluster.Kill(); err != nil {
				t.Error(err)
			}
		}
		lines++
	}
	var workers sync.WaitGroup
	for worker := range uint64(4) {
		workers.Go(func() {
			// It ends with the first error, which is that the server is gone.
			if err := crashWorker(ctx, m, rand.New(rand.NewPCG(seed, worker)), say); ctx.Err() != nil {
				t.Errorf("the server was not killed: %v", err)
			}
		})
	}
	workers.Wait()
	if err := cluster.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	// Connections of before the crash fail once each, which is right: a store of
	// its own looks at what came back.
	after, err := postgres.Open(ctx, cluster.DSN)
	if err != nil {
		t.Fatal(err)
	}
	defer after.Close()
	c.verify(t, after)
}
