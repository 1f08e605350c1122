package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// event is one line of go test -json; see go doc test2json and, for the events
// of a build, go help buildjson.
type event struct {
	Action     string
	Package    string
	ImportPath string
	Test       string
	Elapsed    float64
	Output     string
}

// summary is what is left of all events.
type summary struct {
	out    io.Writer
	passed int
	failed int
	broken int      // packages that failed without a failing test: no build, a crash
	skips  []string // "package test: reason"

	// output holds what each running test printed, by package and test. The
	// package's own output is under the empty test.
	output map[[2]string][]string
	// tests and failures count what ran in each package that is not done yet.
	tests, failures map[string]int
	// parents marks tests that have subtests: they are not counted, unless
	// they fail while no subtest does, which failedBelow tells.
	parents, failedBelow map[[2]string]bool
}

// summarize reads events to the end, printing as it goes.
func summarize(in io.Reader, out io.Writer) (*summary, error) {
	s := &summary{
		out:      out,
		output:   map[[2]string][]string{},
		tests:    map[string]int{},
		failures: map[string]int{},
		parents:  map[[2]string]bool{},

		failedBelow: map[[2]string]bool{},
	}
	r := bufio.NewReader(in)
	for {
		line, err := r.ReadBytes('\n')
		if len(line) > 0 {
			s.line(line)
		}
		if err == io.EOF {
			return s, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// line takes one line; what is no event is passed on as it is.
func (s *summary) line(line []byte) {
	var e event
	if err := json.Unmarshal(line, &e); err != nil || e.Action == "" {
		fmt.Fprintf(s.out, "%s", line)
		return
	}
	key := [2]string{e.Package, e.Test}
	switch e.Action {
	case "build-output":
		fmt.Fprint(s.out, e.Output)
	case "run":
		s.started(e)
	case "output":
		s.output[key] = append(s.output[key], e.Output)
	case "pass", "fail", "skip":
		if e.Test == "" {
			s.packageDone(e)
		} else {
			s.testDone(e)
		}
		delete(s.output, key)
	}
}

func (s *summary) started(e event) {
	if up, ok := parentOf(e); ok {
		s.parents[up] = true
	}
}

// parentOf returns the test that e's is a subtest of.
func parentOf(e event) (key [2]string, ok bool) {
	i := strings.LastIndexByte(e.Test, '/')
	if i < 0 {
		return key, false
	}
	return [2]string{e.Package, e.Test[:i]}, true
}

func (s *summary) testDone(e event) {
	key := [2]string{e.Package, e.Test}
	if e.Action == "fail" {
		s.failures[e.Package]++
		if up, ok := parentOf(e); ok {
			s.failedBelow[up] = true
		}
		for _, text := range s.output[key] {
			fmt.Fprint(s.out, text)
		}
	}
	if s.parents[key] && (e.Action != "fail" || s.failedBelow[key]) {
		return
	}
	s.tests[e.Package]++
	switch e.Action {
	case "pass":
		s.passed++
	case "fail":
		s.failed++
	case "skip":
		s.skips = append(s.skips, fmt.Sprintf("%s %s: %s", e.Package, e.Test, reason(s.output[key])))
	}
}

func (s *summary) packageDone(e event) {
	n := s.tests[e.Package]
	switch {
	case e.Action == "fail":
		if s.failures[e.Package] == 0 {
			s.broken++
			for _, text := range s.output[[2]string{e.Package, ""}] {
				fmt.Fprint(s.out, text)
			}
			s.printUnfinished(e.Package)
		}
		fmt.Fprintf(s.out, "FAIL %s (%d tests, %.1f s)\n", e.Package, n, e.Elapsed)
	case n > 0:
		fmt.Fprintf(s.out, "ok   %s (%d tests, %.1f s)\n", e.Package, n, e.Elapsed)
	}
}

// printUnfinished prints what tests had said when their package crashed.
func (s *summary) printUnfinished(pkg string) {
	for key, lines := range s.output {
		if key[0] == pkg && key[1] != "" {
			for _, text := range lines {
				fmt.Fprint(s.out, text)
			}
		}
	}
}

// reason picks what a skipping test said out of its output.
func reason(lines []string) string {
	var said []string
	for _, text := range lines {
		text = strings.TrimSpace(text)
		if text != "" && !strings.HasPrefix(text, "=== ") && !strings.HasPrefix(text, "--- ") {
			said = append(said, text)
		}
	}
	if len(said) == 0 {
		return "no reason given"
	}
	return strings.Join(said, " ")
}
