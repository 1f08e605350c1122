package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/latchkey-go/latchkey/sqlstore"
)

// migrateCommand is "latchkey migrate".
type migrateCommand struct {
	Plan  migratePlanCommand  `cmd:"" help:"Show the migrations that are missing. Changes nothing."`
	Apply migrateApplyCommand `cmd:"" help:"Apply the migrations that are missing."`
	Check migrateCheckCommand `cmd:"" help:"Check whether the database fits this program; exit code 1 if not."`
}

// migration is a sqlstore.Migration in JSON.
type migration struct {
	Version  int    `json:"version"`
	Name     string `json:"name"`
	Checksum string `json:"checksum"`
	SQL      string `json:"sql,omitempty"`
}

type migratePlanCommand struct {
	location
	format
	SQL bool `name:"sql" help:"Show the statements too."`
}

// Run lists what is missing.
func (c *migratePlanCommand) Run(ctx context.Context, to streams) error {
	return c.withDB(ctx, func(db *sql.DB, d sqlstore.Dialect) error {
		pending, err := sqlstore.Plan(ctx, db, d)
		if err != nil {
			return err
		}
		return c.list(to, pending, c.SQL, "Nothing is missing.")
	})
}

type migrateApplyCommand struct {
	location
	format
}

// Run applies what is missing and lists it.
func (c *migrateApplyCommand) Run(ctx context.Context, to streams) error {
	return c.withDB(ctx, func(db *sql.DB, d sqlstore.Dialect) error {
		applied, err := sqlstore.Apply(ctx, db, d)
		if err != nil {
			return err
		}
		return c.list(to, applied, false, "Nothing was missing.")
	})
}

type migrateCheckCommand struct {
	location
	format
}

// Run fails when the program cannot work with the schema as it is.
func (c *migrateCheckCommand) Run(ctx context.Context, to streams) error {
	return c.withDB(ctx, func(db *sql.DB, d sqlstore.Dialect) error {
		pending, err := sqlstore.Plan(ctx, db, d)
		if err != nil {
			return err
		}
		result := struct {
			UpToDate bool `json:"up_to_date"`
			Missing  int  `json:"missing"`
		}{len(pending) == 0, len(pending)}
		if result.UpToDate {
			return c.print(to, result, "The database is up to date.")
		}
		return errors.Join(c.print(to, result, ""),
			fmt.Errorf("%s missing; apply with: latchkey migrate apply", plural(int64(len(pending)), "migration")+areOrIs(len(pending))))
	})
}

func areOrIs(n int) string {
	if n == 1 {
		return " is"
	}
	return " are"
}

// withDB calls use with the database as it is.
func (l location) withDB(ctx context.Context, use func(*sql.DB, sqlstore.Dialect) error) error {
	where := l.installation()
	if err := where.Check(); err != nil {
		return err
	}
	db, err := where.OpenDB(ctx)
	if err != nil {
		return err
	}
	return errors.Join(use(db, where.Dialect()), db.Close())
}

func (f format) list(to streams, migrations []sqlstore.Migration, withSQL bool, nothing string) error {
	list := f.table(to, "VERSION", "NAME", "SHA-256")
	for _, m := range migrations {
		row := migration{Version: m.Version, Name: m.Name, Checksum: m.Checksum}
		if withSQL {
			row.SQL = m.SQL
		}
		if err := list.row(row, fmt.Sprintf("%04d", m.Version), m.Name, m.Checksum); err != nil {
			return err
		}
	}
	if err := list.end(nothing); err != nil || f.JSON || !withSQL {
		return err
	}
	for _, m := range migrations {
		_, err := fmt.Fprintf(to.out, "\n-- %04d %s\n%s\n", m.Version, m.Name, strings.TrimSpace(m.SQL))
		if err != nil {
			return written(err)
		}
	}
	return nil
}
