package sessionmodel

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

// maxChosenSteps bounds a schedule that a fuzzer makes up.
const maxChosenSteps = 300

// Follow runs the one schedule that the bytes stand for, for fuzzing: each
// choice takes two bytes, and the schedule ends with them.
func Follow(t *testing.T, stores Stores, choices []byte) {
	source := &chosen{left: choices, rest: rand.NewPCG(1, 8)}
	w := newWorld(t, stores, source)
	for range maxChosenSteps {
		if len(source.left) == 0 {
			return
		}
		if w.step(); t.Failed() {
			t.Fatalf("the steps:\n%s", w.history())
		}
	}
}

// chosen is a source of numbers that gives out bytes before it makes any up.
type chosen struct {
	left []byte
	rest rand.Source
}

// Uint64 spreads two bytes over the whole number, for small ranges are taken
// from its upper bits.
func (c *chosen) Uint64() uint64 {
	if len(c.left) < 2 {
		c.left = nil
		return c.rest.Uint64()
	}
	n := uint64(binary.BigEndian.Uint16(c.left))
	c.left = c.left[2:]
	return n<<48 | n<<32 | n<<16 | n
}
