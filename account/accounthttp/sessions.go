package accounthttp

import (
	"net/http"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/account"
)

// Me answers a signed-in person's GET with the user, the session, how many
// seconds the access token still lasts and the CSRF value. It also answers
// somebody who has to change the password first, and says so.
func (h *Handlers) Me() http.Handler {
	return h.guarded(h.auth.Required, func(w http.ResponseWriter, r *http.Request, t *latchkey.Token) error {
		user, err := h.person(r, t)
		if err != nil {
			return err
		}
		s, err := h.auth.Sessions().Get(r.Context(), t.SessionID)
		if err != nil {
			return err
		}
		writeJSON(w, http.StatusOK, struct {
			User      *userView   `json:"user"`
			Session   sessionView `json:"session"`
			ExpiresIn int64       `json:"expires_in"`
			CSRFToken string      `json:"csrf_token,omitempty"`
		}{viewUser(user), viewSession(s), wholeSeconds(t.ExpiresAt.Sub(h.config.Now())), t.CSRF})
		return nil
	})
}

// person returns the user behind a token. The sessions of a disabled user end
// with the disabling; this is the second lock on that door.
func (h *Handlers) person(r *http.Request, t *latchkey.Token) (*account.User, error) {
	user, err := h.accounts.User(r.Context(), t.Subject)
	if err == nil && user.Disabled() {
		return nil, latchkey.ErrUserGone
	}
	return user, err
}

// Sessions answers GET with the person's living sessions, the last used first.
func (h *Handlers) Sessions() http.Handler {
	return h.guarded(h.Guard(Need{}), func(w http.ResponseWriter, r *http.Request, t *latchkey.Token) error {
		all, err := h.auth.Sessions().List(r.Context(), t.Subject)
		if err != nil {
			return err
		}
		devices := make([]deviceView, 0, len(all))
		for _, s := range all {
			devices = append(devices, viewDevice(s, t.SessionID))
		}
		writeJSON(w, http.StatusOK, struct {
			Sessions []deviceView `json:"sessions"`
		}{devices})
		return nil
	})
}

// EndSession ends one of the person's sessions. It is the handler of a DELETE
// route with the wildcard {id}. What is not a living session of theirs is 404.
// To end the present session is to sign out: the cookies go too.
func (h *Handlers) EndSession() http.Handler {
	return h.guarded(h.Guard(Need{}), func(w http.ResponseWriter, r *http.Request, t *latchkey.Token) error {
		id := r.PathValue("id")
		if id == t.SessionID {
			if err := h.auth.SignOut(w, r); err != nil {
				return err
			}
			writeEnded(w, 1)
			return nil
		}
		ended, err := h.auth.Sessions().EndOwn(r.Context(), t.Subject, id)
		if err != nil {
			return err
		}
		if !ended {
			return &problem{status: http.StatusNotFound, code: "not_found",
				msg: "You have no such session. It may have ended already: load the list again."}
		}
		writeEnded(w, 1)
		return nil
	})
}

// EndOtherSessions ends all of the person's sessions but the present one. It is
// the handler of a DELETE route.
func (h *Handlers) EndOtherSessions() http.Handler {
	return h.guarded(h.Guard(Need{}), func(w http.ResponseWriter, r *http.Request, t *latchkey.Token) error {
		n, err := h.auth.Sessions().EndOthers(r.Context(), t.Subject, t.SessionID)
		if err != nil {
			return err
		}
		writeEnded(w, n)
		return nil
	})
}

func writeEnded(w http.ResponseWriter, n int) {
	writeJSON(w, http.StatusOK, struct {
		Ended int `json:"ended"`
	}{n})
}

// Activity records that the person is there, which puts off the idle end of the
// session: every guard does that. It is the handler of a POST route, answers
// 204, and exists for pages on which a person is active without causing
// requests.
func (h *Handlers) Activity() http.Handler {
	return h.guarded(h.auth.Required, func(w http.ResponseWriter, r *http.Request, t *latchkey.Token) error {
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(http.StatusNoContent)
		return nil
	})
}
