package main

import (
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"
)

const allowDirective = "//latchkey:allow "

// allowed returns the lines of a file for which rule is set aside: that of the
// comment or, when it stands alone there, the next.
func allowed(fset *token.FileSet, file *ast.File, rule string) map[int]bool {
	lines := map[int]bool{}
	withCode := map[int]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n.(type) {
		case nil, *ast.Comment, *ast.CommentGroup:
			return false
		}
		withCode[fset.Position(n.Pos()).Line] = true
		withCode[fset.Position(n.End()).Line] = true
		return true
	})
	for _, group := range file.Comments {
		for _, c := range group.List {
			name, reason := parseAllow(c.Text)
			if name != rule || reason == "" {
				continue
			}
			line := fset.Position(c.Pos()).Line
			if !withCode[line] {
				line++
			}
			lines[line] = true
		}
	}
	return lines
}

// parseAllow splits an allow comment into the rule and the reason.
func parseAllow(comment string) (rule, reason string) {
	rest, ok := strings.CutPrefix(comment, allowDirective)
	if !ok {
		return "", ""
	}
	rule, reason, _ = strings.Cut(strings.TrimSpace(rest), " ")
	return rule, strings.TrimSpace(reason)
}

// allowing wraps an analyzer so that it keeps quiet where its name is allowed.
func allowing(a *analysis.Analyzer) *analysis.Analyzer {
	return filtered(a, func(pass *analysis.Pass) func(token.Pos) bool {
		lines := map[string]map[int]bool{}
		for _, f := range pass.Files {
			lines[pass.Fset.Position(f.FileStart).Filename] = allowed(pass.Fset, f, a.Name)
		}
		return func(pos token.Pos) bool {
			p := pass.Fset.Position(pos)
			return !lines[p.Filename][p.Line]
		}
	})
}

// outsideTests wraps an analyzer so that it looks at no _test.go file.
func outsideTests(a *analysis.Analyzer) *analysis.Analyzer {
	return filtered(a, func(pass *analysis.Pass) func(token.Pos) bool {
		return func(pos token.Pos) bool { return !isTest(pass, pos) }
	})
}

// filtered copies an analyzer; the copy reports only where keep says so.
func filtered(a *analysis.Analyzer, keep func(*analysis.Pass) func(token.Pos) bool) *analysis.Analyzer {
	wrapped := *a
	wrapped.Run = func(pass *analysis.Pass) (any, error) {
		wanted, report := keep(pass), pass.Report
		inner := *pass
		inner.Report = func(d analysis.Diagnostic) {
			if wanted(d.Pos) {
				report(d)
			}
		}
		return a.Run(&inner)
	}
	return &wrapped
}

// isTest says whether pos is in a test, or in a package that helps tests.
func isTest(pass *analysis.Pass, pos token.Pos) bool {
	if strings.HasSuffix(pass.Fset.Position(pos).Filename, "_test.go") {
		return true
	}
	for _, imported := range pass.Pkg.Imports() {
		if imported.Path() == "testing" {
			return true
		}
	}
	return false
}

// outsideDefer wraps an analyzer so that it overlooks deferred calls: what they
// clean up was either checked before or is being given up.
func outsideDefer(a *analysis.Analyzer) *analysis.Analyzer {
	return filtered(a, func(pass *analysis.Pass) func(token.Pos) bool {
		var deferred []*ast.DeferStmt
		for _, f := range pass.Files {
			ast.Inspect(f, func(n ast.Node) bool {
				if d, ok := n.(*ast.DeferStmt); ok {
					deferred = append(deferred, d)
				}
				return true
			})
		}
		return func(pos token.Pos) bool {
			for _, d := range deferred {
				if d.Pos() <= pos && pos < d.End() {
					return false
				}
			}
			return true
		}
	})
}

// allowComments refuses allow comments without a reason.
var allowComments = &analysis.Analyzer{
	Name: "allow",
	Doc:  "an allow comment names a rule and gives the reason",
	Run: func(pass *analysis.Pass) (any, error) {
		for _, f := range pass.Files {
			for _, group := range f.Comments {
				for _, c := range group.List {
					if !strings.HasPrefix(c.Text, strings.TrimSpace(allowDirective)) {
						continue
					}
					if _, reason := parseAllow(c.Text); reason == "" {
						pass.Reportf(c.Pos(), "say which rule is set aside and why: %sRULE REASON", allowDirective)
					}
				}
			}
		}
		return nil, nil
	},
}
