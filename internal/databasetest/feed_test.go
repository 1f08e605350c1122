package databasetest

import (
	"context"
	"database/sql"
	"sync/atomic"
	"testing"

	"github.com/latchkey-go/latchkey/session"
)

// TestFeedOrder commits two revocations in another order than they began, by
// hand on PostgreSQL, where transactions run side by side. A reader that has
// seen the later one must still find the earlier.
func TestFeedOrder(t *testing.T) {
	const (
		end    = `UPDATE latchkey_sessions SET ended_at = 1, over_at = 1, end_reason = 'sign_out' WHERE id = $1`
		take   = `UPDATE latchkey_state SET last = last + 1 RETURNING last`
		record = `INSERT INTO latchkey_revocations (kind, at, number, id) VALUES ('session', 1, $1, $2)`
	)
	d := databases[1]
	ctx := t.Context()
	st := d.must(t, d.place(t))
	m, err := session.NewManager(session.Config{Store: st})
	if err != nil {
		t.Fatal(err)
	}
	first, second, third := start(t, m), start(t, m), start(t, m)
	feed := func(after int64) *session.Feed {
		t.Helper()
		f, err := st.Feed(ctx, after)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	begin := func() *sql.Tx {
		t.Helper()
		tx, err := st.DB().BeginTx(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		return tx
	}
	do := func(tx *sql.Tx, query string, args ...any) {
		t.Helper()
		if _, err := tx.ExecContext(ctx, query, args...); err != nil {
			t.Fatal(err)
		}
	}
	number := func(tx *sql.Tx) (n int64) {
		t.Helper()
		if err := tx.QueryRowContext(ctx, take).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}

	// The first begins, the second begins and commits, the reader reads, the
	// first commits.
	tx := begin()
	do(tx, end, first.ID)
	if err := m.End(ctx, second.ID, session.EndedBySignOut); err != nil {
		t.Fatal(err)
	}
	seen := feed(0)
	if len(seen.Revoked) != 1 || seen.Revoked[0].SessionID != second.ID {
		t.Fatalf("feed %+v", seen)
	}
	n := number(tx)
	do(tx, record, n, first.ID)
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if f := feed(seen.Last); len(f.Revoked) != 1 || f.Revoked[0].SessionID != first.ID {
		t.Fatalf("the reader that had seen %d lost the earlier revocation: %+v", seen.Last, f)
	}

	// Once a transaction has a number, no other gets one before it is over; and
	// if it fails, its number is given out again.
	for _, commit := range []bool{false, true} {
		tx := begin()
		n := number(tx)
		ended := make(chan error)
		go func() {
			ended <- m.RevokeToken(context.Background(), third.ID+map[bool]string{true: "a", false: "b"}[commit])
		}()
		waitForLock(t, st.DB())
		if f := feed(seen.Last + 1); f.Last != n-1 || len(f.Revoked) != 0 {
			t.Fatalf("the reader sees what is not committed: %+v", f)
		}
		if commit {
			do(tx, record, n, third.ID)
			err = tx.Commit()
		} else {
			err = tx.Rollback()
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		f := feed(n - 1)
		want := 1
		if commit {
			want = 2
		}
		if len(f.Revoked) != want || f.Revoked[0].Number != n || f.Last != n-1+int64(want) {
			t.Fatalf("commit %v: feed after %d: %+v", commit, n-1, f)
		}
		seen.Last = f.Last - 1
	}
}

// waitForLock returns when some connection waits for another's transaction.
func waitForLock(t *testing.T, db *sql.DB) {
	t.Helper()
	const query = `SELECT count(*) FROM pg_stat_activity
		WHERE wait_event_type = 'Lock' AND datname = current_database() AND query LIKE 'UPDATE latchkey_%'`
	for n := 0; n == 0; {
		if err := db.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
			t.Fatal(err)
		}
	}
}

// TestRestored: after a restore everything of before is dead in every process,
// and people can sign in again.
func TestRestored(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			ctx := t.Context()
			st := d.must(t, d.place(t))
			var resets atomic.Int64
			m, err := session.NewManager(session.Config{Store: st, OnEvent: func(_ context.Context, e session.Event) {
				if e.Kind == session.EventFeedReset {
					resets.Add(1)
				}
			}})
			if err != nil {
				t.Fatal(err)
			}
			old := start(t, m)
			if err := m.Poll(ctx); err != nil {
				t.Fatal(err)
			}
			before := m.Status()
			if err := st.Restored(ctx, now); err != nil {
				t.Fatal(err)
			}
			if err := m.Poll(ctx); err != nil {
				t.Fatal(err)
			}
			// Numbers of the feed that were given out in the lost time are given out
			// again: whoever has read them must read from the start.
			if n := resets.Load(); n != 1 {
				t.Errorf("the feed was read anew %d times", n)
			}
			if after := m.Status(); after.Epoch <= before.Epoch+1000 {
				t.Errorf("epoch %d after %d: the lost time may have reached it", after.Epoch, before.Epoch)
			}
			access := func(s *session.Session) session.Access {
				return session.Access{SessionID: s.ID, Epoch: s.Epoch}
			}
			if err := m.Check(ctx, access(old)); err == nil {
				t.Error("a session of before the restore is alive")
			}
			if _, err := m.Refresh(ctx, present(old, 0)); err == nil {
				t.Error("a session of before the restore was refreshed")
			}
			if err := m.Check(ctx, access(start(t, m))); err != nil {
				t.Errorf("a session of after the restore: %v", err)
			}
		})
	}
}
