package account

import (
	"context"
	"math/rand/v2" //latchkey:allow manners it only spreads the times at which clients come back
	"sync/atomic"
	"time"
)

// workers bounds how many passwords are hashed at once, and so memory and
// processor time; and how many callers wait, and so how long they wait.
type workers struct {
	places  chan struct{}
	queue   int64
	waiting atomic.Int64
	refused atomic.Int64
}

func newWorkers(parallel, queue int) *workers {
	return &workers{places: make(chan struct{}, parallel), queue: int64(queue)}
}

// acquire takes a place, waiting in the queue if it must. The caller gives the
// place back by calling release. It returns a *BusyError when the queue is
// full, and the error of ctx when the caller leaves the queue.
func (w *workers) acquire(ctx context.Context) (release func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	release = func() { <-w.places }
	select {
	case w.places <- struct{}{}:
		return release, nil
	default:
	}
	defer w.waiting.Add(-1)
	if w.waiting.Add(1) > w.queue {
		w.refused.Add(1)
		return nil, &BusyError{RetryAfter: time.Second + rand.N(3*time.Second).Round(time.Second)}
	}
	select {
	case w.places <- struct{}{}:
		return release, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}
