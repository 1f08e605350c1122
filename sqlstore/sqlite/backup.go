package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/latchkey-go/latchkey/sqlstore"
)

// Backup writes the database at path, as it is at one moment, into the new file
// at to. Other processes may have it open and go on writing. The backup has mode
// 0600 and gets its name only once it is whole, checked and on the disk.
//
// It is worth protecting: with it and the signing key the sessions of the time
// could be taken up. Restore ends them.
func Backup(ctx context.Context, path, to string) (err error) {
	if err := checkFile(path); err != nil {
		return err
	}
	if _, err := os.Lstat(path); err != nil {
		return fmt.Errorf("sqlite: %w", err) // Open would make an empty one
	}
	switch _, err := os.Lstat(to); {
	case err == nil:
		return fmt.Errorf("sqlite: %s exists already: choose another name for the backup", to)
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("sqlite: %w", err)
	}
	if err := prepareDir(filepath.Dir(to)); err != nil {
		return err
	}
	partial := to + ".partial"
	if err := removeAll(partial); err != nil { // of an attempt that was cut off
		return err
	}
	if err := makeFile(partial); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, removeAll(partial))
		}
	}()
	if err := vacuumInto(ctx, path, partial); err != nil {
		return explain(path, err)
	}
	if err := verify(ctx, partial); err != nil {
		return err
	}
	return moveInPlace(partial, to)
}

func vacuumInto(ctx context.Context, path, to string) error {
	db, err := sql.Open("sqlite", dsn(path, false))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `VACUUM INTO $1`, to)
	return errors.Join(err, db.Close())
}

// verify says whether a file is a sound database of ours.
func verify(ctx context.Context, path string) error {
	if err := checkFile(path); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", dsn(path, false))
	if err != nil {
		return explain(path, err)
	}
	var sound string
	if err = db.QueryRowContext(ctx, `PRAGMA integrity_check`).Scan(&sound); err == nil && sound != "ok" {
		err = errors.New(sound)
	}
	if err == nil {
		_, err = db.ExecContext(ctx, `SELECT incarnation FROM latchkey_state`)
	}
	// The backup is one file.
	if err == nil {
		_, err = db.ExecContext(ctx, `PRAGMA journal_mode = DELETE`)
	}
	if err = errors.Join(err, db.Close()); err != nil {
		return explain(path, err)
	}
	return nil
}

// Restore puts the backup at from in place of the database at path, brings its
// schema up to date and ends every session that began before: what was ended in
// the time that is lost would be alive again. What was there is kept as path with
// ".before-restore" behind it.
//
// No process may have the database open; if one has, nothing is changed. Of a
// damaged database, which can be restored too, that cannot be found out. Whenever
// the machine stops, there is the one or the other at path and never none, if the
// file system has hard links.
func Restore(ctx context.Context, from, path string, at time.Time) (err error) {
	kept := path + ".before-restore"
	for _, name := range filesOf(kept) {
		switch _, err := os.Lstat(name); {
		case err == nil:
			return fmt.Errorf("sqlite: %s exists already, from an earlier restore: move it away", name)
		case !errors.Is(err, fs.ErrNotExist):
			return fmt.Errorf("sqlite: %w", err)
		}
	}
	if err := prepareDir(filepath.Dir(path)); err != nil {
		return err
	}
	next := path + ".partial"
	if err := removeAll(next); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, removeAll(next))
		}
	}()
	if err := copyFile(from, next); err != nil {
		return err
	}
	if err := verify(ctx, next); err != nil {
		return err
	}
	if err := endSessions(ctx, next, at); err != nil {
		return err
	}
	if err := syncPath(next, os.O_RDWR); err != nil { // what can fail comes first
		return err
	}
	if err := setAside(ctx, path, kept); err != nil {
		return err
	}
	return moveInPlace(next, path)
}

// setAside gives what is at path the name kept too. Nothing may stay beside path:
// SQLite takes a log that it finds there for that of the database that comes next,
// whose content it would undo.
func setAside(ctx context.Context, path, kept string) error {
	_, err := os.Lstat(path)
	gone := errors.Is(err, fs.ErrNotExist)
	if err != nil && !gone {
		return fmt.Errorf("sqlite: %w", err)
	}
	if !gone {
		if err := release(ctx, path); err != nil && !isDamaged(err) {
			return err
		}
	}
	for _, end := range sideFiles {
		if err := os.Rename(path+end, kept+end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("sqlite: %w", err)
		}
	}
	if gone {
		return nil
	}
	return keepAs(path, kept)
}

// keepAs gives a database a second name. It keeps its own until another file
// takes its place: where there is none a server makes an empty one. On a file
// system without hard links it is renamed.
func keepAs(path, kept string) error {
	err := os.Link(path, kept)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		err = os.Rename(path, kept)
	}
	if err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	return nil
}

// endSessions opens a restored database for the first time.
func endSessions(ctx context.Context, path string, at time.Time) error {
	writer, reader, err := OpenDB(ctx, path)
	if err != nil {
		return err
	}
	store := sqlstore.NewSplit(writer, reader, sqlstore.SQLite)
	_, err = sqlstore.Apply(ctx, writer, sqlstore.SQLite)
	if err == nil {
		err = store.Restored(ctx, at)
	}
	if err = errors.Join(err, store.Close()); err != nil {
		return explain(path, err)
	}
	return verify(ctx, path)
}

// release makes one file of a database that nobody else has open. SQLite gives up
// the write-ahead log only to the last one who has it.
func release(ctx context.Context, path string) error {
	if err := checkFile(path); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", dsn(path, false))
	if err != nil {
		return explain(path, err)
	}
	db.SetMaxOpenConns(1)
	var mode string
	_, err = db.ExecContext(ctx, `PRAGMA busy_timeout = 0`)
	if err == nil {
		err = db.QueryRowContext(ctx, `PRAGMA journal_mode = DELETE`).Scan(&mode)
	}
	if err = errors.Join(err, db.Close()); err != nil {
		return explain(path, err)
	}
	if mode != "delete" {
		return fmt.Errorf("sqlite: %s is in use: stop every process that has it open", path)
	}
	return nil
}

func makeFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	return f.Close()
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	if err = giveToOwnerOf(filepath.Dir(to), out); err == nil {
		_, err = io.Copy(out, in)
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	return nil
}

// removeAll removes a database and its side files, whether they are there or not.
func removeAll(path string) error {
	var errs []error
	for _, name := range filesOf(path) {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fmt.Errorf("sqlite: %w", err))
		}
	}
	return errors.Join(errs...)
}

// moveInPlace gives a whole file its name, once its bytes are on the disk.
func moveInPlace(from, to string) error {
	if err := syncPath(from, os.O_RDWR); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	return syncDir(filepath.Dir(to))
}

func syncPath(path string, flag int) error {
	f, err := os.OpenFile(path, flag, 0)
	if err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	return nil
}
