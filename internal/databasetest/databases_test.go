package databasetest

import (
	"path/filepath"
	"testing"

	"github.com/latchkey-go/latchkey/internal/pgtest"
	"github.com/latchkey-go/latchkey/sqlstore"
	"github.com/latchkey-go/latchkey/sqlstore/postgres"
	"github.com/latchkey-go/latchkey/sqlstore/sqlite"
)

// database is a kind of database: place makes room for a new one.
type database struct {
	name    string
	dialect sqlstore.Dialect
	place   func(t *testing.T) string
	open    func(t *testing.T, place string) (*sqlstore.Store, error)
}

var databases = []database{
	{
		"sqlite", sqlstore.SQLite,
		func(t *testing.T) string { return filepath.Join(t.TempDir(), "db", "latchkey.db") },
		func(t *testing.T, path string) (*sqlstore.Store, error) { return sqlite.Open(t.Context(), path) },
	},
	{
		"postgres", sqlstore.PostgreSQL,
		func(t *testing.T) string { return pgtest.DSN(t) },
		func(t *testing.T, dsn string) (*sqlstore.Store, error) { return postgres.Open(t.Context(), dsn) },
	},
}

// must opens a store at a place and closes it with the test.
func (d database) must(t *testing.T, place string) *sqlstore.Store {
	t.Helper()
	st, err := d.open(t, place)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	return st
}
