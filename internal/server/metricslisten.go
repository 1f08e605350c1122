package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/latchkey-go/latchkey/internal/loopback"
)

// metricsPath is where Prometheus looks by default.
const metricsPath = "/metrics"

// MetricsURL is where the metrics are; empty if they are switched off.
func (s *Server) MetricsURL() string {
	if s.metricsListener == nil {
		return ""
	}
	return "http://" + s.metricsListener.Addr().String() + metricsPath
}

// openMetrics opens the port of the metrics, if there is to be one.
func (s *Server) openMetrics() (err error) {
	if s.cfg.MetricsAddr == "" {
		return nil
	}
	s.metrics = newMetrics(s.cfg.Version)
	s.metrics.registry.MustRegister(stateCollector{s.state})
	s.metricsListener, err = listen("--metrics-addr", s.cfg.MetricsAddr)
	return err
}

// serveMetrics answers on the port of the metrics, if there is one, until ctx
// ends.
func (s *Server) serveMetrics(ctx context.Context) error {
	if s.metricsListener == nil {
		return nil
	}
	errorLog := slog.NewLogLogger(s.log.Handler(), slog.LevelWarn)
	mux := http.NewServeMux()
	mux.Handle("GET "+metricsPath, promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{
		ErrorLog: errorLog, MaxRequestsInFlight: 4, Timeout: 10 * time.Second,
	}))
	server := &http.Server{
		Handler: mux, ErrorLog: errorLog, MaxHeaderBytes: maxHeaderBytes,
		ReadHeaderTimeout: s.cfg.Timeouts.ReadHeader, ReadTimeout: s.cfg.Timeouts.Read,
		WriteTimeout: s.cfg.Timeouts.Write, IdleTimeout: s.cfg.Timeouts.Idle,
	}
	defer context.AfterFunc(ctx, func() { _ = server.Close() })() // Serve tells of it
	if err := server.Serve(s.metricsListener); !errors.Is(err, http.ErrServerClosed) {
		s.log.Error("metrics cannot be served any more", "err", err)
		return fmt.Errorf("cannot go on serving metrics: %w", err)
	}
	return nil
}

// checkMetrics says whether only this machine can read the metrics, unless that
// is not wanted.
func (c *Config) checkMetrics() error {
	if c.MetricsAddr == "" {
		return nil
	}
	host, err := listenHost(c.MetricsAddr)
	switch {
	case err != nil:
		return fmt.Errorf("--metrics-addr %q is not an address to listen on; write it as HOST:PORT, such as 127.0.0.1:9180", c.MetricsAddr)
	case !loopback.IsHost(host) && !c.InsecurePublicMetrics:
		return fmt.Errorf("--metrics-addr %s can be reached by other machines, and metrics have no password; use 127.0.0.1, "+
			"or say --insecure-public-metrics if a firewall keeps strangers away", c.MetricsAddr)
	}
	return nil
}
