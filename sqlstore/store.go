// Package sqlstore keeps sessions and users in SQLite or PostgreSQL through
// database/sql. It imports no driver: open a database with package
// sqlstore/sqlite or sqlstore/postgres, or hand an open *sql.DB to New.
//
// Tables are called latchkey_…; they live beside an application's own in
// whatever database and schema the connection is in. Apply makes and migrates
// them. Times are kept as integer microseconds since 1970 in UTC.
package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/latchkey-go/latchkey/account"
)

// Dialect is the kind of a database. Queries are the same for both; schema
// files differ.
type Dialect string

// The databases there are.
const (
	// SQLite is version 3.38 or newer, with any driver.
	SQLite Dialect = "sqlite"
	// PostgreSQL is version 13 or newer, with any driver.
	PostgreSQL Dialect = "postgres"
)

// Store is an account.Store, and so a session.Store, in a database.
type Store struct {
	writer, reader *sql.DB
	dialect        Dialect

	// hotWriter and hotReader are the pools for what requests wait for.
	hotWriter, hotReader querier
	statements           []*prepared
}

var _ account.Store = (*Store)(nil)

// New returns a store on an open database whose schema Apply has brought up to
// date. It does no I/O.
//
// On SQLite the caller sees to the settings that package sqlstore/sqlite makes:
// above all synchronous=FULL and a busy timeout.
func New(db *sql.DB, d Dialect) *Store { return NewSplit(db, db, d) }

// NewSplit is New with a pool of its own for queries that only read. Both must
// see the same data at once: it is meant for SQLite, which has one writer, and
// not for a replica that lags.
func NewSplit(writer, reader *sql.DB, d Dialect) *Store {
	s := &Store{writer: writer, reader: reader, dialect: d, hotWriter: writer, hotReader: reader}
	if d == SQLite {
		w, r := newPrepared(writer), newPrepared(reader)
		s.hotWriter, s.hotReader, s.statements = w, r, []*prepared{w, r}
	}
	return s
}

// DB is the pool that writes.
func (s *Store) DB() *sql.DB { return s.writer }

// Dialect is the kind of the database.
func (s *Store) Dialect() Dialect { return s.dialect }

// Close closes the pools.
func (s *Store) Close() error {
	var errs []error
	for _, p := range s.statements {
		errs = append(errs, p.closeStatements())
	}
	if s.reader != s.writer {
		errs = append(errs, s.reader.Close())
	}
	return errors.Join(append(errs, s.writer.Close())...)
}

// Ping asks the database for a sign of life, for readiness.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	err := s.writer.QueryRowContext(ctx, `SELECT 1 FROM latchkey_state`).Scan(&one)
	return wrap(ctx, "ping", err)
}

// epochJump is how far Restored raises the epoch at least: above any that the
// lost time may have reached, one EndAll at a time. Usually it becomes the time
// in seconds, which is above that of an earlier restore of the same backup too.
const epochJump = 1_000_000

// Restored must be called once after the database was restored from a backup or
// failed over to a replica that had fallen behind. It ends every session and
// access token of before: some of them may have been revoked in the time that
// was lost. Every process notices within a second.
func (s *Store) Restored(ctx context.Context, at time.Time) error {
	const query = `UPDATE latchkey_state SET incarnation = $1,
		epoch = CASE WHEN epoch + $2 > $3 THEN epoch + $2 ELSE $3 END, epoch_at = $4`
	return s.retry(ctx, "restored", func() error {
		_, err := s.writer.ExecContext(ctx, query, newIncarnation(), epochJump, at.Unix(), toMicros(at))
		return err
	})
}

// maxAttempts bounds how often a transaction that the database chose to undo
// (a deadlock, a serialization failure) is tried.
const maxAttempts = 5

// inTx runs f in a transaction of the writer. f may run more than once. Each f
// begins with a statement that writes: a SQLite transaction that begins by
// reading cannot always become one that writes.
func (s *Store) inTx(ctx context.Context, op string, f func(*sql.Tx) error) error {
	err := s.retry(ctx, op, func() error {
		tx, err := s.writer.BeginTx(ctx, s.txOptions())
		if err != nil {
			return err
		}
		if err := f(tx); err != nil {
			return errors.Join(err, ignoreDone(tx.Rollback()))
		}
		return tx.Commit()
	})
	if p, ok := s.hotWriter.(*prepared); ok && err == nil {
		p.prepareWanted(ctx)
	}
	return err
}

// hot is a transaction for what requests wait for: a few constant texts.
func (s *Store) hot(tx *sql.Tx) querier {
	if p, ok := s.hotWriter.(*prepared); ok {
		return p.in(tx)
	}
	return tx
}

// txOptions asks PostgreSQL for READ COMMITTED, which transactions are written
// for: what waited for another's lock then sees what that one did. At a stricter
// level PostgreSQL would undo it instead; where that is a database's default,
// busy rows would wear out every retry. SQLite has one level.
func (s *Store) txOptions() *sql.TxOptions {
	if s.dialect == PostgreSQL {
		return &sql.TxOptions{Isolation: sql.LevelReadCommitted}
	}
	return nil
}

// ignoreDone drops the error of rolling back what a cancelled context has
// rolled back already.
func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

// retry runs f until the database accepts or refuses it for good.
func (s *Store) retry(ctx context.Context, op string, f func() error) error {
	var err error
	for attempt := range maxAttempts {
		if err = f(); err == nil || !undone(err) {
			break
		}
		if pause(ctx, time.Duration(attempt)*5*time.Millisecond) != nil {
			break
		}
	}
	return wrap(ctx, op, err)
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// undone says whether PostgreSQL undid the transaction and asks to try again.
// Every PostgreSQL driver's error tells its SQLSTATE so.
func undone(err error) bool {
	var state interface{ SQLState() string }
	if !errors.As(err, &state) {
		return false
	}
	const serializationFailure, deadlockDetected = "40001", "40P01"
	code := state.SQLState()
	return code == serializationFailure || code == deadlockDetected
}

// answer is an error that is part of the contract: it says what is, and not
// that the database failed.
type answer struct{ error }

func (a answer) Unwrap() error { return a.error }

// wrap adds the operation's name to a database's error, and the context's error
// if that is the cause: some drivers only say "interrupted". Answers stay as
// they are.
func wrap(ctx context.Context, op string, err error) error {
	var a answer
	switch {
	case err == nil:
		return nil
	case errors.As(err, &a):
		return a.error
	case ctx.Err() != nil && !errors.Is(err, ctx.Err()):
		return fmt.Errorf("sqlstore: %s: %w (%w)", op, ctx.Err(), err)
	}
	return fmt.Errorf("sqlstore: %s: %w", op, err)
}

// querier is a pool or a transaction.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// each calls scan for every row and reads to the end: a SQLite statement that
// writes and returns rows commits with its last step.
func each(ctx context.Context, q querier, scan func(*sql.Rows) error, query string, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}

// texts returns the one text column of a query's rows.
func texts(ctx context.Context, q querier, query string, args ...any) ([]string, error) {
	var all []string
	err := each(ctx, q, func(rows *sql.Rows) error {
		var text string
		err := rows.Scan(&text)
		all = append(all, text)
		return err
	}, query, args...)
	if err != nil {
		return nil, err
	}
	return all, nil
}

var errNoState = errors.New("latchkey_state has no row: the schema is damaged")

// number returns the one number a query yields.
func number(ctx context.Context, q querier, query string, args ...any) (int64, error) {
	n, found := int64(0), false
	err := each(ctx, q, func(rows *sql.Rows) error {
		found = true
		return rows.Scan(&n)
	}, query, args...)
	if err == nil && !found {
		err = errNoState
	}
	return n, err
}
