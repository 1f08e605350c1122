package main

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"
)

// A fragment is a Go block without a package clause.
type fragment struct {
	block block
	file  *ast.File // as part of a package
	stmts bool      // statements, not declarations
	value bool      // of which one returns a value
}

// parseFragment reads declarations, or else statements.
func parseFragment(b block) (*fragment, error) {
	f := &fragment{block: b}
	code := b.code
	file, err := parseFile("package p; " + code)
	if err != nil {
		var inside error
		file, inside = parseFile("package p; func _() { " + code + "\n}")
		if f.stmts = inside == nil; !f.stmts {
			if !strings.Contains(err.Error(), "expected declaration") {
				return nil, err
			}
			return nil, inside
		}
		f.value = returnsValue(file)
	}
	f.file = file
	return f, nil
}

// parseFile resolves names as far as a file can.
func parseFile(text string) (*ast.File, error) {
	return parser.ParseFile(token.NewFileSet(), "", text, parser.AllErrors)
}

// syntaxError is the line of the first mistake, counted from 1, and what it is.
func syntaxError(err error) (line int, text string) {
	if list, ok := err.(scanner.ErrorList); ok && len(list) > 0 {
		return list[0].Pos.Line, list[0].Msg
	}
	return 1, err.Error()
}

// returnsValue says whether a statement returns something: then the fragment is
// the inside of a function that returns an error.
func returnsValue(file *ast.File) bool {
	found := false
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			found = found || len(n.Results) > 0
		}
		return true
	})
	return found
}

// isFormatted says whether gofmt would leave the fragment as it is.
func (f *fragment) isFormatted() bool {
	formatted, err := format.Source([]byte(f.block.code))
	return err == nil && string(formatted) == f.block.code
}

// declares are the names that the package of the fragment gets from it.
func (f *fragment) declares() []string {
	var names []string
	for _, decl := range f.file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Recv == nil {
				names = append(names, decl.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					names = append(names, spec.Name.Name)
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						names = append(names, name.Name)
					}
				}
			}
		}
	}
	return names
}

// source is a file of a package, whose lines are those of the fragment. It
// imports what the fragment uses and neither it nor the page declares.
func (f *fragment) source(pkg string, declared map[string]bool, packages map[string]string) string {
	var head strings.Builder
	fmt.Fprintf(&head, "package %s; ", pkg)
	for _, name := range f.unresolved() {
		if path := packages[name]; path != "" && !declared[name] {
			fmt.Fprintf(&head, "import %s %q; ", name, path)
		}
	}
	switch {
	case !f.stmts:
		return head.String() + f.block.code
	case f.value:
		return head.String() + "func _() error { " + f.block.code + "\npanic(0) }\n"
	}
	return head.String() + "func _() { " + f.block.code + "\n}\n"
}

// unresolved are the names that the fragment uses and does not declare. The parser
// knows them; the type checker would need the imports that they are to find.
func (f *fragment) unresolved() []string {
	names := map[string]bool{}
	for _, ident := range f.file.Unresolved {
		if types.Universe.Lookup(ident.Name) == nil {
			names[ident.Name] = true
		}
	}
	for _, spec := range f.file.Imports {
		delete(names, importName(spec))
	}
	return slices.Sorted(maps.Keys(names))
}

// importName is the name that an import most likely has in its file.
func importName(spec *ast.ImportSpec) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	path := strings.Trim(spec.Path.Value, `"`)
	return path[strings.LastIndex(path, "/")+1:]
}
