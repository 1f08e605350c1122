package accounthttp

import (
	"context"
	"net/http"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/account"
)

// Need is what a person must have to pass a Guard, besides being signed in.
type Need struct {
	// Scope is a scope that the user must have, such as account.ScopeAdmin.
	// Empty: none.
	Scope string

	// FreshFor is how recently the person must have given the password. Zero:
	// at any time.
	FreshFor time.Duration
}

// Guard returns a guard for handlers of the program's own. It does what
// latchkey.Auth.Required does, and then looks at the user as the store has them
// at this moment, which is one query:
//
//   - a user who is disabled or deleted is refused with 401 user_gone;
//   - one who has to change the password first (see
//     account.Service.RequirePasswordChange) with 403 password_change_required;
//   - one without the scope with 403 insufficient_scope, and a WWW-Authenticate
//     header that names it (RFC 6750, section 3.1);
//   - one who gave the password too long ago with 401 not_fresh.
//
// The handler finds the user with [UserFromContext].
func (h *Handlers) Guard(n Need) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return h.guarded(h.auth.Required, func(w http.ResponseWriter, r *http.Request, t *latchkey.Token) error {
			user, err := h.person(r, t)
			if err != nil {
				return err
			}
			if err := h.check(w, n, t, user); err != nil {
				return err
			}
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), userKey{}, user)))
			return nil
		})
	}
}

// check returns why a person does not pass.
func (h *Handlers) check(w http.ResponseWriter, n Need, t *latchkey.Token, user *account.User) error {
	switch {
	case user.MustChangePassword:
		return &problem{status: http.StatusForbidden, code: "password_change_required",
			msg: "Choose a new password first. Until then nothing else is possible."}
	case n.Scope != "" && !user.HasScope(n.Scope):
		return insufficientScope(w, n.Scope)
	case n.FreshFor > 0 && h.config.Now().Sub(t.AuthTime) >= n.FreshFor:
		stale := *latchkey.ErrNotFresh
		stale.MaxAge = n.FreshFor
		return &stale
	}
	return nil
}

// insufficientScope is the answer of RFC 6750, section 3.1, to somebody who is
// signed in and may not do this. Scopes are printable ASCII without quotation
// marks and backslashes.
func insufficientScope(w http.ResponseWriter, scope string) error {
	const msg = "Your account may not do this. Ask an administrator."
	w.Header().Set("WWW-Authenticate", `Bearer error="insufficient_scope", error_description="`+msg+`", scope="`+scope+`"`)
	return &problem{status: http.StatusForbidden, code: "insufficient_scope", msg: msg}
}

type userKey struct{}

// UserFromContext returns the user whom a [Handlers.Guard] let pass. It is false
// where none ran.
func UserFromContext(ctx context.Context) (*account.User, bool) {
	user, ok := ctx.Value(userKey{}).(*account.User)
	return user, ok
}
