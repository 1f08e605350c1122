package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// markdownFiles lists the Markdown files that git knows or would add, without
// those that the build of the front end writes.
func markdownFiles(root string) ([]string, error) {
	names, err := gitFiles(root, "*.md")
	return slices.DeleteFunc(names, func(name string) bool {
		return strings.HasPrefix(name, "dist/") || strings.Contains(name, "/dist/")
	}), err
}

// goFiles returns the texts of all Go files, which their own modules compile.
func goFiles(root string) (map[string]bool, error) {
	names, err := gitFiles(root, "*.go")
	if err != nil {
		return nil, err
	}
	texts := map[string]bool{}
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(root, name))
		if err != nil && !os.IsNotExist(err) {
			return nil, err
		}
		texts[strings.TrimSpace(string(data))] = true
	}
	return texts, nil
}

// gitFiles lists the files of a pattern that git knows or would add.
func gitFiles(root, pattern string) ([]string, error) {
	cmd := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", pattern)
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("git ls-files in %s: %w", root, err)
	}
	return strings.FieldsFunc(string(out), func(r rune) bool { return r == 0 }), nil
}
