package servers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Disturbance is something that happens between the end of a session and the
// next look at it, such as a restart of the database. It returns at once, and
// over returns when it is over.
type Disturbance struct {
	Begin func() error
	Over  func(context.Context) error
}

// Seen is how soon a process knows that another has ended a session.
type Seen struct {
	// Closed is the time until the token is not accepted any more, for whatever
	// reason; from then on it is never accepted again.
	Closed Latencies
	// Refused is the time until the answer is 401: this session has ended. A
	// process that cannot reach the database answers 503 before that.
	Refused Latencies
}

// Revocation measures how long it takes until one process of the library refuses
// what another has ended. The disturbance, which may be nil, comes as soon as a
// session has ended.
func Revocation(ctx context.Context, ends, refuses *Server, n int, d *Disturbance) (Seen, error) {
	var seen Seen
	for i := range n {
		if err := seen.once(ctx, ends, refuses, i, d); err != nil {
			return Seen{}, err
		}
		if d != nil {
			if err := errors.Join(d.Over(ctx), untilReady(ctx, ends, refuses)); err != nil {
				return Seen{}, err
			}
		}
	}
	return seen, nil
}

func (s *Seen) once(ctx context.Context, ends, refuses *Server, user int, d *Disturbance) error {
	access, _, err := ends.SignIn(ctx, user)
	if err != nil {
		return err
	}
	if err := refuses.GetUser(ctx, access); err != nil {
		return err
	}
	if _, err := ends.client.Must(ctx, http.MethodPost, fmt.Sprintf("/end/u%d", user), "", nil); err != nil {
		return err
	}
	ended := time.Now()
	if d != nil {
		if err := d.Begin(); err != nil {
			return err
		}
	}
	var closed time.Duration
	for {
		status, _, err := refuses.client.Call(ctx, http.MethodGet, "/me", access, nil)
		if err != nil {
			return err
		}
		switch {
		case status == http.StatusOK && closed > 0:
			return fmt.Errorf("an ended session was accepted again after %v", time.Since(ended))
		case status != http.StatusOK && closed == 0:
			closed = time.Since(ended)
		}
		if status == http.StatusUnauthorized {
			s.Closed, s.Refused = append(s.Closed, closed), append(s.Refused, time.Since(ended))
			return nil
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// untilReady returns when both let people in again.
func untilReady(ctx context.Context, servers ...*Server) error {
	for _, s := range servers {
		for {
			access, _, err := s.SignIn(ctx, 0)
			if err == nil && s.GetUser(ctx, access) == nil {
				break
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
	return nil
}
