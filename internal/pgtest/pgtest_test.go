package pgtest_test

import (
	"database/sql"
	"os"
	"testing"

	"github.com/latchkey-go/latchkey/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestSchemasAreApart(t *testing.T) {
	for range 2 {
		db, err := sql.Open("pgx", pgtest.DSN(t))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.ExecContext(t.Context(), "CREATE TABLE same (n integer)"); err != nil {
			t.Fatal(err)
		}
	}
}

// TestClusterCleansUp: a stopped server leaves nothing behind.
func TestClusterCleansUp(t *testing.T) {
	pgtest.DSN(t) // skips or fails where there is no server
	t.Setenv("TMPDIR", tempDir(t))
	c, err := pgtest.Start(t.Context())
	if err != nil {
		pgtest.CannotTest(t, "where no server can be started", err)
	}
	if err := c.Stop(); err != nil {
		t.Error(err)
	}
	left, err := os.ReadDir(os.Getenv("TMPDIR"))
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// tempDir is short, because the name of a Unix socket is, and open to the
// server's user.
func tempDir(t *testing.T) string {
	dir, err := os.MkdirTemp("/tmp", "pg")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}
