package account

import (
	"context"
	"errors"
	"testing"
)

func TestStatus(t *testing.T) {
	f := newFixture(t, Config{Workers: 2, Queue: 1})
	if got, want := f.Status(), (Status{Workers: 2, Queue: 1}); got != want {
		t.Errorf("idle: %+v, want %+v", got, want)
	}
	var releases []func()
	for range 2 {
		release, err := f.workers.acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		releases = append(releases, release)
	}
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan error)
	go func() {
		_, err := f.workers.acquire(ctx)
		left <- err
	}()
	for f.Status().Waiting == 0 {
	}
	if _, err := f.workers.acquire(t.Context()); !errors.Is(err, ErrBusy) {
		t.Fatalf("a caller beyond the queue got %v", err)
	}
	if got, want := f.Status(), (Status{Workers: 2, Running: 2, Queue: 1, Waiting: 1, Refused: 1}); got != want {
		t.Errorf("full: %+v, want %+v", got, want)
	}
	cancel()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("who left the queue got %v", err)
	}
	for _, release := range releases {
		release()
	}
	if got, want := f.Status(), (Status{Workers: 2, Queue: 1, Refused: 1}); got != want {
		t.Errorf("idle again: %+v, want %+v", got, want)
	}
}
