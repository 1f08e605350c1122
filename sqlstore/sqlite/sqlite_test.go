package sqlite_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/session"
	"github.com/latchkey-go/latchkey/sqlstore/sqlite"
)

func row(id string) *session.Session {
	now := time.Now()
	return &session.Session{ID: id, Subject: "u", Secret: []byte("s"), CreatedAt: now, SeenAt: now, AuthTime: now, ExpiresAt: now.Add(time.Hour)}
}

// TestModes: with a umask that allows everything nobody else can read a thing.
func TestModes(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows keeps rights elsewhere")
	}
	restore := setUmask(0)
	defer restore()
	dir := filepath.Join(t.TempDir(), "a", "b")
	st := open(t, filepath.Join(dir, "latchkey.db"))
	if _, err := st.Create(t.Context(), row("a"), "", 0); err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		if d.IsDir() {
			want = 0o700
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %04o, want %04o", path, got, want)
		}
		names[d.Name()] = true
		return nil
	})
	if err != nil || !names["latchkey.db"] || !names["latchkey.db-wal"] || !names["latchkey.db-shm"] {
		t.Errorf("files %v, %v", names, err)
	}
}

// TestRefuses: what Open will not touch, and that it says what to do.
func TestRefuses(t *testing.T) {
	for _, c := range []struct {
		name    string
		prepare func(t *testing.T, path string) string
		want    []string
	}{
		{"wide file", func(t *testing.T, path string) string {
			open(t, path).Close()
			return chmod(t, path, 0o644)
		}, []string{"mode 0644", "chmod 600", "latchkey.db"}},
		{"group file", func(t *testing.T, path string) string {
			open(t, path).Close()
			return chmod(t, path, 0o620)
		}, []string{"mode 0620"}},
		{"wide log", func(t *testing.T, path string) string {
			open(t, path).Close()
			if err := os.WriteFile(path+"-wal", nil, 0o600); err != nil {
				t.Fatal(err)
			}
			chmod(t, path+"-wal", 0o640)
			return path
		}, []string{"-wal", "mode 0640", "chmod 600"}},
		{"wide directory", func(t *testing.T, path string) string {
			open(t, path).Close()
			chmod(t, filepath.Dir(path), 0o755)
			return path
		}, []string{"directory", "mode 0755", "chmod 700"}},
		{"link", func(t *testing.T, path string) string {
			open(t, path).Close()
			link := filepath.Join(filepath.Dir(path), "link.db")
			if err := os.Symlink(path, link); err != nil {
				t.Fatal(err)
			}
			return link
		}, []string{"link.db", "not a regular file"}},
		{"directory for a file", func(t *testing.T, path string) string {
			if err := os.MkdirAll(path, 0o700); err != nil {
				t.Fatal(err)
			}
			return path + "/"
		}, []string{"sqlite: "}},
		{"memory", func(*testing.T, string) string { return ":memory:" }, []string{"not the path of a file"}},
		{"URI", func(*testing.T, string) string { return "file:x?mode=memory" }, []string{"not the path of a file"}},
		{"empty", func(*testing.T, string) string { return "" }, []string{"not the path of a file"}},
		{"garbage", func(t *testing.T, path string) string {
			return write(t, path, strings.Repeat("not a database\n", 1000))
		}, []string{"latchkey.db", "damaged or is not a SQLite database", "backup"}},
		{"damaged", func(t *testing.T, path string) string {
			open(t, path).Close()
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for i := 100; i < len(data); i++ {
				data[i] ^= 0x5a
			}
			return write(t, path, string(data))
		}, []string{"latchkey.db", "damaged or is not a SQLite database", "backup"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if runtime.GOOS == "windows" {
				t.Skip("Windows keeps rights elsewhere")
			}
			path := c.prepare(t, newPath(t))
			st, err := sqlite.Open(t.Context(), path)
			if err == nil {
				st.Close()
				t.Fatal("opened")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q does not speak of %q", err, want)
				}
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("error has more than one line: %q", err)
			}
		})
	}
}

func chmod(t *testing.T, path string, mode fs.FileMode) string {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestPaths: names that mean something in a URL, and relative ones.
func TestPaths(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, path := range []string{"data/a b?c=d&e#f%20g.db", "data/ü'\";--.db", "./data/x.db", "data/a:b.db"} {
		st := open(t, path)
		if _, err := st.Create(t.Context(), row("a"), "", 0); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		st.Close()
		if _, err := open(t, path).Get(t.Context(), "a"); err != nil {
			t.Errorf("%s, opened again: %v", path, err)
		}
	}
	entries, err := os.ReadDir(".")
	if err != nil || len(entries) != 1 {
		t.Errorf("files beside the data directory: %v, %v", entries, err)
	}
}

// TestSettings: on every connection, also those opened later.
func TestSettings(t *testing.T) {
	writer, reader, err := sqlite.OpenDB(t.Context(), newPath(t))
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	defer reader.Close()
	for pragma, want := range map[string][2]string{
		"journal_mode":   {"wal", "wal"},
		"synchronous":    {"2", "2"},
		"foreign_keys":   {"1", "1"},
		"busy_timeout":   {"5000", "5000"},
		"trusted_schema": {"0", "0"},
		"query_only":     {"0", "1"},
	} {
		var got [2]string
		if err := writer.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got[0]); err != nil {
			t.Fatal(err)
		}
		// Two readers at once, so that one of them is new.
		for range 2 {
			conn, err := reader.Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if err := conn.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got[1]); err != nil {
				t.Fatal(err)
			}
			if got != want {
				t.Errorf("PRAGMA %s is %q, want %q", pragma, got, want)
			}
			conn.Close()
		}
	}
	if n := writer.Stats().MaxOpenConnections; n != 1 {
		t.Errorf("%d writers", n)
	}
	if _, err := reader.ExecContext(t.Context(), "CREATE TABLE x (y)"); err == nil {
		t.Error("a reader wrote")
	}
}

// TestTwoProcesses: a second opening of the file sees and waits for the first.
func TestTwoProcesses(t *testing.T) {
	path := newPath(t)
	a, b := open(t, path), open(t, path)
	if _, err := a.Create(t.Context(), row("a"), "", 0); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Get(t.Context(), "a"); err != nil {
		t.Errorf("the other process: %v", err)
	}
	tx, err := a.DB().BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() {
		_, err := b.Create(t.Context(), row("b"), "", 0)
		done <- err
	}()
	if _, err := b.Get(t.Context(), "a"); err != nil {
		t.Errorf("reading while another process writes: %v", err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Errorf("writing after another process wrote: %v", err)
	}
}

// TestReadOnly: a file that cannot be written is an outage, not an answer.
func TestReadOnly(t *testing.T) {
	st := open(t, newPath(t))
	if _, err := st.Create(t.Context(), row("a"), "", 0); err != nil {
		t.Fatal(err)
	}
	if _, err := st.DB().ExecContext(t.Context(), "PRAGMA query_only = 1"); err != nil {
		t.Fatal(err)
	}
	if ended, err := st.End(t.Context(), session.Ending{ID: "a", Reason: session.EndedBySignOut, At: time.Now()}); err == nil {
		t.Errorf("ended %q", ended)
	}
	if _, err := st.Rotate(t.Context(), "a", 0, time.Now()); err == nil || errors.Is(err, session.ErrConflict) {
		t.Errorf("Rotate: %v", err)
	}
	if s, err := st.Get(t.Context(), "a"); err != nil || s.Generation != 0 || !s.EndedAt.IsZero() {
		t.Errorf("%+v, %v", s, err)
	}
}

// TestFullDisk: the same of a disk that is full.
func TestFullDisk(t *testing.T) {
	st := open(t, newPath(t))
	if err := st.CreateUser(t.Context(), &account.User{ID: "u", UsernameKey: "u", CreatedAt: time.Now()}); err != nil {
		t.Fatal(err)
	}
	// The limit that SQLite has for tests of this: no page more than there are.
	if _, err := st.DB().ExecContext(t.Context(), "PRAGMA max_page_count = 1"); err != nil {
		t.Fatal(err)
	}
	stored := 0
	for ; stored < 1000; stored++ {
		_, err := st.Create(t.Context(), row(session.NewID()), "", 0)
		if err != nil {
			if !strings.Contains(err.Error(), "full") {
				t.Errorf("Create: %v", err)
			}
			break
		}
	}
	if all, err := st.List(t.Context(), "u"); err != nil || len(all) != stored || stored == 1000 {
		t.Errorf("%d sessions of %d stored, %v", len(all), stored, err)
	}
}

// TestLibcMatches: the driver works with exactly the version of its C library
// that it was made with.
func TestLibcMatches(t *testing.T) {
	list := func(format, module string) string {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", format, module).Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(out))
	}
	text, err := os.ReadFile(list("{{.GoMod}}", "modernc.org/sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	used := "modernc.org/libc " + list("{{.Version}}", "modernc.org/libc")
	if !strings.Contains(string(text), used+"\n") {
		t.Errorf("%s is not what the go.mod of modernc.org/sqlite asks for", used)
	}
}
