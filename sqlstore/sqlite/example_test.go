package sqlite_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/latchkey-go/latchkey/session"
	"github.com/latchkey-go/latchkey/sqlstore"
	"github.com/latchkey-go/latchkey/sqlstore/sqlite"
)

func ExampleOpen() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)

	store, err := sqlite.Open(ctx, filepath.Join(dir, "latchkey.db"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close()
	sessions, err := session.NewManager(session.Config{Store: store})
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := sessions.Start(ctx, session.Start{Subject: "user-1"})
	fmt.Println(s.Subject, s.Generation, err)
	// Output: user-1 0 <nil>
}

// Migrations by hand, as a deployment would: plan, apply, check.
func ExampleOpenDB() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)

	writer, reader, err := sqlite.OpenDB(ctx, filepath.Join(dir, "latchkey.db"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer writer.Close()
	defer reader.Close()
	plan, err := sqlstore.Plan(ctx, writer, sqlstore.SQLite)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("first:", plan[0].Version, plan[0].Name)
	applied, err := sqlstore.Apply(ctx, writer, sqlstore.SQLite)
	fmt.Println("all applied:", len(applied) == len(plan), err)
	fmt.Println("check:", sqlstore.Check(ctx, writer, sqlstore.SQLite))
	// Output:
	// first: 1 initial
	// all applied: true <nil>
	// check: <nil>
}

// A backup of a database at work, and what brings it back.
func ExampleBackup() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path, backup := filepath.Join(dir, "latchkey.db"), filepath.Join(dir, "backup.db")
	store, err := sqlite.Open(ctx, path)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(sqlite.Backup(ctx, path, backup))
	fmt.Println(store.Close()) // no process may have it open for what follows
	fmt.Println(sqlite.Restore(ctx, backup, path, time.Now()))
	// Output:
	// <nil>
	// <nil>
	// <nil>
}

// Moving to another database; to PostgreSQL it is the same with postgres.Open.
func Example_copy() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	var stores [2]*sqlstore.Store
	for i, name := range []string{"old.db", "new.db"} {
		if stores[i], err = sqlite.Open(ctx, filepath.Join(dir, name)); err != nil {
			fmt.Println(err)
			return
		}
		defer stores[i].Close()
	}
	err = sqlstore.Copy(ctx, stores[0], stores[1], func(p sqlstore.CopyProgress) {
		if p.Checksum != "" { // the table is there, and the same in both
			fmt.Println(p.Table, p.Done, "of", p.Total)
		}
	})
	fmt.Println(err)
	// Output:
	// latchkey_users 0 of 0
	// latchkey_sessions 0 of 0
	// latchkey_revocations 0 of 0
	// latchkey_attempts 0 of 0
	// latchkey_resets 0 of 0
	// latchkey_devices 0 of 0
	// latchkey_audit 0 of 0
	// <nil>
}
