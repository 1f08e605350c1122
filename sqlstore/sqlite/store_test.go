package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/sqlstore"
	"github.com/latchkey-go/latchkey/sqlstore/sqlite"
	"github.com/latchkey-go/latchkey/storetest"
)

func TestStore(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		storetest.Accounts(t, func(t *testing.T) account.Store { return open(t, newPath(t)) })
	})
}

func newPath(t *testing.T) string { return filepath.Join(t.TempDir(), "db", "latchkey.db") }

func open(t *testing.T, path string) *sqlstore.Store {
	t.Helper()
	st, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	return st
}
