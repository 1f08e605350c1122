package main

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"
)

// secretCompare finds secrets compared in a time that tells how much of a
// guess was right.
var secretCompare = &analysis.Analyzer{
	Name: "secretcompare",
	Doc:  "secrets are compared with crypto/subtle or crypto/hmac, which take the same time for every guess",
	Run:  runSecretCompare,
}

// leakyCalls compare byte by byte and stop at the first difference.
var leakyCalls = map[string]bool{
	"bytes.Equal": true, "bytes.Compare": true, "bytes.EqualFold": true,
	"bytes.HasPrefix": true, "slices.Equal": true, "slices.Compare": true,
	"reflect.DeepEqual": true, "strings.Compare": true, "strings.EqualFold": true,
}

// Words that name a secret. Operators get the shorter list, and are silent about
// names with "hash" in them: a stored hash or a token is compared with == for
// good reasons, as a version or as a map key.
var (
	secretForOperators = wordSet("secret password passwd mac hmac csrf signature sig digest")
	secretForCalls     = wordSet("secret password passwd mac hmac csrf signature sig digest hash token sum tag")
)

func wordSet(s string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(s) {
		set[word] = true
	}
	return set
}

func runSecretCompare(pass *analysis.Pass) (any, error) {
	for _, f := range pass.Files {
		if isTest(pass, f.Pos()) {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				checkLeakyCall(pass, n)
			case *ast.BinaryExpr:
				checkLeakyOperator(pass, n)
			}
			return true
		})
	}
	return nil, nil
}

func checkLeakyCall(pass *analysis.Pass, call *ast.CallExpr) {
	fn, ok := typeutil.Callee(pass.TypesInfo, call).(*types.Func)
	if !ok || !leakyCalls[fn.FullName()] || len(call.Args) != 2 {
		return
	}
	if a, b := rootOf(call.Args[0]), rootOf(call.Args[1]); a != "" && a == b {
		return // parts of one value: nobody's guess
	}
	for _, arg := range call.Args {
		if name := secretIn(arg, secretForCalls); name != "" {
			pass.Reportf(call.Pos(), "%s on %s takes longer the more of a guess is right; use crypto/subtle.ConstantTimeCompare or hmac.Equal", fn.FullName(), name)
			return
		}
	}
}

func checkLeakyOperator(pass *analysis.Pass, e *ast.BinaryExpr) {
	if e.Op != token.EQL && e.Op != token.NEQ {
		return
	}
	for _, side := range []ast.Expr{e.X, e.Y} {
		tv := pass.TypesInfo.Types[side]
		if tv.Value != nil || !isText(tv.Type) {
			return
		}
	}
	for _, side := range []ast.Expr{e.X, e.Y} {
		if name := secretIn(side, secretForOperators); name != "" {
			pass.Reportf(e.OpPos, "%s on %s takes longer the more of a guess is right; use crypto/subtle.ConstantTimeCompare", e.Op, name)
			return
		}
	}
}

// isText says whether t is a string or an array of bytes.
func isText(t types.Type) bool {
	if t == nil {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsString != 0
	case *types.Array:
		b, ok := u.Elem().Underlying().(*types.Basic)
		return ok && b.Kind() == types.Byte
	}
	return false
}

// secretIn returns the first name within e that one of the words is part of.
func secretIn(e ast.Expr, words map[string]bool) string {
	var found string
	ast.Inspect(e, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && found == "" {
			named := wordsOf(id.Name)
			if slices.Contains(named, "hash") && !words["hash"] {
				return true
			}
			if slices.ContainsFunc(named, func(word string) bool { return words[word] }) {
				found = id.Name
			}
		}
		return found == ""
	})
	return found
}

// rootOf returns the variable that e is a part of; empty if it is more than
// slices and elements of one.
func rootOf(e ast.Expr) string {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SliceExpr:
		return rootOf(e.X)
	case *ast.IndexExpr:
		return rootOf(e.X)
	}
	return ""
}

// wordsOf splits a Go name: refreshMACKey is refresh, mac and key.
func wordsOf(name string) []string {
	var words []string
	runes := []rune(name)
	start := 0
	for i := 1; i <= len(runes); i++ {
		if i < len(runes) {
			lowerThenUpper := !unicode.IsUpper(runes[i-1]) && unicode.IsUpper(runes[i])
			lastOfAcronym := unicode.IsUpper(runes[i-1]) && unicode.IsUpper(runes[i]) &&
				i+1 < len(runes) && unicode.IsLower(runes[i+1])
			if !lowerThenUpper && !lastOfAcronym && runes[i] != '_' {
				continue
			}
		}
		words = append(words, strings.ToLower(strings.Trim(string(runes[start:i]), "_")))
		start = i
	}
	return words
}

// constantString returns the value of a constant string expression.
func constantString(pass *analysis.Pass, e ast.Expr) (string, bool) {
	v := pass.TypesInfo.Types[e].Value
	if v == nil || v.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(v), true
}
