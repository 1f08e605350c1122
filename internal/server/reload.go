package server

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/latchkey-go/latchkey/oauthhttp"
)

// live is what may change while the server runs. It is replaced as a whole, and
// requests at work keep what they began with.
type live struct {
	proxies proxies
	origins []string
	clients oauthhttp.ClientList
}

// newLive fails if the file of OAuthClients cannot be used.
func newLive(cfg Config) (*live, error) {
	now := &live{proxies: cfg.TrustedProxies, origins: cfg.CORSOrigins}
	if cfg.OAuthClients == "" {
		return now, nil
	}
	var err error
	now.clients, err = readOAuthClients(cfg.OAuthClients)
	return now, err
}

func (s *Server) trustedProxies() proxies { return s.live.Load().proxies }

func (s *Server) clientAddress(r *http.Request) string {
	return s.trustedProxies().clientAddress(r)
}

// Reload reads the keys and the file of OAuthClients again, which may have
// changed, and takes TrustedProxies, CORSOrigins and Throttle from cfg; requests
// at work are not disturbed. If anything in cfg is wrong, or a file cannot be
// used, all stays as it is. Other changes are for a restart, and are named in
// the log.
func (s *Server) Reload(cfg Config) error {
	cfg.setDefaults()
	if err := cfg.check(); err != nil {
		return err
	}
	next, err := newLive(cfg)
	if err != nil {
		return err
	}
	if err := s.keys.Reload(); err != nil {
		return err
	}
	if err := s.people.SetThrottle(cfg.Throttle); err != nil {
		return err
	}
	s.live.Store(next)
	s.announceKeys(context.Background())
	s.log.Info("reloaded: keys, trusted proxies, origins of other front ends, limits, services of --oauth-clients")
	if rest := s.cfg.differs(cfg); len(rest) > 0 {
		s.log.Warn("these settings have changed and take a restart", "settings", strings.Join(rest, " "))
	}
	return nil
}

// differs are the flags whose settings Reload cannot change.
func (c *Config) differs(now Config) []string {
	var flags []string
	for flag, same := range map[string]bool{
		"--addr": c.Addr == now.Addr, "--metrics-addr": c.MetricsAddr == now.MetricsAddr,
		"--base-url": c.BaseURL == now.BaseURL, "--data": c.DataDir == now.DataDir,
		"--db": c.Database == now.Database, "--keys": c.KeysFile == now.KeysFile,
		"--access-ttl": c.AccessTTL == now.AccessTTL, "--refresh-ttl": c.RefreshTTL == now.RefreshTTL,
		"--session-ttl": c.SessionTTL == now.SessionTTL, "--idle-timeout": c.IdleTimeout == now.IdleTimeout,
		"--idle-prompt": c.IdlePrompt == now.IdlePrompt, "--fresh-for": c.FreshFor == now.FreshFor,
		"--audit-retention": c.AuditRetention == now.AuditRetention,
		"--known-devices":   c.NoKnownDevices == now.NoKnownDevices,
		// The endpoints come and go with a restart; who may ask is read again.
		"--oauth-clients":      (c.OAuthClients == "") == (now.OAuthClients == ""),
		"--rotate-keys":        c.RotateKeys == now.RotateKeys,
		"--breached-passwords": c.Passwords.Breached == now.Passwords.Breached,
		"--hash-memory":        c.Passwords.Hash.Memory == now.Passwords.Hash.Memory,
		"--hash-passes":        c.Passwords.Hash.Time == now.Passwords.Hash.Time,
		"--hash-lanes":         c.Passwords.Hash.Parallelism == now.Passwords.Hash.Parallelism,
		"--hash-workers":       c.HashWorkers == now.HashWorkers, "--dev": c.Dev == now.Dev,
		"--insecure-public-metrics": c.InsecurePublicMetrics == now.InsecurePublicMetrics,
	} {
		if !same {
			flags = append(flags, flag)
		}
	}
	slices.Sort(flags)
	return flags
}
