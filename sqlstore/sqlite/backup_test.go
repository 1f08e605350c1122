package sqlite_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/session"
	"github.com/latchkey-go/latchkey/sqlstore/sqlite"
)

// TestBackupAndRestore: what was there is there again, and nobody who was signed
// in then is signed in now.
func TestBackupAndRestore(t *testing.T) {
	restoreUmask := setUmask(0)
	defer restoreUmask()
	ctx, path := t.Context(), newPath(t)
	backup := filepath.Join(t.TempDir(), "backups", "one.db")
	st := open(t, path)
	for _, id := range []string{"a", "b"} {
		if _, err := st.Create(ctx, row(id), "", 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := sqlite.Backup(ctx, path, backup); err != nil { // while it is open
		t.Fatal(err)
	}
	if _, err := st.End(ctx, session.Ending{ID: "a", Reason: session.EndedBySignOut, At: time.Now()}); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(filepath.Dir(backup))
	if err != nil || len(entries) != 1 {
		t.Errorf("the backup is %v, %v", entries, err)
	}
	if info, err := os.Stat(backup); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if err := sqlite.Backup(ctx, path, backup); err == nil || !strings.Contains(err.Error(), "exists already") {
		t.Errorf("a second backup of one name: %v", err)
	}

	at := time.Now()
	if err := sqlite.Restore(ctx, backup, path, at); err == nil || !strings.Contains(err.Error(), "another process") && !strings.Contains(err.Error(), "in use") {
		t.Fatalf("restored under a process at work: %v", err)
	}
	if s, err := st.Get(ctx, "a"); err != nil || s.EndedAt.IsZero() {
		t.Errorf("a refused restore changed something: %+v, %v", s, err)
	}
	st.Close()

	var epochs []int64
	for round := range 2 {
		if err := sqlite.Restore(ctx, backup, path, at.Add(time.Duration(round)*time.Hour)); err != nil {
			t.Fatal(err)
		}
		restored := open(t, path)
		feed, err := restored.Feed(ctx, 0)
		if err != nil {
			t.Fatal(err)
		}
		epochs = append(epochs, feed.Epoch)
		for _, id := range []string{"a", "b"} {
			if s, err := restored.Get(ctx, id); err != nil || s.EndReason != session.EndedByEpoch {
				t.Errorf("session %s is %+v, %v", id, s, err)
			}
		}
		fresh := row("c")
		if _, err := restored.Create(ctx, fresh, "", 0); err != nil || fresh.Epoch != feed.Epoch {
			t.Errorf("a session of after: %+v, %v", fresh, err)
		}
		restored.Close()
		if _, err := os.Stat(path + ".before-restore"); err != nil {
			t.Error(err)
		}
		if err := os.Remove(path + ".before-restore"); err != nil {
			t.Error(err)
		}
	}
	// Else the tokens of between two restores would be good after the second.
	if epochs[1] <= epochs[0] {
		t.Errorf("epochs %v", epochs)
	}
}

// TestRestoreLeavesNoGap looks at the path all the while: a server that starts
// where there is no database makes an empty one.
func TestRestoreLeavesNoGap(t *testing.T) {
	path := newPath(t)
	open(t, path).Close()
	backup := filepath.Join(t.TempDir(), "backups", "one.db")
	if err := sqlite.Backup(t.Context(), path, backup); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	restored := make(chan error, 1)
	go func() { restored <- sqlite.Restore(t.Context(), backup, path, time.Now()) }()
	for done := false; !done; {
		select {
		case err := <-restored:
			if err != nil {
				t.Fatal(err)
			}
			done = true
		default:
		}
		if _, err := os.Stat(path); err != nil {
			t.Fatalf("for a moment there is no database: %v", err)
		}
	}
	after, err := os.Stat(path)
	if err != nil || os.SameFile(before, after) {
		t.Errorf("it is still the one of before (%v)", err)
	}
	if kept, err := os.Stat(path + ".before-restore"); err != nil || !os.SameFile(before, kept) {
		t.Errorf("the one of before is not kept (%v)", err)
	}
}

func TestRestoreRefuses(t *testing.T) {
	ctx, path := t.Context(), newPath(t)
	open(t, path).Close()
	dir := filepath.Dir(path)
	for name, from := range map[string]string{
		"garbage": write(t, filepath.Join(dir, "garbage"), strings.Repeat("not a database\n", 1000)),
		"empty":   write(t, filepath.Join(dir, "empty"), ""),
		"missing": filepath.Join(dir, "missing"),
	} {
		if err := sqlite.Restore(ctx, from, path, time.Now()); err == nil {
			t.Errorf("restored %s", name)
		}
		if _, err := os.Stat(path + ".partial"); err == nil {
			t.Errorf("%s: something was left behind", name)
		}
	}
	if _, err := open(t, path).Feed(ctx, 0); err != nil {
		t.Errorf("what was there is damaged: %v", err)
	}
	if err := sqlite.Backup(ctx, filepath.Join(dir, "nothing.db"), filepath.Join(dir, "x.db")); err == nil {
		t.Error("a database that is not there was backed up")
	}
	write(t, path+".before-restore", "kept")
	if err := sqlite.Restore(ctx, filepath.Join(dir, "missing"), path, time.Now()); err == nil || !strings.Contains(err.Error(), "before-restore") {
		t.Errorf("what an earlier restore kept: %v", err)
	}
}
