package oauthhttp

import (
	"encoding/json"
	"net/http"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/internal/inquiry"
)

// Introspect is the introspection endpoint (RFC 7662): POST with a form of token
// and, perhaps, token_type_hint. The client needs [Client].Introspect.
//
// A token is active if a guard of this program would let it pass at this
// moment: its signature, issuer, audience and times are right, its session
// lives, and the hooks User, Revoked and Verify have nothing against it. A
// refresh token is active, to clients that may ask about them, if it could be
// used to refresh. The answer to everything else is {"active":false} and
// nothing more. When the store could not be asked it is 503: it is not known
// whether the token is active, and the client must let nobody in.
//
// Asking is not using: it does not put off the idle end of a session, and an
// old refresh token that is asked about does not end it.
func (h *Handlers) Introspect() http.Handler {
	return h.endpoint(func(c *Client) bool { return c.Introspect }, h.introspect)
}

// introspection is the answer (RFC 7662, section 2.2). Members without a value
// are left out.
type introspection struct {
	Active    bool            `json:"active"`
	Scope     string          `json:"scope,omitempty"`
	ClientID  string          `json:"client_id,omitempty"`
	TokenType string          `json:"token_type,omitempty"`
	Subject   string          `json:"sub,omitempty"`
	ExpiresAt int64           `json:"exp,omitempty"`
	IssuedAt  int64           `json:"iat,omitempty"`
	Issuer    string          `json:"iss,omitempty"`
	Audience  json.RawMessage `json:"aud,omitempty"` // a string, or a list of them
	ID        string          `json:"jti,omitempty"`
	SessionID string          `json:"sid,omitempty"`
	AuthTime  int64           `json:"auth_time,omitempty"`
}

func (h *Handlers) introspect(w http.ResponseWriter, r *http.Request, client *Client, params form) error {
	types := byHint(params["token_type_hint"])
	if !client.IntrospectRefresh {
		types = []latchkey.TokenType{latchkey.AccessToken}
	}
	token, err := h.look(r.Context(), inquiry.Use, params["token"], types)
	if err != nil {
		return err
	}
	answer := introspection{}
	if token != nil {
		if answer, err = describe(token); err != nil {
			return internal(err)
		}
	}
	writeJSON(w, http.StatusOK, answer)
	return nil
}

// describe says what an active token says.
func describe(t *latchkey.Token) (introspection, error) {
	var claims struct {
		Issuer   string          `json:"iss"`
		Audience json.RawMessage `json:"aud"`
		Scope    json.RawMessage `json:"scope"`
		ClientID json.RawMessage `json:"client_id"`
	}
	if err := t.Claims(&claims); err != nil {
		return introspection{}, err
	}
	answer := introspection{
		Active: true, TokenType: typeName(t.Type),
		Scope: text(claims.Scope), ClientID: text(claims.ClientID),
		Subject: t.Subject, Issuer: claims.Issuer, Audience: claims.Audience,
		ID: t.ID, SessionID: t.SessionID,
		ExpiresAt: t.ExpiresAt.Unix(), IssuedAt: t.IssuedAt.Unix(),
	}
	if !t.AuthTime.IsZero() {
		answer.AuthTime = t.AuthTime.Unix()
	}
	return answer, nil
}

// typeName is a name from the registry of OAuth access token types. N_A is for
// tokens that are no access tokens (RFC 8693, section 2.2.1).
func typeName(t latchkey.TokenType) string {
	if t == latchkey.RefreshToken {
		return "N_A"
	}
	return "Bearer"
}

// text is a claim that Hooks.Claims has set, if it is a string, which the RFC
// wants here.
func text(claim json.RawMessage) string {
	var s string
	if json.Unmarshal(claim, &s) != nil {
		return ""
	}
	return s
}
