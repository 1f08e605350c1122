package webapp

import (
	"context"
	"database/sql"
	"errors"
)

// ChangeOne runs a statement that should change one row, and returns none if it
// changes none.
func ChangeOne(ctx context.Context, db *sql.DB, none error, statement string, args ...any) error {
	done, err := db.ExecContext(ctx, statement, args...)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, none)
	}
	return nil
}

// Rows are those that a query yields, as scan reads each.
func Rows[T any](ctx context.Context, db *sql.DB, scan func(*sql.Rows, *T) error, query string, args ...any) ([]T, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := []T{} // in JSON [] and not null
	for rows.Next() {
		var row T
		if err := scan(rows, &row); err != nil {
			return nil, err
		}
		all = append(all, row)
	}
	return all, rows.Err()
}

// Text1 is for Rows of one text.
func Text1(rows *sql.Rows, text *string) error { return rows.Scan(text) }
