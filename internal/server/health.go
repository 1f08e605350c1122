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

// readiness is what /readyz tells of the parts that a request needs: numbers and
// yes or no, nothing secret.
type readiness struct {
	Database        bool  `json:"database"`
	FeedFresh       bool  `json:"feed_fresh"`
	FeedAgeMillis   int64 `json:"feed_age_ms"`
	FeedEntries     int   `json:"feed_entries"`
	ClockSkewMillis int64 `json:"clock_skew_ms"`
}

// ready says whether requests should be sent here: /readyz. It is red when the
// store does not answer, and when revocations are not heard of in time or the
// clocks differ. A server that stops does not answer at all: its port is closed
// first.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	err := s.store.Ping(ctx)
	if err != nil {
		s.log.ErrorContext(ctx, "the store does not answer", "err", err)
	}
	feed := s.auth.Sessions().Status()
	checks := readiness{err == nil, feed.Fresh, feed.Age.Milliseconds(), feed.Entries, feed.Skew.Milliseconds()}
	if problem := notReady(err == nil, feed); problem != "" {
		w.Header().Set("Retry-After", "1")
		w.Header().Set(codeHeader, "not_ready")
		writeJSON(w, http.StatusServiceUnavailable, struct {
			Msg    string    `json:"msg"`
			Code   string    `json:"code"`
			Checks readiness `json:"checks"`
		}{problem, "not_ready", checks})
		return
	}
	writeJSON(w, http.StatusOK, struct {
		Status string    `json:"status"`
		Checks readiness `json:"checks"`
	}{"ready", checks})
}

// notReady says in plain words why the server is not ready; empty if it is.
func notReady(database bool, feed session.FeedStatus) string {
	switch {
	case !database:
		return "The store does not answer."
	case !feed.Fresh:
		return "The revocation feed is not fresh."
	case feed.Skewed:
		return "The clocks of this machine and of the store differ."
	}
	return ""
}
