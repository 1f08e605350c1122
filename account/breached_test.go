package account

import (
	"crypto/sha1"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// list writes a list and returns its path.
func list(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list.txt")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// hashes are the sorted lines of passwords, each with its ending.
func hashes(format, ending string, passwords ...string) string {
	var lines []string
	for i, p := range passwords {
		line := fmt.Sprintf(format, sha1.Sum([]byte(p)))
		if i%3 == 0 {
			line += fmt.Sprint(":", 1+i*i*i) // counts differ in length
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return strings.Join(lines, ending) + ending
}

func TestBreachedPasswords(t *testing.T) {
	var listed []string
	for i := range 700 {
		listed = append(listed, fmt.Sprint("listed password ", i))
	}
	for name, text := range map[string]string{
		"capitals":        hashes("%X", "\n", listed...),
		"small letters":   hashes("%x", "\n", listed...),
		"Windows":         hashes("%X", "\r\n", listed...),
		"no last newline": strings.TrimSuffix(hashes("%X", "\n", listed...), "\n"),
	} {
		b, err := OpenBreachedPasswords(list(t, text))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		defer b.Close()
		for i, p := range listed {
			if found, err := b.Contains(p); err != nil || !found {
				t.Errorf("%s: %q is not found (%v)", name, p, err)
			}
			if found, err := b.Contains(fmt.Sprint("another password ", i)); err != nil || found {
				t.Errorf("%s: another password is found (%v)", name, err)
			}
		}
	}
	for _, n := range []int{1, 2, 3} {
		b, err := OpenBreachedPasswords(list(t, hashes("%X", "\n", listed[:n]...)))
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		for i, p := range listed[:4] {
			if found, err := b.Contains(p); err != nil || found != (i < n) {
				t.Errorf("a list of %d: %q: %v, %v", n, p, found, err)
			}
		}
	}
}

func TestBreachedPasswordsRefusesOtherFiles(t *testing.T) {
	backwards := strings.Split(hashes("%X", "\n", "a", "b", "c", "d"), "\n")
	slices.Reverse(backwards)
	for name, text := range map[string]string{
		"empty": "", "text": "password\nletmein\n", "one long line": strings.Repeat("A", 5000),
		"SHA-256": strings.Repeat("A", 64) + "\n", "not hex": strings.Repeat("Z", 40) + "\n",
		"order": strings.Join(backwards[1:], "\n") + "\n",
	} {
		if b, err := OpenBreachedPasswords(list(t, text)); err == nil {
			b.Close()
			t.Errorf("%s was taken for a list", name)
		}
	}
	if _, err := OpenBreachedPasswords(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

func TestBreachedPasswordsPolicy(t *testing.T) {
	b, err := OpenBreachedPasswords(list(t, hashes("%X", "\n", goodPassword)))
	if err != nil {
		t.Fatal(err)
	}
	p := Policy{Refuse: b.Refuse}
	if err := p.Check(goodPassword); err == nil || !strings.Contains(err.Error(), "breach") {
		t.Errorf("a listed password: %v", err)
	}
	if err := p.Check(otherPassword); err != nil {
		t.Errorf("another: %v", err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if err := p.Check(otherPassword); err == nil || !strings.Contains(err.Error(), "cannot be checked") {
		t.Errorf("a list that cannot be read: %v", err)
	}
}
