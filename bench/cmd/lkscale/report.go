package main

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey/bench/internal/report"
)

// introduction explains the tables.
const introduction = `# Growth

Does a session cost more when there are many? ` + "`make bench-scale`" + ` fills databases of different
sizes and does the same with each of them, in turns, so that whatever else the machine does meets
all alike. Absolute times are those of this machine; the last column is what counts. It compares
the slowest size with the smallest, and may be %.0f %% for refreshing, revoking and checking in
memory, which is how a guarded request checks. Asking the store happens only while the revocation
feed is stale; that and purging walk a tree that is a level or two deeper when it is large, and
are shown for their bound.

Run on %s with %s, %s. Each operation was done %d times at each size.

`

// page is the document with the tables.
func page(tables string, s settings) string {
	text := fmt.Sprintf(introduction, 100*s.tolerance, time.Now().UTC().Format(time.DateOnly), runtime.Version(), report.Machine(), s.ops)
	return text + strings.TrimRight(tables, "\n") + "\n"
}

// writeTable writes a table in Markdown and says whether every median that must
// is within the tolerance of the first size.
func writeTable(out io.Writer, database string, table []figures, tolerance float64) (flat bool) {
	flat = true
	head, line := "| "+database, "| ---"
	for _, f := range table {
		head += fmt.Sprintf(" | %d sessions", f.Sessions)
		line += " | ---:"
	}
	fmt.Fprintf(out, "%s | worst to first |\n%s | ---: |\n", head, line)
	for _, name := range rowNames() {
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
		if ratio > tolerance && name != purging && name != asking {
			flat = false
		}
	}
	return flat
}

// rowNames are what is in the table, in order.
func rowNames() []string {
	var names []string
	for _, o := range operations {
		names = append(names, o.name)
	}
	return append(names, purging)
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
