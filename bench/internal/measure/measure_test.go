package measure

import (
	"crypto/sha256"
	"testing"
	"time"
)

var sink [32]byte

func hash(bytes int) func(int) error {
	data := make([]byte, bytes)
	return func(n int) error {
		for range n {
			sink = sha256.Sum256(data)
		}
		return nil
	}
}

func TestRun(t *testing.T) {
	var kept []byte
	results, err := Run([]Case{
		{"small", hash(1 << 10)},
		{"large", hash(16 << 10)},
		{"allocates", func(n int) error {
			for range n {
				kept = make([]byte, 1<<10)
			}
			return nil
		}},
	}, Options{Rounds: 5, Sample: 5 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	_ = kept
	small, large, allocates := results[0], results[1], results[2]
	if large.Nanos < 2*small.Nanos {
		t.Errorf("sixteen times the work costs %v, the work itself %v", large.Nanos, small.Nanos)
	}
	if added := Added(large.Rounds, small.Rounds); added <= 0 || added >= large.Nanos {
		t.Errorf("%v added to %v gives %v", added, small.Nanos, large.Nanos)
	}
	if small.Process < small.Nanos/2 || allocates.Process < allocates.Nanos/2 {
		t.Errorf("the process takes %v and %v, its thread %v and %v", small.Process, allocates.Process, small.Nanos, allocates.Nanos)
	}
	if allocates.Allocs < 0.99 || allocates.Allocs > 1.1 || allocates.Bytes < 1000 || small.Allocs > 0.1 {
		t.Errorf("allocations: %v of %v bytes, and %v where there are none", allocates.Allocs, allocates.Bytes, small.Allocs)
	}
	if len(small.Rounds) != 5 || small.Name != "small" {
		t.Errorf("result: %+v", small)
	}
}

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		of   []float64
		want float64
	}{{nil, 0}, {[]float64{3}, 3}, {[]float64{9, 1, 2}, 2}, {[]float64{4, 1, 2, 9}, 3}} {
		if got := Median(c.of); got != c.want {
			t.Errorf("the median of %v is %v, not %v", c.of, got, c.want)
		}
	}
}
