package server

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/internal/installation"
	"github.com/latchkey-go/latchkey/session"
)

// keysEvery is how often the file of the keys is read again, for what the
// command line or another server did to it. It must stay far below
// installation.PublishAhead.
const keysEvery = time.Minute

// leastRotation is the least of RotateKeys: a key signs for longer than the next
// one is published before.
const leastRotation = 2 * installation.PublishAhead

// followKeys keeps to the file of the keys, and to the schedule.
func (s *Server) followKeys(ctx context.Context) error {
	ticker := time.NewTicker(keysEvery)
	defer ticker.Stop()
	for {
		if err := s.tendKeys(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("cannot look after the keys, which stay as they are; it is tried again", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// tendKeys reads the file of the keys again and does what of the schedule is
// due. Several servers may do so with one file.
func (s *Server) tendKeys(ctx context.Context) error {
	if err := s.keys.Reload(); err != nil {
		return err
	}
	defer s.announceKeys(ctx)
	now, before := s.cfg.Now(), s.keys.Keys()
	if s.cfg.RotateKeys == 0 || installation.RotationWaits(before, now) {
		return nil
	}
	plan := installation.RotationEvery(s.cfg.RotateKeys, s.cfg.longestToken())
	plan.Now = now
	changed, err := s.keys.Rotate(plan)
	if err != nil || !changed {
		return err
	}
	for _, change := range installation.KeyChanges(before, s.keys.Keys()) {
		s.log.Info("key rotation", "kind", change.Kind, "key", change.ID)
		record := account.AuditRecord{Kind: string(change.Kind), Reason: "key " + change.ID, Actor: "serve"}
		if err := s.audit.Record(ctx, record); err != nil {
			return fmt.Errorf("a rotation is not in the audit trail: %w", err)
		}
	}
	return nil
}

// longestToken is how long the tokens live that live longest.
func (c *Config) longestToken() time.Duration {
	return max(cmp.Or(c.AccessTTL, session.DefaultAccessTTL), cmp.Or(c.RefreshTTL, session.DefaultRefreshTTL))
}

// checkRotation says what is wrong with RotateKeys.
func (c *Config) checkRotation() error {
	if c.RotateKeys != 0 && c.RotateKeys < leastRotation {
		return fmt.Errorf("--rotate-keys %v is too often: a key is published a day before it signs; give 2d at least, such as 90d, or 0 for never", c.RotateKeys)
	}
	return nil
}
