package accounttest

import (
	"testing"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/internal/pgtest"
	"github.com/latchkey-go/latchkey/sqlstore"
	"github.com/latchkey-go/latchkey/sqlstore/postgres"
	"github.com/latchkey-go/latchkey/sqlstore/sqlite"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// TestProgramBeforeMustChange: during an upgrade the programs of before step 3
// of the schema are at work. What they write of users is understood, and what
// they do not know they leave as it is.
func TestProgramBeforeMustChange(t *testing.T) {
	for name, open := range map[string]func(t *testing.T) (*sqlstore.Store, error){
		"sqlite":   func(t *testing.T) (*sqlstore.Store, error) { return sqlite.Open(t.Context(), newPath(t)) },
		"postgres": func(t *testing.T) (*sqlstore.Store, error) { return postgres.Open(t.Context(), pgtest.DSN(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			store, err := open(t)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { store.Close() })
			// The statements of that program.
			const create = `INSERT INTO latchkey_users (id, username, username_key, name, password_hash, password_changed_at, scopes, created_at, disabled_at)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
				ON CONFLICT (username_key) DO NOTHING`
			const rehash = `UPDATE latchkey_users SET password_hash = $1 WHERE id = $2 AND password_hash = $3`
			if _, err := store.DB().Exec(create, "id", "Ada", "ada", "", "$old", int64(1), "", int64(1), nil); err != nil {
				t.Fatal(err)
			}
			u, err := store.UserByID(t.Context(), "id")
			if err != nil || u.MustChangePassword {
				t.Fatalf("got %+v, %v", u, err)
			}
			if _, err := store.RequirePasswordChange(t.Context(), account.UserChange{UserID: "id", At: u.CreatedAt}); err != nil {
				t.Fatal(err)
			}
			if _, err := store.DB().Exec(rehash, "$new", "id", "$old"); err != nil {
				t.Fatal(err)
			}
			if u, err = store.UserByID(t.Context(), "id"); err != nil || !u.MustChangePassword || u.PasswordHash != "$new" {
				t.Errorf("afterwards %+v, %v", u, err)
			}
		})
	}
}
