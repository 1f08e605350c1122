package flaskjwt

import (
	"context"
	"sync"
	"time"
)

// blocklist is the list of revoked tokens when the application has none of its
// own. It lasts as long as the process.
type blocklist struct {
	mu    sync.Mutex
	until map[string]time.Time // by jti; zero: for ever
	now   func() time.Time
	sweep int // at this size entries that are over are removed
}

func (b *blocklist) revoke(_ context.Context, jti string, until time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.until == nil {
		b.until, b.sweep = map[string]time.Time{}, 1024
	}
	b.until[jti] = until
	if len(b.until) < b.sweep {
		return nil
	}
	// One minute more, for tokens that pass with a leeway.
	before := b.now().Add(-time.Minute)
	for jti, end := range b.until {
		if !end.IsZero() && end.Before(before) {
			delete(b.until, jti)
		}
	}
	b.sweep = max(1024, 2*len(b.until))
	return nil
}

func (b *blocklist) revoked(_ context.Context, _, payload map[string]any) (bool, error) {
	jti, ok := payload["jti"].(string)
	if !ok {
		return false, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	_, listed := b.until[jti]
	return listed, nil
}
