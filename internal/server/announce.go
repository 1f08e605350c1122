package server

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/latchkey-go/latchkey/internal/doctor"
	"github.com/latchkey-go/latchkey/internal/installation"
)

// announcement is what the server last told the others of its keys.
type announcement struct {
	mu  sync.Mutex
	ids []string
	at  time.Time
}

// announceKeys tells the other servers on the database which keys are in use
// here, when they have changed and once a day. Others may have keys of their
// own, by mistake: the log says so at the start, and each day.
func (s *Server) announceKeys(ctx context.Context) {
	a := &s.announced
	a.mu.Lock()
	defer a.mu.Unlock()
	now, keys := s.cfg.Now(), s.keys.Keys()
	var ids []string
	for _, k := range keys {
		ids = append(ids, k.ID)
	}
	due := a.at.IsZero() || now.Sub(a.at) >= s.cfg.announceEvery()
	if !due && slices.Equal(ids, a.ids) {
		return
	}
	if due {
		if f := doctor.ServerKeys(ctx, s.audit, DoctorSettings(s.cfg), keys); f.Level == doctor.Problem && ctx.Err() == nil {
			s.log.Warn(f.What, "do", f.Do)
		}
	}
	// A record that cannot be stored waits in the audit log, which tells of it.
	_ = s.audit.Record(ctx, s.cfg.location().Announcement(keys))
	a.ids, a.at = ids, now
}

// announceEvery leaves no gap in a trail that is kept for a short time.
func (c *Config) announceEvery() time.Duration {
	if c.AuditRetention == 0 {
		return installation.AnnounceEvery
	}
	return min(installation.AnnounceEvery, c.AuditRetention/2)
}

// sayFarewell tells the others that this server has stopped. If the database is
// away they find out in a day.
func (s *Server) sayFarewell(ctx context.Context) {
	_ = s.audit.Record(ctx, s.cfg.location().Farewell()) // the audit log tells of the error
}
