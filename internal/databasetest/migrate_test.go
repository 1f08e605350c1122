package databasetest

import (
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/sqlstore"
	"github.com/latchkey-go/latchkey/sqlstore/postgres"
	"github.com/latchkey-go/latchkey/sqlstore/sqlite"
)

// raw opens a database without migrating it.
func raw(t *testing.T, d database, place string) *sql.DB {
	t.Helper()
	var writer, reader *sql.DB
	var err error
	if d.dialect == sqlstore.SQLite {
		writer, reader, err = sqlite.OpenDB(t.Context(), place)
	} else {
		writer, err = postgres.OpenDB(t.Context(), place)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		writer.Close()
		if reader != nil {
			reader.Close()
		}
	})
	return writer
}

func execute(t *testing.T, db *sql.DB, statement string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement, args...); err != nil {
		t.Fatal(err)
	}
}

// eachDatabase runs a test on an empty database of each kind.
func eachDatabase(t *testing.T, test func(t *testing.T, d database, db *sql.DB)) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) { test(t, d, raw(t, d, d.place(t))) })
	}
}

func TestMigrate(t *testing.T) {
	eachDatabase(t, func(t *testing.T, d database, db *sql.DB) {
		ctx := t.Context()
		if err := sqlstore.Check(ctx, db, d.dialect); !errors.Is(err, sqlstore.ErrSchemaOld) {
			t.Errorf("Check of an empty database: %v", err)
		}
		plan, err := sqlstore.Plan(ctx, db, d.dialect)
		if err != nil || len(plan) == 0 || plan[0].Version != 1 || plan[0].Name != "initial" || len(plan[0].Checksum) != 64 {
			t.Fatalf("Plan = %+v, %v", plan, err)
		}
		if again, err := sqlstore.Plan(ctx, db, d.dialect); err != nil || len(again) != len(plan) {
			t.Errorf("Plan changed something: %v, %v", again, err)
		}
		applied, err := sqlstore.Apply(ctx, db, d.dialect)
		if err != nil || len(applied) != len(plan) {
			t.Fatalf("Apply = %v, %v", applied, err)
		}
		if err := sqlstore.Check(ctx, db, d.dialect); err != nil {
			t.Errorf("Check after Apply: %v", err)
		}
		if applied, err := sqlstore.Apply(ctx, db, d.dialect); err != nil || len(applied) != 0 {
			t.Errorf("Apply again = %v, %v", applied, err)
		}
	})
}

// TestMigrateTogether: of processes that start together one migrates.
func TestMigrateTogether(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			place := d.place(t)
			var mu sync.Mutex
			var wg sync.WaitGroup
			total := 0
			for range 6 {
				db := raw(t, d, place)
				wg.Go(func() {
					applied, err := sqlstore.Apply(t.Context(), db, d.dialect)
					if err != nil {
						t.Error(err)
					}
					mu.Lock()
					defer mu.Unlock()
					total += len(applied)
				})
			}
			wg.Wait()
			plan, err := sqlstore.Plan(t.Context(), raw(t, d, d.place(t)), d.dialect)
			if err != nil || total != len(plan) {
				t.Errorf("%d steps applied by all processes, want %d (%v)", total, len(plan), err)
			}
		})
	}
}

// TestMigrateBesideOthers: an application's own tables stay as they are.
func TestMigrateBesideOthers(t *testing.T) {
	eachDatabase(t, func(t *testing.T, d database, db *sql.DB) {
		execute(t, db, `CREATE TABLE users (id integer PRIMARY KEY, name text)`)
		execute(t, db, `CREATE TABLE sessions (id integer PRIMARY KEY)`)
		execute(t, db, `INSERT INTO users VALUES (1, 'theirs')`)
		if _, err := sqlstore.Apply(t.Context(), db, d.dialect); err != nil {
			t.Fatal(err)
		}
		st := sqlstore.New(db, d.dialect)
		if err := st.CreateUser(t.Context(), &account.User{ID: "a", UsernameKey: "a", CreatedAt: now}); err != nil {
			t.Fatal(err)
		}
		var name string
		if err := db.QueryRowContext(t.Context(), `SELECT name FROM users`).Scan(&name); err != nil || name != "theirs" {
			t.Errorf("the application's table has %q, %v", name, err)
		}
	})
}

// TestMigrateFailsWhole: a step that fails half-way leaves nothing behind.
func TestMigrateFailsWhole(t *testing.T) {
	eachDatabase(t, func(t *testing.T, d database, db *sql.DB) {
		execute(t, db, `CREATE TABLE latchkey_users (in_the_way integer)`)
		if _, err := sqlstore.Apply(t.Context(), db, d.dialect); err == nil {
			t.Fatal("Apply succeeded")
		}
		for _, table := range []string{"latchkey_state", "latchkey_sessions", "latchkey_migrations"} {
			if _, err := db.ExecContext(t.Context(), `SELECT 1 FROM `+table); err == nil {
				t.Errorf("%s was left behind", table)
			}
		}
		execute(t, db, `DROP TABLE latchkey_users`)
		if _, err := sqlstore.Apply(t.Context(), db, d.dialect); err != nil {
			t.Errorf("Apply with nothing in the way: %v", err)
		}
	})
}

// TestSchemaOfAnotherVersion: programs of two releases on one database.
func TestSchemaOfAnotherVersion(t *testing.T) {
	const record = `INSERT INTO latchkey_migrations (version, name, checksum, compatible, applied_at) VALUES ($1, 'later', 'x', $2, 0)`
	for _, c := range []struct {
		name   string
		change func(*testing.T, *sql.DB)
		want   error
	}{
		{"newer and compatible", func(t *testing.T, db *sql.DB) { execute(t, db, record, 1000, 1) }, nil},
		{"newer and not compatible", func(t *testing.T, db *sql.DB) { execute(t, db, record, 1000, 1000) }, sqlstore.ErrSchemaNew},
		{"changed", func(t *testing.T, db *sql.DB) {
			execute(t, db, `UPDATE latchkey_migrations SET checksum = 'x' WHERE version = 1`)
		}, sqlstore.ErrSchemaChanged},
		{"out of order", func(t *testing.T, db *sql.DB) {
			execute(t, db, `UPDATE latchkey_migrations SET version = 0 WHERE version = 1`)
		}, sqlstore.ErrSchemaChanged},
		{"older", func(t *testing.T, db *sql.DB) { execute(t, db, `DELETE FROM latchkey_migrations`) }, sqlstore.ErrSchemaOld},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachDatabase(t, func(t *testing.T, d database, db *sql.DB) {
				if _, err := sqlstore.Apply(t.Context(), db, d.dialect); err != nil {
					t.Fatal(err)
				}
				c.change(t, db)
				if err := sqlstore.Check(t.Context(), db, d.dialect); !errors.Is(err, c.want) {
					t.Errorf("Check: %v, want %v", err, c.want)
				}
				if c.want == sqlstore.ErrSchemaOld {
					return
				}
				if applied, err := sqlstore.Apply(t.Context(), db, d.dialect); !errors.Is(err, c.want) || len(applied) != 0 {
					t.Errorf("Apply = %v, %v; want %v", applied, err, c.want)
				}
			})
		})
	}
}

// TestPostgresSchemas: two applications in two schemas of one database, and a
// role that may not create anything.
func TestPostgresSchemas(t *testing.T) {
	d := databases[1]
	for i := range 2 {
		st := d.must(t, d.place(t))
		for range 2 {
			err := st.CreateUser(t.Context(), &account.User{ID: fmt.Sprint(i), UsernameKey: "same", CreatedAt: now})
			if err != nil && !errors.Is(err, account.ErrUsernameTaken) {
				t.Fatal(err)
			}
		}
		if users, err := st.ListUsers(t.Context(), "", 9); err != nil || len(users) != 1 {
			t.Errorf("schema %d has %d users, %v", i, len(users), err)
		}
	}

	place := d.place(t)
	d.must(t, place)
	db := raw(t, d, place)
	var schema string
	if err := db.QueryRowContext(t.Context(), `SELECT current_schema()`).Scan(&schema); err != nil {
		t.Fatal(err)
	}
	role := schema + "_role"
	execute(t, db, `CREATE ROLE `+role)
	t.Cleanup(func() {
		for _, statement := range []string{`RESET ROLE`, `DROP OWNED BY ` + role, `DROP ROLE ` + role} {
			if _, err := db.Exec(statement); err != nil {
				t.Error(err)
			}
		}
	})
	execute(t, db, `GRANT USAGE ON SCHEMA `+schema+` TO `+role)
	execute(t, db, `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA `+schema+` TO `+role)
	db.SetMaxOpenConns(1)
	execute(t, db, `SET ROLE `+role)
	if _, err := sqlstore.Apply(t.Context(), db, d.dialect); err != nil {
		t.Errorf("Apply with nothing to do, by a role without rights: %v", err)
	}
	st := sqlstore.New(db, d.dialect)
	if _, err := st.EndAll(t.Context(), now); err != nil {
		t.Errorf("work by a role without rights on the schema: %v", err)
	}
}
