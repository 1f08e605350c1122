package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey/bench/internal/fixture"
	"github.com/latchkey-go/latchkey/bench/internal/measure"
	"github.com/latchkey-go/latchkey/bench/internal/report"
	"github.com/latchkey-go/latchkey/bench/internal/suite"
	"github.com/latchkey-go/latchkey/jwt"
)

// Libraries are many and asymmetric signatures slow: fewer rounds.
var (
	libraryOptions = measure.Options{Rounds: 11, Sample: 15 * time.Millisecond}
	loopbackRounds = 5
	loopbackEach   = 2 * time.Second
)

// all measures everything, prints it, and writes it to docs if that is not
// empty.
func all(docs string) error {
	guards, err := suite.Guards(checkOptions)
	if err != nil {
		return err
	}
	tables := []*report.Table{guardTable(guards)}
	show := func(t *report.Table) {
		fmt.Print(t.Text())
	}
	show(tables[0])
	for _, measured := range []func() (*report.Table, error){
		forgedTable(guards), floorTable, verifyAndSign(), cacheTable, scalingTable, loopbackTable,
	} {
		t, err := measured()
		if err != nil {
			return err
		}
		show(t)
		tables = append(tables, t)
	}
	whole, err := serverTables()
	if err != nil {
		return err
	}
	for _, t := range whole {
		show(t)
	}
	tables = append(tables, whole...)
	if docs == "" {
		return nil
	}
	return write(docs, guards, tables)
}

func guardTable(g *suite.GuardTable) *report.Table {
	t := &report.Table{
		Title: "What a guard adds to a request",
		Notes: []string{"The same route with and without the middleware, on the middleware's own framework, in process. " +
			"The last columns say how many times more CPU time than Latchkey a middleware needs: for a token not seen before, and for one seen before; " +
			"in brackets with the garbage collector's threads, whose work is in proportion to the bytes."},
		Header: []string{"", "version", "CPU time", "with collector", "allocations", "bytes", "against new", "against seen"},
	}
	fresh, seen := g.Ours[0].Added, g.Ours[1].Added
	counted := fresh.Cycles > 0 // many virtual machines have no counter
	if counted {
		t.Header = append(t.Header, "cycles")
	}
	for _, r := range append(append([]suite.GuardRow{}, g.Ours...), g.Peers...) {
		against := []string{"", ""}
		if !strings.HasPrefix(r.Name, "Latchkey") {
			against = []string{timesMore(r.Added, fresh), timesMore(r.Added, seen)}
		}
		cells := append([]string{r.Name, r.Version, report.Nanos(r.Added.Nanos), report.Nanos(r.Added.WithGC), report.Count(r.Added.Allocs),
			report.Count(r.Added.Bytes)}, against...)
		if counted {
			cells = append(cells, report.Count(r.Added.Cycles))
		}
		t.Add(cells...)
	}
	return t
}

// timesMore says how many times more than ours a peer costs.
func timesMore(peer, ours suite.Cost) string {
	return report.Times(peer.Nanos/ours.Nanos) + " (" + report.Times(peer.WithGC/ours.WithGC) + ")"
}

func forgedTable(g *suite.GuardTable) func() (*report.Table, error) {
	return func() (*report.Table, error) {
		t := &report.Table{
			Title:  "What a forged token costs",
			Notes:  []string{"A token of the right form with a wrong HS256 signature, with the answer that refuses it."},
			Header: []string{"", "version", "CPU time", "with collector", "allocations", "against Latchkey"},
		}
		ours := g.Ours[0].Forged
		t.Add("Latchkey", g.Ours[0].Version, report.Nanos(ours.Nanos), report.Nanos(ours.WithGC), report.Count(ours.Allocs), "")
		for _, p := range g.Peers {
			t.Add(p.Name, p.Version, report.Nanos(p.Forged.Nanos), report.Nanos(p.Forged.WithGC),
				report.Count(p.Forged.Allocs), timesMore(p.Forged, ours))
		}
		return t, nil
	}
}

func floorTable() (*report.Table, error) {
	rows, err := suite.Floor(checkOptions)
	if err != nil {
		return nil, err
	}
	t := &report.Table{
		Title: "Package jwt beside the least that is possible",
		Notes: []string{"HS256. The floors use the same cryptography of the standard library and leave out nearly all checks; " +
			"they are there to be compared with, not to be used."},
		Header: []string{"", "CPU time", "allocations"},
	}
	for _, r := range rows {
		t.Add(r.Name, report.Nanos(r.Cost.Nanos), report.Count(r.Cost.Allocs))
	}
	return t, nil
}

// verifyAndSign makes one table of both: a line for each library.
func verifyAndSign() func() (*report.Table, error) {
	return func() (*report.Table, error) {
		rows, err := suite.Libraries(libraryOptions)
		if err != nil {
			return nil, err
		}
		t := &report.Table{
			Title: "JWT libraries",
			Notes: []string{"One token of " + fmt.Sprint(len(fixture.NewClaims().JSON())) + " bytes of claims: CPU time, and allocations in brackets. " +
				"Each library checks signature, algorithm, exp, nbf, iss and aud, and ends with the claims in a struct. RSA keys have 2048 bits."},
			Header: []string{"", "version"},
		}
		for _, alg := range fixture.Algorithms {
			t.Header = append(t.Header, string(alg)+" verify", string(alg)+" sign")
		}
		for _, r := range rows {
			cells := []string{r.Name, r.Version}
			for _, alg := range fixture.Algorithms {
				cells = append(cells, withAllocs(r.Verify, alg), withAllocs(r.Sign, alg))
			}
			t.Add(cells...)
		}
		return t, nil
	}
}

func withAllocs(costs map[jwt.Algorithm]suite.Cost, alg jwt.Algorithm) string {
	return report.Nanos(costs[alg].Nanos) + " (" + report.Count(costs[alg].Allocs) + ")"
}

func cacheTable() (*report.Table, error) {
	rows, err := suite.Cache(checkOptions)
	if err != nil {
		return nil, err
	}
	t := &report.Table{
		Title:  "The cache of verified tokens, by itself",
		Header: []string{"", "CPU time", "allocations", "found"},
	}
	for _, r := range rows {
		t.Add(r.Name, report.Nanos(r.Cost.Nanos), report.Count(r.Cost.Allocs), fmt.Sprintf("%.0f %%", 100*r.HitRate))
	}
	return t, nil
}

func scalingTable() (*report.Table, error) {
	rows, err := suite.Scaling(checkScaling.rounds, checkScaling.sample)
	if err != nil {
		return nil, err
	}
	t := &report.Table{
		Title:  "One core and two",
		Notes:  []string{"How often a second, in process; the best of many short rounds. The hash shares nothing between cores: it tells what two cores of this machine can give."},
		Header: []string{"", "one core", "two cores", "factor"},
	}
	for _, r := range rows {
		t.Add(r.Name, fmt.Sprintf("%.0f", r.One), fmt.Sprintf("%.0f", r.Two), fmt.Sprintf("%.2f", r.Factor()))
	}
	return t, nil
}

func loopbackTable() (*report.Table, error) {
	t := &report.Table{
		Title:  "Over a connection",
		Notes:  []string{"net/http on 127.0.0.1, wrk with 8 connections: the server's CPU time for one request. wrk shares the machine."},
		Header: []string{"", "CPU time", "requests a second"},
	}
	rows, err := suite.Loopback(loopbackRounds, loopbackEach)
	if errors.Is(err, suite.ErrNoWrk) {
		t.Notes = append(t.Notes, "Not measured: "+err.Error()+".")
		return t, nil
	}
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		t.Add(r.Name, report.Nanos(1000*r.Micros), fmt.Sprintf("%.0f", r.PerSecond))
	}
	return t, nil
}

const introduction = `# Benchmarks

![CPU time that a guard adds to a request](benchmarks.svg)

Measured on %s with %s on %s by ` + "`make bench`" + `, which wrote this page.

All figures of a table come from one run in which the cases take turns, in many short rounds of random order; each figure is the median. Times are CPU time, of user and system, of the thread that does the work; the threads of the garbage collector, which runs at GOGC=400 for all cases alike, are added where it says so. Machines are shared and drift: compare the lines of a table with each other, not with another machine's, and go by the ratios and the allocations.

` + "`make bench-check`" + ` measures the demands that Latchkey makes on itself and fails when one is missed.

`

// write writes the page and its chart.
func write(docs string, g *suite.GuardTable, tables []*report.Table) error {
	var page strings.Builder
	fmt.Fprintf(&page, introduction, time.Now().UTC().Format("2 January 2006"), runtime.Version(), report.Machine())
	for _, t := range tables {
		page.WriteString(t.Markdown())
	}
	if err := os.WriteFile(filepath.Join(docs, "benchmarks.md"), []byte(strings.TrimRight(page.String(), "\n")+"\n"), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(docs, "benchmarks.svg"), []byte(chart(g)), 0o644)
}

// chart shows what guards add, as multiples of Latchkey with a token seen
// before.
func chart(g *suite.GuardTable) string {
	unit := g.Ours[1].Added.Nanos
	bars := []report.ChartBar{
		{Label: "Latchkey, token seen before", Value: 1, Ours: true},
		{Label: "Latchkey, new token", Value: g.Ours[0].Added.Nanos / unit, Ours: true},
	}
	for _, p := range g.Peers {
		bars = append(bars, report.ChartBar{Label: p.Name + " " + p.Version, Value: p.Added.Nanos / unit})
	}
	return report.Chart("CPU time that a guard adds to a request, HS256, Latchkey = 1", "%.3g×", bars)
}
