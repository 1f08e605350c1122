// Package server is the product as one program: the API, the embedded app and
// everything behind them, on an SQLite database in a data directory. It adds
// nothing that a program with the library could not have.
package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/account/accounthttp"
	"github.com/latchkey-go/latchkey/internal/webui"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/oauthhttp"
	"github.com/latchkey-go/latchkey/sqlstore"
)

// Server is an assembled server that listens already and serves once Run is
// called. Make one with [New].
type Server struct {
	cfg      Config
	log      *slog.Logger
	url      string
	firstRun bool

	listener    net.Listener
	keys        *jwt.Keyring
	store       *sqlstore.Store
	auth        *latchkey.Auth
	people      *account.Service
	closeListed func() error // the file of breached passwords; nil: not opened
	audit       *account.AuditLog
	accounts    *accounthttp.Handlers
	app         *app
	oauth       *oauthhttp.Handlers // nil: no other services ask

	metrics         *metrics // nil: nothing is counted
	metricsListener net.Listener

	live              atomic.Pointer[live]
	announced         announcement
	conns             connections
	passwordMinLength int
}

// New opens the port, the data directory, the keys and the database, in this
// order, and makes what is missing. An error is one line that says what to do
// about it; then everything is closed again.
func New(ctx context.Context, cfg Config) (*Server, error) {
	cfg.setDefaults()
	if err := cfg.check(); err != nil {
		return nil, err
	}
	s := &Server{
		cfg: cfg, log: slog.New(requestLogger{cfg.Logger.Handler()}),
	}
	first, err := newLive(cfg)
	if err != nil {
		return nil, err
	}
	s.live.Store(first)
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Server) open(ctx context.Context) (err error) {
	if s.listener, err = listenOrInherit(s.cfg.Addr, s.cfg.BaseURL); err != nil {
		return err
	}
	s.url = s.cfg.baseURL(s.listener.Addr())
	if err = s.openMetrics(); err != nil {
		return err
	}
	where := s.cfg.location()
	if err := where.Prepare(); err != nil {
		return err
	}
	if s.keys, err = where.OpenKeys(); err != nil {
		return err
	}
	if s.store, err = where.OpenStore(ctx); err != nil {
		return err
	}
	if err := s.assemble(); err != nil {
		return err
	}
	users, err := s.store.ListUsers(ctx, "", 1)
	if err != nil {
		return fmt.Errorf("cannot read the database: %w", err)
	}
	s.firstRun = len(users) == 0
	return nil
}

// assemble joins the parts, each on those before it.
func (s *Server) assemble() (err error) {
	s.audit, err = account.NewAuditLog(account.AuditConfig{
		Store: s.store, Retention: s.cfg.AuditRetention, Now: s.cfg.Now, Logger: s.log,
	})
	if err != nil {
		return err
	}
	s.auth, err = latchkey.New(latchkey.Config{
		Issuer: s.url, Keys: s.keys, Store: s.store,
		AccessTTL: s.cfg.AccessTTL, RefreshTTL: s.cfg.RefreshTTL,
		SessionTTL: s.cfg.SessionTTL, IdleTimeout: s.cfg.IdleTimeout,
		ClientAddress: s.clientAddress, TrustOrigin: s.isCORSOrigin, Now: s.cfg.Now, Logger: s.log,
		Hooks: latchkey.Hooks{Event: s.sessionEvent},
	})
	if err != nil {
		return err
	}
	policy, closeListed, err := s.cfg.Passwords.Policy()
	if err != nil {
		return err
	}
	s.closeListed = closeListed
	policy.ServiceNames = append(policy.ServiceNames, siteNames(s.url)...)
	s.people, err = account.New(account.Config{
		Store: s.store, OnSessionsEnded: s.auth.Sessions().Ended, OnEvent: s.accountEvent,
		Audit: s.audit, Policy: policy, Now: s.cfg.Now,
		Throttle: s.cfg.Throttle, Hash: s.cfg.Passwords.Hash, Workers: s.cfg.HashWorkers,
	})
	if err != nil {
		return err
	}
	s.passwordMinLength = s.people.Policy().MinimumLength()
	s.accounts, err = accounthttp.New(accounthttp.Config{
		Auth: s.auth, Accounts: s.people, Audit: s.audit, FreshFor: s.cfg.FreshFor, Now: s.cfg.Now,
		DeviceCookie: s.deviceCookie(),
	})
	if err != nil {
		return err
	}
	if err := s.openOAuth(); err != nil {
		return err
	}
	if s.app, err = newApp(webui.FS()); err != nil {
		return err
	}
	return s.app.describe(s.url)
}

// Logger is what the server writes its log with.
func (s *Server) Logger() *slog.Logger { return s.log }

// URL is the address that people open.
func (s *Server) URL() string { return s.url }

// ListenAddr is the address that is listened on, with the real port.
func (s *Server) ListenAddr() string { return s.listener.Addr().String() }

// DataDir is where the data is, as an absolute path.
func (s *Server) DataDir() string { return s.cfg.location().Dir() }

// Database names the PostgreSQL database without its password; it is empty for
// SQLite, which is in the data directory.
func (s *Server) Database() string {
	if where := s.cfg.location(); where.IsPostgres() {
		return where.DatabaseName()
	}
	return ""
}

// FirstRun says that there were no accounts when the server was made.
func (s *Server) FirstRun() bool { return s.firstRun }

// Handler is what the server answers with.
func (s *Server) Handler() http.Handler { return s.routes() }

// Close gives everything back that New opened. Run does it by itself.
func (s *Server) Close() error {
	var errs []error
	for _, l := range []net.Listener{s.listener, s.metricsListener} {
		if l == nil {
			continue
		}
		if err := l.Close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	if s.closeListed != nil {
		errs = append(errs, s.closeListed())
	}
	if s.store != nil {
		errs = append(errs, s.store.Close())
	}
	return errors.Join(errs...)
}

// csrfCookie is the name of the cookie that the app reads the CSRF value from.
func (s *Server) csrfCookie() string { return s.cookieName("latchkey_csrf") }

// deviceCookie is the name of the cookie by which devices are known, or empty.
func (s *Server) deviceCookie() string {
	if s.cfg.NoKnownDevices {
		return ""
	}
	return s.cookieName("latchkey_device")
}

// cookieName is the name of a cookie as browsers take it at our address.
func (s *Server) cookieName(name string) string {
	if isHTTPS(s.url) {
		return "__Host-" + name
	}
	return name
}

// siteNames are the names that people connect with an address: its host, and of
// that the name of the site, such as "example" of app.example.com.
func siteNames(address string) []string {
	u, err := url.Parse(address)
	if err != nil || net.ParseIP(u.Hostname()) != nil {
		return nil
	}
	labels := strings.Split(u.Hostname(), ".")
	return []string{u.Hostname(), labels[max(0, len(labels)-2)]}
}

func isHTTPS(address string) bool { return strings.HasPrefix(address, "https://") }
