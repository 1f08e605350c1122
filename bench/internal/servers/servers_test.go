package servers

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"
)

func TestQuantile(t *testing.T) {
	l := Latencies{5, 1, 4, 2, 3}
	for q, want := range map[float64]time.Duration{0: 1, .5: 3, .99: 5, 1: 5} {
		if got := l.Quantile(q); got != want {
			t.Errorf("quantile %v is %d, not %d", q, got, want)
		}
	}
	if got := (Latencies{}).Quantile(.5); got != 0 {
		t.Errorf("of nothing: %v", got)
	}
}

func TestAtRate(t *testing.T) {
	sent := make([]bool, 20)
	took, err := AtRate(t.Context(), 1000, len(sent), func(_ context.Context, i int) error {
		sent[i] = true
		return nil
	})
	if err != nil || len(took) != len(sent) {
		t.Fatalf("%d times, %v", len(took), err)
	}
	for i, ok := range sent {
		if !ok || took[i] <= 0 {
			t.Errorf("call %d: sent %v, took %v", i, ok, took[i])
		}
	}
	broken := errors.New("broken")
	if _, err := AtRate(t.Context(), 1000, 3, func(context.Context, int) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("an error of a call gives %v", err)
	}
}

func TestHash(t *testing.T) {
	for _, kind := range []string{argon2id, bcrypt10} {
		var out strings.Builder
		if err := Hash(kind, strings.NewReader("ab"), &out); err != nil || out.String() != "ab" {
			t.Errorf("two %s hashes are answered with %q, %v", kind, out.String(), err)
		}
	}
	if err := Hash("md5", strings.NewReader("a"), io.Discard); err == nil {
		t.Error("a hash that is not known is no error")
	}
}

func TestMedian(t *testing.T) {
	if got := median([]time.Duration{9, 1, 5}); got != 5 {
		t.Errorf("the median of 9, 1 and 5 is %d", got)
	}
}

// A process's CPU time is in its family's, and its parent's family has both.
func TestCPUTime(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("only Linux has /proc: ", err)
	}
	for sum := 0; ; sum++ { // until a tick of CPU time is used
		own, err := cpuOf(os.Getpid())
		if err != nil {
			t.Fatal(err)
		}
		family, err := cpuOfFamily(os.Getpid())
		if err != nil {
			t.Fatal(err)
		}
		if family < own {
			t.Fatalf("the family has used %v, the process %v", family, own)
		}
		if own > 0 {
			break
		}
	}
	fields, err := stat(os.Getpid())
	if err != nil || int(fields[parent]) != os.Getppid() {
		t.Errorf("the parent is %d, %v", int(fields[parent]), err)
	}
}
