package oauthhttp

import (
	"context"
	"net/http"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/internal/inquiry"
	"github.com/latchkey-go/latchkey/session"
)

// Revoke is the revocation endpoint (RFC 7009): POST with a form of token and,
// perhaps, token_type_hint. The client needs [Client].Revoke.
//
// It ends the session that the token belongs to, and with it every token of
// that session, be it an access token or a refresh token that was sent, expired
// or not. In this process that is so before the answer, in others within a
// second.
//
// The answer is 200 without a body, and the same for a token that is unknown,
// forged or was revoked before: there is nothing left to do. It is 503 when the
// store could not be written; then the client has to try again. A stateless
// Auth cannot revoke, and says unsupported_token_type of each token that is
// still good.
func (h *Handlers) Revoke() http.Handler {
	return h.endpoint(func(c *Client) bool { return c.Revoke }, h.revoke)
}

func (h *Handlers) revoke(w http.ResponseWriter, r *http.Request, _ *Client, params form) error {
	if !h.canRevoke() {
		return h.refuseToRevoke(w, r, params)
	}
	token, err := h.look(r.Context(), inquiry.Origin, params["token"], byHint(params["token_type_hint"]))
	if err != nil {
		return err
	}
	if token != nil {
		if err := h.end(r.Context(), token); err != nil {
			return unavailable(err)
		}
	}
	noStore(w)
	w.WriteHeader(http.StatusOK)
	return nil
}

// end makes a token useless. The error always says that the store could not
// answer.
func (h *Handlers) end(ctx context.Context, t *latchkey.Token) error {
	if t.SessionID == "" {
		// It was issued when the Auth was stateless, under the same key.
		return h.auth.Sessions().RevokeToken(ctx, t.ID)
	}
	return h.auth.Sessions().End(ctx, t.SessionID, session.EndedBySignOut)
}

// refuseToRevoke is Revoke without sessions (RFC 7009, section 2.2.1).
func (h *Handlers) refuseToRevoke(w http.ResponseWriter, r *http.Request, params form) error {
	token, err := h.look(r.Context(), inquiry.Use, params["token"], []latchkey.TokenType{latchkey.AccessToken})
	switch {
	case err != nil:
		return err
	case token != nil:
		return &problem{status: http.StatusBadRequest, code: "unsupported_token_type",
			msg: "Tokens of this server cannot be revoked. They are good until they expire."}
	}
	noStore(w)
	w.WriteHeader(http.StatusOK)
	return nil
}
