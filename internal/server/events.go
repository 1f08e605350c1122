package server

import (
	"context"
	"log/slog"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/session"
)

// sessionEvent is told of everything that happens to sessions.
func (s *Server) sessionEvent(ctx context.Context, e session.Event) {
	s.audit.Session(ctx, e)
	s.metrics.session(e)
	s.logSession(ctx, e)
}

// accountEvent is told of everything that happens to accounts.
func (s *Server) accountEvent(ctx context.Context, e account.Event) {
	s.metrics.account(e)
	s.logAccount(ctx, e)
}

// logSession writes what happens to sessions into the log. A session that ends
// because an old token was used, or one from the future, is a warning: somebody
// may have a copy, or the database went back in time.
func (s *Server) logSession(ctx context.Context, e session.Event) {
	level := slog.LevelInfo
	switch {
	case e.Reason == session.EndedByReuse, e.Reason == session.EndedByFuture,
		e.Kind == session.EventOtherClient, e.Kind == session.EventFeedReset:
		level = slog.LevelWarn
	}
	s.log.LogAttrs(ctx, level, "session event", present(
		slog.String("kind", string(e.Kind)), slog.String("reason", string(e.Reason)),
		slog.String("session", e.SessionID), slog.String("user", e.Subject), slog.String("client", e.Client.Address))...)
}

// logAccount writes what happens to accounts into the log, by their ids: names
// are for the person's eyes.
func (s *Server) logAccount(ctx context.Context, e account.Event) {
	level := slog.LevelInfo
	if e.Kind == account.EventLocked {
		level = slog.LevelWarn
	}
	s.log.LogAttrs(ctx, level, "account event", present(
		slog.String("kind", string(e.Kind)), slog.String("reason", string(e.Reason)),
		slog.String("user", e.UserID), slog.String("client", e.Client.Address))...)
}

// present leaves out what is empty.
func present(attrs ...slog.Attr) []slog.Attr {
	kept := attrs[:0]
	for _, a := range attrs {
		if a.Value.String() != "" {
			kept = append(kept, a)
		}
	}
	return kept
}
