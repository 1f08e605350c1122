package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
)

// format is the flags of how a command says what it found or did. A command that
// has a result embeds it.
type format struct {
	JSON bool `name:"json" help:"Print JSON: one document, or one a line for lists."`
}

// print writes a result: v as a JSON document, or text for people.
func (f format) print(to streams, v any, text string) error {
	if f.JSON {
		return written(encoder(to.out).Encode(v))
	}
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	_, err := io.WriteString(to.out, text)
	return written(err)
}

// written says what failed when a result cannot be written, such as to a full
// disk.
func written(err error) error {
	if err != nil {
		return fmt.Errorf("cannot write to standard output: %w", err)
	}
	return nil
}

func encoder(w io.Writer) *json.Encoder {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false) // links stay readable
	return e
}

// table writes a list row by row: JSON lines, or columns for people.
type table struct {
	json    *json.Encoder
	columns *tabwriter.Writer
	heading []string
	rows    int
}

// flushRows is how many rows are lined up at a time: a long list appears as it
// is read, and does not pile up in memory.
const flushRows = 200

// table begins a list; heading names the columns for people.
func (f format) table(to streams, heading ...string) *table {
	if f.JSON {
		return &table{json: encoder(to.out)}
	}
	return &table{columns: tabwriter.NewWriter(to.out, 0, 8, 2, ' ', 0), heading: heading}
}

// row adds v as a line of JSON, or the cells.
func (t *table) row(v any, cells ...string) error {
	t.rows++
	if t.json != nil {
		return written(t.json.Encode(v))
	}
	if t.rows == 1 {
		if err := t.line(t.heading); err != nil {
			return err
		}
	}
	for i, cell := range cells {
		if cell = printable(cell); cell == "" {
			cell = "-"
		}
		cells[i] = cell
	}
	if err := t.line(cells); err != nil || t.rows%flushRows != 0 {
		return err
	}
	return written(t.columns.Flush())
}

func (t *table) line(cells []string) error {
	_, err := fmt.Fprintln(t.columns, strings.Join(cells, "\t"))
	return written(err)
}

// end writes what is left, and for people nothing, where there is none.
func (t *table) end(nothing string) error {
	if t.json != nil {
		return nil
	}
	if t.rows == 0 {
		_, err := fmt.Fprintln(t.columns, nothing)
		if err != nil {
			return written(err)
		}
	}
	return written(t.columns.Flush())
}

// fields is a text of names and values, one pair a line. Empty values are left
// out.
func fields(pairs ...string) string {
	var text strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		if value := printable(pairs[i+1]); value != "" {
			fmt.Fprintf(&text, "%-14s %s\n", pairs[i], value)
		}
	}
	return text.String()
}

// printable is s without what would move the cursor or change the terminal:
// names and User-Agents are chosen by strangers.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}

// when shows a moment in UTC, to the second.
func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05Z")
}

// plural is "1 user" or "2 users".
func plural(n int64, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
