package sqlstore

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey/session"
)

// What a feed entry names.
const (
	kindSession = "session"
	kindToken   = "token"
)

// margin is how long feed entries and ended sessions are kept beyond the
// longest token lifetime.
const margin = time.Minute

// publishChunk bounds the rows of one INSERT: databases limit its parameters.
const publishChunk = 1000

// publish puts ids into the feed. It must be the last thing a transaction does:
// taking numbers locks the counter until the transaction ends, and so numbers
// become visible in the order in which they were given out. A sequence would
// not do: its numbers can become visible in another order, and a reader that
// has seen the higher would never look for the lower.
func publish(ctx context.Context, tx *sql.Tx, kind string, ids []string, at time.Time) error {
	const take = `UPDATE latchkey_state SET last = last + $1 RETURNING last`
	if len(ids) == 0 {
		return nil
	}
	last, err := number(ctx, tx, take, int64(len(ids)))
	if err != nil {
		return err
	}
	next := last - int64(len(ids)) + 1
	for len(ids) > 0 {
		n := min(len(ids), publishChunk)
		args := make([]any, 0, 2+2*n)
		args = append(args, kind, toMicros(at))
		for i, id := range ids[:n] {
			args = append(args, next+int64(i), id)
		}
		if _, err := tx.ExecContext(ctx, insertRevocations(n), args...); err != nil {
			return err
		}
		next += int64(n)
		ids = ids[n:]
	}
	return nil
}

// insertRevocations is the INSERT of n rows: kind, at, then number and id of
// each.
func insertRevocations(n int) string {
	var q strings.Builder
	q.WriteString("INSERT INTO latchkey_revocations (kind, at, number, id) VALUES ")
	for i := range n {
		if i > 0 {
			q.WriteString(", ")
		}
		q.WriteString("($1, $2, $" + strconv.Itoa(3+2*i) + ", $" + strconv.Itoa(4+2*i) + ")")
	}
	q.WriteString(" ON CONFLICT (id, kind) DO NOTHING")
	return q.String()
}

// RevokeToken implements session.Store.
func (s *Store) RevokeToken(ctx context.Context, jti string, at time.Time) error {
	if revoked, err := s.TokenRevoked(ctx, jti); err != nil || revoked {
		return err
	}
	return s.inTx(ctx, "revoke token", func(tx *sql.Tx) error {
		return publish(ctx, tx, kindToken, []string{jti}, at)
	})
}

// TokenRevoked implements session.Store.
func (s *Store) TokenRevoked(ctx context.Context, jti string) (bool, error) {
	const query = `SELECT count(*) FROM latchkey_revocations WHERE id = $1 AND kind = 'token'`
	var n int64
	err := s.retry(ctx, "look up token", func() (err error) {
		n, err = number(ctx, s.reader, query, jti)
		return err
	})
	return n > 0, err
}

// Feed implements session.Store. It is one statement, so that what it returns
// was true at one moment.
func (s *Store) Feed(ctx context.Context, after int64) (*session.Feed, error) {
	const query = `SELECT s.incarnation, s.last, s.epoch, s.lifetime, c.micros, r.number, r.kind, r.id, r.at
		FROM latchkey_state s CROSS JOIN latchkey_clock c
		LEFT JOIN latchkey_revocations r ON r.number > $1
		ORDER BY r.number`
	var f *session.Feed
	err := s.retry(ctx, "read feed", func() error {
		f = nil
		return each(ctx, s.hotReader, func(rows *sql.Rows) error {
			if f == nil {
				f = &session.Feed{}
			}
			return scanFeed(rows, f)
		}, query, after)
	})
	if err != nil {
		return nil, err
	}
	if f == nil {
		return nil, wrap(ctx, "read feed", errNoState)
	}
	return f, nil
}

// scanFeed reads the state, which is on every row, and the entry if there is
// one.
func scanFeed(rows *sql.Rows, f *session.Feed) error {
	var lifetime, now int64
	var number, at sql.NullInt64
	var kind, id sql.NullString
	if err := rows.Scan(&f.Incarnation, &f.Last, &f.Epoch, &lifetime, &now, &number, &kind, &id, &at); err != nil {
		return err
	}
	f.Now = fromMicros(now)
	f.Keep = time.Duration(lifetime)*time.Microsecond + margin
	if !number.Valid {
		return nil
	}
	r := session.Revocation{Number: number.Int64, At: fromNullMicros(at)}
	if kind.String == kindToken {
		r.TokenID = id.String
	} else {
		r.SessionID = id.String
	}
	f.Revoked = append(f.Revoked, r)
	return nil
}

// RegisterLifetime implements session.Store.
func (s *Store) RegisterLifetime(ctx context.Context, d time.Duration) error {
	const query = `UPDATE latchkey_state SET lifetime = $1 WHERE lifetime < $1`
	return s.retry(ctx, "register lifetime", func() error {
		_, err := s.writer.ExecContext(ctx, query, d.Microseconds())
		return err
	})
}

// Purge implements session.Store. Each part is the beginning of an index, in the
// index's own order, so that it costs the same however many rows there are.
func (s *Store) Purge(ctx context.Context, now time.Time, limit int) (int, error) {
	const (
		over = `DELETE FROM latchkey_sessions WHERE id IN (
			SELECT id FROM latchkey_sessions
			WHERE over_at < $1 - (SELECT lifetime FROM latchkey_state)
			ORDER BY over_at LIMIT $2)`
		belowEpoch = `DELETE FROM latchkey_sessions WHERE id IN (
			SELECT id FROM latchkey_sessions
			WHERE epoch < (SELECT epoch FROM latchkey_state WHERE epoch_at < $1 - lifetime) AND ended_at IS NULL
			ORDER BY epoch LIMIT $2)`
		feed = `DELETE FROM latchkey_revocations WHERE number IN (
			SELECT number FROM latchkey_revocations
			WHERE at < $1 - (SELECT lifetime FROM latchkey_state)
			ORDER BY at LIMIT $2)`
	)
	cutoff := toMicros(now.Add(-margin))
	removed := 0
	err := s.inTx(ctx, "purge", func(tx *sql.Tx) error {
		removed = 0
		for _, query := range []string{over, belowEpoch, feed} {
			result, err := tx.ExecContext(ctx, query, cutoff, int64(limit-removed))
			if err != nil {
				return err
			}
			n, err := result.RowsAffected()
			if err != nil {
				return err
			}
			removed += int(n)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return removed, nil
}
