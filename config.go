package latchkey

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/latchkey-go/latchkey/internal/dialect"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/session"
)

// Config is the configuration of an [Auth]. Issuer, Keys and Store are
// required; every other field's zero value is a safe default.
type Config struct {
	// Issuer is the public address of the application, such as
	// "https://app.example.com": the iss claim, and what decides how cookies
	// are made. Required. With http the host must be a loopback address, unless
	// Cookie.InsecureHTTP is set.
	Issuer string

	// Audience is who tokens are for: the aud claim. Defaults to Issuer.
	Audience string

	// Keys sign and verify tokens. Required.
	Keys jwt.KeySource

	// Store keeps the sessions: memstore.New() for one process that may forget
	// them, sqlstore for SQLite and PostgreSQL, or [Stateless]. Required.
	Store session.Store

	// AccessTTL is how long an access token lives. Defaults to 15 minutes.
	AccessTTL time.Duration

	// RefreshTTL is how long a refresh token lives; each rotation starts it
	// anew. Defaults to 14 days.
	RefreshTTL time.Duration

	// SessionTTL is how long a session lives in all, however much it is used.
	// Defaults to 30 days.
	SessionTTL time.Duration

	// IdleTimeout ends a session that has not been used for so long; refreshing
	// alone is not use. It may not be below AccessTTL. Zero: never.
	IdleTimeout time.Duration

	// RenewWithin renews access tokens inside ordinary answers, once less than
	// this is left of their life: in a cookie, a response header, or a member
	// access_token of a JSON object, as Deliver says. It takes the place of
	// refresh tokens; none are issued, and RefreshTTL must not be set. Zero: no
	// renewal. A time above AccessTTL renews in every answer.
	RenewWithin time.Duration

	// Leeway is how far the clocks of the issuer and this process may differ,
	// for nbf and iat only, at most one minute. Defaults to none: one process
	// needs none.
	Leeway time.Duration

	// SessionsPerSubject is how many sessions one user may have; the one not
	// used for longest ends when there are more. Defaults to 100.
	SessionsPerSubject int

	// Locations are the places where guards look for tokens. Defaults to
	// InHeader and InCookie.
	Locations []Location

	// Deliver is how SignIn and the refresh handler hand tokens out: InCookie,
	// InJSON (a JSON answer) or InHeader (response headers). Defaults to
	// InCookie if Locations has it, else InJSON.
	Deliver Location

	// Header says how tokens travel in headers.
	Header HeaderConfig

	// Cookie says how tokens travel in cookies.
	Cookie CookieConfig

	// CSRF protects requests whose token travels in a cookie.
	CSRF CSRFConfig

	// QueryName is the query parameter of InQuery. Defaults to "access_token"
	// (RFC 6750, section 2.3, which advises against it).
	QueryName string

	// TrustedOrigins are other origins, such as "https://www.example.com",
	// whose pages may make unsafe requests with our cookies.
	TrustedOrigins []string

	// TrustOrigin is asked of origins that are not in TrustedOrigins, for a list
	// that changes while the program runs. It is called for every unsafe
	// request of another origin and must be quick. May be nil: then there are no
	// others.
	TrustOrigin func(origin string) bool

	// ClientAddress finds the client's IP address. Defaults to the address of
	// the connection; behind a reverse proxy it must be set.
	ClientAddress func(*http.Request) string

	// Dialect makes and reads tokens, cookies and errors of another make than
	// latchkey's own. Only package flaskjwt sets it, for applications that come
	// from Flask-JWT-Extended; Issuer and Keys may then be left out.
	Dialect dialect.Dialect

	// Hooks change what happens at certain moments.
	Hooks Hooks

	// Logger defaults to slog.Default(). No secret and no token is ever logged.
	Logger *slog.Logger

	// Now is the clock, for tests. Defaults to time.Now.
	Now func() time.Time
}

// HeaderConfig says how tokens travel in headers.
type HeaderConfig struct {
	// Name is the request header of a token. Defaults to "Authorization".
	Name string
	// Scheme is the word before the token, compared without regard to case
	// (RFC 9110, section 11.1). Defaults to "Bearer".
	Scheme string
	// RefreshName is the response header of a refresh token when Deliver is
	// InHeader. Defaults to "Refresh-Token".
	RefreshName string
}

// Hooks are functions called at certain moments; each may be nil. They run in
// the goroutine of the request and must be safe for concurrent use.
type Hooks struct {
	// Claims returns further claims for an access token that is about to be
	// issued. Claims that latchkey itself sets cannot be overridden: issuing
	// fails if the map has one.
	Claims func(ctx context.Context, subject string) (map[string]any, error)

	// Header returns further members of the JOSE header of an access token.
	// alg, typ, kid, crit and those that name keys cannot be set: issuing fails.
	Header func(ctx context.Context, subject string) (map[string]any, error)

	// Identity turns Login.Subject into the sub claim, for applications whose
	// own ids must not leave the house. Sessions and Token.Subject then have
	// what it returns. An error is answered with 503.
	Identity func(ctx context.Context, subject string) (string, error)

	// Keys chooses the keys that sign and verify, by what middleware in front
	// put into the request's context: the tenant, say. Config.Keys is then only
	// for JWKSHandler. An error is answered with 503.
	Keys func(ctx context.Context) (jwt.KeySource, error)

	// User looks up the token's user, for Token.User, in guards and before a
	// refresh. Returning ErrUserGone refuses the request with 401; any other
	// error is answered with 503.
	User func(ctx context.Context, t *Token) (any, error)

	// Revoked asks a list of your own whether a token was revoked, besides the
	// sessions. True refuses the request with ErrSessionEnded; an error is
	// answered with 503.
	Revoked func(ctx context.Context, t *Token) (bool, error)

	// Verify is a further check of a token that passed all others. An error
	// refuses the request with 403, ErrRejected.
	Verify func(ctx context.Context, t *Token) error

	// Error writes the answer of a refused request instead of the default
	// JSON. For pages see [RedirectTo]. Other requests share err: to change it,
	// change a copy.
	Error func(w http.ResponseWriter, r *http.Request, err *Error)

	// Event is told of sign-ins, rotations, ends and suspicious uses.
	Event func(ctx context.Context, e session.Event)
}

func (c *Config) setDefaults() {
	setDefault(&c.Audience, c.Issuer)
	setDefault(&c.AccessTTL, 15*time.Minute)
	setDefault(&c.RefreshTTL, 14*24*time.Hour)
	setDefault(&c.SessionTTL, 30*24*time.Hour)
	setDefault(&c.SessionsPerSubject, 100)
	setDefault(&c.QueryName, "access_token")
	setDefault(&c.Header.Name, "Authorization")
	setDefault(&c.Header.Scheme, "Bearer")
	setDefault(&c.Header.RefreshName, "Refresh-Token")
	if len(c.Locations) == 0 {
		c.Locations = []Location{InHeader, InCookie}
	}
	if c.Deliver == "" {
		c.Deliver = InJSON
		if c.uses(InCookie) {
			c.Deliver = InCookie
		}
	}
	if c.ClientAddress == nil {
		c.ClientAddress = connectionAddress
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	c.CSRF.setDefaults()
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// uses says whether tokens are looked for, or delivered, at l.
func (c *Config) uses(l Location) bool {
	return c.Deliver == l || slices.Contains(c.Locations, l)
}
