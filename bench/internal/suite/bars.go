package suite

import (
	"fmt"
	"math"

	"github.com/latchkey-go/latchkey/jwt"
)

// Bar is one demand on Latchkey's speed and what was measured.
type Bar struct {
	// Number is the bar's number in docs/benchmarks.md.
	Number int `json:"bar"`
	// What is measured.
	What string `json:"what"`
	// Peer and Version say with what it is compared; empty for figures that
	// stand alone.
	Peer    string `json:"peer,omitempty"`
	Version string `json:"version,omitempty"`
	// Figure is Latchkey's, PeerFigure the peer's, in Unit.
	Figure     float64 `json:"figure"`
	PeerFigure float64 `json:"peer_figure,omitempty"`
	Unit       string  `json:"unit"`
	// Ratio is what is compared with Want: "at least" or "at most" as Limit
	// says.
	Ratio float64 `json:"ratio"`
	// WithGC is the ratio when the garbage collector's threads count too; it is
	// told and not judged.
	WithGC float64 `json:"ratio_with_gc,omitempty"`
	Limit  string  `json:"limit"`
	Want   float64 `json:"want"`
	Met    bool    `json:"met"`
}

const (
	atLeast = "at least"
	atMost  = "at most"
)

func (b Bar) judged(ratio float64, limit string, want float64) Bar {
	b.Ratio, b.Limit, b.Want = math.Round(ratio*100)/100, limit, want
	if limit == atLeast {
		b.Met = ratio >= want
	} else {
		b.Met = ratio <= want
	}
	return b
}

// String is one line for people.
func (b Bar) String() string {
	verdict := "met"
	if !b.Met {
		verdict = "MISSED"
	}
	peer := ""
	if b.Peer != "" {
		peer = fmt.Sprintf(" against %s %s", b.Peer, b.Version)
	}
	collector := ""
	if b.WithGC != 0 {
		collector = fmt.Sprintf(" (with the garbage collector %.2f)", b.WithGC)
	}
	return fmt.Sprintf("bar %d: %s%s: %.2f%s, %s %g: %s", b.Number, b.What, peer, b.Ratio, collector, b.Limit, b.Want, verdict)
}

// The demands of bar 1: how many times less than each middleware, and how many
// allocations at most.
const (
	timesLessNew, allocsNew   = 5, 6
	timesLessSeen, allocsSeen = 30, 2
	timesLessForged           = 10
)

// GuardBars judges bar 1: what a guard adds to a request.
func GuardBars(t *GuardTable) []Bar {
	var bars []Bar
	for i, ours := range t.Ours {
		times, allocs := float64(timesLessSeen), float64(allocsSeen)
		if i == 0 {
			times, allocs = timesLessNew, allocsNew
		}
		bars = append(bars, allocations(ours.Name, ours.Added.Allocs, allocs))
		for _, peer := range t.Peers {
			bars = append(bars, timesLess("CPU time added: "+ours.Name, ours.Added, peer, peer.Added, times))
		}
	}
	for _, peer := range t.Peers {
		bars = append(bars, timesLess("CPU time added: forged token", t.Ours[0].Forged, peer, peer.Forged, timesLessForged))
	}
	return bars
}

func allocations(what string, got, most float64) Bar {
	b := Bar{Number: 1, What: "allocations added: " + what, Figure: got, Unit: "allocations"}
	return b.judged(math.Round(got), atMost, most)
}

func timesLess(what string, ours Cost, peer GuardRow, theirs Cost, want float64) Bar {
	b := Bar{Number: 1, What: what, Peer: peer.Name, Version: peer.Version,
		Figure: math.Round(ours.Nanos), PeerFigure: math.Round(theirs.Nanos), Unit: "ns of CPU time"}
	b.WithGC = math.Round(theirs.WithGC/ours.WithGC*100) / 100
	return b.judged(theirs.Nanos/ours.Nanos, atLeast, want)
}

// FloorBars judges bar 2: package jwt beside the least that is possible.
func FloorBars(rows []FloorRow) []Bar {
	cost := map[string]Cost{}
	for _, r := range rows {
		cost[r.Name] = r.Cost
	}
	beside := func(ours, floor string, most float64) Bar {
		b := Bar{Number: 2, What: string(jwt.HS256) + ", " + ours, Peer: floor, Unit: "ns of CPU time",
			Figure: math.Round(cost[ours].Nanos), PeerFigure: math.Round(cost[floor].Nanos)}
		return b.judged(cost[ours].Nanos/cost[floor].Nanos, atMost, most)
	}
	return []Bar{beside(OursVerify, FloorScan, 1.6), beside(OursSign, FloorSign, 2)}
}

// ScalingBars judges bar 3: cached verification on two cores against one.
func ScalingBars(rows []ScalingRow) []Bar {
	r := rows[0]
	b := Bar{Number: 3, What: "two cores against one: " + r.Name,
		Figure: math.Round(r.Two), PeerFigure: math.Round(r.One), Unit: "verifications a second"}
	return []Bar{b.judged(r.Factor(), atLeast, 1.8)}
}
