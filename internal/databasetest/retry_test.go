package databasetest

import (
	"fmt"
	"sync"
	"testing"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/internal/pgtest"
	"github.com/latchkey-go/latchkey/session"
	"github.com/latchkey-go/latchkey/sqlstore"
)

// isolated is a PostgreSQL store on a database with another default isolation.
func isolated(t *testing.T, level string) *sqlstore.Store {
	t.Helper()
	d := databases[1]
	place := d.place(t)
	return d.must(t, pgtest.WithSetting(place, "default_transaction_isolation", level))
}

// TestBusyAndStricter: rows that everybody wants do not wear out the retries
// where a database's default isolation is stricter than needed.
func TestBusyAndStricter(t *testing.T) {
	for _, level := range []string{"repeatable read", "serializable"} {
		t.Run(level, func(t *testing.T) {
			st := isolated(t, level)
			const workers, rounds = 16, 8
			var wg sync.WaitGroup
			for worker := range workers {
				wg.Go(func() {
					for round := range rounds {
						if err := st.RevokeToken(t.Context(), fmt.Sprint(worker, "/", round), now); err != nil {
							t.Error(err)
						}
						err := st.UpdateAttempts(t.Context(), "row", func(a account.Attempts) account.Attempts {
							a.Count++
							return a
						})
						if err != nil {
							t.Error(err)
						}
					}
				})
			}
			wg.Wait()
			if f, err := st.Feed(t.Context(), 0); err != nil || len(f.Revoked) != workers*rounds {
				t.Errorf("feed %+v, %v; want %d entries", f, err, workers*rounds)
			}
			err := st.UpdateAttempts(t.Context(), "row", func(a account.Attempts) account.Attempts {
				if a.Count != workers*rounds {
					t.Errorf("%d of %d were counted", a.Count, workers*rounds)
				}
				return a
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// TestRetry: where PostgreSQL undoes a statement and asks to try again, the
// store does so. Here it undoes one that waited for another, because the
// database's default isolation is stricter than needed.
func TestRetry(t *testing.T) {
	st := isolated(t, "repeatable read")
	m, err := session.NewManager(session.Config{Store: st})
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, m)
	for name, c := range map[string]struct {
		lock string
		do   func() error
	}{
		"Rotate": {`UPDATE latchkey_sessions SET seen_at = seen_at`, func() error {
			_, err := st.Rotate(t.Context(), s.ID, 0, now)
			return err
		}},
		"End": {`UPDATE latchkey_state SET last = last`, func() error {
			_, err := st.End(t.Context(), session.Ending{Subject: "u", Except: s.ID, Reason: session.EndedByAdmin, At: now})
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			start(t, m) // something to end
			tx, err := st.DB().BeginTx(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := tx.ExecContext(t.Context(), c.lock); err != nil {
				t.Fatal(err)
			}
			done := make(chan error)
			go func() { done <- c.do() }()
			waitForLock(t, st.DB())
			if err := tx.Commit(); err != nil {
				t.Fatal(err)
			}
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
	}
}
