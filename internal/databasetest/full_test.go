package databasetest

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/internal/pgtest"
	"github.com/latchkey-go/latchkey/session"
	"github.com/latchkey-go/latchkey/sqlstore"
)

// TestReadOnly: on a database that takes no writes, such as one that became a
// replica, every operation that writes fails, none reads as an answer, and a
// check of a session goes on.
func TestReadOnly(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			place := d.place(t)
			w := newFaultWorldAt(t, d, place)
			before := dump(t, w.st)
			readOnly := w
			readOnly.st = d.must(t, place)
			if d.name == "sqlite" {
				// The writer has one connection.
				if _, err := readOnly.st.DB().ExecContext(t.Context(), `PRAGMA query_only = 1`); err != nil {
					t.Fatal(err)
				}
			} else {
				readOnly.st = d.must(t, pgtest.WithSetting(place, "default_transaction_read_only", "on"))
			}
			readOnly.m = managerOf(t, readOnly.st)
			for _, op := range operations {
				err := op.do(t.Context(), readOnly)
				if err == nil || op.managed != errors.Is(err, session.ErrUnavailable) || readsAsAnswer(err) {
					t.Errorf("%s: %v", op.name, err)
				}
			}
			if after := dump(t, w.st); after != before {
				t.Errorf("something changed:\n%s\nbefore:\n%s", after, before)
			}
			if err := readOnly.m.Check(t.Context(), session.Access{SessionID: w.a.ID}); err != nil {
				t.Errorf("a check: %v", err)
			}
		})
	}
}

// TestFull: while the disk is full, no session begins and the store says so;
// what was revoked stays revoked, and what could not be revoked was not said to
// be. With space again all is as before.
func TestFull(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		d := databases[0]
		w := newFaultWorld(t, d)
		execute := func(statement string) {
			if _, err := w.st.DB().ExecContext(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
		var pages int
		if err := w.st.DB().QueryRowContext(t.Context(), `PRAGMA page_count`).Scan(&pages); err != nil {
			t.Fatal(err)
		}
		execute(fmt.Sprintf(`PRAGMA max_page_count = %d`, pages+5))
		testFull(t, w, func() faultWorld {
			execute(`PRAGMA max_page_count = 1000000`)
			return w
		})
	})
	t.Run("postgres", func(t *testing.T) {
		pgtest.DSN(t) // skips or fails where there is no server
		cluster, err := pgtest.Start(t.Context())
		if err == nil {
			t.Cleanup(func() { _ = cluster.Stop() })
			err = cluster.LimitFiles(walSegment)
		}
		if err != nil {
			pgtest.CannotTest(t, "where no server can be filled", err)
		}
		d := databases[1]
		w := newFaultWorldAt(t, d, cluster.DSN)
		fillPostgres(t, w.st)
		testFull(t, w, func() faultWorld {
			if err := cluster.LimitFiles(1 << 40); err != nil {
				t.Fatal(err)
			}
			// Connections from before keep their limit.
			w.st = d.must(t, cluster.DSN)
			w.m = managerOf(t, w.st)
			return w
		})
	})
}

// walSegment is the size of the files of PostgreSQL's log.
const walSegment = 16 << 20

// fillPostgres adds sessions of nobody until the file of sessions is as large as
// it may be.
func fillPostgres(t *testing.T, st *sqlstore.Store) {
	t.Helper()
	// One session on each page, and no page becomes free again.
	const settings = `ALTER TABLE latchkey_sessions SET (autovacuum_enabled = false), ALTER COLUMN user_agent SET STORAGE PLAIN`
	if _, err := st.DB().ExecContext(t.Context(), settings); err != nil {
		t.Fatal(err)
	}
	const more = `CREATE TEMPORARY TABLE one AS SELECT * FROM latchkey_sessions LIMIT 1`
	conn, err := st.DB().Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(t.Context(), more); err != nil {
		t.Fatal(err)
	}
	for batch := range 100 {
		statements := []string{
			fmt.Sprintf(`UPDATE one SET id = 'filler %d', subject = 'nobody', user_agent = repeat('x', 7700)`, batch),
			`INSERT INTO latchkey_sessions SELECT (jsonb_populate_record(one, jsonb_build_object('id', one.id || ' ' || n))).* FROM one, generate_series(1, 1000) n`,
		}
		for _, statement := range statements {
			if _, err := conn.ExecContext(t.Context(), statement); err != nil {
				if strings.Contains(err.Error(), "could not extend file") {
					return
				}
				t.Fatal(err)
			}
		}
	}
	t.Fatal("the file did not become full")
}

func testFull(t *testing.T, w faultWorld, empty func() faultWorld) {
	var began []*session.Session
	var err error
	for len(began) < 10_000 && err == nil {
		var s *session.Session
		if s, err = w.m.Start(t.Context(), session.Start{Subject: fmt.Sprint("s", len(began))}); err == nil {
			began = append(began, s)
		}
	}
	if !errors.Is(err, session.ErrUnavailable) || readsAsAnswer(err) {
		t.Fatalf("after %d sessions: %v", len(began), err)
	}
	before := dump(t, w.st)
	if _, err := w.m.Start(t.Context(), session.Start{Subject: "late", Replaces: w.b.ID}); err == nil || dump(t, w.st) != before {
		t.Errorf("a sign-in on a full disk: %v", err)
	}
	ended := w.m.End(t.Context(), w.a.ID, session.EndedBySignOut)
	if ended != nil && !errors.Is(ended, session.ErrUnavailable) {
		t.Errorf("a sign-out on a full disk: %v", ended)
	}
	alive := w.m.Check(t.Context(), session.Access{SessionID: w.a.ID})
	if ended == nil && !errors.Is(alive, session.ErrEnded) || ended != nil && alive != nil {
		t.Errorf("the sign-out said %v, the session says %v", ended, alive)
	}

	w = empty()
	for _, s := range began {
		if err := w.m.Check(t.Context(), session.Access{SessionID: s.ID}); err != nil {
			t.Fatalf("a session that began is lost: %v", err)
		}
	}
	if err := w.m.End(t.Context(), w.a.ID, session.EndedBySignOut); err != nil {
		t.Errorf("a sign-out with space again: %v", err)
	}
	start(t, w.m)
}

func managerOf(t *testing.T, st session.Store) *session.Manager {
	t.Helper()
	m, err := session.NewManager(session.Config{Store: st, Now: func() time.Time { return now }, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return m
}
