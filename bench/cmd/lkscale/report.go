package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// report writes the table in Markdown and says whether every median but that of
// purging is within the tolerance of the first size. Purging is in the table for
// its bound.
func report(out io.Writer, database string, table []figures, tolerance float64) (flat bool) {
	flat = true
	head, line := "| "+database, "| ---"
	for _, f := range table {
		head += fmt.Sprintf(" | %d sessions", f.Sessions)
		line += " | ---:"
	}
	fmt.Fprintf(out, "%s | worst to first |\n%s | ---: |\n", head, line)
	for _, name := range operations {
		var row strings.Builder
		row.WriteString("| " + name)
		first, worst := table[0].Times[name].Median, time.Duration(0)
		for _, f := range table {
			t := f.Times[name]
			worst = max(worst, t.Median)
			fmt.Fprintf(&row, " | %s (p99 %s)", short(t.Median), short(t.P99))
		}
		ratio := float64(worst)/float64(max(first, 1)) - 1
		fmt.Fprintf(out, "%s | %+.0f %% |\n", row.String(), 100*ratio)
		if ratio > tolerance && !strings.HasPrefix(name, "purge") {
			flat = false
		}
	}
	return flat
}

// short is a duration in three digits.
func short(d time.Duration) string {
	switch {
	case d >= time.Millisecond:
		return fmt.Sprintf("%.3g ms", float64(d)/float64(time.Millisecond))
	case d >= time.Microsecond:
		return fmt.Sprintf("%.3g µs", float64(d)/float64(time.Microsecond))
	}
	return fmt.Sprintf("%d ns", d)
}
