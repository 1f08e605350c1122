package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/latchkey-go/latchkey/session"
	"github.com/latchkey-go/latchkey/sqlstore"
)

const (
	fillRows    = 10_000 // rows in one transaction
	perSubject  = 10     // sessions of one user
	purgeRows   = 500    // rows in one purge, as session.Manager does it
	purgeRounds = 20
)

// world is a store and what is known of its sessions.
type world struct {
	st     *sqlstore.Store
	asking *session.Manager // without the feed: every Check asks the store
	fed    *session.Manager // with it
	began  time.Time
	now    time.Time
	alive  []string
	sample []string // what the round at work is about
	rand   *rand.Rand
	made   int
}

func newWorld(ctx context.Context, st *sqlstore.Store) (*world, error) {
	var n int
	if err := st.DB().QueryRowContext(ctx, `SELECT count(*) FROM latchkey_sessions`).Scan(&n); err != nil {
		return nil, err
	}
	if n > 0 {
		return nil, errors.New("the database has sessions already")
	}
	w := &world{st: st, began: time.Now().Truncate(time.Microsecond), rand: rand.New(rand.NewPCG(1, 2))}
	w.now = w.began
	for _, m := range []**session.Manager{&w.asking, &w.fed} {
		var err error
		if *m, err = session.NewManager(session.Config{Store: st, Now: func() time.Time { return w.now }, Limit: -1}); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// secret is that of every session here.
var secret = make([]byte, 32)

// fill brings the number of living sessions to size.
func (w *world) fill(ctx context.Context, size int) error {
	for len(w.alive) < size {
		if err := w.insert(ctx, min(fillRows, size-len(w.alive))); err != nil {
			return err
		}
	}
	_, err := w.st.DB().ExecContext(ctx, `ANALYZE latchkey_sessions`)
	return err
}

func (w *world) insert(ctx context.Context, n int) error {
	const query = `INSERT INTO latchkey_sessions (id, subject, generation, secret, epoch, created_at, seen_at, auth_time, expires_at,
			idle_timeout, amr, acr, address, user_agent, end_reason, over_at)
		VALUES ($1, $2, 0, $3, 0, $4, $4, $4, $5, 0, '["pwd"]', '', '192.0.2.1', 'Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0', '', $5)`
	tx, err := w.st.DB().BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := w.insertRows(ctx, tx, query, n); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

func (w *world) insertRows(ctx context.Context, tx *sql.Tx, query string, n int) error {
	statement, err := tx.PrepareContext(ctx, query)
	if err != nil {
		return err
	}
	defer statement.Close()
	end := w.began.Add(30 * 24 * time.Hour).UnixMicro()
	for range n {
		id := session.NewID()
		if _, err := statement.ExecContext(ctx, id, fmt.Sprintf("user-%d", w.made/perSubject), secret, w.began.UnixMicro(), end); err != nil {
			return err
		}
		w.made++
		w.alive = append(w.alive, id)
	}
	return nil
}

// prepare picks the sessions that the operations of a round are about, and takes
// them from the living, for the round ends them.
func (w *world) prepare(ctx context.Context, ops int) error {
	w.rand.Shuffle(len(w.alive), func(i, j int) { w.alive[i], w.alive[j] = w.alive[j], w.alive[i] })
	w.sample, w.alive = slices.Clone(w.alive[:ops]), w.alive[ops:]
	w.now = w.now.Add(time.Minute) // outside the grace of the last round
	return w.fed.Poll(ctx)
}

func (w *world) refresh(ctx context.Context, id string) error {
	s, err := w.st.Get(ctx, id)
	if err != nil {
		return err
	}
	_, err = w.asking.Refresh(ctx, session.Presented{
		ID: id, Generation: s.Generation, MAC: session.RefreshMAC(s, s.Generation), ExpiresAt: w.now.Add(time.Hour),
	})
	return err
}

// makeDue adds rows that are due to be purged.
func (w *world) makeDue(ctx context.Context, n int) error {
	began, alive := w.began, w.alive
	defer func() { w.began, w.alive = began, alive }()
	w.began = w.began.Add(-61 * 24 * time.Hour)
	return w.insert(ctx, n)
}

// purge removes rows that are due, as many as a Manager does at once.
func (w *world) purge(ctx context.Context) error {
	n, err := w.st.Purge(ctx, w.now, purgeRows)
	if err == nil && n != purgeRows {
		err = fmt.Errorf("%d rows were purged", n)
	}
	return err
}
