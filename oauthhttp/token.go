package oauthhttp

import (
	"context"
	"errors"
	"net/http"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/internal/inquiry"
)

// ask puts a question to the Auth.
func (h *Handlers) ask(ctx context.Context, q *inquiry.Question) (*latchkey.Token, error) {
	return h.auth.Authenticate((&http.Request{}).WithContext(inquiry.With(ctx, q)))
}

// look asks about a token of any of the given types, the likeliest first, until
// it is one of them. No token and no error mean that it is not good. An error
// means that nobody knows.
func (h *Handlers) look(ctx context.Context, kind inquiry.Kind, text string, types []latchkey.TokenType) (*latchkey.Token, error) {
	for _, t := range types {
		token, err := h.ask(ctx, &inquiry.Question{Kind: kind, Token: text, Refresh: t == latchkey.RefreshToken})
		var refusal *latchkey.Error
		switch {
		case err == nil:
			return token, nil
		case errors.Is(err, latchkey.ErrUnavailable):
			return nil, unavailable(err)
		case !errors.As(err, &refusal) || refusal.Status >= http.StatusInternalServerError:
			return nil, internal(err)
		}
	}
	return nil, nil
}

// byHint puts the type that the client expects first. It is a hint and no more:
// the other follows, and what is no type is ignored (RFC 7009, section 2.1;
// RFC 7662, section 2.1).
func byHint(hint string) []latchkey.TokenType {
	if hint == "refresh_token" {
		return []latchkey.TokenType{latchkey.RefreshToken, latchkey.AccessToken}
	}
	return []latchkey.TokenType{latchkey.AccessToken, latchkey.RefreshToken}
}
