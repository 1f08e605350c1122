package main

import (
	"cmp"
	"slices"
)

// layOut gives each node its place: in ranks along the direction of the arrows,
// and across in bands, one for each group.
func (g *graph) layOut() {
	for _, n := range g.nodes {
		w, h := size(n.lines)
		n.w, n.h = w+24, h+16
	}
	g.rank()
	g.split()
	ranks := g.ordered()
	g.placeAlong(ranks)
	g.placeAcross(ranks)
}

// rank puts each node behind those that lead to it. Arrows of a circle that
// lead back do not count.
func (g *graph) rank() {
	for range g.nodes {
		for _, e := range g.edges {
			if e.to.rank <= e.from.rank && e.to != e.from && e.from.rank+1 < len(g.nodes) {
				e.to.rank = e.from.rank + 1
			}
		}
	}
}

// split puts an empty node into each rank that an arrow passes.
func (g *graph) split() {
	for i := range g.edges {
		e := &g.edges[i]
		for rank := e.from.rank + 1; rank < e.to.rank; rank++ {
			empty := &node{rank: rank, group: e.to.group, w: 8, h: 8}
			g.nodes = append(g.nodes, empty)
			e.through = append(e.through, empty)
		}
	}
}

// ordered returns the nodes of each rank in the order in which they stand
// across: by group, and then beside what leads to them.
func (g *graph) ordered() [][]*node {
	var ranks [][]*node
	for _, n := range g.nodes {
		for len(ranks) <= n.rank {
			ranks = append(ranks, nil)
		}
		ranks[n.rank] = append(ranks[n.rank], n)
	}
	place := map[*node]float64{}
	for _, rank := range ranks {
		want := map[*node]float64{}
		for i, n := range rank {
			want[n] = g.meanOf(n, place, float64(i))
		}
		slices.SortStableFunc(rank, func(a, b *node) int {
			return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(want[a], want[b]))
		})
		for i, n := range rank {
			place[n] = float64(i)
		}
	}
	return ranks
}

// meanOf is the mean place of what leads to a node.
func (g *graph) meanOf(n *node, place map[*node]float64, without float64) float64 {
	sum, count := 0.0, 0.0
	for _, e := range g.edges {
		way := append(append([]*node{e.from}, e.through...), e.to)
		if i := slices.Index(way, n); i > 0 {
			sum, count = sum+place[way[i-1]], count+1
		}
	}
	if count == 0 {
		return without
	}
	return sum / count
}

// placeAlong leaves room between ranks for the words beside arrows.
func (g *graph) placeAlong(ranks [][]*node) {
	at := 8.0
	if len(g.groups) > 0 {
		at += lineHeight + 12
	}
	for i, rank := range ranks {
		wide, gap := 0.0, 46.0
		for _, n := range rank {
			wide = max(wide, g.along(n))
		}
		for _, e := range g.edges {
			w, h := size(e.lines)
			if last := e.to.rank - 1; last == i && len(e.lines) > 0 {
				gap = max(gap, pick(g.down, h, w)+40)
			}
		}
		for _, n := range rank {
			if len(n.lines) == 0 { // the arrow passes the whole rank before it turns
				if n.w, n.h = 8, wide; !g.down {
					n.w, n.h = wide, 8
				}
			}
			if g.down {
				n.y = at + n.h/2
			} else {
				n.x = at + n.w/2
			}
		}
		at += wide + gap
	}
}

// placeAcross centres the nodes of each rank within the band of their group.
func (g *graph) placeAcross(ranks [][]*node) {
	const gap = 22
	start := 8.0
	for group := -1; group < len(g.groups); group++ {
		band := 0.0
		sums := make([]float64, len(ranks))
		for i, rank := range ranks {
			for _, n := range rank {
				if n.group == group {
					sums[i] += g.across(n) + gap
				}
			}
			band = max(band, sums[i])
		}
		if band == 0 {
			continue
		}
		if group >= 0 {
			start += lineHeight + 16
		}
		for i, rank := range ranks {
			at := start + (band-sums[i])/2
			for _, n := range rank {
				if n.group != group {
					continue
				}
				if g.down {
					n.x = at + n.w/2
				} else {
					n.y = at + n.h/2
				}
				at += g.across(n) + gap
			}
		}
		start += band + 16
	}
}

func (g *graph) along(n *node) float64  { return pick(g.down, n.h, n.w) }
func (g *graph) across(n *node) float64 { return pick(g.down, n.w, n.h) }

func pick(first bool, a, b float64) float64 {
	if first {
		return a
	}
	return b
}
