//go:build unix

package sqlite_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/sqlstore/sqlite"
)

// TestRestoreKeepsTheOwner: a server that does not run as root can open what root
// has restored.
func TestRestoreKeepsTheOwner(t *testing.T) {
	path := newPath(t)
	backup := filepath.Join(t.TempDir(), "backups", "one.db")
	if err := open(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	if err := sqlite.Backup(t.Context(), path, backup); err != nil {
		t.Fatal(err)
	}
	owner := os.Geteuid()
	if owner == 0 { // nobody else can give files away
		owner = 65534
		for _, name := range []string{filepath.Dir(path), path} {
			if err := os.Chown(name, owner, owner); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := sqlite.Restore(t.Context(), backup, path, time.Now()); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Sys().(*syscall.Stat_t).Uid; int(got) != owner {
		t.Errorf("the file belongs to %d, want %d", got, owner)
	}
}
