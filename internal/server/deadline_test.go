package server_test

import (
	"database/sql"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/internal/pgtest"
	"github.com/latchkey-go/latchkey/internal/server"
)

// A database that does not answer, and does not say so either, keeps nobody
// waiting for ever.
func TestStalledDatabase(t *testing.T) {
	dsn := pgtest.DSN(t)
	a := start(t, func(c *server.Config) { c.Database, c.Timeouts.Wait = dsn, time.Second })
	b := a.signUp()
	phone, refresh := a.signInBody()

	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	stall, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	// PostgreSQL itself ends it, so that what does wait for ever fails.
	for _, statement := range []string{
		"SET LOCAL idle_in_transaction_session_timeout = '30s'",
		"LOCK TABLE latchkey_users, latchkey_sessions, latchkey_attempts IN ACCESS EXCLUSIVE MODE",
	} {
		if _, err := stall.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	b.do("GET", "/api/v1/me", nil).want(503, "unavailable")
	b.do("POST", "/api/v1/sign-out", nil).want(503, "unavailable")
	a.program().do("POST", "/api/v1/refresh", m{"refresh_token": refresh}).want(503, "unavailable")
	a.program().do("POST", "/api/v1/sign-in", m{"username": ada, "password": adaPassword}).want(503, "unavailable")
	a.program().do("GET", "/healthz", nil).want(200, "")
	if err := stall.Rollback(); err != nil {
		t.Fatal(err)
	}
	b.do("GET", "/api/v1/me", nil).want(200, "")
	phone.do("GET", "/api/v1/me", nil).want(200, "")
	a.program().do("POST", "/api/v1/refresh", m{"refresh_token": refresh}).want(200, "")
}
