package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// events writes a stream of go test -json: "action package test output".
func events(lines ...[4]string) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(`{"Action":"` + l[0] + `","Package":"` + l[1] + `","Test":"` + l[2] + `","Output":"` + l[3] + `\n"}` + "\n")
	}
	return b.String()
}

func TestRun(t *testing.T) {
	passing := events(
		[4]string{"run", "p", "TestA"}, [4]string{"pass", "p", "TestA"},
		[4]string{"run", "p", "TestB"}, [4]string{"run", "p", "TestB/x"},
		[4]string{"pass", "p", "TestB/x"}, [4]string{"pass", "p", "TestB"},
		[4]string{"pass", "p", ""},
	)
	failing := events(
		[4]string{"run", "p", "TestB"}, [4]string{"run", "p", "TestB/x"}, [4]string{"run", "p", "TestB/y"},
		[4]string{"output", "p", "TestB/x", "x went wrong"}, [4]string{"output", "p", "TestB/y", "y is fine"},
		[4]string{"fail", "p", "TestB/x"}, [4]string{"pass", "p", "TestB/y"}, [4]string{"fail", "p", "TestB"},
		[4]string{"fail", "p", ""},
	)
	parentFails := events(
		[4]string{"run", "p", "TestB"}, [4]string{"run", "p", "TestB/x"},
		[4]string{"pass", "p", "TestB/x"}, [4]string{"fail", "p", "TestB"}, [4]string{"fail", "p", ""},
	)
	skipping := events(
		[4]string{"run", "p", "TestA"}, [4]string{"output", "p", "TestA", "=== RUN TestA"},
		[4]string{"output", "p", "TestA", "    a_test.go:3: no database here"}, [4]string{"skip", "p", "TestA"},
		[4]string{"pass", "p", ""},
	)
	crashing := events(
		[4]string{"run", "p", "TestA"}, [4]string{"output", "p", "TestA", "half way"},
		[4]string{"output", "p", "", "panic: oh"}, [4]string{"fail", "p", ""},
	)
	broken := `{"ImportPath":"p","Action":"build-output","Output":"a.go:1: undefined: x\n"}` + "\n" + events([4]string{"fail", "p", ""})

	tests := []struct {
		name, in  string
		noSkips   bool
		totals    string
		err       string   // part of the error; empty: none
		say       []string // parts of the output
		saysNotes []string // what must not be in the output
	}{
		{"passing", passing, true, "2 0 0\n", "", []string{"ok   p (2 tests"}, nil},
		{"failing", failing, false, "1 1 0\n", "1 tests failed", []string{"x went wrong", "FAIL p"}, []string{"y is fine"}},
		{"a parent by itself", parentFails, false, "1 1 0\n", "1 tests failed", nil, nil},
		{"skipping", skipping, false, "0 0 1\n", "", []string{"skipped p TestA: a_test.go:3: no database here"}, []string{"=== RUN"}},
		{"skipping where it may not", skipping, true, "0 0 1\n", "1 tests were skipped", nil, nil},
		{"crashing", crashing, false, "0 0 0\n", "1 packages failed", []string{"panic: oh", "half way"}, nil},
		{"not building", broken, false, "0 0 0\n", "1 packages failed", []string{"undefined: x"}, nil},
		{"nothing", "", false, "0 0 0\n", "no test ran", nil, nil},
		{"other text", "go: downloading x v1\n" + passing, false, "2 0 0\n", "", []string{"go: downloading x v1"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			totals := filepath.Join(t.TempDir(), "totals")
			var out strings.Builder
			err := run(strings.NewReader(tt.in), &out, totals, tt.noSkips)
			if tt.err == "" && err != nil || tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) {
				t.Errorf("error = %v, want %q", err, tt.err)
			}
			if got, _ := os.ReadFile(totals); string(got) != tt.totals {
				t.Errorf("totals = %q, want %q", got, tt.totals)
			}
			for _, want := range tt.say {
				if !strings.Contains(out.String(), want) {
					t.Errorf("output lacks %q:\n%s", want, out.String())
				}
			}
			for _, no := range tt.saysNotes {
				if strings.Contains(out.String(), no) {
					t.Errorf("output has %q:\n%s", no, out.String())
				}
			}
		})
	}
}
