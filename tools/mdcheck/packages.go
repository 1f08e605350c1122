package main

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// usual are the packages that are meant where the standard library has several of
// a name.
var usual = []string{"crypto/rand", "html/template"}

// packagesOf returns the import paths of the packages that a fragment may use in
// a module, by their names: our own, those of the standard library, and those
// that the module depends on.
func packagesOf(module string) (map[string]string, error) {
	const row = `{{.Name}} {{.ImportPath}} {{.Standard}} {{with .Module}}{{or .Main .Replace}}{{end}}`
	cmd := exec.Command("go", "list", "-e", "-deps", "-f", row, "std", "./...")
	cmd.Dir, cmd.Env = module, append(os.Environ(), "GOWORK=off")
	var told bytes.Buffer
	cmd.Stderr = &told
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list in %s: %w: %s", module, err, told.String())
	}
	type candidate struct {
		name, path string
		rank       int
	}
	var all []candidate
	for line := range strings.Lines(string(out)) {
		words := append(strings.Fields(line), "", "", "", "")
		c := candidate{name: words[0], path: words[1], rank: 3}
		switch {
		case c.name == "main" || !importable(c.path):
			continue
		case words[3] != "" && words[3] != "<nil>" && words[3] != "false":
			c.rank = 0
		case words[2] == "true":
			c.rank = 2
			if slices.Contains(usual, c.path) {
				c.rank = 1
			}
		}
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b candidate) int {
		return cmp.Or(a.rank-b.rank, len(a.path)-len(b.path), cmp.Compare(a.path, b.path))
	})
	packages := map[string]string{}
	for _, c := range all {
		if packages[c.name] == "" {
			packages[c.name] = c.path
		}
	}
	return packages, nil
}

// importable says whether readers can import a package.
func importable(path string) bool {
	for part := range strings.SplitSeq(path, "/") {
		if part == "internal" || part == "vendor" {
			return false
		}
	}
	return true
}
