package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"

	"golang.org/x/crypto/argon2"

	"github.com/latchkey-go/latchkey/account"
)

type benchHashCommand struct {
	Target    time.Duration `help:"How long checking a password may take." default:"100ms"`
	MaxMemory uint32        `help:"How much memory checking a password may take, in MiB: 19 to 256." default:"64" placeholder:"MIB"`
	format
}

// hashMemories are the sizes that are measured, in MiB.
var hashMemories = []uint32{19, 32, 46, 64, 96, 128, 192, 256}

// maxPasses is where more memory is the better way to spend time.
const maxPasses = 10

// hashTiming is how long one set of parameters takes.
type hashTiming struct {
	MemoryKiB    uint32  `json:"memory_kib"`
	Passes       uint32  `json:"passes"`
	Parallelism  uint8   `json:"parallelism"`
	Milliseconds float64 `json:"milliseconds"`
}

func (h hashTiming) params() account.HashParams {
	return account.HashParams{Memory: h.MemoryKiB, Time: h.Passes, Parallelism: h.Parallelism}
}

// hashBench is what was measured, in JSON.
type hashBench struct {
	TargetMilliseconds float64      `json:"target_milliseconds"`
	Workers            int          `json:"workers"`
	Measured           []hashTiming `json:"measured"`
	Suggested          hashTiming   `json:"suggested"`
	WithinTarget       bool         `json:"within_target"`
}

// Run measures argon2id.
func (c *benchHashCommand) Run(ctx context.Context, to streams) error {
	if c.Target < time.Millisecond || c.Target > 10*time.Second {
		return usageError("--target must be from 1ms to 10s")
	}
	if c.MaxMemory < hashMemories[0] || c.MaxMemory > 256 {
		return usageError("--max-memory must be from %d to 256 MiB", hashMemories[0])
	}
	// What account.Config.Workers is by default.
	result := hashBench{TargetMilliseconds: milliseconds(c.Target), Workers: max(runtime.GOMAXPROCS(0)-1, 1)}
	for _, memory := range hashMemories {
		if memory > c.MaxMemory {
			break
		}
		timing, err := c.most(ctx, memory<<10)
		if err != nil {
			return err
		}
		result.Measured = append(result.Measured, timing)
	}
	result.Suggested, result.WithinTarget = suggest(result.Measured, result.TargetMilliseconds)
	return c.tell(to, result)
}

// most measures as many passes over the memory as fit the target, and at least
// as many as are safe.
func (c *benchHashCommand) most(ctx context.Context, memory uint32) (hashTiming, error) {
	least := leastPasses(memory)
	timing, err := measureHash(ctx, memory, least)
	if err != nil {
		return timing, err
	}
	onePass := timing.Milliseconds / float64(least)
	passes := min(uint32(milliseconds(c.Target)/onePass), maxPasses)
	if passes <= least {
		return timing, nil
	}
	more, err := measureHash(ctx, memory, passes)
	if err != nil || more.Milliseconds <= milliseconds(c.Target) {
		return more, err
	}
	return measureHash(ctx, memory, passes-1)
}

// leastPasses makes up for little memory, as the OWASP Password Storage Cheat
// Sheet has it: 19 MiB twice, 46 MiB once.
func leastPasses(memory uint32) uint32 {
	if memory < 46<<10 {
		return 2
	}
	return 1
}

// hashRuns is how many hashes are made of each; the middle one counts.
const hashRuns = 5

func measureHash(ctx context.Context, memory, passes uint32) (hashTiming, error) {
	var took []time.Duration
	for range hashRuns {
		if err := ctx.Err(); err != nil {
			return hashTiming{}, err
		}
		start := time.Now()
		argon2.IDKey([]byte("correct horse battery staple"), []byte("a salt of 16 byte"), passes, memory, 1, 32)
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	return hashTiming{memory, passes, 1, milliseconds(took[hashRuns/2])}, nil
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// suggest picks the most memory that fits, for that is what costs an attacker
// most; where nothing fits, what is quickest among what is safe.
func suggest(measured []hashTiming, target float64) (hashTiming, bool) {
	for _, timing := range slices.Backward(measured) {
		if timing.Milliseconds <= target {
			return timing, true
		}
	}
	return slices.MinFunc(measured, func(a, b hashTiming) int { return int(a.Milliseconds*1000) - int(b.Milliseconds*1000) }), false
}

func (c *benchHashCommand) tell(to streams, r hashBench) error {
	if c.JSON {
		return c.print(to, r, "")
	}
	list := c.table(to, "MEMORY", "PASSES", "TIME", "SIGN-INS A SECOND", "MEMORY IN ALL")
	for _, timing := range r.Measured {
		err := list.row(timing, fmt.Sprintf("%d MiB", timing.MemoryKiB>>10), fmt.Sprint(timing.Passes),
			fmt.Sprintf("%.0f ms", timing.Milliseconds), fmt.Sprintf("%.0f", float64(r.Workers)*1000/timing.Milliseconds),
			fmt.Sprintf("%d MiB", r.Workers*int(timing.MemoryKiB>>10)))
		if err != nil {
			return err
		}
	}
	if err := list.end(""); err != nil {
		return err
	}
	s := r.Suggested
	text := fmt.Sprintf("\nSuggested for this machine, %d at once:\n\n  latchkey serve --hash-memory %d --hash-passes %d --hash-lanes %d\n\nwith the library:\n\n  account.Config{Hash: account.HashParams{Memory: %d, Time: %d, Parallelism: %d}}\n",
		r.Workers, s.MemoryKiB>>10, s.Passes, s.Parallelism, s.MemoryKiB, s.Passes, s.Parallelism)
	if !r.WithinTarget {
		text += fmt.Sprintf("\nNothing that is safe takes %v or less here; this takes %.0f ms.\n", c.Target, s.Milliseconds)
	}
	return c.print(to, nil, text)
}
