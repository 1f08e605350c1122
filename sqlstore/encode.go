package sqlstore

import (
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// Times are microseconds since 1970; the zero time is NULL.

func toMicros(t time.Time) int64 { return t.UnixMicro() }

func toNullMicros(t time.Time) sql.NullInt64 {
	if t.IsZero() {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: toMicros(t), Valid: true}
}

func fromMicros(n int64) time.Time { return time.UnixMicro(n).UTC() }

func fromNullMicros(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return fromMicros(n.Int64)
}

// Yes and no are numbers, which both databases have.

func toFlag(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

// Lists of text are JSON arrays, which both databases can look into; none at
// all is the empty text.

func toList(list []string) string {
	if len(list) == 0 {
		return ""
	}
	text, err := json.Marshal(list)
	if err != nil {
		panic(err) // strings always have a JSON form
	}
	return string(text)
}

func fromList(text string) (list []string, err error) {
	if text == "" {
		return nil, nil
	}
	err = json.Unmarshal([]byte(text), &list)
	return list, err
}

func newIncarnation() string { return strings.ToLower(rand.Text()) }

// insertRows is the INSERT of n rows. Table and
// columns are constants. To SQLite $1 is a name, for which it searches all names
// before it, so that thousands of them take seconds; it counts ? by itself.
func insertRows(d Dialect, table, columns string, n int) string {
	width := strings.Count(columns, ",") + 1
	var q strings.Builder
	for _, part := range []string{"INSERT INTO ", table, " (", columns, ") VALUES "} {
		q.WriteString(part)
	}
	for i := range n * width {
		switch {
		case i == 0:
			q.WriteString("(")
		case i%width == 0:
			q.WriteString("), (")
		default:
			q.WriteString(", ")
		}
		if d == SQLite {
			q.WriteString("?")
		} else {
			q.WriteString("$" + strconv.Itoa(i+1))
		}
	}
	q.WriteString(")")
	return q.String()
}
