// Package starters has the tests of what all starters have in common.
package starters

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// maxLines is what a starter's file must stay under.
const maxLines = 60

// sources returns the files that make up the starters.
func sources(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, pattern := range []string{"*/*.go", "*/*.html"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if !strings.HasSuffix(name, "_test.go") {
				texts[name] = read(t, name)
			}
		}
	}
	if len(texts) < 8 {
		t.Fatalf("only %d files of starters", len(texts))
	}
	return texts
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestStartersAreShort(t *testing.T) {
	for name, text := range sources(t) {
		if n := strings.Count(text, "\n"); n >= maxLines {
			t.Errorf("%s has %d lines; must stay under %d", name, n, maxLines)
		}
	}
}

func TestGuideShowsTheStarters(t *testing.T) {
	guide := read(t, "../../docs/guides/starters.md")
	for name, text := range sources(t) {
		if !strings.Contains(guide, "\n"+text+"```\n") {
			t.Errorf("docs/guides/starters.md does not show %s as it is; copy it there", name)
		}
	}
}

func TestReadmeShowsThree(t *testing.T) {
	readme := read(t, "../../README.md")
	for _, name := range []string{"bearer/main.go", "cookies/main.go", "pages/main.go"} {
		if !strings.Contains(readme, "\n"+read(t, name)+"```\n") {
			t.Errorf("README.md does not show %s as it is; copy it there", name)
		}
	}
}
