package sqlstore

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Errors of Plan, Apply and Check.
var (
	// ErrSchemaOld: migrations are missing. Run Apply.
	ErrSchemaOld = errors.New("sqlstore: the schema is older than this program: apply the pending migrations")
	// ErrSchemaNew: a newer version changed the schema so that this program
	// cannot work with it. Run the newer version.
	ErrSchemaNew = errors.New("sqlstore: the schema is newer than this program can work with")
	// ErrSchemaChanged: an applied migration is not the one this program
	// knows under its number.
	ErrSchemaChanged = errors.New("sqlstore: an applied migration differs from this program's")
)

// Migration is one step of the schema. Steps only go forward, and one that was
// released never changes.
type Migration struct {
	// Version counts from 1.
	Version int
	// Name is a word or two, from the file's name.
	Name string
	// Compatible is the lowest version whose programs still work after this
	// step. During an upgrade the programs of the version before are at work,
	// so that a step breaks them only in two releases: first nothing uses the
	// old, then it goes.
	Compatible int
	// SQL is the text of the step.
	SQL string
	// Checksum is the SHA-256 of SQL in hexadecimal.
	Checksum string
}

//go:embed schema/*.sql
var schemaFiles embed.FS

// Plan returns the migrations that Apply would apply, in order. It changes
// nothing.
func Plan(ctx context.Context, db *sql.DB, d Dialect) ([]Migration, error) {
	all, err := migrations(schemaFiles, d)
	if err != nil {
		return nil, err
	}
	return plan(ctx, db, d, all)
}

// Apply brings the schema up to date and returns what it applied. It does so in
// one transaction and under a lock: of many processes that start together one
// migrates and the others wait. With nothing to do it needs no right to change
// the schema.
func Apply(ctx context.Context, db *sql.DB, d Dialect) ([]Migration, error) {
	all, err := migrations(schemaFiles, d)
	if err != nil {
		return nil, err
	}
	return apply(ctx, db, d, all)
}

// Check returns nil if this program can work with the schema as it is. Else the
// error is ErrSchemaOld, ErrSchemaNew, ErrSchemaChanged or the database's. A
// schema that a newer version migrated is fine as long as that version says so.
func Check(ctx context.Context, db *sql.DB, d Dialect) error {
	all, err := migrations(schemaFiles, d)
	if err != nil {
		return err
	}
	return check(ctx, db, d, all)
}

func check(ctx context.Context, db *sql.DB, d Dialect, all []Migration) error {
	pending, err := plan(ctx, db, d, all)
	if err == nil && len(pending) > 0 {
		err = fmt.Errorf("%w (%d, from %04d_%s on)", ErrSchemaOld, len(pending), pending[0].Version, pending[0].Name)
	}
	return err
}

var fileName = regexp.MustCompile(`^(\d{4})_([a-z_]+)\.(sqlite|postgres)\.sql$`)

// migrations reads the steps of a dialect from files.
func migrations(files fs.FS, d Dialect) ([]Migration, error) {
	entries, err := fs.ReadDir(files, "schema")
	if err != nil {
		return nil, err
	}
	var all []Migration
	for _, entry := range entries { // sorted by name, so by version
		m := fileName.FindStringSubmatch(entry.Name())
		if m == nil {
			return nil, fmt.Errorf("sqlstore: schema file %s has a strange name", entry.Name())
		}
		if Dialect(m[3]) != d {
			continue
		}
		text, err := fs.ReadFile(files, "schema/"+entry.Name())
		if err != nil {
			return nil, err
		}
		step, err := newMigration(m[1], m[2], string(text))
		if err != nil {
			return nil, err
		}
		if all = append(all, step); step.Version != len(all) {
			return nil, fmt.Errorf("sqlstore: schema file %s is out of order", entry.Name())
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("sqlstore: unknown dialect %q", d)
	}
	return all, nil
}

var compatibleLine = regexp.MustCompile(`^-- compatible: (\d+)\n`)

func newMigration(version, name, text string) (Migration, error) {
	m := compatibleLine.FindStringSubmatch(text)
	if m == nil {
		return Migration{}, fmt.Errorf("sqlstore: schema file %s_%s does not begin with its compatible version", version, name)
	}
	number, err := strconv.Atoi(version)
	if err != nil {
		return Migration{}, err
	}
	compatible, err := strconv.Atoi(m[1])
	if err != nil {
		return Migration{}, err
	}
	sum := sha256.Sum256([]byte(text))
	return Migration{Version: number, Name: name, Compatible: compatible, SQL: text, Checksum: hex.EncodeToString(sum[:])}, nil
}

// plan compares what is applied with all and returns the rest.
func plan(ctx context.Context, q querier, d Dialect, all []Migration) ([]Migration, error) {
	there, err := hasTable(ctx, q, d)
	if err != nil || !there {
		return all, wrap(ctx, "look for migrations", err)
	}
	const query = `SELECT version, checksum, compatible FROM latchkey_migrations ORDER BY version`
	next := 0
	err = each(ctx, q, func(rows *sql.Rows) error {
		var version, compatible int
		var checksum string
		if err := rows.Scan(&version, &checksum, &compatible); err != nil {
			return err
		}
		switch {
		case version > len(all) && compatible > len(all):
			return answer{fmt.Errorf("%w: it is at version %d and asks for %d, this is %d", ErrSchemaNew, version, compatible, len(all))}
		case version > len(all):
			return nil // of a newer program, which says that we may go on
		case version != next+1 || checksum != all[next].Checksum:
			return answer{fmt.Errorf("%w: version %d", ErrSchemaChanged, version)}
		}
		next++
		return nil
	}, query)
	if err != nil {
		return nil, wrap(ctx, "read migrations", err)
	}
	return all[next:], nil
}

// hasTable says whether the schema that queries use has been migrated before.
func hasTable(ctx context.Context, q querier, d Dialect) (bool, error) {
	query := `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'latchkey_migrations'`
	if d == PostgreSQL {
		query = `SELECT count(*) FROM information_schema.tables
			WHERE table_schema = current_schema() AND table_name = 'latchkey_migrations'`
	}
	n, err := number(ctx, q, query)
	return n > 0, err
}

func apply(ctx context.Context, db *sql.DB, d Dialect, all []Migration) ([]Migration, error) {
	pending, err := plan(ctx, db, d, all)
	if err != nil || len(pending) == 0 {
		return nil, err
	}
	s := New(db, d)
	err = s.inTx(ctx, "migrate", func(tx *sql.Tx) error {
		if err := lockMigrations(ctx, tx, d); err != nil {
			return err
		}
		if pending, err = plan(ctx, tx, d, all); err != nil {
			return err
		}
		for _, m := range pending {
			if err := applyOne(ctx, tx, m); err != nil {
				return fmt.Errorf("version %d: %w", m.Version, err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return pending, nil
}

// lockMigrations keeps other processes out until the transaction ends, and makes
// the table that records migrations.
func lockMigrations(ctx context.Context, tx *sql.Tx, d Dialect) error {
	statements := []string{
		`CREATE TABLE IF NOT EXISTS latchkey_migrations (
			version    integer NOT NULL PRIMARY KEY,
			name       text    NOT NULL,
			checksum   text    NOT NULL,
			compatible integer NOT NULL,
			applied_at bigint  NOT NULL)`,
		// In SQLite a statement that writes is what locks, also one that finds
		// nothing to write.
		`DELETE FROM latchkey_migrations WHERE version < 0`,
	}
	if d == PostgreSQL {
		// The number is arbitrary; it must not change.
		statements = append([]string{`SELECT pg_advisory_xact_lock(7021862410925)`}, statements...)
	}
	for _, statement := range statements {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

func applyOne(ctx context.Context, tx *sql.Tx, m Migration) error {
	for statement := range strings.SplitSeq(m.SQL, ";\n") {
		if strings.TrimSpace(statement) == "" {
			continue
		}
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	const record = `INSERT INTO latchkey_migrations (version, name, checksum, compatible, applied_at)
		VALUES ($1, $2, $3, $4, $5)`
	_, err := tx.ExecContext(ctx, record, m.Version, m.Name, m.Checksum, m.Compatible, toMicros(time.Now()))
	return err
}
