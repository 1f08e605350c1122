package suite

import (
	"crypto/sha256"
	"net/http"
	"runtime"
	"sync"
	"time"

	"github.com/latchkey-go/latchkey/bench/internal/fixture"
	"github.com/latchkey-go/latchkey/bench/internal/guards"
	"github.com/latchkey-go/latchkey/internal/tokencache"
	"github.com/latchkey-go/latchkey/jwt"
)

// ScalingRow is how often something can be done in a second on one core and on
// two.
type ScalingRow struct {
	Name     string
	One, Two float64
}

// Factor is how many times more is done on two cores.
func (r ScalingRow) Factor() float64 { return r.Two / r.One }

// scalingCase makes, for each goroutine, an operation that is done n times.
type scalingCase struct {
	name string
	op   func() (func(n int) error, error)
}

// Scaling measures the time on the wall, for waiting is what could spoil it. On
// a machine that does other work too, only the least disturbed moments tell
// anything: the best of many short rounds counts, for one core as for two. The
// second row shares nothing between cores and so tells what this machine can
// give.
func Scaling(rounds int, sample time.Duration) ([]ScalingRow, error) {
	key, err := fixture.NewKey(jwt.HS256)
	if err != nil {
		return nil, err
	}
	ours, err := guards.NewLatchkey(key.Latchkey, pool)
	if err != nil {
		return nil, err
	}
	defer ours.Close()
	peer := guards.Peers()[0]
	byHand, err := peer.New(key.Private.([]byte))
	if err != nil {
		return nil, err
	}
	guarded := func(h http.Handler) func() (func(int) error, error) {
		return func() (func(int) error, error) { return requests(h, ours.Tokens, "Bearer ", http.StatusOK) }
	}
	cases := []scalingCase{
		{"verification of a token seen before", cachedVerification(key.Latchkey, ours.Tokens)},
		{"a hash, for comparison: nothing is shared", hashing},
		{"guarded request, Latchkey, token seen before", guarded(ours)},
		{"guarded request, " + peer.Name, guarded(byHand)},
	}
	rows := make([]ScalingRow, len(cases))
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for range rounds {
		for i, c := range cases {
			runtime.GOMAXPROCS(1)
			one, err := throughput(c.op, 1, sample)
			if err != nil {
				return nil, err
			}
			runtime.GOMAXPROCS(2)
			two, err := throughput(c.op, 2, sample)
			if err != nil {
				return nil, err
			}
			rows[i] = ScalingRow{c.name, max(rows[i].One, one), max(rows[i].Two, two)}
		}
	}
	return rows, nil
}

// cachedVerification looks tokens up that are there, in one cache for all.
func cachedVerification(key *jwt.Key, tokens []string) func() (func(int) error, error) {
	keys, cache := key.KeySet(), tokencache.New[string](16*len(tokens))
	for _, t := range tokens {
		cache.Put(keys, t, t)
	}
	return func() (func(int) error, error) {
		return func(n int) error {
			for i := range n {
				if t := tokens[i%len(tokens)]; cache.Get(keys, t) == nil {
					cache.Put(keys, t, t)
				}
			}
			return nil
		}, nil
	}
}

// hashing computes hashes.
func hashing() (func(int) error, error) {
	var data [1024]byte
	return func(n int) error {
		for range n {
			sum := sha256.Sum256(data[:])
			copy(data[:], sum[:])
		}
		return nil
	}, nil
}

// throughput runs so many goroutines for a while and returns how often they did
// the operation, a second.
func throughput(newOp func() (func(int) error, error), goroutines int, sample time.Duration) (float64, error) {
	const batch = 256
	var wg sync.WaitGroup
	done := make([]int, goroutines)
	errs := make([]error, goroutines)
	runtime.GC()
	start := time.Now()
	for g := range goroutines {
		op, err := newOp()
		if err != nil {
			return 0, err
		}
		wg.Go(func() {
			n, err := 0, error(nil)
			for time.Since(start) < sample && err == nil {
				err = op(batch)
				n += batch
			}
			done[g], errs[g] = n, err
		})
	}
	wg.Wait()
	took := time.Since(start).Seconds()
	total := 0
	for g := range goroutines {
		if errs[g] != nil {
			return 0, errs[g]
		}
		total += done[g]
	}
	return float64(total) / took, nil
}
