package servers

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Rotation is what one rotating refresh costs.
type Rotation struct {
	Server, Database time.Duration
	P50, P99         time.Duration
}

// Rotate signs people in n times and then refreshes each of their sessions once,
// at a fixed rate; all that in so many rounds. CPU times are medians of the
// rounds.
func Rotate(ctx context.Context, s *Server, n int, rate float64, rounds int) (Rotation, error) {
	var server, database []time.Duration
	var took Latencies
	for range rounds {
		r, l, err := rotateOnce(ctx, s, n, rate)
		if err != nil {
			return Rotation{}, err
		}
		server, database, took = append(server, r.Server), append(database, r.Database), append(took, l...)
	}
	return Rotation{median(server), median(database), took.Quantile(.5), took.Quantile(.99)}, nil
}

func rotateOnce(ctx context.Context, s *Server, n int, rate float64) (Rotation, Latencies, error) {
	refresh := make([]string, n)
	for i := range refresh {
		var err error
		if _, refresh[i], err = s.SignIn(ctx, i); err != nil {
			return Rotation{}, nil, err
		}
	}
	server, database, err := s.cpu()
	if err != nil {
		return Rotation{}, nil, err
	}
	took, err := AtRate(ctx, rate, n, func(ctx context.Context, i int) error {
		next, err := s.Refresh(ctx, refresh[i])
		if err == nil && next == refresh[i] {
			err = fmt.Errorf("session %d was not rotated", i)
		}
		return err
	})
	if err != nil {
		return Rotation{}, nil, err
	}
	server2, database2, err := s.cpu()
	each := time.Duration(n)
	return Rotation{Server: (server2 - server) / each, Database: (database2 - database) / each}, took, err
}

func median(all []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}
