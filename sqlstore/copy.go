package sqlstore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
)

// Errors of Copy.
var (
	// ErrCopyNotEmpty: the destination has users or sessions of its own, or
	// what was copied from another store.
	ErrCopyNotEmpty = errors.New("sqlstore: the destination is not empty: copy into a new database")
	// ErrCopyDiffers: after the copy the two are not the same. Something wrote
	// to one of them meanwhile.
	ErrCopyDiffers = errors.New("sqlstore: source and copy differ: stop every process that uses them, and copy into a new database")
)

// CopyProgress says how far Copy is.
type CopyProgress struct {
	// Table is at work.
	Table string
	// Verifying says that the table is compared; else it is copied.
	Verifying bool
	// Done of Total rows of the table are through.
	Done, Total int64
	// Checksum is the SHA-256 of all rows of the table in hexadecimal, once it
	// has been compared and both are the same; before that it is empty.
	Checksum string
}

// copyRows is how many rows Copy moves in one transaction.
const copyRows = 500

// Copy copies everything from one store to another, of the same kind or not: to
// move from SQLite to PostgreSQL or back. Both have the present schema, and to is
// new. Sessions go on where they were, so that nobody is signed out.
//
// No process may use either store meanwhile. Copy compares number and SHA-256 of
// all rows in the end, and the error is ErrCopyDiffers if something was changed.
// A copy that was cut off is taken up where it was by calling Copy again; until
// one returns nil, to is not to be used. progress may be nil.
func Copy(ctx context.Context, from, to *Store, progress func(CopyProgress)) error {
	if progress == nil {
		progress = func(CopyProgress) {}
	}
	if err := to.beginCopy(ctx, from); err != nil {
		return err
	}
	for _, t := range copiedTables {
		if err := copyTable(ctx, from, to, t, progress); err != nil {
			return err
		}
	}
	for _, t := range copiedTables {
		if err := compareTable(ctx, from, to, t, progress); err != nil {
			return err
		}
	}
	return to.endCopy(ctx, from)
}

// beginCopy marks the destination as one of from, or finds that it is.
func (s *Store) beginCopy(ctx context.Context, from *Store) error {
	source, err := from.Feed(ctx, 0)
	if err != nil {
		return err
	}
	return s.inTx(ctx, "begin copy", func(tx *sql.Tx) error {
		for _, statement := range []string{
			`CREATE TABLE IF NOT EXISTS latchkey_copy (source text NOT NULL)`,
			`DELETE FROM latchkey_copy WHERE source = ''`,
		} {
			if _, err := tx.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		marks, err := texts(ctx, tx, `SELECT source FROM latchkey_copy`)
		switch {
		case err != nil:
			return err
		case len(marks) == 1 && marks[0] == source.Incarnation:
			return nil
		case len(marks) > 0:
			return answer{ErrCopyNotEmpty}
		}
		for _, t := range copiedTables {
			n, err := number(ctx, tx, t.count)
			if err != nil {
				return err
			}
			if n > 0 {
				return answer{ErrCopyNotEmpty}
			}
		}
		const mark = `INSERT INTO latchkey_copy (source) VALUES ($1)`
		_, err = tx.ExecContext(ctx, mark, source.Incarnation)
		return err
	})
}

// HalfCopied reports whether a Copy into the store has begun and has not come to
// its end: not everybody is there.
func (s *Store) HalfCopied(ctx context.Context) (bool, error) {
	query := `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'latchkey_copy'`
	if s.dialect == PostgreSQL {
		query = `SELECT CASE WHEN to_regclass('latchkey_copy') IS NULL THEN 0 ELSE 1 END`
	}
	n, err := number(ctx, s.reader, query)
	if err != nil {
		return false, wrap(ctx, "look for a copy", err)
	}
	return n > 0, nil
}

// endCopy takes the state over and removes the mark. The incarnation is a new
// one: a process that knew the destination before reads its feed anew.
func (s *Store) endCopy(ctx context.Context, from *Store) error {
	const (
		read  = `SELECT last, epoch, epoch_at, lifetime FROM latchkey_state`
		write = `UPDATE latchkey_state SET incarnation = $1, last = $2, epoch = $3, epoch_at = $4, lifetime = $5`
	)
	var last, epoch, epochAt, lifetime int64
	err := each(ctx, from.reader, func(rows *sql.Rows) error {
		return rows.Scan(&last, &epoch, &epochAt, &lifetime)
	}, read)
	if err != nil {
		return wrap(ctx, "read state", err)
	}
	return s.inTx(ctx, "end copy", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, write, newIncarnation(), last, epoch, epochAt, lifetime); err != nil {
			return err
		}
		if s.dialect == PostgreSQL {
			// Rows came with their numbers; the counter does not know of them.
			const advance = `SELECT setval(pg_get_serial_sequence('latchkey_audit', 'number'),
				(SELECT coalesce(max(number), 0) + 1 FROM latchkey_audit), false)`
			if _, err := tx.ExecContext(ctx, advance); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `DROP TABLE latchkey_copy`)
		return err
	})
}

// copyTable copies the rows that are not there yet.
func copyTable(ctx context.Context, from, to *Store, t copied, progress func(CopyProgress)) error {
	op := "copy " + t.name
	total, err := number(ctx, from.reader, t.count)
	if err != nil {
		return wrap(ctx, op, err)
	}
	done, err := number(ctx, to.reader, t.count)
	if err != nil {
		return wrap(ctx, op, err)
	}
	after := t.first
	err = each(ctx, to.reader, func(rows *sql.Rows) (err error) {
		after, err = scanAny(rows, len(t.key))
		return err
	}, t.last)
	if err != nil {
		return wrap(ctx, op, err)
	}
	for {
		progress(CopyProgress{Table: t.name, Done: done, Total: total})
		page, err := t.read(ctx, from, after)
		if err != nil || len(page) == 0 {
			return wrap(ctx, op, err)
		}
		var args []any
		for _, row := range page {
			args = append(args, row...)
		}
		err = to.inTx(ctx, op, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, insertRows(to.dialect, t.name, t.columns, len(page)), args...)
			return err
		})
		if err != nil {
			return err
		}
		after = t.keyOf(page[len(page)-1])
		done += int64(len(page))
	}
}

// compareTable compares the rows of both.
func compareTable(ctx context.Context, from, to *Store, t copied, progress func(CopyProgress)) error {
	op := "compare " + t.name
	total, err := number(ctx, from.reader, t.count)
	if err != nil {
		return wrap(ctx, op, err)
	}
	stores, sums, counts := [2]*Store{from, to}, [2]hash.Hash{sha256.New(), sha256.New()}, [2]int64{}
	for i, st := range stores {
		for after := t.first; ; {
			page, err := t.read(ctx, st, after)
			if err != nil {
				return wrap(ctx, op, err)
			}
			if len(page) == 0 {
				break
			}
			for _, row := range page {
				digestRow(sums[i], row)
			}
			after = t.keyOf(page[len(page)-1])
			counts[i] += int64(len(page))
			if i == 1 {
				progress(CopyProgress{Table: t.name, Verifying: true, Done: counts[i], Total: total})
			}
		}
	}
	sum := sums[0].Sum(nil)
	if counts[0] != counts[1] || !bytes.Equal(sum, sums[1].Sum(nil)) {
		return fmt.Errorf("%w (%s: %d and %d rows)", ErrCopyDiffers, t.name, counts[0], counts[1])
	}
	progress(CopyProgress{Table: t.name, Verifying: true, Done: counts[0], Total: total, Checksum: hex.EncodeToString(sum)})
	return nil
}

func (t copied) keyOf(row []any) []any {
	key := make([]any, len(t.key))
	for i, place := range t.key {
		key[i] = row[place]
	}
	return key
}

// read returns the rows that follow a key.
func (t copied) read(ctx context.Context, s *Store, after []any) (page [][]any, err error) {
	args := append(append([]any{}, after...), int64(copyRows))
	err = each(ctx, s.reader, func(rows *sql.Rows) error {
		columns, err := rows.Columns()
		if err != nil {
			return err
		}
		row, err := scanAny(rows, len(columns))
		page = append(page, row)
		return err
	}, t.page, args...)
	return page, err
}

// scanAny reads a row as the driver has it: int64, string, []byte or nil.
func scanAny(rows *sql.Rows, n int) ([]any, error) {
	row, dest := make([]any, n), make([]any, n)
	for i := range row {
		dest[i] = &row[i]
	}
	return row, rows.Scan(dest...)
}

// digestRow adds a row to a sum so that no two different rows add the same.
func digestRow(sum hash.Hash, row []any) {
	part := func(kind byte, text []byte) {
		sum.Write(binary.BigEndian.AppendUint64([]byte{kind}, uint64(len(text))))
		sum.Write(text)
	}
	for _, value := range row {
		switch v := value.(type) {
		case nil:
			part(0, nil)
		case int64:
			part(1, binary.BigEndian.AppendUint64(nil, uint64(v)))
		case string:
			part(2, []byte(v))
		case []byte:
			part(3, v)
		default:
			part(4, fmt.Append(nil, v)) // no driver does
		}
	}
}
