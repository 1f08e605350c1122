package accounthttp

import (
	"errors"
	"net/http"
	"strings"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/jwt"
)

// Admin is what the handlers of RegisterAdmin work on besides those of Config.
type Admin struct {
	// Keys are the signing keys, of which administrators see the state and
	// nothing else. May be nil: then GET /admin/keys is not there.
	Keys KeyReporter
}

// KeyReporter tells the state of signing keys. A jwt.Keyring does.
type KeyReporter interface {
	// Keys describes all keys. It is safe for concurrent use.
	Keys() []jwt.KeyInfo
}

// RegisterAdmin adds the routes for administrators to mux, below a prefix such
// as "/api/v1":
//
//	GET    /admin/users, /admin/users/{id}, /admin/users/{id}/sessions
//	PUT    /admin/users/{id}/scopes
//	POST   /admin/users/{id}/disable, /enable, /unlock,
//	       /require-password-change, /end-sessions, /reset-link
//	GET    /admin/audit, /admin/keys
//
// All of them are behind a [Handlers.Guard] for users with the scope
// account.ScopeAdmin, as the store has it at the time of the request. Those that
// change something also need a sign-in within Config.FreshFor, and, where the
// token is in a cookie, what CSRF protection asks for. What they change is in
// the audit trail with the administrator's id as the actor, and they make it
// with account.WithAuthority.
//
// Without Config.Audit there is no GET /admin/audit. RegisterAdmin panics where http.ServeMux.Handle does.
func (h *Handlers) RegisterAdmin(mux *http.ServeMux, prefix string, a Admin) {
	prefix = strings.TrimRight(prefix, "/") + "/admin"
	user := prefix + "/users/{id}"
	routes := map[string]byMethod{
		prefix + "/users":                 {http.MethodGet: h.adminRead(h.listUsers)},
		user:                              {http.MethodGet: h.adminRead(h.showUser)},
		user + "/sessions":                {http.MethodGet: h.adminRead(h.userSessions)},
		user + "/scopes":                  {http.MethodPut: h.adminChange(h.setScopes)},
		user + "/disable":                 h.adminAction(h.accounts.Disable),
		user + "/enable":                  h.adminAction(h.accounts.Enable),
		user + "/unlock":                  h.adminAction(h.accounts.Unlock),
		user + "/require-password-change": h.adminAction(h.accounts.RequirePasswordChange),
		user + "/end-sessions":            {http.MethodPost: h.adminChange(h.endUserSessions)},
		user + "/reset-link":              {http.MethodPost: h.adminChange(h.resetLink)},
	}
	if h.config.Audit != nil {
		routes[prefix+"/audit"] = byMethod{http.MethodGet: h.adminRead(h.auditTrail)}
	}
	if a.Keys != nil {
		routes[prefix+"/keys"] = byMethod{http.MethodGet: h.adminRead(keyStates(a.Keys))}
	}
	for path, route := range routes {
		mux.Handle(path, route)
	}
}

// adminFunc answers a request of an administrator.
type adminFunc func(http.ResponseWriter, *http.Request) error

// adminRead is the way to what only shows something.
func (h *Handlers) adminRead(f adminFunc) http.Handler {
	return h.asAdmin(Need{Scope: account.ScopeAdmin}, f)
}

// adminChange is the way to what changes something.
func (h *Handlers) adminChange(f adminFunc) http.Handler {
	return h.asAdmin(Need{Scope: account.ScopeAdmin, FreshFor: h.config.FreshFor}, f)
}

// asAdmin is the one way to all handlers for administrators.
func (h *Handlers) asAdmin(n Need, f adminFunc) http.Handler {
	return h.Guard(n)(h.handle(func(w http.ResponseWriter, r *http.Request) error {
		admin, ok := UserFromContext(r.Context())
		if !ok {
			return errors.New("accounthttp: no guard ran before a handler for administrators")
		}
		r = r.WithContext(account.WithAuthority(r.Context(), admin.ID, n.Scope))
		err := f(w, r)
		if errors.Is(err, account.ErrNotAllowed) {
			return insufficientScope(w, n.Scope) // since the guard has looked
		}
		return adminProblem(err)
	}))
}

// adminProblem turns the refusals of changes to others into answers.
func adminProblem(err error) error {
	conflict := func(code, msg string) error {
		return &problem{status: http.StatusConflict, code: code, msg: msg}
	}
	switch {
	case errors.Is(err, account.ErrUserNotFound):
		return &problem{status: http.StatusNotFound, code: "not_found",
			msg: "There is no such user. The account may have been deleted: load the list again."}
	case errors.Is(err, account.ErrOwnAccount):
		return conflict("own_account", "This cannot be done to your own account. Another administrator can do it.")
	case errors.Is(err, account.ErrUserDisabled):
		return conflict("user_disabled", "The user is disabled. Enable the account first.")
	case errors.Is(err, account.ErrUserChanged):
		return conflict("user_changed", "Somebody else changed this user at the same moment. Load the user again.")
	}
	return err
}

// pathUser reads the user that the path names.
func (h *Handlers) pathUser(r *http.Request) (*account.User, error) {
	id := r.PathValue("id")
	if !isPlain(id) {
		return nil, account.ErrUserNotFound
	}
	return h.accounts.User(r.Context(), id)
}

// isPlain says whether a text can be an id: short printable ASCII, which every
// store takes.
func isPlain(id string) bool {
	return id != "" && len(id) <= 128 && !strings.ContainsFunc(id, func(r rune) bool { return r < '!' || r > '~' })
}
