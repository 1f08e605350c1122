package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Records that the program itself keeps, in the ways in which it does.
var auditKind = regexp.MustCompile(`(?:Kind: +|note\(.*|noteKeys\(|KeyChange\{|keysInUse += |serverStopped += )"([a-z]+_[a-z_]+)"`)

// TestAuditKinds: the guide describes each kind of record that is not an event of
// an account or a session, which make lint compares.
func TestAuditKinds(t *testing.T) {
	kinds := map[string]bool{}
	for _, pattern := range []string{"*.go", "../../internal/installation/*.go", "../../internal/server/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			for line := range strings.Lines(readText(t, file)) {
				for _, match := range auditKind.FindAllStringSubmatch(line, -1) {
					kinds[match[1]] = true
				}
			}
		}
	}
	_, table, _ := strings.Cut(readText(t, "../../docs/guides/monitoring.md"), "\nAnd of the installation:\n")
	table, _, _ = strings.Cut(table, "\n#")
	var described []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|").FindAllStringSubmatch(table, -1) {
		described = append(described, row[1])
	}
	slices.Sort(described)
	if want := slices.Sorted(maps.Keys(kinds)); len(want) == 0 || !slices.Equal(described, want) {
		t.Errorf("docs/guides/monitoring.md describes\n%q\nand there are\n%q", described, want)
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
