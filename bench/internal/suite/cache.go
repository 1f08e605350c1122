package suite

import (
	"fmt"
	"strings"

	"github.com/latchkey-go/latchkey/bench/internal/fixture"
	"github.com/latchkey-go/latchkey/bench/internal/measure"
	"github.com/latchkey-go/latchkey/internal/tokencache"
	"github.com/latchkey-go/latchkey/jwt"
)

// CacheRow is what the cache of verified tokens costs by itself.
type CacheRow struct {
	Name string
	Cost Cost
	// HitRate is the part of lookups that found their token.
	HitRate float64
}

// Cache measures hits, misses and churn.
func Cache(o measure.Options) ([]CacheRow, error) {
	const slots = 1024
	key, err := fixture.NewKey(jwt.HS256)
	if err != nil {
		return nil, err
	}
	keys, err := jwt.NewKeySet(key.Latchkey)
	if err != nil {
		return nil, err
	}
	tokens := make([]string, 10*slots)
	for i := range tokens {
		if tokens[i], err = key.Sign(fixture.NewClaims()); err != nil {
			return nil, err
		}
	}
	type row struct {
		name    string
		tokens  int
		rewrite func(string) string // what is asked for instead of the token
	}
	described := []row{
		{"hit, one token", 1, nil},
		{fmt.Sprintf("hit, %d tokens in %d slots", slots/4, slots), slots / 4, nil},
		{"miss, the signature is another", slots / 4, fixture.Forge},
		{fmt.Sprintf("churn, %d tokens in turn through %d slots", len(tokens), slots), len(tokens), nil},
	}
	var cases []measure.Case
	var caches []*tokencache.Cache[*string]
	for _, d := range described {
		c := tokencache.New[*string](slots)
		caches = append(caches, c)
		asked := make([]string, d.tokens)
		for i := range asked {
			asked[i] = strings.Clone(tokens[i])
			c.Put(keys, asked[i], &asked[i])
			if d.rewrite != nil {
				asked[i] = d.rewrite(asked[i])
			}
		}
		cases = append(cases, measure.Case{Name: d.name, Op: lookups(c, keys, asked, d.rewrite == nil)})
	}
	results, err := measure.Run(cases, o)
	if err != nil {
		return nil, err
	}
	rows := make([]CacheRow, len(results))
	for i, r := range results {
		s := caches[i].Stats()
		rows[i] = CacheRow{r.Name, costOf(r), float64(s.Hits) / float64(s.Hits+s.Misses)}
	}
	return rows, nil
}

// lookups asks for one token after another and puts in what is not there.
func lookups(c *tokencache.Cache[*string], keys *jwt.KeySet, tokens []string, put bool) func(int) error {
	next := 0
	return func(n int) error {
		for range n {
			t := &tokens[next%len(tokens)]
			next++
			if c.Get(keys, *t) == nil && put {
				c.Put(keys, *t, t)
			}
		}
		return nil
	}
}
