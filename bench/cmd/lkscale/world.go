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

// figures are what operations take at one size.
type figures struct {
	Sessions int              `json:"sessions"`
	Times    map[string]times `json:"times"`
}

// times are of one operation.
type times struct {
	Median time.Duration `json:"median_ns"`
	P99    time.Duration `json:"p99_ns"`
}

// operations in the order of the table.
var operations = []string{"refresh", "check, asking the store", "check, in memory", "revoke", "purge of 500 rows"}

func (w *world) measure(ctx context.Context, size, ops int) (figures, error) {
	w.rand.Shuffle(len(w.alive), func(i, j int) { w.alive[i], w.alive[j] = w.alive[j], w.alive[i] })
	sample := slices.Clone(w.alive[:ops])
	w.now = w.now.Add(time.Minute) // outside the grace of the last round
	if err := w.fed.Poll(ctx); err != nil {
		return figures{}, err
	}
	f := figures{Sessions: size, Times: map[string]times{}}
	// The first pass of each check brings the sample's pages and cache lines in,
	// for few sessions as for many; the second counts.
	for _, o := range []struct {
		name   string
		passes int
		do     func(id string) error
	}{
		{"check, asking the store", 2, func(id string) error { return w.asking.Check(ctx, session.Access{SessionID: id}) }},
		{"check, in memory", 2, func(id string) error { return w.fed.Check(ctx, session.Access{SessionID: id}) }},
		{"refresh", 1, func(id string) error { return w.refresh(ctx, id) }},
		{"revoke", 1, func(id string) error { return w.asking.End(ctx, id, session.EndedByAdmin) }},
	} {
		for range o.passes {
			t, err := timed(sample, o.do)
			if err != nil {
				return f, fmt.Errorf("%s: %w", o.name, err)
			}
			f.Times[o.name] = t
		}
	}
	w.alive = w.alive[ops:]
	var err error
	f.Times["purge of 500 rows"], err = w.purge(ctx)
	return f, err
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

// purge makes rows that are due and times how long their removal holds others up.
func (w *world) purge(ctx context.Context) (times, error) {
	due := w.began.Add(-24 * time.Hour)
	rounds := make([]string, purgeRounds)
	began, alive := w.began, w.alive
	w.began = due.Add(-60 * 24 * time.Hour)
	err := w.insert(ctx, purgeRounds*purgeRows)
	w.began, w.alive = began, alive
	if err != nil {
		return times{}, err
	}
	return timed(rounds, func(string) error {
		n, err := w.st.Purge(ctx, w.now, purgeRows)
		if err == nil && n != purgeRows {
			err = fmt.Errorf("%d rows were purged", n)
		}
		return err
	})
}

// timed runs do for each id.
func timed(ids []string, do func(id string) error) (times, error) {
	all := make([]time.Duration, len(ids))
	for i, id := range ids {
		began := time.Now()
		if err := do(id); err != nil {
			return times{}, err
		}
		all[i] = time.Since(began)
	}
	slices.Sort(all)
	return times{Median: all[len(all)/2], P99: all[len(all)*99/100]}, nil
}
