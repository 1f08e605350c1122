//go:build unix

package jwt

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestKeyringModes: a file that others can reach is refused, and the error says
// what to do.
func TestKeyringModes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	ring := must(OpenKeyring(path, EdDSA))
	for _, mode := range []fs.FileMode{0o640, 0o620, 0o610, 0o604, 0o602, 0o601, 0o644, 0o666, 0o777} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		_, err := OpenKeyring(path, EdDSA)
		if !errors.Is(err, ErrKey) || !strings.Contains(err.Error(), "chmod 600 "+path) {
			t.Errorf("mode %o: got %v, want ErrKey with the remedy", mode, err)
		}
		if err := ring.Reload(); !errors.Is(err, ErrKey) {
			t.Errorf("mode %o: Reload: got %v, want ErrKey", mode, err)
		}
		if _, err := ring.Rotate(Rotation{VerifyFor: time.Hour}); !errors.Is(err, ErrKey) {
			t.Errorf("mode %o: Rotate: got %v, want ErrKey", mode, err)
		}
	}
	for _, mode := range []fs.FileMode{0o600, 0o400} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenKeyring(path, EdDSA); err != nil {
			t.Errorf("mode %o: %v", mode, err)
		}
	}
}

// TestKeyringUmask: the file is private whatever the umask.
func TestKeyringUmask(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	path := filepath.Join(t.TempDir(), "keys.json")
	ring := must(OpenKeyring(path, EdDSA))
	must(ring.Rotate(Rotation{VerifyFor: time.Hour}))
	if mode := must(os.Stat(path)).Mode().Perm(); mode != 0o600 {
		t.Errorf("mode %o", mode)
	}
}

// TestKeyringLinks: symbolic links and special files are refused.
func TestKeyringLinks(t *testing.T) {
	dir := t.TempDir()
	target, link, fifo := filepath.Join(dir, "keys.json"), filepath.Join(dir, "link"), filepath.Join(dir, "fifo")
	must(OpenKeyring(target, EdDSA))
	if err := errors.Join(os.Symlink(target, link), syscall.Mkfifo(fifo, 0o600)); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{link, fifo} {
		if _, err := OpenKeyring(path, EdDSA); !errors.Is(err, ErrKey) {
			t.Errorf("%s: got %v, want ErrKey", filepath.Base(path), err)
		}
	}
	dangling := filepath.Join(dir, "dangling")
	if err := os.Symlink(filepath.Join(dir, "nowhere"), dangling); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenKeyring(dangling, EdDSA); !errors.Is(err, ErrKey) {
		t.Errorf("dangling: got %v, want ErrKey", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "nowhere")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a file was made through the link")
	}
}

// TestKeyringKeepsItsOwner: what root does to the keys of a server that runs as
// another user does not take them away from it.
func TestKeyringKeepsItsOwner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	ring := must(OpenKeyring(path, EdDSA))
	want := uint32(os.Geteuid())
	if want == 0 { // nobody else can give a file away
		want = 65534
		if err := os.Chown(path, int(want), int(want)); err != nil {
			t.Fatal(err)
		}
	}
	must(ring.Rotate(Rotation{VerifyFor: time.Hour}))
	info := must(os.Lstat(path))
	if got := info.Sys().(*syscall.Stat_t).Uid; got != want || info.Mode().Perm() != 0o600 {
		t.Errorf("the file belongs to %d with mode %v, want %d and 0600", got, info.Mode().Perm(), want)
	}
}
