package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/latchkey-go/latchkey/internal/installation"
	"github.com/latchkey-go/latchkey/sqlstore"
	"github.com/latchkey-go/latchkey/sqlstore/sqlite"
)

type dbCopyCommand struct {
	From     string `help:"Database to copy: a data directory, a SQLite file that ends in .db, or a PostgreSQL URL." placeholder:"DATABASE" env:"LATCHKEY_COPY_FROM"`
	FromFile string `help:"File that holds what --from would say, with its password." placeholder:"FILE"`
	To       string `help:"New database to copy into, likewise." placeholder:"DATABASE" env:"LATCHKEY_COPY_TO"`
	ToFile   string `help:"File that holds what --to would say, with its password." placeholder:"FILE"`
	format
}

// copiedTable is a table that was copied, in JSON.
type copiedTable struct {
	Table  string `json:"table"`
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
}

// Run copies and prints what sqlstore.Copy compared.
func (c *dbCopyCommand) Run(ctx context.Context, to streams) error {
	source, err := endpointOf("from", c.From, c.FromFile)
	if err != nil {
		return err
	}
	target, err := endpointOf("to", c.To, c.ToFile)
	if err != nil {
		return err
	}
	if source.name() == target.name() {
		return usageError("--from and --to are the same database: %s", source.name())
	}
	return c.between(ctx, to, source, target)
}

func (c *dbCopyCommand) between(ctx context.Context, to streams, source, target *endpoint) (err error) {
	from, err := source.source(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	into, err := target.target(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, into.Close()) }()
	tables, err := c.copy(ctx, to, from, into)
	switch {
	case errors.Is(err, sqlstore.ErrCopyNotEmpty), errors.Is(err, sqlstore.ErrCopyDiffers):
		return fmt.Errorf("%w; nothing in %s was changed", err, source.name())
	case err != nil:
		return fmt.Errorf("%w; nothing in %s was changed; run the same command again to go on", err, source.name())
	}
	return c.report(to, source, target, tables)
}

func (c *dbCopyCommand) copy(ctx context.Context, to streams, from, into *sqlstore.Store) (tables []copiedTable, err error) {
	bar := c.progress(to)
	defer bar.end()
	err = sqlstore.Copy(ctx, from, into, func(p sqlstore.CopyProgress) {
		name := strings.TrimPrefix(p.Table, "latchkey_")
		if p.Checksum != "" {
			tables = append(tables, copiedTable{Table: name, Rows: p.Done, SHA256: p.Checksum})
		}
		work := "copying "
		if p.Verifying {
			work = "comparing "
		}
		bar.at(work+name, p.Done, p.Total)
	})
	return tables, err
}

func (c *dbCopyCommand) report(to streams, source, target *endpoint, tables []copiedTable) error {
	if c.JSON {
		return c.print(to, struct {
			From   string        `json:"from"`
			To     string        `json:"to"`
			Tables []copiedTable `json:"tables"`
		}{source.name(), target.name(), tables}, "")
	}
	list := c.table(to, "TABLE", "ROWS", "SHA-256 OF BOTH")
	for _, t := range tables {
		if err := list.row(t, t.Table, fmt.Sprint(t.Rows), t.SHA256); err != nil {
			return err
		}
	}
	if err := list.end(""); err != nil {
		return err
	}
	_, err := fmt.Fprintf(to.out, "\n%s now has everything of %s, and nobody is signed out.\nThe signing keys are not in the database: go on with the same --keys file.\n", target.name(), source.name())
	return written(err)
}

// endpoint is one side of a copy: an installation, or a SQLite file of its own.
type endpoint struct {
	where installation.Location
	file  string
}

// endpointOf reads one of --from and --to. Errors do not repeat a URL, which may
// hold a password.
func endpointOf(flag, text, file string) (*endpoint, error) {
	if text != "" && file != "" {
		return nil, usageError("give --%s or --%s-file, not both", flag, flag)
	}
	if file != "" {
		var err error
		if text, err = readSecret("--"+flag+"-file", file); err != nil {
			return nil, err
		}
	}
	switch e := (&endpoint{where: installation.Location{Database: text}}); {
	case text == "":
		return nil, usageError("--%s is missing: a data directory, a SQLite file that ends in .db, or a PostgreSQL URL", flag)
	case e.where.IsPostgres():
		return e, nil
	case strings.Contains(text, "://") || strings.Contains(text, "password="):
		return nil, usageError("--%s is not the URL of a PostgreSQL database; write it as postgres://USER@HOST/NAME", flag)
	case strings.HasSuffix(text, ".db"):
		return &endpoint{file: text, where: installation.Location{DataDir: filepath.Dir(text)}}, nil
	default:
		return &endpoint{where: installation.Location{DataDir: text}}, nil
	}
}

// name tells people which database it is, without a password.
func (e *endpoint) name() string {
	if e.file != "" {
		return absolute(e.file)
	}
	return e.where.DatabaseName()
}

// source opens the database, with the present schema, to copy from it.
func (e *endpoint) source(ctx context.Context) (*sqlstore.Store, error) {
	if !e.where.IsPostgres() && !exists(e.path()) {
		return nil, notFoundError("there is no database %s to copy", e.name())
	}
	store, err := e.open(ctx)
	if err != nil {
		return nil, err
	}
	if err := installation.Whole(ctx, store); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot copy %s: %w", e.name(), err), store.Close())
	}
	return store, nil
}

// target opens the database to copy into it. An SQLite file is made if there is
// none.
func (e *endpoint) target(ctx context.Context) (*sqlstore.Store, error) {
	if !e.where.IsPostgres() && e.file == "" {
		if err := e.where.Prepare(); err != nil {
			return nil, err
		}
	}
	return e.open(ctx)
}

func (e *endpoint) open(ctx context.Context) (*sqlstore.Store, error) {
	if e.file == "" {
		return e.where.OpenCopy(ctx)
	}
	store, err := sqlite.Open(ctx, e.file)
	if err != nil {
		return nil, fmt.Errorf("cannot use the database: %w", err)
	}
	return store, nil
}

// path is the file of an SQLite database.
func (e *endpoint) path() string {
	if e.file != "" {
		return e.file
	}
	return e.where.DatabaseFile()
}
