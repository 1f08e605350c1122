package latchkey

import (
	"context"
	"time"
)

type contextKey struct{}

// FromContext returns the token that a guard let pass. It is false where no
// guard ran, and behind Optional when the request carried no token.
func FromContext(ctx context.Context) (*Token, bool) {
	t, ok := ctx.Value(contextKey{}).(*Token)
	return t, ok
}

// requestContext is the context of a guarded request and the token in it. Every
// such request needs both, so they are one piece of memory.
type requestContext struct {
	context.Context // the request's own
	auth            *Auth
	now             time.Time // when the token was judged
	token           Token
	done            doneOnce
}

// newToken makes the token of one request from what is known of it, which other
// requests may share.
func (a *Auth) newToken(ctx context.Context, at Location, known *Token, now time.Time) *Token {
	c := &requestContext{Context: ctx, auth: a, now: now, token: *known}
	c.token.Location, c.token.request = at, c
	return &c.token
}

// Value finds the token, or what the request's own context has.
func (c *requestContext) Value(key any) any {
	if key == (contextKey{}) {
		return &c.token
	}
	return c.Context.Value(key)
}
