package accounttest

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	_ "unsafe" // for go:linkname
)

// deriveKey is what argon2.IDKey and argon2.Key call. The reference's known
// answer has a secret and associated data, for which the exported functions
// have no arguments; going one step below them tests all of the code that
// hashes passwords but those two one-line functions. These are tested by the
// hashes of other programs in package account.
//
//go:linkname deriveKey golang.org/x/crypto/argon2.deriveKey
func deriveKey(mode int, password, salt, secret, data []byte, time, memory uint32, threads uint8, keyLen uint32) []byte

// argon2idMode is the type y of argon2id (RFC 9106, section 3.2).
const argon2idMode = 2

// TestArgon2KnownAnswer compares the tag of the trace that the reference
// implementation printed. Its intermediate blocks are not compared: nothing
// shows them.
func TestArgon2KnownAnswer(t *testing.T) {
	trace := readVector(t, "argon2-kats/kats/argon2id")
	number := func(name string) uint32 {
		m := regexp.MustCompile(name + `: (\d+)`).FindStringSubmatch(trace)
		if m == nil {
			t.Fatalf("the trace has no %s", name)
		}
		n, err := strconv.ParseUint(m[1], 10, 32)
		if err != nil {
			t.Fatal(err)
		}
		return uint32(n)
	}
	octets := func(name string) []byte {
		m := regexp.MustCompile(`(?m)^` + name + `(?:\[\d+\])?: ((?:[0-9a-f]{2} ?)+)$`).FindStringSubmatch(trace)
		if m == nil {
			t.Fatalf("the trace has no %s", name)
		}
		b, err := hex.DecodeString(strings.ReplaceAll(m[1], " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	want := octets("Tag")
	got := deriveKey(argon2idMode, octets("Password"), octets("Salt"), octets("Secret"), octets("Associated data"),
		number("Iterations"), number("Memory"), uint8(number("Parallelism")), number("Tag length"))
	if len(want) != 32 || !bytes.Equal(got, want) {
		t.Errorf("tag %x, want %x", got, want)
	}
}

// readVector reads a file of the folder of third-party vectors. Without the
// folder the test is left out, loudly; in CI it fails.
func readVector(t *testing.T, name string) string {
	t.Helper()
	folder := os.Getenv("LATCHKEY_VECTORS")
	if folder == "" && os.Getenv("CI") == "true" {
		t.Fatal("LATCHKEY_VECTORS is not set: it must name the folder of third-party vectors")
	}
	if folder == "" {
		t.Skip("NOT TESTED: LATCHKEY_VECTORS does not name the folder of third-party vectors")
	}
	data, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
