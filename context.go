package latchkey

import "context"

type contextKey struct{}

// FromContext returns the token that a guard let pass. It is false where no
// guard ran, and behind Optional when the request carried no token.
func FromContext(ctx context.Context) (*Token, bool) {
	t, ok := ctx.Value(contextKey{}).(*Token)
	return t, ok
}

func withToken(ctx context.Context, t *Token) context.Context {
	return context.WithValue(ctx, contextKey{}, t)
}
