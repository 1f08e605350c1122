package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"hash/fnv"
	"slices"
	"time"

	"github.com/latchkey-go/latchkey/session"
)

// sessionColumns are the columns of a row in the order scanSession reads them.
const sessionColumns = `id, subject, generation, secret, epoch, created_at, rotated_at, seen_at, auth_time,
	expires_at, idle_timeout, amr, acr, address, user_agent, ended_at, end_reason`

// live is the condition that a session has not ended.
const live = `ended_at IS NULL AND epoch >= (SELECT epoch FROM latchkey_state)`

// Create implements session.Store.
func (s *Store) Create(ctx context.Context, n *session.Session, replaces string, limit int) ([]string, error) {
	var ended []string
	var epoch int64
	err := s.inTx(ctx, "create session", func(tx *sql.Tx) (err error) {
		ended = nil
		hot := s.hot(tx)
		if limit > 0 || n.Basis != "" {
			if err := lockSubject(ctx, hot, n.Subject); err != nil {
				return err
			}
		}
		if n.Basis != "" {
			if err := checkBasis(ctx, hot, n); err != nil {
				return err
			}
		}
		if epoch, err = insertSession(ctx, hot, n); err != nil {
			return err
		}
		if replaces != "" && replaces != n.ID {
			ended, err = endOne(ctx, tx, session.Ending{ID: replaces, Reason: session.EndedByReplacement, At: n.CreatedAt})
			if err != nil {
				return err
			}
		}
		if limit > 0 {
			beyond, err := endBeyond(ctx, hot, n, limit)
			if err != nil {
				return err
			}
			ended = append(ended, beyond...)
		}
		return publish(ctx, tx, kindSession, ended, n.CreatedAt)
	})
	if err != nil {
		return nil, err
	}
	n.Epoch = epoch
	return ended, nil
}

// checkBasis compares the basis of a sign-in with the user as they now are. The
// caller holds the subject's lock. Whatever ends the sessions of a user takes it
// too, after it has changed the user: it either finds the new session or has
// committed what is read here.
func checkBasis(ctx context.Context, q querier, n *session.Session) error {
	const query = `SELECT ` + userColumns + ` FROM latchkey_users WHERE id = $1`
	same := false
	err := each(ctx, q, func(rows *sql.Rows) error {
		u, err := scanUser(rows)
		same = err == nil && !u.Disabled() && u.SignInBasis() == n.Basis
		return err
	}, query, n.Subject)
	if err == nil && !same {
		err = answer{session.ErrBasisChanged}
	}
	return err
}

// subjectSlots is the number of rows in latchkey_subject_locks.
const subjectSlots = 256

// lockSubject makes transactions on one subject's sessions take turns, also
// when there is no row yet to lock.
func lockSubject(ctx context.Context, q querier, subject string) error {
	h := fnv.New32a()
	h.Write([]byte(subject))
	const query = `UPDATE latchkey_subject_locks SET taken = taken + 1 WHERE slot = $1`
	_, err := q.ExecContext(ctx, query, int64(h.Sum32()%subjectSlots))
	return err
}

func insertSession(ctx context.Context, q querier, n *session.Session) (epoch int64, err error) {
	const query = `INSERT INTO latchkey_sessions (` + sessionColumns + `, over_at)
		VALUES ($1, $2, $3, $4, (SELECT epoch FROM latchkey_state), $5, $6, $7, $8,
			$9, $10, $11, $12, $13, $14, $15, $16, $17)
		RETURNING epoch`
	return number(ctx, q, query,
		n.ID, n.Subject, n.Generation, n.Secret, toMicros(n.CreatedAt), toNullMicros(n.RotatedAt), toMicros(n.SeenAt), toMicros(n.AuthTime),
		toMicros(n.ExpiresAt), n.IdleTimeout.Microseconds(), toList(n.AMR), n.ACR, n.Client.Address, n.Client.UserAgent,
		toNullMicros(n.EndedAt), string(n.EndReason), toMicros(n.End()))
}

// endBeyond ends what the new session n pushes out.
func endBeyond(ctx context.Context, q querier, n *session.Session, limit int) ([]string, error) {
	const query = `UPDATE latchkey_sessions SET ended_at = $1, over_at = $1, end_reason = $2
		WHERE id IN (
			SELECT id FROM latchkey_sessions
			WHERE subject = $3 AND id <> $4 AND ` + live + `
			ORDER BY seen_at DESC, id DESC LIMIT 1000000 OFFSET $5)
		RETURNING id`
	return texts(ctx, q, query, toMicros(n.CreatedAt), string(session.EndedByLimit), n.Subject, n.ID, int64(limit-1))
}

// Get implements session.Store.
func (s *Store) Get(ctx context.Context, id string) (*session.Session, error) {
	const query = `SELECT ` + sessionColumns + `, (SELECT epoch FROM latchkey_state), (SELECT epoch_at FROM latchkey_state)
		FROM latchkey_sessions WHERE id = $1`
	var row *session.Session
	err := s.retry(ctx, "get session", func() error {
		row = nil
		return each(ctx, s.hotReader, func(rows *sql.Rows) (err error) {
			var epoch, epochAt int64
			row, err = scanSession(rows, &epoch, &epochAt)
			if err == nil && row.EndedAt.IsZero() && row.Epoch < epoch {
				row.EndedAt, row.EndReason = fromMicros(epochAt), session.EndedByEpoch
			}
			return err
		}, query, id)
	})
	if err == nil && row == nil {
		return nil, session.ErrNotFound
	}
	return row, err
}

func scanSession(rows *sql.Rows, more ...any) (*session.Session, error) {
	var (
		r                          session.Session
		created, seen, auth, until int64
		rotated, ended             sql.NullInt64
		idle                       int64
		amr, reason                string
	)
	dest := []any{&r.ID, &r.Subject, &r.Generation, &r.Secret, &r.Epoch, &created, &rotated, &seen, &auth,
		&until, &idle, &amr, &r.ACR, &r.Client.Address, &r.Client.UserAgent, &ended, &reason}
	if err := rows.Scan(append(dest, more...)...); err != nil {
		return nil, err
	}
	r.CreatedAt, r.SeenAt, r.AuthTime, r.ExpiresAt = fromMicros(created), fromMicros(seen), fromMicros(auth), fromMicros(until)
	r.RotatedAt, r.EndedAt = fromNullMicros(rotated), fromNullMicros(ended)
	r.IdleTimeout = time.Duration(idle) * time.Microsecond
	r.EndReason = session.EndReason(reason)
	var err error
	r.AMR, err = fromList(amr)
	return &r, err
}

// Rotate implements session.Store: one statement that compares and swaps.
func (s *Store) Rotate(ctx context.Context, id string, from int64, at time.Time) (*session.Session, error) {
	const query = `UPDATE latchkey_sessions SET generation = generation + 1, rotated_at = $1
		WHERE id = $2 AND generation = $3 AND ` + live + `
		RETURNING ` + sessionColumns
	var row *session.Session
	err := s.retry(ctx, "rotate session", func() error {
		row = nil
		return each(ctx, s.hotWriter, func(rows *sql.Rows) (err error) {
			row, err = scanSession(rows)
			return err
		}, query, toMicros(at), id, from)
	})
	if err != nil || row != nil {
		return row, err
	}
	if _, err := s.Get(ctx, id); err != nil {
		return nil, err
	}
	return nil, session.ErrConflict
}

// Touch implements session.Store.
func (s *Store) Touch(ctx context.Context, seen map[string]time.Time) error {
	const query = `UPDATE latchkey_sessions SET seen_at = $1,
			over_at = CASE WHEN idle_timeout > 0 AND $1 + idle_timeout < expires_at THEN $1 + idle_timeout ELSE expires_at END
		WHERE id = $2 AND seen_at < $1 AND ` + live
	if len(seen) == 0 {
		return wrap(ctx, "touch sessions", ctx.Err())
	}
	ids := make([]string, 0, len(seen))
	for id := range seen {
		ids = append(ids, id)
	}
	slices.Sort(ids) // two processes lock rows in one order
	return s.inTx(ctx, "touch sessions", func(tx *sql.Tx) error {
		hot := s.hot(tx)
		for _, id := range ids {
			if _, err := hot.ExecContext(ctx, query, toMicros(seen[id]), id); err != nil {
				return err
			}
		}
		return nil
	})
}

// End implements session.Store.
func (s *Store) End(ctx context.Context, e session.Ending) ([]string, error) {
	if (e.ID == "") == (e.Subject == "") {
		return nil, errors.New("sqlstore: end sessions: exactly one of ID and Subject must be set")
	}
	var ended []string
	err := s.inTx(ctx, "end sessions", func(tx *sql.Tx) (err error) {
		if e.ID != "" {
			ended, err = endOne(ctx, tx, e)
		} else {
			ended, err = endSubject(ctx, tx, e)
		}
		if err != nil {
			return err
		}
		return publish(ctx, tx, kindSession, ended, e.At)
	})
	if err != nil {
		return nil, err
	}
	return ended, nil
}

// endOne ends the session e.ID. The caller publishes what it returns.
func endOne(ctx context.Context, tx *sql.Tx, e session.Ending) ([]string, error) {
	const query = `UPDATE latchkey_sessions SET ended_at = $1, over_at = $1, end_reason = $2
		WHERE id = $3 AND ($4 = '' OR subject = $4) AND ` + live + `
		RETURNING id`
	return texts(ctx, tx, query, toMicros(e.At), string(e.Reason), e.ID, e.Owner)
}

// endSubject ends the sessions of e.Subject. The caller publishes what it
// returns.
func endSubject(ctx context.Context, tx *sql.Tx, e session.Ending) ([]string, error) {
	const query = `UPDATE latchkey_sessions SET ended_at = $1, over_at = $1, end_reason = $2
		WHERE subject = $3 AND id <> $4 AND ` + live + `
		RETURNING id`
	if err := lockSubject(ctx, tx, e.Subject); err != nil {
		return nil, err
	}
	return texts(ctx, tx, query, toMicros(e.At), string(e.Reason), e.Subject, e.Except)
}

// EndAll implements session.Store.
func (s *Store) EndAll(ctx context.Context, at time.Time) (int64, error) {
	const query = `UPDATE latchkey_state SET epoch = epoch + 1, epoch_at = $1 RETURNING epoch`
	var epoch int64
	err := s.retry(ctx, "end all sessions", func() (err error) {
		epoch, err = number(ctx, s.writer, query, toMicros(at))
		return err
	})
	return epoch, err
}

// List implements session.Store.
func (s *Store) List(ctx context.Context, subject string) ([]*session.Session, error) {
	const query = `SELECT ` + sessionColumns + ` FROM latchkey_sessions
		WHERE subject = $1 AND ` + live + ` ORDER BY seen_at DESC, id`
	var all []*session.Session
	err := s.retry(ctx, "list sessions", func() error {
		all = nil
		return each(ctx, s.reader, func(rows *sql.Rows) error {
			row, err := scanSession(rows)
			all = append(all, row)
			return err
		}, query, subject)
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}
