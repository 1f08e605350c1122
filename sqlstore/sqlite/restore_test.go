package sqlite_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/session"
	"github.com/latchkey-go/latchkey/sqlstore/sqlite"
)

// TestRestoreWithoutDatabase: what a database that is gone has left beside it is
// not played into the one that is restored, where it would undo that its sessions
// end.
func TestRestoreWithoutDatabase(t *testing.T) {
	ctx, path := t.Context(), newPath(t)
	backup := filepath.Join(t.TempDir(), "backups", "one.db")
	st := open(t, path)
	if err := sqlite.Backup(ctx, path, backup); err != nil {
		t.Fatal(err)
	}
	if _, err := st.Create(ctx, row("later"), "", 0); err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	st.Close()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	write(t, path+"-wal", string(log))

	if err := sqlite.Restore(ctx, backup, path, time.Now()); err != nil {
		t.Fatal(err)
	}
	restored := open(t, path)
	if _, err := restored.Get(ctx, "later"); err != session.ErrNotFound {
		t.Errorf("a session of after the backup: %v", err)
	}
	if feed, err := restored.Feed(ctx, 0); err != nil || feed.Epoch == 0 {
		t.Errorf("the sessions of before are alive: %+v, %v", feed, err)
	}
	if kept, err := os.ReadFile(path + ".before-restore-wal"); err != nil || string(kept) != string(log) {
		t.Errorf("the log is not kept: %v", err)
	}
	if err := sqlite.Restore(ctx, backup, path, time.Now()); err == nil || !strings.Contains(err.Error(), "before-restore-wal") {
		t.Errorf("what an earlier restore kept: %v", err)
	}
}

// TestRestoreDamaged: for this people have backups.
func TestRestoreDamaged(t *testing.T) {
	ctx, path := t.Context(), newPath(t)
	backup := filepath.Join(t.TempDir(), "backups", "one.db")
	open(t, path).Close()
	if err := sqlite.Backup(ctx, path, backup); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, damaged := range map[string]string{
		"overwritten": strings.Repeat("not a database\n", 1000),
		"cut off":     string(whole[:len(whole)/2]),
		"half zero":   string(whole[:4096]) + strings.Repeat("\x00", len(whole)-4096),
		"empty":       "",
	} {
		write(t, path, damaged)
		write(t, path+"-wal", damaged)
		if err := sqlite.Restore(ctx, backup, path, time.Now()); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		restored := open(t, path)
		if _, err := restored.Feed(ctx, 0); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		restored.Close()
		for _, end := range []string{"", "-wal", "-shm", "-journal"} {
			if err := os.Remove(path + ".before-restore" + end); err != nil && !os.IsNotExist(err) {
				t.Error(err)
			}
		}
	}
}
