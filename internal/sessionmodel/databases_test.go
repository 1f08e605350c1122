package sessionmodel_test

import (
	"path/filepath"
	"testing"

	"github.com/latchkey-go/latchkey/internal/pgtest"
	"github.com/latchkey-go/latchkey/internal/sessionmodel"
	"github.com/latchkey-go/latchkey/session"
	"github.com/latchkey-go/latchkey/sqlstore"
	"github.com/latchkey-go/latchkey/sqlstore/postgres"
	"github.com/latchkey-go/latchkey/sqlstore/sqlite"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// schedules and steps on each database; memory takes many more.
const schedules, steps = 15, 200

func TestModel(t *testing.T) {
	for _, database := range databases {
		t.Run(database.name, func(t *testing.T) {
			sessionmodel.Run(t, stores(database), schedules, steps)
		})
	}
}

// database is a kind of database: place makes room for a new one.
type database struct {
	name  string
	place func(t *testing.T) string
	open  func(t *testing.T, place string) (*sqlstore.Store, error)
}

var databases = []database{
	{
		"sqlite",
		func(t *testing.T) string { return filepath.Join(t.TempDir(), "db", "latchkey.db") },
		func(t *testing.T, path string) (*sqlstore.Store, error) { return sqlite.Open(t.Context(), path) },
	},
	{
		"postgres",
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

// stores opens and reopens databases for schedules that run one after another.
func stores(d database) sessionmodel.Stores {
	var place string
	var last *sqlstore.Store
	return sessionmodel.Stores{
		Open: func(t *testing.T) session.Store {
			place = d.place(t)
			last = d.must(t, place)
			return last
		},
		Reopen: func(t *testing.T) session.Store {
			if err := last.Close(); err != nil {
				t.Fatal(err)
			}
			last = d.must(t, place)
			return last
		},
	}
}
