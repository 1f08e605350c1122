package servers

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// Flood is what happened when many people signed in at once.
type Flood struct {
	// Statuses counts the answers by status.
	Statuses map[int]int
	// Protected are the times that a protected request took meanwhile.
	Protected Latencies
	// Highest is the server's highest resident memory, in bytes.
	Highest int64
}

// SignInsAtOnce sends n sign-ins at the same moment, and protected requests all
// the while.
func SignInsAtOnce(ctx context.Context, s *Server, n int) (Flood, error) {
	access, _, err := s.SignIn(ctx, 0)
	if err != nil {
		return Flood{}, err
	}
	f := Flood{Statuses: map[int]int{}}
	c := NewClient(s.URL, n)
	var mu sync.Mutex
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			status, _, err := c.Call(ctx, http.MethodPost, "/api/v1/sign-in", "",
				map[string]string{"username": userName(i), "password": password, "delivery": "body"})
			if err != nil {
				status = 0 // no answer at all
			}
			mu.Lock()
			defer mu.Unlock()
			f.Statuses[status]++
		})
	}
	answered := make(chan struct{})
	go func() {
		all.Wait()
		close(answered)
	}()
	for done := false; !done; {
		began := time.Now()
		if err := s.GetUser(ctx, access); err != nil {
			return Flood{}, fmt.Errorf("a protected request during %d sign-ins: %w", n, err)
		}
		f.Protected = append(f.Protected, time.Since(began))
		select {
		case <-answered:
			done = true
		case <-time.After(5 * time.Millisecond):
		}
	}
	_, f.Highest, err = s.Memory()
	return f, err
}
