// Package dialect is the seam at which latchkey can speak tokens of another
// make than its own: how a token looks, where a request carries it, which
// cookies hold it, and in which words a request is refused.
//
// What makes a token acceptable stays where it is: signatures and claims are
// judged by package jwt, sessions by package session, and the order of guards,
// hooks and answers by latchkey. A dialect may ask for more, never for less.
//
// It is internal so that the seam can change. Package flaskjwt has the one
// dialect there is besides latchkey's own.
package dialect

import (
	"context"
	"net/http"
	"time"

	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/session"
)

// Kind is what a guard wants, as latchkey.TokenType.
type Kind string

// The kinds there are.
const (
	Access  Kind = "access"
	Refresh Kind = "refresh"
	Any     Kind = "any"
	// AnyAsRefresh is Any where refresh tokens are looked for.
	AnyAsRefresh Kind = "any_as_refresh"
)

// AsRefresh says whether tokens of this kind travel as refresh tokens do.
func (k Kind) AsRefresh() bool { return k == Refresh || k == AnyAsRefresh }

// Place is where a token travels, as latchkey.Location.
type Place string

// The places there are.
const (
	Header Place = "header"
	Cookie Place = "cookie"
	JSON   Place = "json"
	Query  Place = "query"
)

// Wanted is what Open is to find.
type Wanted struct {
	Kind   Kind
	Places []Place // in order of precedence
	Now    time.Time
	// Sessions says that a session stands behind tokens. The expiry of a
	// refresh token that names one is then judged with the session, after its
	// MAC.
	Sessions bool
	// AllowExpired finds out whose token it is, however old.
	AllowExpired bool
	// SkipCSRF leaves the CSRF value unchecked.
	SkipCSRF bool
}

// Found is the token of a request. With an error, Known is set where the
// token's signature is good.
type Found struct {
	Known *Known
	At    Place
	// Stray are cookie names that cannot be trusted and should be expired.
	Stray []string
	// Exempt says that a guard lets this request pass unseen.
	Exempt bool
}

// Known is what a verified token says. It is not to be changed.
type Known struct {
	Raw       string
	Claims    *jwt.Claims
	Subject   string
	SessionID string // empty: no session stands behind the token
	ID        string
	IsRefresh bool
	IssuedAt  time.Time
	ExpiresAt time.Time // zero: never
	AuthTime  time.Time // zero: not a recent sign-in, whatever recent means
	CSRF      string
	// Epoch, Generation and MAC (base64url) are what package session knows a
	// token of its own by.
	Epoch      int64
	Generation int64
	MAC        string
	// AdoptAs names the session that a refresh token without one begins, when
	// there are sessions.
	AdoptAs string
}

// Grant is what a token is issued for.
type Grant struct {
	IsRefresh bool
	Subject   string
	Now       time.Time
	// Fresh says that the person has just proved who they are.
	Fresh bool
	// Session stands behind the token; nil when there are none. Only then are
	// IssuedAt and ExpiresAt set.
	Session             *session.Session
	IssuedAt, ExpiresAt time.Time
	// Claims are those of Hooks.Claims.
	Claims map[string]any
}

// Issued is a signed token.
type Issued struct {
	Text      string
	CSRF      string    // empty: the token has none
	ExpiresAt time.Time // zero: never
}

// Dialect is one make of tokens. All methods are safe for concurrent use. An
// error may be a *latchkey.Error, which is then the answer; any other is a
// fault of the program.
type Dialect interface {
	// Check returns what is wrong with the configuration, if anything.
	// sessions says whether there is a store.
	Check(sessions bool) []error

	// Open finds the token of a request and verifies it, up to what only a
	// session or a hook knows.
	Open(r *http.Request, w Wanted) (Found, error)

	// Revoked says whether a token was revoked by itself, apart from its
	// session.
	Revoked(ctx context.Context, k *Known) (bool, error)

	// Revoke revokes a token that no session stands behind.
	Revoke(ctx context.Context, k *Known) error

	// Issue signs a token.
	Issue(ctx context.Context, g Grant) (Issued, error)

	// SetCookies puts tokens into cookies. One without text is left as it is.
	SetCookies(w http.ResponseWriter, access, refresh Issued) error

	// ClearCookies expires the cookies of all tokens.
	ClearCookies(w http.ResponseWriter)

	// Say puts an error into the dialect's words. It gives errors that it does
	// not know back unchanged, and is applied to one error only once or often.
	Say(err error) error
}
