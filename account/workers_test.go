package account

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestWorkersBound: never more than Workers callers hash, never more than
// Queue wait, and the rest is told at once to come back.
func TestWorkersBound(t *testing.T) {
	const parallel, queue, callers = 2, 5, 20
	synctest.Test(t, func(t *testing.T) {
		w := newWorkers(parallel, queue)
		var inside, most, busy, done atomic.Int64
		leave := make(chan struct{})
		for range callers {
			go func() {
				release, err := w.acquire(t.Context())
				if err != nil {
					var b *BusyError
					if !errors.As(err, &b) || !errors.Is(err, ErrBusy) || b.RetryAfter < time.Second || b.RetryAfter > 4*time.Second {
						t.Errorf("refused with %v", err)
					}
					busy.Add(1)
					return
				}
				if n := inside.Add(1); n > most.Load() {
					most.Store(n)
				}
				<-leave
				inside.Add(-1)
				release()
				done.Add(1)
			}()
		}
		synctest.Wait()
		if inside.Load() != parallel || busy.Load() != callers-parallel-queue {
			t.Errorf("%d inside and %d refused, want %d and %d", inside.Load(), busy.Load(), parallel, callers-parallel-queue)
		}
		close(leave)
		synctest.Wait()
		if most.Load() > parallel || done.Load() != parallel+queue {
			t.Errorf("at most %d inside, %d in all", most.Load(), done.Load())
		}
		if _, err := w.acquire(t.Context()); err != nil {
			t.Errorf("places are lost: %v", err)
		}
	})
}

// TestWorkersLeave: a caller who leaves the queue makes room for another.
func TestWorkersLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorkers(1, 1)
		release, err := w.acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		ctx, leave := context.WithCancel(t.Context())
		left := make(chan error)
		go func() {
			_, err := w.acquire(ctx)
			left <- err
		}()
		synctest.Wait()
		if _, err := w.acquire(t.Context()); !errors.Is(err, ErrBusy) {
			t.Errorf("a third caller: %v", err)
		}
		leave()
		if err := <-left; !errors.Is(err, context.Canceled) {
			t.Errorf("left with %v", err)
		}
		next := make(chan error)
		go func() {
			release, err := w.acquire(t.Context())
			if err == nil {
				release()
			}
			next <- err
		}()
		synctest.Wait()
		release()
		if err := <-next; err != nil {
			t.Errorf("the place of the one who left: %v", err)
		}
		if _, err := w.acquire(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("a caller who is gone already got %v", err)
		}
	})
}

// TestEveryHashTakesAPlace: with no place to be had, every method that would
// hash says so, also for names that do not exist.
func TestEveryHashTakesAPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, Config{Workers: 1, Queue: 1})
		u := f.signUp(t, "ada")
		for range 2 {
			go func() {
				release, err := f.workers.acquire(t.Context())
				if err != nil {
					return // the test is over
				}
				<-t.Context().Done()
				release()
			}()
		}
		synctest.Wait()
		_, signUp := f.SignUp(t.Context(), SignUp{Username: "bob", Password: goodPassword})
		_, taken := f.SignUp(t.Context(), SignUp{Username: "ada", Password: goodPassword})
		for name, err := range map[string]error{
			"sign-in":             f.try("ada", goodPassword),
			"unknown name":        f.try("nobody-here", goodPassword),
			"check":               f.CheckPassword(t.Context(), u.ID, goodPassword),
			"change":              f.ChangePassword(t.Context(), u.ID, goodPassword, otherPassword, ""),
			"set":                 f.SetPassword(t.Context(), u.ID, otherPassword),
			"sign-up":             signUp,
			"sign-up, name taken": taken,
		} {
			if !errors.Is(err, ErrBusy) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if costs := f.takeCosts(); len(costs) != 0 {
			t.Errorf("hashing of %v without a place", costs)
		}
		if len(f.store.attempts) != 0 {
			t.Errorf("callers who were refused are counted: %v", f.store.attempts)
		}
	})
}
