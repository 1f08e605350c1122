package server_test

import (
	"context"
	"os"
	"testing"

	"github.com/latchkey-go/latchkey/internal/installation"
	"github.com/latchkey-go/latchkey/internal/pgtest"
	"github.com/latchkey-go/latchkey/internal/server"
	"github.com/latchkey-go/latchkey/sqlstore"
)

func TestMain(m *testing.M) {
	os.Exit(allSeen(pgtest.Tests{M: m}.Run()))
}

// onBoth runs a test with a server on each database.
func onBoth(t *testing.T, test func(t *testing.T, database func(*server.Config))) {
	t.Run("sqlite", func(t *testing.T) { test(t, func(*server.Config) {}) })
	t.Run("postgres", func(t *testing.T) {
		dsn := pgtest.DSN(t)
		test(t, func(c *server.Config) { c.Database = dsn })
	})
}

// store is the database of a server, opened beside it.
func (a *app) store() *sqlstore.Store {
	a.t.Helper()
	if a.beside != nil {
		return a.beside
	}
	st, err := installation.Location{DataDir: a.data, Database: a.cfg.Database}.OpenExisting(context.Background())
	if err != nil {
		a.t.Fatal(err)
	}
	a.t.Cleanup(func() { _ = st.Close() })
	a.beside = st
	return st
}
