package main

import (
	"fmt"
	"html"
	"math"
	"strings"
	"unicode/utf8"
)

// draw turns a Mermaid diagram into SVG, and says whether it can: sequences,
// flowcharts and states, with as much of the language as the documentation uses.
// The colours are those of site.css.
func draw(code string) (svg string, ok bool) {
	first, rest, _ := strings.Cut(strings.TrimSpace(code), "\n")
	kind, direction, _ := strings.Cut(strings.TrimSpace(first), " ")
	switch kind {
	case "sequenceDiagram":
		s, ok := parseSequence(rest)
		if !ok {
			return "", false
		}
		return s.draw(), true
	case "flowchart", "stateDiagram-v2":
		g, ok := parseGraph(rest, kind != "flowchart")
		if !ok {
			return "", false
		}
		g.down = g.down || strings.HasPrefix(direction, "T")
		return g.draw(), true
	}
	return "", false
}

// The measures of text, in pixels. Widths are those of a wide font, so that text
// fits whatever the reader's is.
const (
	charWidth  = 7.6
	lineHeight = 18
)

// wrapped breaks a text at its <br>, and at spaces where a line gets long.
func wrapped(text string, most int) []string {
	var all []string
	for part := range strings.SplitSeq(html.UnescapeString(text), "<br>") {
		line := ""
		for word := range strings.FieldsSeq(part) {
			if line != "" && utf8.RuneCountInString(line+" "+word) > most {
				all = append(all, line)
				line = word
				continue
			}
			line = strings.TrimSpace(line + " " + word)
		}
		all = append(all, line)
	}
	return all
}

// size is how much room lines of text take.
func size(lines []string) (width, height float64) {
	for _, line := range lines {
		width = max(width, float64(utf8.RuneCountInString(line))*charWidth)
	}
	return width, float64(len(lines)) * lineHeight
}

// A canvas is an SVG picture that grows with what is on it.
type canvas struct {
	b             strings.Builder
	width, height float64
}

func (c *canvas) grow(x, y float64) {
	c.width, c.height = max(c.width, x), max(c.height, y)
}

// text writes lines around a point.
func (c *canvas) text(x, y float64, lines []string) {
	width, height := size(lines)
	c.grow(x+width/2, y+height/2)
	top := y - height/2 + lineHeight*0.72
	for i, line := range lines {
		fmt.Fprintf(&c.b, `<text x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, x, top+float64(i)*lineHeight, html.EscapeString(line))
	}
}

// box draws a rectangle of a class around a point.
func (c *canvas) box(class string, x, y, width, height, round float64) {
	c.grow(x+width/2+1, y+height/2+1)
	fmt.Fprintf(&c.b, `<rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="%.1f"/>`,
		class, x-width/2, y-height/2, width, height, round)
}

// label writes lines on a ground of their own.
func (c *canvas) label(x, y float64, lines []string) {
	width, height := size(lines)
	c.box("back", x, y, width+6, height, 0)
	c.text(x, y, lines)
}

// arrow draws a line through points with a head at its end.
func (c *canvas) arrow(dashed bool, points ...point) {
	class := "line"
	if dashed {
		class += " dashed"
	}
	var path []string
	for _, p := range points {
		c.grow(p.x+1, p.y+1)
		path = append(path, fmt.Sprintf("%.1f,%.1f", p.x, p.y))
	}
	fmt.Fprintf(&c.b, `<polyline class="%s" points="%s"/>`, class, strings.Join(path, " "))
	end, from := points[len(points)-1], points[len(points)-2]
	angle := math.Atan2(end.y-from.y, end.x-from.x)
	left, right := end.behind(angle+0.4), end.behind(angle-0.4)
	fmt.Fprintf(&c.b, `<polygon class="head" points="%.1f,%.1f %.1f,%.1f %.1f,%.1f"/>`, end.x, end.y, left.x, left.y, right.x, right.y)
}

// arrowless draws a dashed line without a head.
func (c *canvas) arrowless(from, to point) {
	c.grow(to.x+1, to.y+1)
	fmt.Fprintf(&c.b, `<line class="line dashed" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"/>`, from.x, from.y, to.x, to.y)
}

// svg returns the picture. What it shows is said to those who do not see it.
func (c *canvas) svg(title string) string {
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="%s" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f">%s</svg>`,
		html.EscapeString(title), c.width+1, c.height+1, c.width+1, c.height+1, c.b.String())
}

type point struct{ x, y float64 }

// behind is a point at the back of an arrow's head that points there.
func (p point) behind(angle float64) point {
	const length = 9
	return point{p.x - length*math.Cos(angle), p.y - length*math.Sin(angle)}
}
