package sqlstore

import (
	"crypto/rand"
	"database/sql"
	"encoding/json"
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
