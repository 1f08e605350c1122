// Command testsum turns what go test -json prints into something to read: a
// line a package, the output of what failed, and what was skipped and why.
//
//	go test -json ./... | testsum [-totals FILE] [-no-skips]
//
// It adds "passed failed skipped" as a line to the file of -totals. It fails
// when a test or a build failed, when no test ran, and with -no-skips when one
// was skipped.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	totals := flag.String("totals", "", "append the counts to this `file`")
	noSkips := flag.Bool("no-skips", false, "fail when a test was skipped")
	flag.Parse()
	if err := run(os.Stdin, os.Stdout, *totals, *noSkips); err != nil {
		fmt.Fprintln(os.Stderr, "testsum:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer, totals string, noSkips bool) error {
	s, err := summarize(in, out)
	if err != nil {
		return err
	}
	for _, skip := range s.skips {
		fmt.Fprintln(out, "skipped", skip)
	}
	if totals != "" {
		if err := appendLine(totals, fmt.Sprintln(s.passed, s.failed, len(s.skips))); err != nil {
			return err
		}
	}
	switch {
	case s.failed > 0 || s.broken > 0:
		return fmt.Errorf("%d tests failed, %d packages failed outside a test", s.failed, s.broken)
	case s.passed == 0 && len(s.skips) == 0:
		return fmt.Errorf("no test ran")
	case noSkips && len(s.skips) > 0:
		return fmt.Errorf("%d tests were skipped; nothing may be left out here", len(s.skips))
	}
	return nil
}

func appendLine(name, line string) error {
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(line)
	return errors.Join(err, f.Close())
}
