package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// The public face of the root package stays below these numbers.
const (
	maxNames       = 20 // exported functions and types
	maxWithMethods = 45 // the same and the exported methods of exported types
)

// maxModules is how many modules besides ours, and besides the standard
// library, a program compiles that imports userImports.
const maxModules = 4

var userImports = []string{".", "session", "account"}

// checkBudget counts what the root package exports.
func checkBudget(root string) ([]finding, error) {
	names, methods, err := countExported(root)
	if err != nil {
		return nil, err
	}
	var found []finding
	if names >= maxNames {
		found = append(found, finding{"budget", ".", fmt.Sprintf("%d exported functions and types; must stay under %d", names, maxNames)})
	}
	if names+methods >= maxWithMethods {
		found = append(found, finding{"budget", ".", fmt.Sprintf("%d exported functions, types and methods; must stay under %d", names+methods, maxWithMethods)})
	}
	return found, nil
}

// countExported counts the exported functions and types declared in dir, and
// the exported methods of exported types. Tests do not count.
func countExported(dir string) (names, methods int, err error) {
	sources, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return 0, 0, err
	}
	fset := token.NewFileSet()
	for _, source := range sources {
		if strings.HasSuffix(source, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, source, nil, parser.SkipObjectResolution)
		if err != nil {
			return 0, 0, err
		}
		n, m := exportedIn(file)
		names, methods = names+n, methods+m
	}
	return names, methods, nil
}

func exportedIn(file *ast.File) (names, methods int) {
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			switch {
			case !d.Name.IsExported():
			case d.Recv == nil:
				names++
			case ast.IsExported(receiver(d)):
				methods++
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				if t, ok := spec.(*ast.TypeSpec); ok && t.Name.IsExported() {
					names++
				}
			}
		}
	}
	return names, methods
}

// receiver returns the name of the type that a method belongs to.
func receiver(d *ast.FuncDecl) string {
	t := d.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	switch t := t.(type) {
	case *ast.Ident:
		return t.Name
	case *ast.IndexExpr:
		if id, ok := t.X.(*ast.Ident); ok {
			return id.Name
		}
	}
	return ""
}

// checkWeight counts the modules that a program compiles with the library.
func checkWeight(root string) ([]finding, error) {
	args := []string{"list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}"}
	for _, name := range userImports {
		if !hasGoFiles(filepath.Join(root, name)) {
			return []finding{{"weight", name, "no package is here, so its dependencies cannot be counted"}}, nil
		}
		args = append(args, "./"+name)
	}
	out, err := goCommand(root, args...)
	if err != nil {
		return nil, err
	}
	modules := strings.Fields(out)
	slices.Sort(modules)
	modules = slices.Compact(modules)
	if len(modules) <= maxModules {
		return nil, nil
	}
	return []finding{{"weight", ".", fmt.Sprintf("a program that imports %s compiles %d modules, more than %d: %s",
		strings.Join(userImports, ", "), len(modules), maxModules, strings.Join(modules, " "))}}, nil
}

func hasGoFiles(dir string) bool {
	sources, err := filepath.Glob(filepath.Join(dir, "*.go"))
	return err == nil && len(sources) > 0
}

// checkLibc makes sure that modernc.org/libc has exactly the version that
// modernc.org/sqlite was generated for, as its documentation demands.
func checkLibc(root string) ([]finding, error) {
	const sqlite, libc = "modernc.org/sqlite", "modernc.org/libc"
	out, err := goCommand(root, "list", "-m", "-f", "{{.Path}} {{.Version}} {{.GoMod}}", sqlite, libc)
	if err != nil {
		return nil, err
	}
	var selected, wanted string
	for line := range strings.Lines(out) {
		fields := strings.Fields(line)
		if len(fields) < 3 {
			continue
		}
		if fields[0] == libc {
			selected = fields[1]
			continue
		}
		data, err := os.ReadFile(fields[2])
		if err != nil {
			return nil, err
		}
		wanted = requirement(string(data), libc)
	}
	if selected == wanted {
		return nil, nil
	}
	return []finding{{"libc", "go.mod", fmt.Sprintf("%s is at %s, but %s was made for %q", libc, selected, sqlite, wanted)}}, nil
}

// requirement returns the version of a module that a go.mod file requires.
func requirement(gomod, module string) string {
	for line := range strings.Lines(gomod) {
		fields := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(fields) >= 2 && fields[0] == module {
			return fields[1]
		}
	}
	return ""
}
