package main

import (
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
	// skipReason finds two things in skips, both in a test file.
	var found int
	counting := *skipReason
	counting.Run = func(pass *analysis.Pass) (any, error) {
		inner := *pass
		inner.Report = func(analysis.Diagnostic) { found++ }
		if _, err := skipReason.Run(&inner); err != nil {
			return nil, err
		}
		if found == 0 && pass.Pkg.Name() == "skips" && len(pass.Files) > 1 {
			t.Error("the analyzer finds nothing, so the filter has nothing to do")
		}
		found = 0
		return outsideTests(skipReason).Run(&inner)
	}
	analysistest.Run(deaf{}, analysistest.TestData(), &counting, "skips")
	if found != 0 {
		t.Errorf("outsideTests let %d findings in test files through", found)
	}
}

// deaf drops what analysistest says of comments that nothing answered.
type deaf struct{}

func (deaf) Errorf(string, ...any) {}

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
