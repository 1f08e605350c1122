package postgres_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/internal/pgtest"
	"github.com/latchkey-go/latchkey/session"
	"github.com/latchkey-go/latchkey/sqlstore/postgres"
)

func row(id string) *session.Session {
	now := time.Now()
	return &session.Session{ID: id, Subject: "u", Secret: []byte("s"), CreatedAt: now, SeenAt: now, AuthTime: now, ExpiresAt: now.Add(time.Hour)}
}

// TestNoPreparedStatements: nothing stays on the server between transactions,
// which a pooler may give to another server connection each.
func TestNoPreparedStatements(t *testing.T) {
	st := open(t, pgtest.DSN(t))
	st.DB().SetMaxOpenConns(1)
	for _, id := range []string{"a", "b"} {
		if _, err := st.Create(t.Context(), row(id), "", 5); err != nil {
			t.Fatal(err)
		}
		if _, err := st.Rotate(t.Context(), id, 0, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	var prepared int
	if err := st.DB().QueryRowContext(t.Context(), `SELECT count(*) FROM pg_prepared_statements`).Scan(&prepared); err != nil || prepared != 0 {
		t.Errorf("%d prepared statements are left on the server (%v)", prepared, err)
	}
}

// TestQueryModes: the queries work in every way the driver can send them.
func TestQueryModes(t *testing.T) {
	for _, mode := range []string{"exec", "simple_protocol", "describe_exec", "cache_describe", "cache_statement"} {
		dsn := pgtest.DSN(t)
		separator := "&"
		if !strings.Contains(dsn, "?") {
			separator = " " // pairs, not a URL
		}
		st := open(t, dsn+separator+"default_query_exec_mode="+mode)
		r := row("a")
		for range 2 {
			if _, err := st.Create(t.Context(), r, "x", 5); err != nil {
				t.Errorf("%s: %v", mode, err)
			}
			if _, err := st.Rotate(t.Context(), r.ID, 0, time.Now()); err != nil {
				t.Errorf("%s: %v", mode, err)
			}
			if err := st.Touch(t.Context(), map[string]time.Time{r.ID: time.Now().Add(time.Hour)}); err != nil {
				t.Errorf("%s: %v", mode, err)
			}
			if ended, err := st.End(t.Context(), session.Ending{ID: r.ID, Reason: session.EndedBySignOut, At: time.Now()}); err != nil || len(ended) != 1 {
				t.Errorf("%s: ended %q, %v", mode, ended, err)
			}
			if f, err := st.Feed(t.Context(), 0); err != nil || len(f.Revoked) == 0 {
				t.Errorf("%s: feed %+v, %v", mode, f, err)
			}
			if _, err := st.Purge(t.Context(), time.Now(), 10); err != nil {
				t.Errorf("%s: %v", mode, err)
			}
			r = row("b")
		}
	}
}

// TestCannotConnect: the error names the server and not the password.
func TestCannotConnect(t *testing.T) {
	for _, dsn := range []string{
		"postgres://someone:hush-hush@127.0.0.1:1/db?connect_timeout=2",
		"postgres://someone:hush-hush@127.0.0.1:bad/db",
		"host=127.0.0.1 port=1 user=someone password=hush-hush dbname=db connect_timeout=2",
	} {
		st, err := postgres.Open(t.Context(), dsn)
		if err == nil {
			st.Close()
			t.Fatalf("connected to %s", dsn)
		}
		if strings.Contains(err.Error(), "hush") || !strings.Contains(err.Error(), "127.0.0.1") {
			t.Errorf("error %q", err)
		}
	}
}

// TestKilledConnections: what the server cuts off is an outage, and the pool
// recovers.
func TestKilledConnections(t *testing.T) {
	st := open(t, pgtest.DSN(t))
	if _, err := st.Create(t.Context(), row("a"), "", 0); err != nil {
		t.Fatal(err)
	}
	tx, err := st.DB().BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var pid int
	if err := tx.QueryRowContext(t.Context(), `SELECT pg_backend_pid()`).Scan(&pid); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(t.Context(), `UPDATE latchkey_sessions SET ended_at = 1, end_reason = 'x' WHERE id = 'a'`); err != nil {
		t.Fatal(err)
	}
	if _, err := st.DB().ExecContext(t.Context(), `SELECT pg_terminate_backend($1)`, pid); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err == nil {
		t.Error("a killed transaction was committed")
	}
	s, err := st.Rotate(t.Context(), "a", 0, time.Now())
	if err != nil || s.Generation != 1 {
		t.Errorf("after the kill: %+v, %v", s, err)
	}
}

// TestTimeout: a server that does not answer in time is an outage.
func TestTimeout(t *testing.T) {
	st := open(t, pgtest.DSN(t))
	if _, err := st.Create(t.Context(), row("a"), "", 0); err != nil {
		t.Fatal(err)
	}
	tx, err := st.DB().BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(t.Context(), `LOCK TABLE latchkey_sessions`); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := st.Get(ctx, "a"); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, session.ErrNotFound) {
		t.Errorf("Get: %v", err)
	}
}
