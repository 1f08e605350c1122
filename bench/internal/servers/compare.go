package servers

import (
	"context"
	"errors"
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
	// part of the process; the median of the rounds.
	CPU time.Duration
	// Hash is the CPU time of the password hash alone, done at the same time as
	// the sign-ins by another process; Above is what a sign-in needs besides. Both
	// are medians of the rounds, and zero for requests without a hash.
	Hash, Above time.Duration
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
		states[i] = &state{Server: s, cpu: map[Call][]time.Duration{}, took: map[Call]Latencies{}}
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
			rows = append(rows, s.row(step.call, step.rate))
		}
	}
	return rows, nil
}

// state is a server under comparison with the tokens it has given out.
type state struct {
	*Server
	access, refresh []string
	cpu             map[Call][]time.Duration // of a request, by round
	hash, above     []time.Duration          // of a sign-in, by round
	took            map[Call]Latencies
}

func (s *state) row(call Call, rate float64) Row {
	l := s.took[call]
	r := Row{Server: s.Name, Call: call, CPU: median(s.cpu[call]), P50: l.Quantile(.5), P99: l.Quantile(.99), Rate: rate}
	if call == SignIn {
		r.Hash, r.Above = median(s.hash), median(s.above)
	}
	return r
}

// send is one round of one kind of request.
func (s *state) send(ctx context.Context, call Call, n int, rate float64) error {
	do := map[Call]func(context.Context, int) error{SignIn: s.signIn, GetUser: s.getUser, Refresh: s.renew}[call]
	before, err := s.CPU()
	if err != nil {
		return err
	}
	var took Latencies
	var hash time.Duration
	if call == SignIn {
		s.access, s.refresh = make([]string, n), make([]string, n)
		took, hash, err = s.withHashes(ctx, rate, n, do)
	} else {
		took, err = AtRate(ctx, rate, n, do)
	}
	if err != nil {
		return err
	}
	after, err := s.CPU()
	each := (after - before) / time.Duration(n)
	s.cpu[call] = append(s.cpu[call], each)
	s.took[call] = append(s.took[call], took...)
	if call == SignIn {
		s.hash, s.above = append(s.hash, hash), append(s.above, each-hash)
	}
	return err
}

// withHashes lets another process do bare hashes in turns with the sign-ins. What
// a hash costs depends on how busy the machine is and what its caches hold: so it
// is the same for both.
func (s *state) withHashes(ctx context.Context, rate float64, n int, do func(context.Context, int) error) (_ Latencies, hash time.Duration, err error) {
	h, err := startHasher(ctx, s.Hash)
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, h.stop()) }()
	before, err := h.cpu()
	if err != nil {
		return nil, 0, err
	}
	both, err := AtRate(ctx, 2*rate, 2*n, func(ctx context.Context, i int) error {
		if i%2 == 0 {
			return do(ctx, i/2)
		}
		return h.hash()
	})
	if err != nil {
		return nil, 0, err
	}
	after, err := h.cpu()
	took := make(Latencies, n)
	for i := range took {
		took[i] = both[2*i]
	}
	return took, (after - before) / time.Duration(n), err
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
