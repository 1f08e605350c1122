// Package sqlite opens a SQLite file as a store of sessions and users, with the
// pure Go driver modernc.org/sqlite.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/latchkey-go/latchkey/sqlstore"
)

// busyTimeout is how long a connection waits for another process's lock.
const busyTimeout = 5 * time.Second

// Open opens the store in the file at path, makes the file if there is none and
// applies pending migrations. The caller closes the store.
//
// The file holds what keeps people signed in. It is made with mode 0600, in a
// directory that is made with mode 0700; SQLite gives its -wal and -shm files
// the same. Open refuses any of them that others may read, and links.
//
// What was committed survives a crash of the process and of the machine:
// synchronous=FULL, write-ahead log. There is one writer and a pool of readers;
// other processes may have the file open too.
func Open(ctx context.Context, path string) (*sqlstore.Store, error) {
	writer, reader, err := OpenDB(ctx, path)
	if err != nil {
		return nil, err
	}
	store := sqlstore.NewSplit(writer, reader, sqlstore.SQLite)
	if _, err := sqlstore.Apply(ctx, writer, sqlstore.SQLite); err != nil {
		return nil, errors.Join(explain(path, err), store.Close())
	}
	return store, nil
}

// OpenDB is Open without migrations and without a store: for sqlstore.Plan,
// Apply and Check, and for applications that keep tables of their own in the
// file. writer has one connection; reader refuses to write.
func OpenDB(ctx context.Context, path string) (writer, reader *sql.DB, err error) {
	if err := prepareFile(path); err != nil {
		return nil, nil, err
	}
	if writer, err = sql.Open("sqlite", dsn(path, false)); err != nil {
		return nil, nil, explain(path, err)
	}
	writer.SetMaxOpenConns(1)
	if reader, err = sql.Open("sqlite", dsn(path, true)); err != nil {
		return nil, nil, errors.Join(explain(path, err), writer.Close())
	}
	readers := max(4, runtime.GOMAXPROCS(0))
	reader.SetMaxOpenConns(readers)
	reader.SetMaxIdleConns(readers)

	// The writer first: it is the one that can turn the log on.
	for _, db := range []*sql.DB{writer, reader} {
		if err := checkSettings(ctx, db); err != nil {
			return nil, nil, errors.Join(explain(path, err), reader.Close(), writer.Close())
		}
	}
	return writer, reader, nil
}

// dsn names the file and the settings of each connection.
func dsn(path string, readOnly bool) string {
	settings := url.Values{"_pragma": {
		fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds()),
		"journal_mode(WAL)",
		"synchronous(FULL)",
		"foreign_keys(1)",
		"trusted_schema(0)",
		fmt.Sprintf("journal_size_limit(%d)", 64<<20),
	}}
	if readOnly {
		settings.Add("_pragma", "query_only(1)")
	} else {
		// A transaction takes its lock when it begins, and not half-way.
		settings.Set("_txlock", "immediate")
	}
	u := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path), RawQuery: settings.Encode()}
	if !filepath.IsAbs(path) {
		u.Path, u.Opaque = "", (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()
	}
	return u.String()
}

// checkSettings asserts what the promises of Open rest on: SQLite ignores a
// setting it does not like.
func checkSettings(ctx context.Context, db *sql.DB) error {
	for _, want := range []struct{ query, value string }{
		{`PRAGMA journal_mode`, "wal"},
		{`PRAGMA synchronous`, "2"}, // FULL
		{`PRAGMA foreign_keys`, "1"},
		{`PRAGMA busy_timeout`, fmt.Sprint(busyTimeout.Milliseconds())},
	} {
		var got string
		if err := db.QueryRowContext(ctx, want.query).Scan(&got); err != nil {
			return err
		}
		if got != want.value {
			return fmt.Errorf("%s is %s instead of %s: is the file on a network file system?", want.query, got, want.value)
		}
	}
	return nil
}

// explain makes one line of an error, and says what to do about it.
func explain(path string, err error) error {
	advice := ""
	var e *driver.Error
	if errors.As(err, &e) {
		switch e.Code() & 0xff {
		case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
			advice = ": the file is damaged or is not a SQLite database; restore it from a backup"
		case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
			advice = ": the file and its directory must belong to this process's user and be writable"
		case sqlite3.SQLITE_FULL:
			advice = ": the disk is full"
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
			advice = ": another process holds the file locked"
		}
	}
	return &openError{path: path, advice: advice, err: err}
}

// isDamaged says whether SQLite cannot read a file.
func isDamaged(err error) bool {
	var e *driver.Error
	if !errors.As(err, &e) {
		return false
	}
	code := e.Code() & 0xff
	return code == sqlite3.SQLITE_NOTADB || code == sqlite3.SQLITE_CORRUPT
}

type openError struct {
	path, advice string
	err          error
}

func (e *openError) Error() string {
	text := strings.Join(strings.Fields(e.err.Error()), " ")
	return fmt.Sprintf("sqlite: %s%s (%s)", e.path, e.advice, text)
}

func (e *openError) Unwrap() error { return e.err }
