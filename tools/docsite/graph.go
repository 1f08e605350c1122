package main

import (
	"regexp"
	"slices"
	"strings"
)

// A graph is a flowchart, or states and how they follow each other.
type graph struct {
	down   bool // grows downwards, not to the right
	nodes  []*node
	edges  []edge
	groups []string // titles; a node without a group has group -1
}

type node struct {
	id         string
	lines      []string
	round      float64
	group      int
	rank       int
	x, y, w, h float64
}

type edge struct {
	from, to *node
	dashed   bool
	lines    []string
	through  []*node // that stand for nothing, one in each rank between
}

var (
	nodeText = regexp.MustCompile(`^(\w+)\s*(?:\[\("?(.*?)"?\)\]|\(\("?(.*?)"?\)\)|\["?(.*?)"?\]|\{"?(.*?)"?\}|\("?(.*?)"?\))?$`)
	edgeText = regexp.MustCompile(`\s+(?:--\s+"?([^"]*?)"?\s+-->|-\.\s+"?([^"]*?)"?\s+\.->|(-\.->)|(-->)(?:\|"?([^"|]*)"?\|)?)\s+`)
	subgraph = regexp.MustCompile(`^subgraph\s+(\w+)(?:\s*\["?(.*?)"?\])?$`)
	stateArc = regexp.MustCompile(`^(\S+)\s+-->\s+(\S+?)(?:\s*:\s*(.+))?$`)
)

func parseGraph(code string, states bool) (*graph, bool) {
	g := &graph{}
	group := -1
	for line := range strings.Lines(code) {
		line = strings.TrimSpace(line)
		if m := subgraph.FindStringSubmatch(line); m != nil {
			title := m[2]
			if title == "" {
				title = m[1]
			}
			group = len(g.groups)
			g.groups = append(g.groups, title)
			continue
		}
		ok := true
		switch {
		case line == "" || line == "direction LR":
		case line == "direction TB":
			g.down = true
		case line == "end":
			group = -1
		case states:
			ok = g.addState(line)
		default:
			ok = g.addChain(line, group)
		}
		if !ok {
			return nil, false
		}
	}
	return g, len(g.nodes) > 0
}

// addState adds a transition. The beginning and the end are nodes of their own.
func (g *graph) addState(line string) bool {
	m := stateArc.FindStringSubmatch(line)
	if m == nil {
		return false
	}
	end := func(id, name string) *node {
		if id == "[*]" {
			id = name
		}
		n := g.node(id, -1)
		n.round = 14
		return n
	}
	e := edge{from: end(m[1], "begin"), to: end(m[2], "end")}
	if m[3] != "" {
		e.lines = wrapped(m[3], 16)
	}
	g.edges = append(g.edges, e)
	return true
}

// addChain adds a line such as a & b --> c -- "text" --> d.
func (g *graph) addChain(line string, group int) bool {
	var before []*node
	var arrow []string
	for {
		part, rest := line, ""
		at := edgeText.FindStringSubmatchIndex(line)
		if at != nil {
			part, rest = line[:at[0]], line[at[1]:]
		}
		var these []*node
		for text := range strings.SplitSeq(part, " & ") {
			n := g.parseNode(strings.TrimSpace(text), group)
			if n == nil {
				return false
			}
			these = append(these, n)
		}
		for _, from := range before {
			for _, to := range these {
				e := edge{from: from, to: to, dashed: strings.Contains(arrow[0], "-.")}
				if label := arrow[1] + arrow[2] + arrow[5]; label != "" {
					e.lines = wrapped(label, 20)
				}
				g.edges = append(g.edges, e)
			}
		}
		if at == nil {
			return true
		}
		before, arrow, line = these, edgeText.FindStringSubmatch(line), rest
	}
}

func (g *graph) parseNode(text string, group int) *node {
	m := nodeText.FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	n := g.node(m[1], group)
	if label := m[2] + m[3] + m[4] + m[5] + m[6]; label != "" {
		n.lines = wrapped(label, 22)
	}
	if m[2] != "" || m[3] != "" || m[6] != "" {
		n.round = 14
	}
	return n
}

func (g *graph) node(id string, group int) *node {
	if i := slices.IndexFunc(g.nodes, func(n *node) bool { return n.id == id }); i >= 0 {
		return g.nodes[i]
	}
	n := &node{id: id, lines: []string{id}, round: 4, group: group}
	g.nodes = append(g.nodes, n)
	return n
}

func (g *graph) draw() string {
	g.layOut()
	var c canvas
	for i, title := range g.groups {
		g.drawGroup(&c, i, title)
	}
	for _, e := range g.edges {
		c.arrow(e.dashed, g.points(e)...)
	}
	for _, n := range g.nodes {
		if len(n.lines) > 0 {
			c.box("box", n.x, n.y, n.w, n.h, n.round)
			c.text(n.x, n.y, n.lines)
		}
	}
	for _, e := range g.edges {
		if len(e.lines) > 0 {
			p := g.points(e)
			a, b := p[len(p)-2], p[len(p)-1]
			c.label((a.x+b.x)/2, (a.y+b.y)/2, e.lines)
		}
	}
	var names []string
	for _, n := range g.nodes {
		if len(n.lines) > 0 {
			names = append(names, strings.Join(n.lines, " "))
		}
	}
	return c.svg("Arrows between " + strings.Join(names, ", "))
}

// drawGroup draws a frame around the nodes of a group.
func (g *graph) drawGroup(c *canvas, group int, title string) {
	left, top, right, bottom := 1e9, 1e9, 0.0, 0.0
	for _, n := range g.nodes {
		if n.group == group && len(n.lines) > 0 {
			left, right = min(left, n.x-n.w/2), max(right, n.x+n.w/2)
			top, bottom = min(top, n.y-n.h/2), max(bottom, n.y+n.h/2)
		}
	}
	left, right, top, bottom = left-12, right+12, top-lineHeight-12, bottom+12
	c.box("group", (left+right)/2, (top+bottom)/2, right-left, bottom-top, 6)
	c.text((left+right)/2, top+lineHeight*0.75, []string{title})
}

// points are the way of an edge, from the rim of one node to that of the other.
func (g *graph) points(e edge) []point {
	way := []point{{e.from.x, e.from.y}}
	for _, n := range e.through {
		if g.down {
			way = append(way, point{n.x, n.y - n.h/2}, point{n.x, n.y + n.h/2})
		} else {
			way = append(way, point{n.x - n.w/2, n.y}, point{n.x + n.w/2, n.y})
		}
	}
	way = append(way, point{e.to.x, e.to.y})
	last := len(way) - 1
	way[0] = e.from.rim(way[1])
	way[last] = e.to.rim(way[last-1])
	return way
}

// rim is where the line to another point leaves the node.
func (n *node) rim(to point) point {
	dx, dy := to.x-n.x, to.y-n.y
	scale := 1.0
	if dx != 0 {
		scale = min(scale, (n.w/2)/abs(dx))
	}
	if dy != 0 {
		scale = min(scale, (n.h/2)/abs(dy))
	}
	return point{n.x + dx*scale, n.y + dy*scale}
}
