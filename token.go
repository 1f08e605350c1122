package latchkey

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"time"

	"github.com/latchkey-go/latchkey/internal/dialect"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/session"
)

// TokenType tells access tokens from refresh tokens.
type TokenType string

// The types of token, for Policy.Type and Token.Type.
const (
	AccessToken  TokenType = "access"
	RefreshToken TokenType = "refresh"
	AnyToken     TokenType = "any" // only as a Policy: either will do
)

// Token is a verified token of a request. Its fields are for reading only.
//
// A Token holds on to its request. Where something of it is to outlive the
// request, as in a list of who is online, keep the fields and not the Token.
type Token struct {
	// Subject is the user the token was issued to (the sub claim).
	Subject string
	// SessionID names the session, and with it the device (the sid claim).
	// Empty when Config.Store is Stateless.
	SessionID string
	// ID is unique to this token (the jti claim).
	ID string
	// Type says what the token is for.
	Type TokenType
	// Location is where in the request the token was found.
	Location Location
	// IssuedAt and ExpiresAt bound the token's life, exact to the second. Only
	// with a Dialect may one be zero: not said, and never.
	IssuedAt, ExpiresAt time.Time
	// AuthTime is when the person last proved who they are, for example with
	// a password. Refreshing does not move it.
	AuthTime time.Time
	// CSRF is the value that unsafe requests must repeat when the token
	// travels in a cookie. Templates put it into a hidden form field.
	CSRF string
	// Header is the JOSE header (RFC 7515, section 4) as it stands in the
	// token: JSON in base64url. Like the claims it is covered by the signature.
	Header string
	// User is what Hooks.User returned; nil without that hook.
	User any

	known   *known   // what is not for the application
	request *guarded // what the token was found in
}

// known is what a token says to latchkey itself. Requests with the same access
// token share it, so nothing but noted may change in it. (What a dialect has
// found is not shared, and adopt changes it.)
type known struct {
	claims     *jwt.Claims
	generation int64
	mac        string
	epoch      int64
	foreign    *dialect.Known // of Config.Dialect; nil for latchkey's own tokens

	noted session.Noted
}

// Claims decodes the token's claims into v, a pointer to a struct or map, as
// encoding/json would but strictly: names match exactly. It fails if a claim
// does not fit v, and for a Token that was not found in a request.
func (t *Token) Claims(v any) error {
	if t.known == nil {
		return errNotFound
	}
	return t.known.claims.Decode(v)
}

// errNotFound is for Tokens that an application has put together itself.
var errNotFound = errors.New("latchkey: this Token was not found in a request, so it has no claims")

// doneOnce is the channel of Token.Done, made when somebody asks for it.
type doneOnce struct {
	once sync.Once
	c    chan struct{}
}

// Done returns a channel that is closed when the token expires or its session
// ends, whichever is first. Long answers (server-sent events, WebSockets)
// select on it, for a guard only decides when a request begins.
//
// An end caused in another process is seen only while [Auth.Run] runs. All
// that Done holds is freed when the request's context ends. A Token that was
// not found in a request never ends: the channel is nil.
func (t *Token) Done() <-chan struct{} {
	if t.request == nil {
		return nil
	}
	d := t.request.whenDone()
	d.once.Do(func() { t.watch(d) })
	return d.c
}

// whenDone is the same for everybody who asks. Few do.
func (g *guarded) whenDone() *doneOnce {
	if d := g.done.Load(); d != nil {
		return d
	}
	g.done.CompareAndSwap(nil, &doneOnce{})
	return g.done.Load()
}

// watch closes d.c once, by a timer or by word of the session's end.
func (t *Token) watch(d *doneOnce) {
	r := t.request
	d.c = make(chan struct{})
	end := sync.OnceFunc(func() { close(d.c) })
	timer := time.AfterFunc(t.lifeLeft(r.auth.cfg.Now()), end)
	stop := func() {}
	if r.auth.sessions != nil {
		stop = r.auth.sessions.AfterEnd(t.access(), end)
	}
	context.AfterFunc(r, func() {
		timer.Stop()
		stop()
	})
}

// access is what package session knows the token by.
func (t *Token) access() session.Access {
	return session.Access{SessionID: t.SessionID, TokenID: t.ID, Epoch: t.known.epoch, Noted: &t.known.noted}
}

// forever is for timers of what never happens.
const forever = time.Duration(math.MaxInt64)

// lifeLeft is how long the token lives from now on.
func (t *Token) lifeLeft(now time.Time) time.Duration {
	if t.ExpiresAt.IsZero() {
		return forever
	}
	return t.ExpiresAt.Sub(now)
}

// headerSegment is the first part of a token.
func headerSegment(raw string) string {
	segment, _, _ := strings.Cut(raw, ".")
	return segment
}
