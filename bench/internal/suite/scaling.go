package suite

import (
	"net/http"
	"runtime"
	"sync"
	"time"

	"github.com/latchkey-go/latchkey/bench/internal/fixture"
	"github.com/latchkey-go/latchkey/bench/internal/guards"
	"github.com/latchkey-go/latchkey/jwt"
)

// ScalingRow is how many requests a second pass a guard on one core and on two.
type ScalingRow struct {
	Name     string
	One, Two float64
}

// Factor is how many times more pass on two cores.
func (r ScalingRow) Factor() float64 { return r.Two / r.One }

// Scaling measures the time on the wall, for waiting is what could spoil it. On
// a machine that does other work too, only the least disturbed moments tell
// anything: the best of many short rounds counts, for one core as for two.
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
	rows := []ScalingRow{{Name: "Latchkey, tokens seen before"}, {Name: peer.Name}}
	handlers := []http.Handler{ours, byHand}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for range rounds {
		for i := range rows {
			runtime.GOMAXPROCS(1)
			one, err := throughput(handlers[i], ours.Tokens, 1, sample)
			if err != nil {
				return nil, err
			}
			runtime.GOMAXPROCS(2)
			two, err := throughput(handlers[i], ours.Tokens, 2, sample)
			if err != nil {
				return nil, err
			}
			rows[i].One, rows[i].Two = max(rows[i].One, one), max(rows[i].Two, two)
		}
	}
	return rows, nil
}

// throughput runs so many goroutines for a while and returns the requests that
// passed, a second.
func throughput(h http.Handler, tokens []string, goroutines int, sample time.Duration) (float64, error) {
	const batch = 64
	var wg sync.WaitGroup
	done := make([]int, goroutines)
	errs := make([]error, goroutines)
	runtime.GC()
	start := time.Now()
	for g := range goroutines {
		op, err := requests(h, tokens, "Bearer ", http.StatusOK)
		if err != nil {
			return 0, err
		}
		wg.Go(func() {
			n := 0
			for time.Since(start) < sample && errs[g] == nil {
				errs[g] = op(batch)
				n += batch
			}
			done[g] = n
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
