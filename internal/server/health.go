package server

import (
	"context"
	"net/http"
	"time"

	"github.com/latchkey-go/latchkey/session"
)

// readyTimeout bounds how long the store may take to answer /readyz.
const readyTimeout = 2 * time.Second

// alive answers as long as the process can: /healthz.
func alive(w http.ResponseWriter, r *http.Request) {
	writeJSON(w, http.StatusOK, struct {
		Status string `json:"status"`
	}{"ok"})
}

// ready says whether requests should be sent here: /readyz. It is red when the
// store does not answer, and when revocations are not heard of in time or the
// clocks differ. A server that stops does not answer at all: its port is closed
// first.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	if problem := s.problem(ctx); problem != "" {
		w.Header().Set("Retry-After", "1")
		writeProblem(w, http.StatusServiceUnavailable, "not_ready", problem)
		return
	}
	writeJSON(w, http.StatusOK, struct {
		Status string `json:"status"`
	}{"ready"})
}

// problem says in plain words why the server is not ready; empty if it is.
func (s *Server) problem(ctx context.Context) string {
	if err := s.store.Ping(ctx); err != nil {
		s.log.ErrorContext(ctx, "the store does not answer", "err", err)
		return "The store does not answer."
	}
	return feedProblem(s.auth.Sessions().Status())
}

func feedProblem(status session.FeedStatus) string {
	switch {
	case !status.Fresh:
		return "The revocation feed is not fresh."
	case status.Skewed:
		return "The clocks of this machine and of the store differ."
	}
	return ""
}
