package latchkey

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"net/url"
	"sync"
	"time"

	"github.com/latchkey-go/latchkey/internal/loopback"
	"github.com/latchkey-go/latchkey/internal/tokencache"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/session"
)

// Auth issues tokens and guards routes. Make one with [New]; it is safe for
// concurrent use.
type Auth struct {
	cfg          Config
	headerName   string
	headerPrefix string
	vary         []string
	cookies      *cookieJar
	origins      *http.CrossOriginProtection
	sessions     *session.Manager // nil when stateless
	verified     *tokencache.Cache[Token]

	mu       sync.Mutex
	mistakes []error
}

// stateless marks a configuration without sessions; none of its methods is
// ever called.
type stateless struct{ session.Store }

// Stateless as a Config.Store means that there are no sessions: access tokens
// are good until they expire, nobody can be signed out before, and no refresh
// tokens are issued.
var Stateless session.Store = stateless{}

// New checks the configuration and returns an Auth. It reports every mistake
// at once, as one error joined of many. It starts nothing: see [Auth.Run].
func New(cfg Config) (*Auth, error) {
	renewal := cfg.renewalMistake()
	cfg.setDefaults()
	base, err := parseIssuer(cfg)
	a := &Auth{
		cfg:        cfg,
		headerName: textproto.CanonicalMIMEHeaderKey(cfg.Header.Name), headerPrefix: cfg.Header.Scheme + " ",
		vary:     []string{cfg.Header.Name + ", Cookie, Origin, Sec-Fetch-Site"},
		cookies:  newCookieJar(cfg.Cookie, base),
		origins:  http.NewCrossOriginProtection(),
		verified: tokencache.New[Token](rememberedTokens),
	}
	errs := append([]error{err, renewal}, cfg.validate()...)
	switch {
	case cfg.Dialect != nil:
		errs = append(errs, cfg.Dialect.Check(cfg.Store != nil && cfg.Store != Stateless)...)
	case cfg.uses(InCookie):
		errs = append(errs, a.cookies.validate()...)
	}
	for _, origin := range cfg.TrustedOrigins {
		if err := a.origins.AddTrustedOrigin(origin); err != nil {
			errs = append(errs, fmt.Errorf("Config.TrustedOrigins: %w", err))
		}
	}
	if _, none := cfg.Store.(stateless); !none && cfg.Store != nil {
		a.sessions, err = session.NewManager(session.Config{
			Store: cfg.Store, AccessTTL: cfg.AccessTTL, RefreshTTL: cfg.RefreshTTL,
			SessionTTL: cfg.SessionTTL, IdleTimeout: cfg.IdleTimeout,
			Leeway: cfg.Leeway, Limit: cfg.SessionsPerSubject,
			Now: cfg.Now, OnEvent: cfg.Hooks.Event, Logger: cfg.Logger,
		})
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("latchkey: the configuration has mistakes:\n%w", err)
	}
	return a, nil
}

// validate returns the mistakes of a configuration with its defaults set,
// except those that the parts find for themselves.
func (c *Config) validate() []error {
	var errs []error
	add := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if c.Dialect != nil {
		// It looks after its own keys.
	} else if c.Keys == nil {
		add("Config.Keys is required: make a key with jwt.NewHMACKey or open a key file with jwt.OpenKeyring")
	} else if set := c.Keys.KeySet(); set == nil || set.SigningKey() == nil {
		add("Config.Keys has no key that can sign")
	}
	if c.Store == nil {
		add("Config.Store is required: memstore.New() for one process that may forget sessions, sqlstore.New(db) to keep them, or latchkey.Stateless for none")
	}
	if c.AccessTTL < time.Second {
		add("Config.AccessTTL is %v: it must be at least one second", c.AccessTTL)
	}
	if c.Leeway < 0 || c.Leeway > time.Minute {
		add("Config.Leeway is %v: it must be between 0 and one minute", c.Leeway)
	}
	if c.Dialect == nil {
		errs = append(errs, c.headerMistakes()...)
	}
	for _, l := range append([]Location{c.Deliver}, c.Locations...) {
		if !knownLocation(l) {
			add("the location %q does not exist: use InHeader, InCookie, InJSON or InQuery", l)
		}
	}
	if c.Deliver == InQuery {
		add("Config.Deliver cannot be InQuery: an answer has no query")
	}
	return errs
}

// headerMistakes returns the names that no header can have (RFC 9110, section
// 5.6.2): net/http drops them without a word.
func (c *Config) headerMistakes() []error {
	var errs []error
	for _, setting := range [][2]string{
		{"Header.Name", c.Header.Name}, {"Header.Scheme", c.Header.Scheme},
		{"Header.RefreshName", c.Header.RefreshName}, {"CSRF.HeaderName", c.CSRF.HeaderName},
	} {
		// The name of a cookie is of the same characters.
		if err := (&http.Cookie{Name: setting[1]}).Valid(); err != nil {
			errs = append(errs, fmt.Errorf("the setting Config.%s is %q: use letters, digits and hyphens", setting[0], setting[1]))
		}
	}
	return errs
}

// parseIssuer checks that cookies and origins can be derived from the issuer.
func parseIssuer(c Config) (*url.URL, error) {
	if c.Issuer == "" && c.Dialect != nil {
		return nil, nil // its cookies and claims do not derive from an address
	}
	if c.Issuer == "" {
		return nil, errors.New(`Config.Issuer is required: the public address of the application, such as "https://app.example.com"`)
	}
	u, err := url.Parse(c.Issuer)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New(`Config.Issuer must be an address such as "https://app.example.com"`)
	}
	switch {
	case u.Scheme == "https":
	case u.Scheme != "http":
		return nil, errors.New("Config.Issuer must begin with https:// (or http:// on this machine)")
	case !loopback.IsHost(u.Hostname()) && c.uses(InCookie) && !c.Cookie.InsecureHTTP:
		return nil, errors.New("Config.Issuer has http for a host that is not this machine: everybody on the way could take over sessions; use https")
	}
	return u, nil
}

// Run keeps this process informed of sessions that others end, and removes old
// rows, until ctx is done; then it returns nil. It returns an error at once if
// a guard was made with a mistake. Without Run every guarded request asks the
// store: slower, but never wrong. Call it once, in its own goroutine.
func (a *Auth) Run(ctx context.Context) error {
	a.mu.Lock()
	err := errors.Join(a.mistakes...)
	a.mu.Unlock()
	if err != nil {
		return fmt.Errorf("latchkey: %w", err)
	}
	if a.sessions == nil {
		<-ctx.Done()
		return nil
	}
	return a.sessions.Run(ctx)
}

// Sessions gives access to the sessions themselves: to list a user's devices
// and to end some or all of them. It is nil when Config.Store is Stateless.
func (a *Auth) Sessions() *session.Manager { return a.sessions }

// JWKSHandler answers GET with the public keys as a JWK Set (RFC 7517), so that
// others can verify tokens. Secret keys are never in it.
func (a *Auth) JWKSHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !allowMethod(w, r, http.MethodGet, http.MethodHead) {
			return
		}
		w.Header().Set("Content-Type", "application/jwk-set+json")
		w.Header().Set("Cache-Control", "public, max-age=300")
		_, _ = w.Write(a.jwks()) // the client may have gone
	})
}

// jwks is the JWK Set of Config.Keys, which a dialect may leave out.
func (a *Auth) jwks() []byte {
	if a.cfg.Keys == nil {
		return []byte(`{"keys":[]}`)
	}
	return a.cfg.Keys.KeySet().JWKS()
}

// misuse notes a mistake in how guards are made, which Run reports.
func (a *Auth) misuse(text string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.mistakes = append(a.mistakes, errors.New(text))
	a.cfg.Logger.Error("latchkey: a route is misconfigured and refuses every request", "mistake", text)
}

// keys are the keys in force for a request.
func (a *Auth) keys(ctx context.Context) (*jwt.KeySet, error) {
	if a.cfg.Hooks.Keys == nil {
		return a.cfg.Keys.KeySet(), nil
	}
	source, err := a.cfg.Hooks.Keys(ctx)
	switch {
	case err != nil:
		return nil, ErrUnavailable.because(err)
	case source == nil:
		return nil, ErrInternal.because(errors.New("Hooks.Keys returned no keys and no error"))
	}
	return source.KeySet(), nil
}
