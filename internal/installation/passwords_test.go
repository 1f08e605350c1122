package installation

import (
	"crypto/sha1"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey/account"
)

// TestHashBounds: what passes here is what package account takes.
func TestHashBounds(t *testing.T) {
	l := Location{DataDir: filepath.Join(t.TempDir(), "data")}
	if err := l.Prepare(); err != nil {
		t.Fatal(err)
	}
	store, err := l.OpenStore(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	if err := (Passwords{}).Check(); err != nil {
		t.Error(err)
	}
	for _, memory := range []uint32{0, 1, 6, 7, 8, 18, 19, 34, 35, 46, 64, 128, 255, 256, 257, 1 << 20} {
		for _, passes := range []uint32{0, 1, 2, 4, 5, 16, 17, 32, 100, 585, 586, 1 << 20} {
			for _, lanes := range []uint8{0, 1, 16, 17} {
				hash := account.HashParams{Memory: memory << 10, Time: passes, Parallelism: lanes}
				if hash == (account.HashParams{}) {
					continue // takes the defaults
				}
				_, refused := account.New(account.Config{Store: store, Hash: hash})
				if err := (Passwords{Hash: hash}).Check(); (err == nil) != (refused == nil) {
					t.Errorf("%d MiB, %d passes, %d lanes: %v here, %v in account", memory, passes, lanes, err, refused)
				}
			}
		}
	}
}

func TestBreachedPasswords(t *testing.T) {
	const known, fresh = "a password that was stolen", "a password that was not so"
	path := filepath.Join(t.TempDir(), "breached")
	if err := os.WriteFile(path, fmt.Appendf(nil, "%X:3\n", sha1.Sum([]byte(known))), 0o600); err != nil {
		t.Fatal(err)
	}
	p := Passwords{Breached: path}
	if err := p.Check(); err != nil {
		t.Fatal(err)
	}
	policy, closeList, err := p.Policy()
	if err != nil {
		t.Fatal(err)
	}
	if policy.Check(known) == nil {
		t.Error("a breached password may be chosen")
	}
	if err := policy.Check(fresh); err != nil {
		t.Error(err)
	}
	if err := closeList(); err != nil {
		t.Error(err)
	}

	if err := os.WriteFile(path, []byte("hunter2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		path:             "it is not a list of SHA-1 hashes",
		path + "missing": "no such file or directory",
	} {
		err := Passwords{Breached: path}.Check()
		if err == nil || !strings.HasPrefix(err.Error(), "--breached-passwords "+path+" cannot be used: "+want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: got %v", path, err)
		}
	}
}
