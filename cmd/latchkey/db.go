package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/latchkey-go/latchkey/internal/installation"
	"github.com/latchkey-go/latchkey/sqlstore/sqlite"
)

// dbCommand is "latchkey db".
type dbCommand struct {
	Copy     dbCopyCommand     `cmd:"" help:"Copy everything into another, new database, of the same kind or not."`
	Backup   dbBackupCommand   `cmd:"" help:"Write the SQLite database into a file, while the server runs."`
	Restore  dbRestoreCommand  `cmd:"" help:"Put a backup in place of the SQLite database, and end every session."`
	Restored dbRestoredCommand `cmd:"" help:"End every session after a PostgreSQL database was restored or failed over."`
}

type dbBackupCommand struct {
	File string `arg:"" help:"File to write; it must not be there yet."`
	location
	format
}

// Run writes the backup.
func (c *dbBackupCommand) Run(ctx context.Context, to streams) error {
	where := c.installation()
	if err := where.Check(); err != nil {
		return err
	}
	if where.IsPostgres() {
		return usageError("this command is for SQLite; for PostgreSQL run: pg_dump --format=custom --file=%s %s", c.File, where.DatabaseName())
	}
	if err := c.mustExist(where); err != nil {
		return err
	}
	if err := sqlite.Backup(ctx, where.DatabaseFile(), c.File); err != nil {
		return err
	}
	info, err := os.Stat(c.File)
	if err != nil {
		return err
	}
	c.note(ctx, to, installation.BackupMade)
	result := struct {
		File  string `json:"file"`
		Bytes int64  `json:"bytes"`
		Keys  string `json:"keys_file"`
	}{absolute(c.File), info.Size(), absolute(where.Keys())}
	return c.print(to, result, fmt.Sprintf("%s: %d bytes, whole and checked.\nThe signing keys are not in it; back up %s too, and keep the two apart.",
		result.File, result.Bytes, result.Keys))
}

// mustExist tells a data directory without a database from a broken one.
func (l location) mustExist(where installation.Location) error {
	_, err := os.Stat(where.DatabaseFile())
	if os.IsNotExist(err) {
		return notFoundError("there is no database in %s; say with --data where it is", where.Dir())
	}
	return nil
}

// note keeps in the audit trail what was done to the database as a whole. That it
// cannot is a warning: the work is done.
func (l location) note(ctx context.Context, to streams, kind installation.RecordKind) {
	err := l.withPeople(ctx, func(p *people) error { return p.record(kind, "") })
	if err != nil {
		_, _ = fmt.Fprintf(to.log, "latchkey: the audit trail does not have it: %s\n", oneLine(err))
	}
}

type dbRestoreCommand struct {
	File string `arg:"" help:"Backup to restore, made by: latchkey db backup."`
	location
	confirmation
	format
}

// Run restores the backup.
func (c *dbRestoreCommand) Run(ctx context.Context, to streams) error {
	where := c.installation()
	if err := where.Check(); err != nil {
		return err
	}
	if where.IsPostgres() {
		return usageError("this command is for SQLite; for PostgreSQL run pg_restore, and then: latchkey db restored")
	}
	if err := checkBackup(c.File); err != nil {
		return err
	}
	question := fmt.Sprintf("Put %s in place of %s and sign everybody out?", c.File, where.DatabaseName())
	if err := c.confirm(ctx, to, question); err != nil {
		return err
	}
	if err := sqlite.Restore(ctx, c.File, where.DatabaseFile(), time.Now()); err != nil {
		return fmt.Errorf("cannot restore %s: %w", c.File, err)
	}
	c.note(ctx, to, installation.BackupRestored)
	result := struct {
		Database string `json:"database"`
		Before   string `json:"kept_as,omitempty"`
	}{where.DatabaseName(), ""}
	text := "The backup is restored, and every session has ended."
	if kept := where.DatabaseName() + ".before-restore"; exists(kept) {
		result.Before = kept
		text += "\nWhat was there before is kept as " + kept + "."
	}
	return c.print(to, result, text)
}

// sqliteHeader is how every SQLite database begins.
const sqliteHeader = "SQLite format 3\x00"

// checkBackup finds a slip in the name of a backup before anybody is asked
// whether it shall take the place of the database.
func checkBackup(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return cannotRead("the backup", path, err)
	}
	defer func() { _ = f.Close() }() // it was only read
	start := make([]byte, len(sqliteHeader))
	_, err = io.ReadFull(f, start)
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), err == nil && string(start) != sqliteHeader:
		return fmt.Errorf("%s is not a backup that latchkey db backup has made; nothing was changed", path)
	case err != nil:
		return cannotRead("the backup", path, err)
	}
	return nil
}

type dbRestoredCommand struct {
	location
	confirmation
	format
}

// Run ends every session: some may have been revoked in the time that is lost.
func (c *dbRestoredCommand) Run(ctx context.Context, to streams) error {
	return c.withPeople(ctx, func(p *people) error {
		name := c.installation().DatabaseName()
		if err := c.confirm(ctx, to, fmt.Sprintf("Sign everybody out of %s?", name)); err != nil {
			return err
		}
		if err := p.store.Restored(ctx, time.Now()); err != nil {
			return err
		}
		if err := p.record(installation.BackupRestored, ""); err != nil {
			return err
		}
		result := struct {
			Database string `json:"database"`
		}{name}
		return c.print(to, result, "Every session has ended. Running servers notice within a second.")
	})
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil || !os.IsNotExist(err)
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}
