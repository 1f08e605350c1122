// Package suite has the comparisons of lkbench.
package suite

import (
	"fmt"
	"net/http"

	"github.com/latchkey-go/latchkey/bench/internal/fixture"
	"github.com/latchkey-go/latchkey/bench/internal/guards"
	"github.com/latchkey-go/latchkey/bench/internal/measure"
	"github.com/latchkey-go/latchkey/jwt"
)

// pool is how many tokens a case goes through, over and over.
const pool = 64

// GuardRow is what one middleware adds to a request.
type GuardRow struct {
	Name    string
	Version string
	Added   Cost // for a good token
	Forged  Cost // for a forged one; zero where not measured
}

// Cost is of one operation, more than without it.
type Cost struct {
	Nanos  float64 // of the thread that does it
	WithGC float64 // of the whole process, so of the garbage collector too
	Allocs float64
	Bytes  float64
	Cycles float64
}

// GuardTable compares middlewares. The first of Ours is for HS256 and tokens
// not seen before, the others are for tokens seen before.
type GuardTable struct {
	Ours  []GuardRow
	Peers []GuardRow
}

// guardCases collects cases and remembers which result is whose.
type guardCases struct {
	cases []measure.Case
	index map[string]int
}

func (g *guardCases) add(name string, op func(n int) error) {
	g.index[name] = len(g.cases)
	g.cases = append(g.cases, measure.Case{Name: name, Op: op})
}

// requests makes an operation that sends one token after another and demands
// the status.
func requests(h http.Handler, tokens []string, prefix string, want int) (func(int) error, error) {
	c, err := guards.NewCaller(h)
	if err != nil {
		return nil, err
	}
	values := make([]string, len(tokens))
	for i, t := range tokens {
		values[i] = prefix + t
	}
	return func(n int) error {
		for i := range n {
			if status := c.Call(values[i%len(values)]); status != want {
				return fmt.Errorf("status %d instead of %d", status, want)
			}
		}
		return nil
	}, nil
}

// Guards measures what every middleware adds to a request.
func Guards(o measure.Options) (*GuardTable, error) {
	key, err := fixture.NewKey(jwt.HS256)
	if err != nil {
		return nil, err
	}
	ours, err := guards.NewLatchkey(key.Latchkey, pool)
	if err != nil {
		return nil, err
	}
	defer ours.Close()
	g := &guardCases{index: map[string]int{}}
	forged := make([]string, pool)
	for i, t := range ours.Tokens {
		forged[i] = fixture.Forge(t)
	}
	if err := g.addBare(ours.Tokens); err != nil {
		return nil, err
	}
	for _, p := range guards.Peers() {
		h, err := p.New(key.Private.([]byte))
		if err != nil {
			return nil, err
		}
		if err := g.addRoute(p.Name, h, ours.Tokens, forged); err != nil {
			return nil, err
		}
	}
	if err := g.addRoute(oursNew, ours, ours.Tokens, forged); err != nil {
		return nil, err
	}
	if err := g.forgetful(ours); err != nil {
		return nil, err
	}
	closers, err := g.addSeen()
	defer closers()
	if err != nil {
		return nil, err
	}
	results, err := measure.Run(g.cases, o)
	if err != nil {
		return nil, err
	}
	return g.table(results), nil
}

// The names of our rows.
const (
	oursNew  = "Latchkey, token not seen before"
	oursSeen = "Latchkey, token seen before, "
)

func (g *guardCases) addBare(tokens []string) error {
	for _, f := range []guards.Framework{guards.NetHTTP, guards.Chi, guards.Echo, guards.Gin} {
		op, err := requests(guards.Bare(f), tokens, "Bearer ", http.StatusOK)
		if err != nil {
			return err
		}
		g.add("bare "+string(f), op)
	}
	return nil
}

func (g *guardCases) addRoute(name string, h http.Handler, good, forged []string) error {
	op, err := requests(h, good, "Bearer ", http.StatusOK)
	if err != nil {
		return err
	}
	g.add(name, op)
	if op, err = requests(h, forged, "Bearer ", http.StatusUnauthorized); err != nil {
		return err
	}
	g.add(name+" forged", op)
	return nil
}

// forgetful changes the case of tokens not seen before so that this is true.
func (g *guardCases) forgetful(ours *guards.Latchkey) error {
	c, err := guards.NewCaller(ours)
	if err != nil {
		return err
	}
	values := make([]string, pool)
	for i, t := range ours.Tokens {
		values[i] = "Bearer " + t
	}
	next := 0
	g.cases[g.index[oursNew]].Op = func(n int) error {
		before := ours.Misses()
		for range n {
			if next%pool == 0 {
				ours.Forget()
			}
			if status := c.Call(values[next%pool]); status != http.StatusOK {
				return fmt.Errorf("status %d", status)
			}
			next++
		}
		if missed := ours.Misses() - before; missed != uint64(n) {
			return fmt.Errorf("only %d of %d tokens were new", missed, n)
		}
		return nil
	}
	return nil
}

// addSeen adds the cases of tokens seen before: the kinds of algorithms.
func (g *guardCases) addSeen() (closeAll func(), err error) {
	var open []*guards.Latchkey
	closeAll = func() {
		for _, l := range open {
			l.Close()
		}
	}
	for _, alg := range fixture.Algorithms {
		key, err := fixture.NewKey(alg)
		if err != nil {
			return closeAll, err
		}
		l, err := guards.NewLatchkey(key.Latchkey, pool)
		if err != nil {
			return closeAll, err
		}
		open = append(open, l)
		op, err := requests(l, l.Tokens, "Bearer ", http.StatusOK)
		if err != nil {
			return closeAll, err
		}
		g.add(oursSeen+string(alg), op)
	}
	return closeAll, nil
}

func (g *guardCases) table(results []measure.Result) *GuardTable {
	cost := func(name string, f guards.Framework) Cost {
		i, ok := g.index[name]
		if !ok {
			return Cost{}
		}
		with, without := results[i], results[g.index["bare "+string(f)]]
		return Cost{
			Nanos: measure.Added(with.Rounds, without.Rounds), WithGC: measure.Added(with.ProcessRounds, without.ProcessRounds),
			Allocs: with.Allocs - without.Allocs,
			Bytes:  with.Bytes - without.Bytes, Cycles: with.Cycles - without.Cycles,
		}
	}
	var t GuardTable
	row := func(name, module string, f guards.Framework) GuardRow {
		return GuardRow{Name: name, Version: Version(module), Added: cost(name, f), Forged: cost(name+" forged", f)}
	}
	t.Ours = append(t.Ours, row(oursNew, latchkeyModule, guards.NetHTTP))
	for _, alg := range fixture.Algorithms {
		t.Ours = append(t.Ours, row(oursSeen+string(alg), latchkeyModule, guards.NetHTTP))
	}
	for _, p := range guards.Peers() {
		t.Peers = append(t.Peers, row(p.Name, p.Module, p.Framework))
	}
	return &t
}
