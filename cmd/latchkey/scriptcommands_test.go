package main

import (
	"context"
	"database/sql"
	"errors"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite" // for the command sql

	"github.com/latchkey-go/latchkey/internal/pgtest"
)

// scriptTest is the key of a script's testing.TB in its environment.
type scriptTest struct{}

// exits is "exits CODE PROGRAM ARGUMENT…": it runs a program, which must end with
// the code. Its output is in the files "out" and "err".
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGUMENT...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// postgresSchema is "postgres NAME": it puts the URL of a fresh PostgreSQL schema
// into the variable NAME.
func postgresSchema(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: postgres NAME")
	}
	ts.Setenv(args[0], pgtest.DSN(ts.Value(scriptTest{}).(testing.TB)))
}

// execSQL is "sql DATABASE STATEMENT" for a SQLite file or a PostgreSQL URL.
func execSQL(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: sql DATABASE STATEMENT")
	}
	driver, dsn := "sqlite", ts.MkAbs(args[0])
	if strings.HasPrefix(args[0], "postgres://") {
		driver, dsn = "pgx", args[0]
	}
	db, err := sql.Open(driver, dsn)
	ts.Check(err)
	_, err = db.ExecContext(context.Background(), strings.Join(args[1:], " "))
	ts.Check(errors.Join(err, db.Close()))
}

// lockKey is the key of the connection that holds a script's lock.
type lockKey struct{}

// lock is "lock FILE": it keeps all others from writing to a SQLite file, until
// "unlock".
func lock(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: lock FILE")
	}
	db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	db.SetMaxOpenConns(1)
	_, err = db.ExecContext(context.Background(), `BEGIN EXCLUSIVE`)
	ts.Check(err)
	ts.Value(lockKey{}).(*heldLock).db = db
	ts.Defer(func() { _ = db.Close() })
}

type heldLock struct{ db *sql.DB }

func unlock(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(ts.Value(lockKey{}).(*heldLock).db.Close())
}
