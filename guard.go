package latchkey

import (
	"errors"
	"net/http"
	"time"

	"github.com/latchkey-go/latchkey/internal/dialect"
)

// Policy says what a request must bring to pass a guard. The zero value is
// that of [Auth.Required]: an access token of a living session.
type Policy struct {
	// Optional lets requests without a token pass as nobody. A token that is
	// there but not good is refused all the same.
	Optional bool

	// MaxAge demands that the person proved who they are (AuthTime) less than
	// so long ago. Zero demands nothing.
	MaxAge time.Duration

	// Type is the type of token wanted. Defaults to AccessToken.
	Type TokenType

	// Locations replaces Config.Locations for this guard.
	Locations []Location

	// InsecureSkipRevocation lets tokens of ended sessions pass until they
	// expire. Only for answers that would harm nobody in wrong hands.
	InsecureSkipRevocation bool
}

// Required is a guard: it lets a request pass that carries a good access
// token, and answers any other with an error.
func (a *Auth) Required(next http.Handler) http.Handler { return a.Require(Policy{})(next) }

// Optional is a guard that also lets requests without any token pass;
// [FromContext] then finds none.
func (a *Auth) Optional(next http.Handler) http.Handler {
	return a.Require(Policy{Optional: true})(next)
}

// Fresh returns a guard for what needs a recent sign-in, such as changing a
// password: the person must have proved who they are less than maxAge ago,
// however often the token was refreshed since. A maxAge of zero or less is a
// mistake: the guard refuses everything, and [Auth.Run] returns an error.
func (a *Auth) Fresh(maxAge time.Duration) func(http.Handler) http.Handler {
	if maxAge <= 0 {
		a.misuse("Fresh needs a time above zero, not " + maxAge.String())
		return refuseAll(a, errors.New("a guard was made by Fresh with a time of zero or less"))
	}
	return a.Require(Policy{MaxAge: maxAge})
}

// Refresh is a guard that lets a request pass that carries a refresh token
// which is still good. It does not use the token up. Most programs need
// [Auth.RefreshHandler] instead.
func (a *Auth) Refresh(next http.Handler) http.Handler {
	return a.Require(Policy{Type: RefreshToken})(next)
}

// Require returns a guard for the policy. All other guards are short for it.
func (a *Auth) Require(p Policy) func(http.Handler) http.Handler {
	if err := p.validate(a.cfg.Dialect != nil); err != nil {
		a.misuse("Require: " + err.Error())
		return refuseAll(a, err)
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			a.addVary(w.Header())
			t, stray, err := a.authenticate(r, &p)
			for _, name := range stray {
				a.cookies.clearStray(w, name)
			}
			switch {
			case err == nil:
				if t.Location == InQuery {
					w.Header().Set("Cache-Control", "no-store")
				}
				r = t.request.with(r)
				if a.renewalDue(r, t) {
					a.serveRenewing(next, w, r, t)
					return
				}
				next.ServeHTTP(w, r)
			case p.Optional && errors.Is(err, ErrMissing), err == errExempt:
				next.ServeHTTP(w, r)
			default:
				a.WriteError(w, r, err)
			}
		})
	}
}

// addVary tells caches on what a decision of guards hangs: on who asks, and with
// cookies on the page that does. Usually nobody has said so of anything yet; then
// all answers share one value, which is not to be changed and has no room for
// others to append to.
func (a *Auth) addVary(h http.Header) {
	if len(h["Vary"]) == 0 {
		h["Vary"] = a.vary
		return
	}
	h["Vary"] = append(h["Vary"], a.vary...)
}

// validate returns what is wrong with the policy. A dialect knows one type more.
func (p Policy) validate(foreign bool) error {
	if p.MaxAge < 0 {
		return errors.New("Policy.MaxAge is below zero")
	}
	switch {
	case p.Type == "", p.Type == AccessToken, p.Type == RefreshToken, p.Type == AnyToken:
	case foreign && p.Type == TokenType(dialect.AnyAsRefresh):
	default:
		return errors.New("Policy.Type must be AccessToken, RefreshToken or AnyToken")
	}
	for _, l := range p.Locations {
		if !knownLocation(l) {
			return errors.New("Policy.Locations has the unknown location " + string(l))
		}
	}
	return nil
}

// refuseAll is the guard of a misconfigured route.
func refuseAll(a *Auth, cause error) func(http.Handler) http.Handler {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			a.WriteError(w, r, ErrInternal.because(cause))
		})
	}
}
