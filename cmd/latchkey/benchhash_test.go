package main

import (
	"path/filepath"
	"testing"

	"github.com/latchkey-go/latchkey/account"
)

func TestSuggest(t *testing.T) {
	timings := []hashTiming{{19 << 10, 5, 1, 90}, {46 << 10, 2, 1, 80}, {64 << 10, 1, 1, 101}}
	for target, want := range map[float64]int{200: 2, 100: 1, 85: 1, 79: 1} {
		got, within := suggest(timings, target)
		if got != timings[want] || within != (target >= 80) {
			t.Errorf("%v ms: got %+v, %v", target, got, within)
		}
	}
}

// TestHashCandidates: whatever is suggested is taken.
func TestHashCandidates(t *testing.T) {
	store := openAny(t, filepath.Join(t.TempDir(), "latchkey.db"))
	for _, memory := range hashMemories {
		for _, passes := range []uint32{leastPasses(memory << 10), maxPasses} {
			params := hashTiming{MemoryKiB: memory << 10, Passes: passes, Parallelism: 1}.params()
			if _, err := account.New(account.Config{Store: store, Hash: params}); err != nil {
				t.Errorf("%+v: %v", params, err)
			}
		}
	}
}
