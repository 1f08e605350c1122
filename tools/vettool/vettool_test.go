package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"
)

func TestAnalyzers(t *testing.T) {
	tests := []struct {
		analyzer *analysis.Analyzer
		pkg      string
	}{
		{secretCompare, "secret"},
		{sqlText, "sqltext"},
		{libraryManners, "manners"},
		{skipReason, "skips"},
		{sqlText, "helper"},
		{libraryManners, "helper"},
	}
	for _, tt := range tests {
		t.Run(tt.analyzer.Name+" "+tt.pkg, func(t *testing.T) {
			analysistest.Run(t, analysistest.TestData(), allowing(tt.analyzer), tt.pkg)
		})
	}
}

// everyStatement reports each statement that is a call.
var everyStatement = &analysis.Analyzer{Name: "every", Run: func(pass *analysis.Pass) (any, error) {
	for _, f := range pass.Files {
		ast.Inspect(f, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				pass.Reportf(call.Pos(), "here")
			}
			return true
		})
	}
	return nil, nil
}}

func TestFilters(t *testing.T) {
	sources := map[string]string{
		"a.go":      "package a\nfunc f() {\n\tg()\n\tdefer h()\n\tdefer func() {\n\t\ti()\n\t}()\n}",
		"a_test.go": "package a\nfunc f() {\n\tg()\n}",
	}
	tests := []struct {
		name     string
		analyzer *analysis.Analyzer
		want     []string
	}{
		{"outside tests", outsideTests(everyStatement), []string{"a.go:3", "a.go:4", "a.go:5", "a.go:6"}},
		{"outside defer", outsideDefer(everyStatement), []string{"a.go:3", "a_test.go:3"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fset := token.NewFileSet()
			var files []*ast.File
			for _, name := range slices.Sorted(maps.Keys(sources)) {
				file, err := parser.ParseFile(fset, name, sources[name], 0)
				if err != nil {
					t.Fatal(err)
				}
				files = append(files, file)
			}
			var found []string
			pass := &analysis.Pass{Fset: fset, Files: files, Pkg: types.NewPackage("a", "a"), Report: func(d analysis.Diagnostic) {
				p := fset.Position(d.Pos)
				found = append(found, fmt.Sprintf("%s:%d", p.Filename, p.Line))
			}}
			if _, err := tt.analyzer.Run(pass); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(found, tt.want) {
				t.Errorf("findings at %q, want %q", found, tt.want)
			}
		})
	}
}

func TestWordsOf(t *testing.T) {
	tests := []struct {
		name string
		want []string
	}{
		{"mac", []string{"mac"}},
		{"refreshMACKey", []string{"refresh", "mac", "key"}},
		{"CSRFToken", []string{"csrf", "token"}},
		{"machineID", []string{"machine", "id"}},
		{"old_hash", []string{"old", "hash"}},
	}
	for _, tt := range tests {
		if got := wordsOf(tt.name); !slices.Equal(got, tt.want) {
			t.Errorf("wordsOf(%q) = %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestParseAllow(t *testing.T) {
	tests := []struct{ comment, rule, reason string }{
		{"//latchkey:allow sqltext a name cannot be a parameter", "sqltext", "a name cannot be a parameter"},
		{"//latchkey:allow sqltext", "sqltext", ""},
		{"//latchkey:allow sqltext  ", "sqltext", ""},
		{"// latchkey:allow sqltext reason", "", ""},
	}
	for _, tt := range tests {
		if rule, reason := parseAllow(tt.comment); rule != tt.rule || reason != tt.reason {
			t.Errorf("parseAllow(%q) = %q, %q; want %q, %q", tt.comment, rule, reason, tt.rule, tt.reason)
		}
	}
}
