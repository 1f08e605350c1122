package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"regexp"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"
)

// sqlText finds SQL put together at run time, where a value can become code.
var sqlText = &analysis.Analyzer{
	Name: "sqltext",
	Doc:  "SQL texts are constants; values go in as $1, $2, …",
	Run:  runSQLText,
}

var looksLikeSQL = regexp.MustCompile(`(?is)^\s*(select\s|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s|(create|drop|alter)\s+(table|index|unique|schema|database|view|trigger|role|user|type|sequence)\s|truncate\s|with\s+\w+\s+as\s*\(|pragma\s|set\s+\w+\s*(=|to\s)|attach\s|copy\s+\w+\s+(from|to)\s)`)

// queryArgument is the place of the SQL text among the arguments of the methods
// of database/sql that take one.
var queryArgument = map[string]int{
	"Exec": 0, "Query": 0, "QueryRow": 0, "Prepare": 0,
	"ExecContext": 1, "QueryContext": 1, "QueryRowContext": 1, "PrepareContext": 1,
}

const sqlAdvice = "SQL text is put together at run time; write a constant and pass values as $1, $2, …"

func runSQLText(pass *analysis.Pass) (any, error) {
	for _, f := range pass.Files {
		if isTest(pass, f.Pos()) {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				checkQueryCall(pass, n)
			case *ast.BinaryExpr:
				if text, ok := leftmostText(pass, n); ok && looksLikeSQL.MatchString(text) {
					pass.Reportf(n.Pos(), sqlAdvice)
					return false
				}
			}
			return true
		})
	}
	return nil, nil
}

func checkQueryCall(pass *analysis.Pass, call *ast.CallExpr) {
	fn, ok := typeutil.Callee(pass.TypesInfo, call).(*types.Func)
	if !ok || fn.Pkg() == nil {
		return
	}
	switch fn.Pkg().Path() {
	case "fmt":
		if format, ok := formatOf(pass, fn, call); ok && looksLikeSQL.MatchString(format) {
			pass.Reportf(call.Pos(), sqlAdvice)
		}
	case "database/sql":
		if i, ok := queryArgument[fn.Name()]; ok && i < len(call.Args) && isAssembled(pass, call.Args[i]) {
			pass.Reportf(call.Args[i].Pos(), sqlAdvice)
		}
	}
}

// formatOf returns the constant format of a formatting call that has arguments.
func formatOf(pass *analysis.Pass, fn *types.Func, call *ast.CallExpr) (string, bool) {
	at := map[string]int{"Sprintf": 0, "Sprint": 0, "Sprintln": 0, "Fprintf": 1, "Appendf": 1}
	i, ok := at[fn.Name()]
	if !ok || len(call.Args) < i+2 {
		return "", false
	}
	return constantString(pass, call.Args[i])
}

// isAssembled says whether e is, right where it is passed, a formatting call or
// a sum with a part that is no constant.
func isAssembled(pass *analysis.Pass, e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.CallExpr:
		fn, ok := typeutil.Callee(pass.TypesInfo, e).(*types.Func)
		return ok && (strings.HasPrefix(fn.FullName(), "fmt.Sprint") || fn.FullName() == "strings.Join")
	case *ast.BinaryExpr:
		if text, ok := leftmostText(pass, e); ok && looksLikeSQL.MatchString(text) {
			return false // reported for what it is
		}
		return e.Op == token.ADD && pass.TypesInfo.Types[e].Value == nil
	}
	return false
}

// leftmostText returns the constant that a sum of strings begins with, if the
// sum itself is no constant.
func leftmostText(pass *analysis.Pass, e *ast.BinaryExpr) (string, bool) {
	if e.Op != token.ADD || pass.TypesInfo.Types[e].Value != nil {
		return "", false
	}
	left := ast.Unparen(e.X)
	if sum, ok := left.(*ast.BinaryExpr); ok && pass.TypesInfo.Types[sum].Value == nil {
		return leftmostText(pass, sum)
	}
	return constantString(pass, left)
}
