package main

import (
	"fmt"
	"go/ast"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// followPackage follows a link to pkg.go.dev that is about a package of the
// repository: the package is there, and has what the fragment names.
func (c *linkChecker) followPackage(u *url.URL) error {
	module, err := modulePath(c.root)
	if err != nil {
		return err
	}
	path, ours := strings.CutPrefix(strings.TrimPrefix(u.Path, "/"), module)
	if !ours || path != "" && path[0] != '/' {
		return nil
	}
	files, err := parseDir(filepath.Join(c.root, filepath.FromSlash(path)))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("no such package")
	}
	if u.Fragment != "" && !exports(files, u.Fragment) {
		return fmt.Errorf("the package has no %s", u.Fragment)
	}
	return nil
}

// modulePath is the name of the module of a folder.
func modulePath(root string) (string, error) {
	data, err := os.ReadFile(filepath.Join(root, "go.mod"))
	module, _, _ := strings.Cut(strings.TrimPrefix(string(data), "module "), "\n")
	return module, err
}

// exports says whether a package has a name, such as Config, Config.Issuer or
// Auth.SignIn.
func exports(files []*ast.File, name string) bool {
	of, member, _ := strings.Cut(name, ".")
	found := false
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				found = found || declares(n, of, member)
				return false
			case *ast.TypeSpec:
				found = found || n.Name.Name == of && (member == "" || hasMember(n.Type, member))
				return false
			case *ast.ValueSpec:
				for _, ident := range n.Names {
					found = found || ident.Name == name
				}
			}
			return true
		})
	}
	return found
}

// declares says whether f is the function of, or the method member of it.
func declares(f *ast.FuncDecl, of, member string) bool {
	if f.Recv == nil || len(f.Recv.List) == 0 {
		return member == "" && f.Name.Name == of
	}
	receiver := f.Recv.List[0].Type
	if star, ok := receiver.(*ast.StarExpr); ok {
		receiver = star.X
	}
	if generic, ok := receiver.(*ast.IndexExpr); ok {
		receiver = generic.X
	}
	name, ok := receiver.(*ast.Ident)
	return ok && name.Name == of && f.Name.Name == member
}

// hasMember says whether a struct has a field, or an interface a method.
func hasMember(kind ast.Expr, name string) bool {
	var fields *ast.FieldList
	switch kind := kind.(type) {
	case *ast.StructType:
		fields = kind.Fields
	case *ast.InterfaceType:
		fields = kind.Methods
	default:
		return false
	}
	for _, field := range fields.List {
		for _, ident := range field.Names {
			if ident.Name == name {
				return true
			}
		}
	}
	return false
}
