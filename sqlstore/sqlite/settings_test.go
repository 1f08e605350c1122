package sqlite

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
)

// TestSettingsAreAsserted: a database that did not take a setting is not used. A
// killed process would not show it, for the system keeps what was written; a
// machine without power would.
func TestSettingsAreAsserted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	for _, weaker := range []string{"synchronous = NORMAL", "synchronous = OFF", "journal_mode = DELETE", "foreign_keys = 0", "busy_timeout = 0"} {
		db, err := sql.Open("sqlite", dsn(path, false))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		db.SetMaxOpenConns(1)
		if err := checkSettings(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		if _, err := db.ExecContext(t.Context(), "PRAGMA "+weaker); err != nil {
			t.Fatal(err)
		}
		name, _, _ := strings.Cut(weaker, " ")
		if err := checkSettings(t.Context(), db); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", weaker, err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
