package main

import (
	"go/ast"
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"
)

// skipReason refuses skips that do not say why. What a skip leaves out in CI is
// a matter of testsum, which fails on it.
var skipReason = &analysis.Analyzer{
	Name: "skipreason",
	Doc:  "a test that skips says why",
	Run: func(pass *analysis.Pass) (any, error) {
		forEachCall(pass, func(call *ast.CallExpr, fn *types.Func) {
			if fn.Pkg() == nil || fn.Pkg().Path() != "testing" {
				return
			}
			bare := fn.Name() == "Skip" && len(call.Args) == 0
			if fn.Name() == "SkipNow" || bare {
				pass.Reportf(call.Pos(), "this skip gives no reason; say what is missing and how to get it")
			}
		})
		return nil, nil
	},
}

// libraryManners keeps packages that others import from ending their program,
// from panicking and from guessable random numbers.
var libraryManners = &analysis.Analyzer{
	Name: "manners",
	Doc:  "a library returns errors: no panic, no os.Exit, no log.Fatal, no math/rand",
	Run:  runLibraryManners,
}

func runLibraryManners(pass *analysis.Pass) (any, error) {
	if pass.Pkg.Name() == "main" {
		return nil, nil
	}
	for _, f := range pass.Files {
		if isTest(pass, f.Pos()) {
			continue
		}
		for _, spec := range f.Imports {
			if path, _ := strconv.Unquote(spec.Path.Value); path == "math/rand" || path == "math/rand/v2" {
				pass.Reportf(spec.Pos(), "%s can be guessed; use crypto/rand, or say why it does not matter here", path)
			}
		}
	}
	forEachCall(pass, func(call *ast.CallExpr, fn *types.Func) {
		if isTest(pass, call.Pos()) {
			return
		}
		name := fn.FullName()
		if name == "os.Exit" || strings.HasPrefix(name, "log.Fatal") || strings.HasPrefix(name, "log.Panic") {
			pass.Reportf(call.Pos(), "a library does not end its program: return an error instead of %s", name)
		}
	})
	forEachPanic(pass, func(call *ast.CallExpr) {
		if !isTest(pass, call.Pos()) {
			pass.Reportf(call.Pos(), "a library does not panic: return an error")
		}
	})
	return nil, nil
}

// forEachCall calls f for every call of a named function or method.
func forEachCall(pass *analysis.Pass, f func(*ast.CallExpr, *types.Func)) {
	inspectCalls(pass, func(call *ast.CallExpr) {
		if fn, ok := typeutil.Callee(pass.TypesInfo, call).(*types.Func); ok {
			f(call, fn)
		}
	})
}

// forEachPanic calls f for every call of the builtin.
func forEachPanic(pass *analysis.Pass, f func(*ast.CallExpr)) {
	inspectCalls(pass, func(call *ast.CallExpr) {
		if b, ok := typeutil.Callee(pass.TypesInfo, call).(*types.Builtin); ok && b.Name() == "panic" {
			f(call)
		}
	})
}

func inspectCalls(pass *analysis.Pass, f func(*ast.CallExpr)) {
	for _, file := range pass.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				f(call)
			}
			return true
		})
	}
}
