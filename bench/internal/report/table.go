// Package report writes what was measured: text, Markdown, SVG.
package report

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Table is a table with a heading. The first column is text, the others are
// figures.
type Table struct {
	Title string
	// Notes stand between the title and the table.
	Notes  []string
	Header []string
	Rows   [][]string
}

// Add appends a row.
func (t *Table) Add(cells ...string) { t.Rows = append(t.Rows, cells) }

// Markdown writes the table for docs.
func (t *Table) Markdown() string {
	var s strings.Builder
	fmt.Fprintf(&s, "## %s\n\n", t.Title)
	for _, n := range t.Notes {
		fmt.Fprintf(&s, "%s\n\n", n)
	}
	fmt.Fprintf(&s, "| %s |\n|---|%s\n", strings.Join(t.Header, " | "), strings.Repeat("--:|", len(t.Header)-1))
	for _, r := range t.Rows {
		fmt.Fprintf(&s, "| %s |\n", strings.Join(r, " | "))
	}
	s.WriteByte('\n')
	return s.String()
}

// Text writes the table for a terminal.
func (t *Table) Text() string {
	widths := make([]int, len(t.Header))
	for _, r := range append([][]string{t.Header}, t.Rows...) {
		for i, c := range r {
			widths[i] = max(widths[i], utf8.RuneCountInString(c))
		}
	}
	var s strings.Builder
	fmt.Fprintf(&s, "\n%s\n", t.Title)
	for _, r := range append([][]string{t.Header}, t.Rows...) {
		for i, c := range r {
			padding := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c))
			if i == 0 {
				s.WriteString("  " + c + padding)
				continue
			}
			s.WriteString("  " + padding + c)
		}
		s.WriteByte('\n')
	}
	return s.String()
}

// Times writes a ratio.
func Times(ratio float64) string {
	if ratio >= 10 {
		return fmt.Sprintf("%.0f×", ratio)
	}
	return fmt.Sprintf("%.1f×", ratio)
}

// Nanos writes a time.
func Nanos(ns float64) string {
	if ns >= 10_000 {
		return fmt.Sprintf("%.1f µs", ns/1000)
	}
	return fmt.Sprintf("%.0f ns", ns)
}

// Count writes a number of allocations. What is less than without is 0.
func Count(n float64) string { return fmt.Sprintf("%.0f", max(0, n)) }
