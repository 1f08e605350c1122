package webtest

import (
	"sync/atomic"
	"time"
)

// Clock stands still at the time it was made, unless a test moves it.
type Clock struct {
	begin time.Time
	moved atomic.Int64
}

// NewClock begins half-way through the present second, so that whole seconds
// are as far away as they can be.
func NewClock() *Clock {
	return &Clock{begin: time.Now().Truncate(time.Second).Add(500 * time.Millisecond)}
}

// Now is the time.
func (c *Clock) Now() time.Time { return c.begin.Add(time.Duration(c.moved.Load())) }

// Advance moves it on.
func (c *Clock) Advance(d time.Duration) { c.moved.Add(int64(d)) }
