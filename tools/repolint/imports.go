package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// A goPackage is what go list tells of a package of the published module.
type goPackage struct {
	ImportPath   string
	Dir          string
	Imports      []string
	TestImports  []string
	XTestImports []string
	Module       struct{ Path string }
}

// name returns the package's path within the module, "." for the root.
func (p *goPackage) name() string {
	rel := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, p.Module.Path), "/")
	if rel == "" {
		return "."
	}
	return rel
}

// storeys says which of our own packages each may import. A package that is
// not named may import all that are not named in nothingImports.
var storeys = map[string][]string{
	"jwt":      {},
	"session":  {},
	"account":  {"session"},
	".":        {"jwt", "session"},
	"memstore": {"session", "account"},
	"sqlstore": {"session", "account"},
	"flaskjwt": {".", "jwt", "session"},
}

// nothingImports are leaves: no other package may build on them.
var nothingImports = []string{"flaskjwt", "latchkeytest"}

// lightTests are the packages whose tests land in the go.sum of everybody who
// imports them: they import the standard library, this module, and what the
// package itself imports.
var lightTests = []string{".", "jwt", "session", "account", "memstore", "latchkeytest"}

// checkImports checks the storeys, and what tests import.
func checkImports(root string) ([]finding, error) {
	packages, err := listPackages(root, "./...")
	if err != nil {
		return nil, err
	}
	var found []finding
	for _, p := range packages {
		found = append(found, checkStorey(p)...)
		found = append(found, checkTestImports(p)...)
	}
	return found, nil
}

func checkStorey(p *goPackage) []finding {
	var found []finding
	allowed, fixed := storeys[p.name()]
	for _, path := range p.Imports {
		ours, ok := strings.CutPrefix(path, p.Module.Path)
		if !ok {
			continue
		}
		name := strings.TrimPrefix(ours, "/")
		if name == "" {
			name = "."
		}
		switch {
		case slices.Contains(nothingImports, name):
			found = append(found, finding{"storeys", p.name(), "imports " + name + ", a leaf that nothing builds on"})
		case !fixed || slices.Contains(allowed, name):
		case strings.HasPrefix(name, "internal/") && !strings.HasPrefix(name, "internal/server"):
			// A helper without a place in the house.
		default:
			found = append(found, finding{"storeys", p.name(), "imports " + name + ", which is not below it"})
		}
	}
	return found
}

func checkTestImports(p *goPackage) []finding {
	if !slices.Contains(lightTests, p.name()) {
		return nil
	}
	var found []finding
	imported := slices.Concat(p.TestImports, p.XTestImports)
	slices.Sort(imported)
	for _, path := range slices.Compact(imported) {
		first, _, _ := strings.Cut(path, "/")
		standard := !strings.Contains(first, ".")
		ours := path == p.Module.Path || strings.HasPrefix(path, p.Module.Path+"/")
		if standard || ours || slices.Contains(p.Imports, path) {
			continue
		}
		found = append(found, finding{"test-imports", p.name(), "a test imports " + path + ", which would land in the go.sum of users"})
	}
	return found
}

// listPackages asks go list, in the published module alone.
func listPackages(root string, patterns ...string) ([]*goPackage, error) {
	out, err := goCommand(root, append([]string{"list", "-e", "-json"}, patterns...)...)
	if err != nil {
		return nil, err
	}
	var packages []*goPackage
	for dec := json.NewDecoder(strings.NewReader(out)); ; {
		p := new(goPackage)
		if err := dec.Decode(p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		packages = append(packages, p)
	}
}

// goCommand runs the go tool in dir without the workspace: users of the
// published module have none.
func goCommand(dir string, args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = fmt.Errorf("%w: %s", err, exit.Stderr)
		}
		return "", fmt.Errorf("go %s: %w", strings.Join(args, " "), err)
	}
	return string(out), nil
}
