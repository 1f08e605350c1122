package main

import (
	"fmt"
	"go/ast"
	"path/filepath"
	"regexp"
	"strings"
)

// A symbol is a name of Go that the text of a page speaks of, such as
// `latchkey.Config.Issuer`.
type symbol struct {
	line      int
	pkg, name string
}

var symbolSpan = regexp.MustCompile("`&?([a-z]\\w*)\\.([A-Z]\\w*(?:\\.[A-Z]\\w*)?)[`({]")

// symbols returns those that a line speaks of. Tests are somebody else's.
func symbols(number int, text string) []symbol {
	var found []symbol
	for _, m := range symbolSpan.FindAllStringSubmatch(text, -1) {
		if !strings.HasPrefix(m[2], "Test") && !strings.HasPrefix(m[2], "Fuzz") {
			found = append(found, symbol{number, m[1], m[2]})
		}
	}
	return found
}

// A symbolFinder knows the packages of the repository that can be imported.
type symbolFinder struct {
	root     string
	packages func(module string) (map[string]string, error)
	files    map[string][]*ast.File // of a package, once it was asked for
}

// check returns one line for each symbol that a package of ours does not have.
func (f *symbolFinder) check(doc *document) ([]string, error) {
	if len(doc.symbols) == 0 {
		return nil, nil
	}
	packages, err := f.packages("")
	if err != nil {
		return nil, err
	}
	module, err := modulePath(f.root)
	if err != nil {
		return nil, err
	}
	var problems []string
	for _, s := range doc.symbols {
		dir, ours := strings.CutPrefix(packages[s.pkg], module)
		if !ours {
			continue
		}
		if f.files[dir] == nil {
			if f.files[dir], err = parseDir(filepath.Join(f.root, filepath.FromSlash(dir))); err != nil {
				return nil, err
			}
		}
		if !exports(f.files[dir], s.name) {
			problems = append(problems, fmt.Sprintf("%s:%d: package %s has no %s", doc.name, s.line, s.pkg, s.name))
		}
	}
	return problems, nil
}
