package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/latchkey-go/latchkey/internal/pgtest"
)

// mode is "mode OCTAL FILE": the file must have it.
func mode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: mode OCTAL FILE")
	}
	info, err := os.Stat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := strconv.FormatInt(int64(info.Mode().Perm()), 8); got != args[0] {
		ts.Fatalf("%s has mode %s, want %s", args[1], got, args[0])
	}
}

// importedUsers are in the files of these tests.
const importedUsers = 2_000

// usersFile writes a file of accounts whose ids rise, in steps that a trigger can
// stop at.
func usersFile(t *testing.T) string {
	t.Helper()
	var text strings.Builder
	for i := range importedUsers {
		fmt.Fprintf(&text, `{"id":"u%06d","username":"user%d","name":"Person %d","created_at":"2024-01-02T03:04:05Z"}`+"\n", i, i, i)
	}
	path := filepath.Join(t.TempDir(), "users.jsonl")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func sortedLines(text string) []string { return slices.Sorted(strings.Lines(text)) }

// TestImportKilled kills an import half-way, for good, and runs it again. A
// trigger in the database keeps it from going on until it is dead.
func TestImportKilled(t *testing.T) {
	file := usersFile(t)
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, c := range []struct{ name, database, flag, value string }{
		{"sqlite", filepath.Join(dir, "latchkey.db"), "--data", dir},
		{"postgres", pgtest.DSN(t), "--db", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.value == "" {
				c.value = c.database
			}
			store := openAny(t, c.database)
			block(t, store)
			run := func(args ...string) (string, error) {
				out, err := exec.Command("latchkey", append(args, c.flag, c.value)...).CombinedOutput()
				return string(out), err
			}

			cmd := exec.Command("latchkey", "import", "users", file, "--from", "jsonl", c.flag, c.value)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			waitForUsers(t, store.DB(), cmd)
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			half := count(t, store.DB(), "latchkey_users")
			if half == 0 || half >= importedUsers {
				t.Fatalf("%d of %d were imported when it was killed", half, importedUsers)
			}
			unblock(t, store)

			// A row that was on its way may have arrived after the count.
			out, err := run("import", "users", file, "--from", "jsonl")
			report := regexp.MustCompile(`(?m)^(\d+) accounts added: \d+ without a password\.\n(\d+) there already, and the same\.\n\z`).FindStringSubmatch(out)
			if err != nil || report == nil {
				t.Fatalf("%v\n%s", err, out)
			}
			added, _ := strconv.Atoi(report[1]) // digits
			present, _ := strconv.Atoi(report[2])
			if present < half || added+present != importedUsers {
				t.Errorf("%d were there and %d are reported", half, present)
			}
			out, err = run("export", "users", "--out", "-")
			if err != nil || !slices.Equal(sortedLines(out), sortedLines(string(want))) {
				t.Errorf("%v: %d bytes went in, %d come out, and not the same", err, len(want), len(out))
			}
			if n := count(t, store.DB(), "latchkey_audit WHERE kind = 'user_added'"); n != importedUsers {
				t.Errorf("%d records in the audit trail", n)
			}
		})
	}
}
