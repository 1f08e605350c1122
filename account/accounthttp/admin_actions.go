package accounthttp

import (
	"context"
	"net/http"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// adminAction is the route of a change that needs nothing but the user: POST
// without a body, answered with the user as they then are.
func (h *Handlers) adminAction(act func(ctx context.Context, userID string) error) byMethod {
	return byMethod{http.MethodPost: h.adminChange(func(w http.ResponseWriter, r *http.Request) error {
		id, err := h.actOn(w, r)
		if err != nil {
			return err
		}
		if err := act(r.Context(), id); err != nil {
			return err
		}
		return h.writeUser(w, r, id)
	})}
}

// actOn reads a request without a body, for which {} may stand, and returns the
// id of the user it is about.
func (h *Handlers) actOn(w http.ResponseWriter, r *http.Request) (string, error) {
	if r.ContentLength != 0 {
		if err := readBody(w, r, &struct{}{}); err != nil {
			return "", err
		}
	}
	user, err := h.pathUser(r)
	if err != nil {
		return "", err
	}
	return user.ID, nil
}

// setScopes answers PUT with the body {"scopes":[…]}, which replaces what the
// user has and ends their sessions.
func (h *Handlers) setScopes(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Scopes jsontext.Value `json:"scopes"`
	}
	if err := readBody(w, r, &in); err != nil {
		return err
	}
	var list []text
	if in.Scopes.Kind() != '[' || json.Unmarshal(in.Scopes, &list) != nil {
		return badRequest(`The member "scopes" must be a list of strings, such as ["admin"]. An empty list takes all away.`)
	}
	scopes := make([]string, len(list))
	for i, scope := range list {
		scopes[i] = string(scope)
	}
	user, err := h.pathUser(r)
	if err != nil {
		return err
	}
	if err := h.accounts.SetScopes(r.Context(), user.ID, scopes); err != nil {
		return err
	}
	return h.writeUser(w, r, user.ID)
}

// endUserSessions answers POST with how many sessions of a user it has ended.
func (h *Handlers) endUserSessions(w http.ResponseWriter, r *http.Request) error {
	id, err := h.actOn(w, r)
	if err != nil {
		return err
	}
	n, err := h.accounts.EndSessions(r.Context(), id)
	if err != nil {
		return err
	}
	writeEnded(w, n)
	return nil
}

// resetLink answers POST with the token of a link by which a user chooses a new
// password. It is told here once: the store has its hash.
func (h *Handlers) resetLink(w http.ResponseWriter, r *http.Request) error {
	id, err := h.actOn(w, r)
	if err != nil {
		return err
	}
	token, err := h.accounts.NewResetToken(r.Context(), id)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, struct {
		Token     string    `json:"token"`
		ExpiresAt time.Time `json:"expires_at"`
	}{token.Token, wholeTime(token.ExpiresAt)})
	return nil
}
