package databasetest

import (
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey/session"
)

// TestRetry: where PostgreSQL undoes a transaction and asks to try again, the
// store does so. Here it undoes one that waited for another, because the
// database's default isolation is stricter than needed.
func TestRetry(t *testing.T) {
	d := databases[1]
	place := d.place(t)
	d.must(t, place)
	setting := "&default_transaction_isolation=repeatable%20read"
	if !strings.Contains(place, "?") {
		setting = " default_transaction_isolation='repeatable read'"
	}
	st := d.must(t, place+setting)
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
