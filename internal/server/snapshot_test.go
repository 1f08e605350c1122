package server_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// snapshot is the whole content of the database as text, but for when sessions
// were last used, and the tables that are excepted.
func (a *app) snapshot(except ...string) string {
	a.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(a.data, "latchkey.db")+"?mode=ro")
	if err != nil {
		a.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var text strings.Builder
	for _, table := range a.strings(db, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name") {
		if slices.Contains(except, table) {
			continue
		}
		columns := a.strings(db, "SELECT name FROM pragma_table_info('"+table+"')")
		columns = slices.DeleteFunc(columns, func(c string) bool { return c == "seen_at" || c == "over_at" })
		quoted := make([]string, len(columns))
		for i, c := range columns {
			quoted[i] = "quote(" + c + ")"
		}
		rows := a.strings(db, "SELECT "+strings.Join(quoted, " || ',' || ")+" FROM "+table)
		slices.Sort(rows)
		fmt.Fprintf(&text, "%s: %s\n", table, strings.Join(rows, " "))
	}
	return text.String()
}

// strings runs a query with one column.
func (a *app) strings(db *sql.DB, query string) []string {
	a.t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		a.t.Fatalf("%s: %v", query, err)
	}
	defer func() { _ = rows.Close() }()
	var all []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			a.t.Fatal(err)
		}
		all = append(all, s)
	}
	if err := rows.Err(); err != nil {
		a.t.Fatal(err)
	}
	return all
}
