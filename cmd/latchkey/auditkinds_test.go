package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestAuditKinds: the program knows the kinds of records that the guide describes,
// which make lint compares with the constants.
func TestAuditKinds(t *testing.T) {
	_, tables, _ := strings.Cut(readText(t, "../../docs/guides/monitoring.md"), "\nThese kinds there are.")
	tables, _, _ = strings.Cut(tables, "\n#")
	var described []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|").FindAllStringSubmatch(tables, -1) {
		described = append(described, row[1])
	}
	known := auditKinds()
	slices.Sort(described)
	slices.Sort(known)
	if len(known) == 0 || !slices.Equal(described, known) {
		t.Errorf("docs/guides/monitoring.md describes\n%q\nand there are\n%q", described, known)
	}
}

// A record whose kind is written out where it is kept is one that nobody has
// described.
func TestAuditKindsAreNamed(t *testing.T) {
	literal := regexp.MustCompile(`(?:Kind: +|\.note\(.*|\.record\(|noteKeys\(|KeyChange\{)"[a-z_]+"`)
	for _, dir := range []string{".", "../../internal/installation", "../../internal/server"} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			name := entry.Name()
			if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				continue
			}
			if found := literal.FindString(readText(t, dir+"/"+name)); found != "" {
				t.Errorf("%s/%s: %s; use a constant", dir, name, found)
			}
		}
	}
}

func TestNearestKind(t *testing.T) {
	for typed, want := range map[string]string{
		"sign_in_fialed": "sign_in_failed", "signin_failed": "sign_in_failed", "signedin": "signed_in",
		"key_rotated": "key_retired", "Locked": "locked", "session_end": "session_ended", "backup_make": "backup_made", "": "locked",
	} {
		if got := nearest(typed, auditKinds()); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}

func readText(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
