package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestRun(t *testing.T) {
	docs := filepath.Join(t.TempDir(), "growth.md")
	if _, err := run(t.Context(), settings{sizes: "60,200", ops: 50, tolerance: 1000, docs: docs}); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(docs); err != nil || !strings.Contains(string(text), "| sqlite | 60 sessions | 200 sessions |") {
		t.Errorf("the page is %s, %v", text, err)
	}
	for _, sizes := range []string{"", "x", "10", "100,100"} {
		if _, err := run(t.Context(), settings{sizes: sizes, ops: 50, tolerance: 1000}); err == nil {
			t.Errorf("sizes %q are accepted", sizes)
		}
	}
}

func TestReport(t *testing.T) {
	at := func(sessions int, d time.Duration) figures {
		f := figures{Sessions: sessions, Times: map[string]times{}}
		for _, name := range rowNames() {
			f.Times[name] = times{Median: d, P99: 2 * d}
		}
		return f
	}
	var out strings.Builder
	if !writeTable(&out, "sqlite", []figures{at(10, 1000), at(20, 1200)}, 0.2) {
		t.Error("20 % are too much")
	}
	if writeTable(&out, "sqlite", []figures{at(10, 1000), at(20, 1201), at(30, 900)}, 0.2) {
		t.Error("20.1 % are let pass")
	}
	if !strings.Contains(out.String(), "| refresh | 1 µs (p99 2 µs) | 1.2 µs (p99 2.4 µs) | +20 % |") {
		t.Error(out.String())
	}
}
