package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/internal/pgtest"
	"github.com/latchkey-go/latchkey/sqlstore"
	"github.com/latchkey-go/latchkey/sqlstore/postgres"
	"github.com/latchkey-go/latchkey/sqlstore/sqlite"
)

// refusedHalf: nobody works on a copy that was cut off, or copies it.
func refusedHalf(t *testing.T, to string) {
	t.Helper()
	where := []string{"--db", to}
	if !strings.HasPrefix(to, "postgres://") {
		where = []string{"--data", filepath.Dir(to)}
	}
	for _, args := range [][]string{
		append([]string{"user", "list"}, where...),
		append([]string{"serve", "--addr", "127.0.0.1:0", "--keys", filepath.Join(t.TempDir(), "keys.json")}, where...),
		{"db", "copy", "--from", to, "--to", filepath.Join(t.TempDir(), "other")},
	} {
		out, err := exec.Command("latchkey", args...).CombinedOutput()
		if err == nil || !strings.Contains(string(out), "a copy into it was cut off") {
			t.Errorf("%s: %v\n%s", args[0], err, out)
		}
	}
}

// copiedUsers is more than one of the pages of 500 in which a copy moves rows.
const copiedUsers = 700

// Where a trigger stops the copy: in the second page.
const stopAbove = "u000600"

// TestCopyKilled kills a copy half-way, for good, and runs it again. A trigger in
// the destination keeps it from going past the first page until it is dead.
func TestCopyKilled(t *testing.T) {
	for _, c := range []struct{ name, from, to string }{
		{"sqlite to postgres", filepath.Join(t.TempDir(), "latchkey.db"), pgtest.DSN(t)},
		{"postgres to sqlite", pgtest.DSN(t), filepath.Join(t.TempDir(), "latchkey.db")},
	} {
		t.Run(c.name, func(t *testing.T) {
			source, target := openAny(t, c.from), openAny(t, c.to)
			fill(t, source.DB())
			block(t, target)

			cmd := exec.Command("latchkey", "db", "copy", "--from", c.from, "--to", c.to)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			waitForUsers(t, target.DB(), cmd)
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			half := count(t, target.DB(), "latchkey_users")
			if half == 0 || half >= copiedUsers {
				t.Fatalf("%d of %d users were copied when it was killed", half, copiedUsers)
			}
			unblock(t, target)
			refusedHalf(t, c.to)

			out, err := exec.Command("latchkey", "db", "copy", "--from", c.from, "--to", c.to).CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if !regexp.MustCompile(fmt.Sprintf(`(?m)^users +%d +[0-9a-f]{64}$`, copiedUsers)).Match(out) {
				t.Errorf("the report is:\n%s", out)
			}
			if n := count(t, target.DB(), "latchkey_users"); n != copiedUsers {
				t.Errorf("%d of %d users arrived", n, copiedUsers)
			}
			out, err = exec.Command("latchkey", "db", "copy", "--from", c.from, "--to", c.to).CombinedOutput()
			if err == nil || !strings.Contains(string(out), "destination is not empty") {
				t.Errorf("a second copy: %v\n%s", err, out)
			}
		})
	}
}

func openAny(t *testing.T, database string) *sqlstore.Store {
	t.Helper()
	open := sqlite.Open
	if strings.HasPrefix(database, "postgres://") {
		open = postgres.Open
	} else if err := os.Chmod(filepath.Dir(database), 0o700); err != nil {
		t.Fatal(err)
	}
	store, err := open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}

func fill(t *testing.T, db *sql.DB) {
	t.Helper()
	const add = `INSERT INTO latchkey_users (id, username, username_key, name, password_hash, password_changed_at, scopes, created_at, disabled_at)
		VALUES ($1, $2, $2, '', '', 0, '[]', 1700000000000000, 0)`
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range copiedUsers {
		if _, err := tx.ExecContext(t.Context(), add, fmt.Sprintf("u%06d", i), fmt.Sprintf("user%d", i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

// block makes the insertion of a user above stopAbove take for ever.
func block(t *testing.T, s *sqlstore.Store) {
	t.Helper()
	statements := []string{
		`CREATE VIEW endless AS WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n) SELECT count(*) AS n FROM n`,
		`CREATE TRIGGER block BEFORE INSERT ON latchkey_users WHEN NEW.id > '` + stopAbove + `' BEGIN SELECT n FROM endless; END`,
	}
	if s.Dialect() == sqlstore.PostgreSQL {
		statements = []string{
			`CREATE FUNCTION block() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(3600); RETURN NEW; END $$`,
			`CREATE TRIGGER block BEFORE INSERT ON latchkey_users FOR EACH ROW WHEN (NEW.id > '` + stopAbove + `') EXECUTE FUNCTION block()`,
		}
	}
	for _, statement := range statements {
		if _, err := s.DB().ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
}

// unblock removes the trigger, and in PostgreSQL ends what the dead client left
// at work, which a server learns of late.
func unblock(t *testing.T, s *sqlstore.Store) {
	t.Helper()
	statements := []string{`DROP TRIGGER block`, `DROP VIEW endless`}
	if s.Dialect() == sqlstore.PostgreSQL {
		statements = []string{
			`SELECT pg_terminate_backend(pid, 60000) FROM pg_locks
				WHERE relation = 'latchkey_users'::regclass AND pid <> pg_backend_pid()`,
			`DROP TRIGGER block ON latchkey_users`, `DROP FUNCTION block`,
		}
	}
	for _, statement := range statements {
		if _, err := s.DB().ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
}

// waitForUsers returns when the destination has some.
func waitForUsers(t *testing.T, db *sql.DB, cmd *exec.Cmd) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for count(t, db, "latchkey_users") == 0 {
		select {
		case <-ctx.Done():
			_ = cmd.Process.Kill()
			t.Fatal("nothing is copied")
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func count(t *testing.T, db *sql.DB, table string) (n int) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), `SELECT count(*) FROM `+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
