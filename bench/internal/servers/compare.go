package servers

import (
	"context"
	"fmt"
	"time"
)

// Call is one kind of request that all servers know.
type Call string

// The calls that are compared.
const (
	SignIn  Call = "sign-in"
	GetUser Call = "get user"
	Refresh Call = "refresh"
)

// Row is what a server needs for one kind of request.
type Row struct {
	Server string
	Call   Call
	// CPU is the server's CPU time for a request, the database in it if that is
	// part of the process.
	CPU time.Duration
	// P50 and P99 are times until the answer, at Rate requests a second.
	P50, P99 time.Duration
	Rate     float64
}

// plan is how many requests of a kind a round has, and how fast.
var plan = []struct {
	call Call
	n    int
	rate float64
}{
	{SignIn, 40, 5},
	{GetUser, 600, 150},
	{Refresh, 40, 40}, // each session of the sign-ins once, so that each is a rotation
}

// Compare sends the same requests to all servers in turn, in so many rounds.
func Compare(ctx context.Context, all []*Server, rounds int) ([]Row, error) {
	states := make([]*state, len(all))
	for i, s := range all {
		states[i] = &state{Server: s, cpu: map[Call]time.Duration{}, took: map[Call]Latencies{}}
	}
	for range rounds {
		for _, step := range plan {
			for _, s := range states {
				if err := s.send(ctx, step.call, step.n, step.rate); err != nil {
					return nil, fmt.Errorf("%s, %s: %w", s.Name, step.call, err)
				}
			}
		}
	}
	var rows []Row
	for _, step := range plan {
		for _, s := range states {
			l := s.took[step.call]
			rows = append(rows, Row{s.Name, step.call, s.cpu[step.call] / time.Duration(len(l)), l.Quantile(.5), l.Quantile(.99), step.rate})
		}
	}
	return rows, nil
}

// state is a server under comparison with the tokens it has given out.
type state struct {
	*Server
	access, refresh []string
	cpu             map[Call]time.Duration
	took            map[Call]Latencies
}

func (s *state) send(ctx context.Context, call Call, n int, rate float64) error {
	do := map[Call]func(context.Context, int) error{SignIn: s.signIn, GetUser: s.getUser, Refresh: s.renew}[call]
	if call == SignIn {
		s.access, s.refresh = make([]string, n), make([]string, n)
	}
	before, err := s.CPU()
	if err != nil {
		return err
	}
	took, err := AtRate(ctx, rate, n, do)
	if err != nil {
		return err
	}
	after, err := s.CPU()
	s.cpu[call] += after - before
	s.took[call] = append(s.took[call], took...)
	return err
}

func (s *state) signIn(ctx context.Context, i int) (err error) {
	s.access[i], s.refresh[i], err = s.SignIn(ctx, i)
	return err
}

func (s *state) getUser(ctx context.Context, i int) error {
	return s.GetUser(ctx, s.access[i%len(s.access)])
}

func (s *state) renew(ctx context.Context, i int) (err error) {
	s.refresh[i], err = s.Refresh(ctx, s.refresh[i])
	return err
}
