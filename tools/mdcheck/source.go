package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// parseDir reads the files of a package without its tests.
func parseDir(dir string) ([]*ast.File, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, nil
}

// structFields returns the exported fields of a struct.
func structFields(dir, name string) (map[string]string, error) {
	files, err := parseDir(dir)
	fields := map[string]string{}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok || spec.Name.Name != name {
				return true
			}
			if s, ok := spec.Type.(*ast.StructType); ok {
				for _, field := range s.Fields.List {
					for _, name := range field.Names {
						if name.IsExported() {
							fields[name.Name] = ""
						}
					}
				}
			}
			return false
		})
	}
	return fields, err
}

// constants returns the values of the constants of a type of strings.
func constants(dir, name string) (map[string]string, error) {
	files, err := parseDir(dir)
	values := map[string]string{}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == name {
				for _, value := range spec.Values {
					if text := stringOf(value); text != "" {
						values[text] = ""
					}
				}
			}
			return false
		})
	}
	return values, err
}

// errorCodes returns the codes of errors that a package makes and the HTTP
// statuses of each, in rising order: of composite literals that have fields
// named code and status, and of calls of functions with parameters of these
// names.
func errorCodes(dir string) (map[string]string, error) {
	files, err := parseDir(dir)
	found := codes{}
	makers := map[string]maker{}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				addMaker(makers, n.Name, n.Type, n.Body)
			case *ast.AssignStmt:
				if f, ok := n.Rhs[0].(*ast.FuncLit); ok {
					addMaker(makers, n.Lhs[0], f.Type, f.Body)
				}
			}
			return true
		})
	}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CompositeLit:
				code, status := members(n)
				found.add(stringOf(code), statusOf(status))
			case *ast.CallExpr:
				if name, ok := n.Fun.(*ast.Ident); ok {
					if m, ok := makers[name.Name]; ok {
						found.add(m.of(n))
					}
				}
			}
			return true
		})
	}
	return found.texts(), err
}

// A maker is a function that makes errors of a code that it is given.
type maker struct {
	code, status int // parameters, or -1
	fixed        int // the status, if it is not a parameter
}

// addMaker adds a function to makers if it is one.
func addMaker(makers map[string]maker, name ast.Expr, f *ast.FuncType, body *ast.BlockStmt) {
	m := maker{code: -1, status: -1}
	i := 0
	for _, field := range f.Params.List {
		for _, name := range field.Names {
			switch name.Name {
			case "code":
				m.code = i
			case "status":
				m.status = i
			}
			i++
		}
	}
	called, ok := name.(*ast.Ident)
	if m.code < 0 || body == nil || !ok {
		return
	}
	ast.Inspect(body, func(n ast.Node) bool {
		if literal, ok := n.(*ast.CompositeLit); ok {
			if code, status := members(literal); status != nil {
				if name, ok := code.(*ast.Ident); ok && name.Name == "code" {
					m.fixed = statusOf(status)
				}
			}
		}
		return true
	})
	makers[called.Name] = m
}

// of returns the code and the status of the error that a call makes.
func (m maker) of(call *ast.CallExpr) (code string, status int) {
	if m.code >= len(call.Args) {
		return "", 0
	}
	status = m.fixed
	if m.status >= 0 {
		status = statusOf(call.Args[m.status])
	}
	return stringOf(call.Args[m.code]), status
}

// members returns the values of the fields named code and status.
func members(literal *ast.CompositeLit) (code, status ast.Expr) {
	for _, element := range literal.Elts {
		pair, ok := element.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		if name, ok := pair.Key.(*ast.Ident); ok {
			switch strings.ToLower(name.Name) {
			case "code":
				code = pair.Value
			case "status":
				status = pair.Value
			}
		}
	}
	return code, status
}

// codes are the statuses of each code.
type codes map[string][]int

func (c codes) add(code string, status int) {
	if code != "" && status != 0 && !slices.Contains(c[code], status) {
		c[code] = append(c[code], status)
	}
}

func (c codes) texts() map[string]string {
	all := map[string]string{}
	for code, statuses := range c {
		slices.Sort(statuses)
		var text []string
		for _, status := range statuses {
			text = append(text, strconv.Itoa(status))
		}
		all[code] = strings.Join(text, ", ")
	}
	return all
}

// stringOf returns the value of a string literal, or "".
func stringOf(e ast.Expr) string {
	literal, ok := e.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return ""
	}
	text, err := strconv.Unquote(literal.Value)
	if err != nil { // cannot be: it has been parsed
		return ""
	}
	return text
}

// statusOf returns the value of a number, or of a constant such as
// http.StatusNotFound; else 0.
func statusOf(e ast.Expr) int {
	switch e := e.(type) {
	case *ast.BasicLit:
		status, err := strconv.Atoi(e.Value)
		if err == nil {
			return status
		}
	case *ast.SelectorExpr:
		for status := 100; status < 600; status++ {
			if e.Sel.Name == "Status"+strings.ReplaceAll(http.StatusText(status), " ", "") {
				return status
			}
		}
	}
	return 0
}
