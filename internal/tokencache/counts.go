package tokencache

import (
	"math/rand/v2"
	"sync/atomic"
)

// sampling is how many hits one counted hit stands for. Counting each would
// make all cores write to one place on every request.
const sampling = 64

// counts are what Stats reports.
type counts struct {
	misses atomic.Uint64
	hits   atomic.Uint64
}

// hit counts one hit of sampling, chosen at random: every n-th would need to be
// counted, and choosing by token would follow the busy ones.
func (c *counts) hit() {
	if rand.Uint32()%sampling == 0 {
		c.hits.Add(sampling)
	}
}

// Stats is what a cache has done since it was made.
type Stats struct {
	// Hits is an estimate from a random sample: with a million hits it is
	// within one percent, most of the time.
	Hits uint64
	// Misses is exact. Tokens that are not valid are among them.
	Misses uint64
}

// Stats reports what the cache has done so far.
func (c *Cache[V]) Stats() Stats {
	return Stats{Hits: c.counts.hits.Load(), Misses: c.counts.misses.Load()}
}
