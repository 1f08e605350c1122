package report

import (
	"fmt"
	"html"
	"strings"
)

// ChartBar is one bar of a chart.
type ChartBar struct {
	Label string
	Value float64
	Ours  bool
}

const (
	chartWidth = 720
	labelWidth = 250
	valueWidth = 70
	rowHeight  = 26
	topMargin  = 44
)

// chartStyle follows the reader's light or dark setting.
const chartStyle = `
  text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #24292f }
  .title { font-weight: 600; font-size: 14px }
  .peer { fill: #8c959f }
  .ours { fill: #0969da }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .peer { fill: #6e7681 }
    .ours { fill: #4493f8 }
  }
`

// Chart draws horizontal bars on a linear scale as SVG. The value behind each
// bar is written with format.
func Chart(title, format string, bars []ChartBar) string {
	longest := 0.0
	for _, b := range bars {
		longest = max(longest, b.Value)
	}
	var s strings.Builder
	height := topMargin + rowHeight*len(bars) + 10
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s">`+"\n",
		chartWidth, height, chartWidth, height, html.EscapeString(title))
	fmt.Fprintf(&s, "<style>%s</style>\n", chartStyle)
	fmt.Fprintf(&s, `<text class="title" x="0" y="20">%s</text>`+"\n", html.EscapeString(title))
	for i, b := range bars {
		y := topMargin + i*rowHeight
		class := "peer"
		if b.Ours {
			class = "ours"
		}
		width := max(1, b.Value/longest*(chartWidth-labelWidth-valueWidth))
		fmt.Fprintf(&s, `<text x="%d" y="%d" text-anchor="end">%s</text>`+"\n", labelWidth-10, y+14, html.EscapeString(b.Label))
		fmt.Fprintf(&s, `<rect class="%s" x="%d" y="%d" width="%.1f" height="18" rx="2"/>`+"\n", class, labelWidth, y, width)
		fmt.Fprintf(&s, `<text x="%.1f" y="%d">%s</text>`+"\n", labelWidth+width+6, y+14, html.EscapeString(fmt.Sprintf(format, b.Value)))
	}
	s.WriteString("</svg>\n")
	return s.String()
}
