// Package measure compares what operations cost, on machines that are shared
// and noisy.
//
// All cases of a comparison are measured in one run and in many short rounds,
// each round in another order, so that whatever disturbs the machine disturbs
// all of them alike. What counts is CPU time, not the time on the wall, and of
// many rounds the median.
package measure

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"runtime/metrics"
	"slices"
	"time"
)

// Case is one operation to measure.
type Case struct {
	// Name identifies the case among those measured together.
	Name string
	// Op does the operation n times.
	Op func(n int) error
}

// Options say how long to measure.
type Options struct {
	// Rounds is how many samples each case gets.
	Rounds int
	// Sample is how much CPU time one sample takes.
	Sample time.Duration
}

// Result is what one operation of a case costs.
type Result struct {
	Name string
	// Nanos is the median CPU time in nanoseconds, of user and system, of the
	// thread that does the operation: allocating and helping the garbage
	// collector are in it, the collector's own threads are not.
	Nanos float64
	// Process is the same of all threads, so of the garbage collector too.
	Process float64
	// Rounds are the samples behind Nanos, in the order of the rounds, so that
	// cases can be compared round by round; ProcessRounds those behind Process.
	Rounds, ProcessRounds []float64
	// Allocs and Bytes are the medians of heap allocations.
	Allocs, Bytes float64
	// Cycles is the median of user-mode CPU cycles of the measuring thread; 0
	// on machines without such a counter.
	Cycles float64
}

// Run measures all cases, interleaved. The results are in the order of cases.
func Run(cases []Case, o Options) ([]Result, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	counter, _ := openCycles() // many virtual machines have none
	defer counter.Close()

	results := make([]Result, len(cases))
	times := make([]int, len(cases))
	order := make([]int, len(cases))
	for i, c := range cases {
		n, err := calibrate(c, o.Sample)
		if err != nil {
			return nil, err
		}
		results[i].Name, times[i], order[i] = c.Name, n, i
	}
	samples := make([][]figures, len(cases))
	for range o.Rounds {
		rand.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			s, err := sample(cases[i], times[i], counter)
			if err != nil {
				return nil, err
			}
			samples[i] = append(samples[i], s)
		}
	}
	for i := range results {
		results[i].summarize(samples[i])
	}
	return results, nil
}

func (r *Result) summarize(samples []figures) {
	median := func(figure func(figures) float64) float64 {
		var all []float64
		for _, s := range samples {
			all = append(all, figure(s))
		}
		return Median(all)
	}
	r.Nanos = median(func(f figures) float64 { return f.nanos })
	r.Process = median(func(f figures) float64 { return f.process })
	r.Allocs = median(func(f figures) float64 { return f.allocs })
	r.Bytes = median(func(f figures) float64 { return f.bytes })
	r.Cycles = median(func(f figures) float64 { return f.cycles })
	for _, s := range samples {
		r.Rounds = append(r.Rounds, s.nanos)
		r.ProcessRounds = append(r.ProcessRounds, s.process)
	}
}

// calibrate finds how many operations take about so much CPU time.
func calibrate(c Case, want time.Duration) (int, error) {
	for n := 1; ; n *= 2 {
		s, err := sample(c, n, nil)
		if err != nil {
			return 0, err
		}
		if took := s.nanos * float64(n); took > float64(want)/4 || n > 1<<26 {
			return max(1, int(float64(n)*float64(want)/took)), nil
		}
	}
}

type figures struct{ nanos, process, allocs, bytes, cycles float64 }

func sample(c Case, n int, counter *cycles) (figures, error) {
	runtime.GC() // what others left behind is not this case's to clean up
	a0, b0 := heap()
	p0, y0, t0 := CPUTime(), counter.Read(), threadTime()
	err := c.Op(n)
	t1, y1, p1 := threadTime(), counter.Read(), CPUTime()
	a1, b1 := heap()
	if err != nil {
		return figures{}, fmt.Errorf("%s: %w", c.Name, err)
	}
	per := func(x float64) float64 { return x / float64(n) }
	return figures{
		nanos: per(float64(t1 - t0)), process: per(float64(p1 - p0)), cycles: per(float64(y1 - y0)),
		allocs: per(float64(a1 - a0)), bytes: per(float64(b1 - b0)),
	}, nil
}

// heap returns how many objects and bytes were ever allocated.
func heap() (objects, bytes uint64) {
	s := []metrics.Sample{{Name: "/gc/heap/allocs:objects"}, {Name: "/gc/heap/tiny/allocs:objects"}, {Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64() + s[1].Value.Uint64(), s[2].Value.Uint64()
}

// Median returns the median, 0 of nothing.
func Median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// Added is the median over all rounds of what one case costs more than another.
func Added(with, without []float64) float64 {
	var more []float64
	for i := range with {
		more = append(more, with[i]-without[i])
	}
	return Median(more)
}
