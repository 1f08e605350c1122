// Package inquiry is how package oauthhttp asks a latchkey.Auth about the text
// of a token. A guard takes a token out of a request, and what it lets pass is
// a use of the session; a question is neither.
//
// The question travels in the context of a request to latchkey.Auth.Authenticate,
// which then looks at the question alone. Only packages of this module can put
// one there.
package inquiry

import "context"

// Kind says how much of a token is judged.
type Kind int

const (
	// Use asks whether a guard would let the token pass now.
	Use Kind = iota
	// Origin asks only whether the token was issued here, for which session:
	// it may have expired, and its session may have ended.
	Origin
)

// Question is one question about one token. Authenticate answers it with the
// token, or with the error that a guard would have.
type Question struct {
	Kind Kind
	// Token is the text in question.
	Token string
	// Refresh asks for a refresh token; else an access token is wanted.
	Refresh bool

	// Issuer is set by Authenticate: the iss of the Auth's tokens.
	Issuer string
	// Foreign is set by Authenticate: the Auth speaks a dialect. Then every
	// question is answered with an error.
	Foreign bool
}

type contextKey struct{}

// With returns a context that carries a question.
func With(ctx context.Context, q *Question) context.Context {
	return context.WithValue(ctx, contextKey{}, q)
}

// From finds the question in a context; nil if there is none.
func From(ctx context.Context) *Question {
	q, _ := ctx.Value(contextKey{}).(*Question)
	return q
}
