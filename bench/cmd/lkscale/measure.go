package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/latchkey-go/latchkey/session"
)

// figures are what operations take at one size.
type figures struct {
	Sessions int              `json:"sessions"`
	Times    map[string]times `json:"times"`
}

// times are of one operation.
type times struct {
	Median time.Duration `json:"median_ns"`
	P99    time.Duration `json:"p99_ns"`
}

// operation is something that is timed. Of its passes the last counts: the first
// brings the pages and cache lines of the sessions in, for few as for many.
type operation struct {
	name   string
	passes int
	// batch is how often it is done between two looks at the clock.
	batch int
	do    func(ctx context.Context, w *world, id string) error
}

// operations in the order of the table.
var operations = []operation{
	{"refresh", 1, 1, func(ctx context.Context, w *world, id string) error { return w.refresh(ctx, id) }},
	{asking, 2, 1, func(ctx context.Context, w *world, id string) error {
		return w.asking.Check(ctx, session.Access{SessionID: id})
	}},
	{"check, in memory", 2, 20, func(ctx context.Context, w *world, id string) error {
		return w.fed.Check(ctx, session.Access{SessionID: id})
	}},
	{"revoke", 1, 1, func(ctx context.Context, w *world, id string) error {
		return w.asking.End(ctx, id, session.EndedByAdmin)
	}},
}

// Operations that need not be flat.
const (
	asking  = "check, asking the store"
	purging = "purge of 500 rows"
)

// measure times every operation on every world, taking turns, so that what else
// the machine does meets all sizes alike.
func measure(ctx context.Context, worlds []*world, ops int) ([]figures, error) {
	table := make([]figures, len(worlds))
	for i, w := range worlds {
		if err := w.prepare(ctx, ops); err != nil {
			return nil, err
		}
		table[i] = figures{Sessions: len(w.alive) + ops, Times: map[string]times{}}
	}
	for _, o := range operations {
		for range o.passes {
			all, err := inTurns(worlds, ops, func(w *world, i int) (time.Duration, error) {
				return timed(o.batch, func() error { return o.do(ctx, w, w.sample[i]) })
			})
			if err != nil {
				return nil, fmt.Errorf("%s: %w", o.name, err)
			}
			for i := range table {
				table[i].Times[o.name] = all[i]
			}
		}
	}
	for _, w := range worlds {
		if err := w.makeDue(ctx, purgeRounds*purgeRows); err != nil {
			return nil, err
		}
	}
	all, err := inTurns(worlds, purgeRounds, func(w *world, _ int) (time.Duration, error) {
		return timed(1, func() error { return w.purge(ctx) })
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", purging, err)
	}
	for i := range table {
		table[i].Times[purging] = all[i]
	}
	return table, nil
}

// inTurns does something n times with each world.
func inTurns(worlds []*world, n int, do func(w *world, i int) (time.Duration, error)) ([]times, error) {
	took := make([][]time.Duration, len(worlds))
	for i := range n {
		for turn := range worlds {
			at := (turn + i) % len(worlds)
			d, err := do(worlds[at], i)
			if err != nil {
				return nil, err
			}
			took[at] = append(took[at], d)
		}
	}
	all := make([]times, len(worlds))
	for i, d := range took {
		slices.Sort(d)
		all[i] = times{Median: d[len(d)/2], P99: d[len(d)*99/100]}
	}
	return all, nil
}

// timed is how long do takes, on average over some times.
func timed(times int, do func() error) (time.Duration, error) {
	began := time.Now()
	for range times {
		if err := do(); err != nil {
			return 0, err
		}
	}
	return time.Since(began) / time.Duration(times), nil
}
