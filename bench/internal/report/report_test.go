package report

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestChartIsXML(t *testing.T) {
	svg := Chart("a < b & c", "%.1f×", []ChartBar{{"ours", 1, true}, {`"peer"`, 40, false}})
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, svg)
		}
	}
	if !strings.Contains(svg, "prefers-color-scheme: dark") || strings.Count(svg, "<rect") != 2 {
		t.Errorf("the chart is\n%s", svg)
	}
}

func TestTable(t *testing.T) {
	table := Table{Title: "T", Notes: []string{"note"}, Header: []string{"name", "ns"}}
	table.Add("a", "1")
	if got, want := table.Markdown(), "## T\n\nnote\n\n| name | ns |\n|---|--:|\n| a | 1 |\n\n"; got != want {
		t.Errorf("Markdown is %q, not %q", got, want)
	}
	if got, want := table.Text(), "\nT\n  name  ns\n  a      1\n"; got != want {
		t.Errorf("text is %q, not %q", got, want)
	}
	for got, want := range map[string]string{Times(9.96): "10.0×", Times(31.4): "31×", Nanos(999): "999 ns", Nanos(12345): "12.3 µs", Count(1.6): "2", Count(-1): "0"} {
		if got != want {
			t.Errorf("%q instead of %q", got, want)
		}
	}
}
