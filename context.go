package latchkey

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"
)

type contextKey struct{}

// FromContext returns the token that a guard let pass. It is false where no
// guard ran, and behind Optional when the request carried no token.
func FromContext(ctx context.Context) (*Token, bool) {
	t, ok := ctx.Value(contextKey{}).(*Token)
	return t, ok
}

// guarded is a request with a token: the token, the context that carries it, and
// the request as its handler gets it. Every request behind a guard needs all
// three, so they are one piece of memory.
type guarded struct {
	context.Context // the request's own
	auth            *Auth
	now             time.Time // when the token was judged
	token           Token
	done            atomic.Pointer[doneOnce]
	request         http.Request
}

// newToken makes the token of one request, of which only the place is known.
func (a *Auth) newToken(ctx context.Context, at Location, now time.Time) *Token {
	g := new(guarded)
	g.Context, g.auth, g.now = ctx, a, now
	g.token.Location, g.token.request = at, g
	return &g.token
}

// sameToken makes the token of one request from that of another.
func (a *Auth) sameToken(ctx context.Context, at Location, like *Token, now time.Time) *Token {
	g := new(guarded)
	g.Context, g.auth, g.now, g.token = ctx, a, now, *like
	g.token.Location, g.token.request = at, g
	return &g.token
}

// with returns r with the token in its context, as WithContext would.
func (g *guarded) with(r *http.Request) *http.Request {
	g.request = *r.WithContext(g)
	return &g.request
}

// Value finds the token, or what the request's own context has.
func (g *guarded) Value(key any) any {
	if key == (contextKey{}) {
		return &g.token
	}
	return g.Context.Value(key)
}
