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

// Revocation measures how long it takes until one process refuses what another
// has ended.
func Revocation(ctx context.Context, ends, refuses *Library, n int) (Latencies, error) {
	var took Latencies
	for i := range n {
		user := fmt.Sprintf("r%d", i)
		answer, err := ends.Client.Must(ctx, http.MethodPost, "/sign-in/"+user, "", nil)
		if err != nil {
			return nil, err
		}
		access := text(answer, "access_token")
		if _, err := refuses.Client.Must(ctx, http.MethodGet, "/me", access, nil); err != nil {
			return nil, err
		}
		if _, err := ends.Client.Must(ctx, http.MethodPost, "/end/"+user, "", nil); err != nil {
			return nil, err
		}
		ended := time.Now()
		for {
			status, _, err := refuses.Client.Call(ctx, http.MethodGet, "/me", access, nil)
			if err != nil {
				return nil, err
			}
			if status == http.StatusUnauthorized {
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
		took = append(took, time.Since(ended))
	}
	return took, nil
}
