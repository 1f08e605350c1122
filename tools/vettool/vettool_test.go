package main

import (
	"go/ast"
	"go/parser"
	"go/token"
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
	}
	for _, tt := range tests {
		t.Run(tt.analyzer.Name, func(t *testing.T) {
			analysistest.Run(t, analysistest.TestData(), allowing(tt.analyzer), tt.pkg)
		})
	}
}

func TestOutsideTests(t *testing.T) {
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range []string{"a.go", "a_test.go"} {
		file, err := parser.ParseFile(fset, name, "package a", 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	everywhere := &analysis.Analyzer{Name: "everywhere", Run: func(pass *analysis.Pass) (any, error) {
		for _, f := range pass.Files {
			pass.Reportf(f.Pos(), "here")
		}
		return nil, nil
	}}
	var found []string
	pass := &analysis.Pass{Fset: fset, Files: files, Report: func(d analysis.Diagnostic) {
		found = append(found, fset.Position(d.Pos).Filename)
	}}
	if _, err := outsideTests(everywhere).Run(pass); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(found, []string{"a.go"}) {
		t.Errorf("findings in %q, want one in a.go", found)
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
