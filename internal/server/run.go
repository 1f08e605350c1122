package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"
)

// Run serves until ctx ends, then lets requests at work finish, closes
// everything and returns nil. Requests that take longer than Timeouts.Shutdown
// are cut off.
func (s *Server) Run(ctx context.Context) error {
	detached := context.WithoutCancel(ctx)
	s.announceKeys(detached)
	audit := background(detached, s.audit.Run)
	feed := background(detached, s.auth.Run)
	purge := background(detached, s.purge)
	metrics := background(detached, s.serveMetrics)
	keys := background(detached, s.followKeys)

	s.log.Info("serving", "url", s.url, "addr", s.ListenAddr(), "data", s.DataDir())
	server := s.httpServer()
	served := make(chan error, 1)
	go func() { served <- server.Serve(s.listener) }()

	var failure error
	select {
	case <-ctx.Done():
		failure = s.shutDown(server, served)
	case err := <-served:
		failure = fmt.Errorf("cannot go on serving: %w", err)
	case <-feed.done:
		failure = errors.Join(errors.New("cannot go on following sessions"), s.shutDown(server, served))
	}
	// Requests at work still ask the feed, so it goes after them; what both have
	// told the audit trail is stored before the store is closed.
	failure = errors.Join(failure, purge.stop(), metrics.stop(), keys.stop(), feed.stop(), audit.stop())
	s.sayFarewell(detached)
	return errors.Join(failure, s.Close())
}

// task is something that runs beside the requests.
type task struct {
	cancel context.CancelFunc
	done   chan struct{} // closed when it has ended
	err    error         // what it ended with; settled by done
}

// background starts run on a goroutine of its own.
func background(ctx context.Context, run func(context.Context) error) *task {
	ctx, cancel := context.WithCancel(ctx)
	t := &task{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(t.done)
		t.err = run(ctx)
	}()
	return t
}

// stop ends the task, waits for it and returns what it ended with.
func (t *task) stop() error {
	t.cancel()
	<-t.done
	return t.err
}

// httpServer has all the bounds on what a client can take.
func (s *Server) httpServer() *http.Server {
	return &http.Server{
		Handler:           s.routes(),
		ReadHeaderTimeout: s.cfg.Timeouts.ReadHeader,
		ReadTimeout:       s.cfg.Timeouts.Read,
		WriteTimeout:      s.cfg.Timeouts.Write,
		IdleTimeout:       s.cfg.Timeouts.Idle,
		MaxHeaderBytes:    maxHeaderBytes,
		// "OPTIONS *" gets our headers like everything else.
		DisableGeneralOptionsHandler: true,
		ConnState:                    s.conns.track,
		ErrorLog:                     slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
}

// shutDown lets requests at work finish, within bounds. First nobody new is let
// in, and who is in already gets an answer: Shutdown alone closes connections
// whose first request is still on its way.
func (s *Server) shutDown(server *http.Server, served <-chan error) error {
	s.log.Info("stopping")
	if err := s.listener.Close(); err != nil {
		return errors.Join(err, server.Close())
	}
	<-served // with the error that the listener is closed
	ctx, cancel := context.WithTimeout(context.Background(), s.cfg.Timeouts.Shutdown)
	defer cancel()
	server.SetKeepAlivesEnabled(false)
	s.conns.wait(ctx)
	err := server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		s.log.Warn("requests at work were cut off", "after", s.cfg.Timeouts.Shutdown)
		return server.Close()
	}
	return err
}

// purgeEvery is how often the counters of the throttle are swept.
const purgeEvery = 10 * time.Minute

func (s *Server) purge(ctx context.Context) error {
	ticker := time.NewTicker(purgeEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
			if err := s.people.Purge(ctx); err != nil && ctx.Err() == nil {
				s.log.Error("cannot remove what accounts need no more; it is tried again", "err", err)
			}
		}
	}
}
