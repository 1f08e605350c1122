package accounthttp

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/session"
)

// passwordMethod is the amr of a sign-in with a password (RFC 8176, section 2).
const passwordMethod = "pwd"

// SignUp makes an account and signs the person in. It is the handler of a POST
// route with the body {"username", "name", "password", "delivery"}, of which
// name and delivery may be left out, and answers 201 as SignIn does. A taken
// username is 409 username_taken; input that cannot be used is 422
// invalid_input with the fields.
func (h *Handlers) SignUp() http.Handler {
	return h.handle(func(w http.ResponseWriter, r *http.Request) error {
		if h.config.SignUpClosed {
			return &problem{status: http.StatusForbidden, code: "sign_up_closed",
				msg: "New accounts cannot be made here at the moment. Ask the operator for one."}
		}
		var in struct {
			Username text `json:"username"`
			Name     text `json:"name"`
			Password text `json:"password"`
			Delivery text `json:"delivery"`
		}
		if err := h.readFromOwnPage(w, r, &in); err != nil {
			return err
		}
		at, err := parseDelivery(in.Delivery)
		if err != nil {
			return err
		}
		user, err := h.accounts.SignUp(r.Context(), account.SignUp{
			Username: string(in.Username), Name: string(in.Name), Password: string(in.Password), Client: h.auth.Client(r),
		})
		if err != nil {
			return err
		}
		if err := h.rememberDevice(w, r, user, at); err != nil {
			return err
		}
		return h.begin(w, r, user, at, http.StatusCreated)
	})
}

// SignIn begins a session for a person who gives their password. It is the
// handler of a POST route with the body {"username", "password", "delivery"},
// of which delivery may be left out.
//
// It answers 200 with the user, the session, how many seconds the access token
// lasts and the CSRF value; the tokens are in cookies, or in the answer with
// "delivery":"body". A session that the request belongs to already ends. Every
// failure that concerns the account is 401 invalid_credentials, in the same
// words; too many attempts from an address are 429 throttled, and too many
// people at once 503 busy, both with Retry-After.
func (h *Handlers) SignIn() http.Handler {
	return h.handle(func(w http.ResponseWriter, r *http.Request) error {
		var in struct {
			Username text `json:"username"`
			Password text `json:"password"`
			Delivery text `json:"delivery"`
		}
		if err := h.readFromOwnPage(w, r, &in); err != nil {
			return err
		}
		at, err := parseDelivery(in.Delivery)
		if err != nil {
			return err
		}
		if err := requireFields(required{"username", in.Username}, required{"password", in.Password}); err != nil {
			return err
		}
		user, err := h.accounts.Authenticate(r.Context(), account.Credentials{
			Username: string(in.Username), Password: string(in.Password), Client: h.auth.Client(r),
			Device: h.deviceToken(r),
		})
		if err != nil {
			return err
		}
		if err := h.rememberDevice(w, r, user, at); err != nil {
			return err
		}
		return h.begin(w, r, user, at, http.StatusOK)
	})
}

// Reauthenticate takes the password of a signed-in person again and answers as
// SignIn does, with a new session whose auth_time is now in place of the
// present one. It is the handler of a POST route with the body {"password"}.
func (h *Handlers) Reauthenticate() http.Handler {
	return h.guarded(h.auth.Required, func(w http.ResponseWriter, r *http.Request, t *latchkey.Token) error {
		var in struct {
			Password text `json:"password"`
		}
		if err := readBody(w, r, &in); err != nil {
			return err
		}
		if err := requireFields(required{"password", in.Password}); err != nil {
			return err
		}
		user, err := h.person(r, t)
		if err != nil {
			return err
		}
		if err := h.accounts.CheckPassword(r.Context(), t.Subject, string(in.Password)); err != nil {
			return err
		}
		return h.begin(w, r, user, answerLocation(t), http.StatusOK)
	})
}

// begin starts a session for a person who has just given their password, in
// place of the one the request belongs to, and answers with it.
func (h *Handlers) begin(w http.ResponseWriter, r *http.Request, user *account.User, at latchkey.Location, status int) error {
	login := latchkey.Login{Subject: user.ID, AMR: []string{passwordMethod}, Basis: user.SignInBasis(), Deliver: at}
	var tokens latchkey.Tokens
	var err error
	if at == latchkey.InJSON {
		tokens, err = h.auth.Issue(r, login)
	} else {
		tokens, err = h.auth.SignIn(w, r, login)
	}
	if errors.Is(err, session.ErrBasisChanged) {
		return account.ErrInvalidCredentials // the password was right, and is no longer
	}
	if err != nil {
		return err
	}
	writeTokens(w, status, tokens, at, user)
	return nil
}

// writeTokens answers with a session and, for clients without cookies, tokens.
func writeTokens(w http.ResponseWriter, status int, tokens latchkey.Tokens, at latchkey.Location, user *account.User) {
	w.Header().Set("Latchkey-Expires-In", strconv.FormatInt(wholeSeconds(tokens.ExpiresIn), 10))
	writeJSON(w, status, viewTokens(tokens, at, user))
}

// readFromOwnPage reads the body of a request that needs no token. A page of
// another site must not sign anybody up or in: not even into the attacker's own
// account.
func (h *Handlers) readFromOwnPage(w http.ResponseWriter, r *http.Request, v any) error {
	if err := h.auth.CheckOrigin(r); err != nil {
		return err
	}
	return readBody(w, r, v)
}

// parseDelivery reads the member delivery.
func parseDelivery(delivery text) (latchkey.Location, error) {
	switch delivery {
	case "", "cookie":
		return latchkey.InCookie, nil
	case "body":
		return latchkey.InJSON, nil
	}
	return "", invalidInput(fieldView{"delivery", `Delivery is "cookie" or "body". Leave it out for cookies.`})
}

// answerLocation is where new tokens go for a request with the token t.
func answerLocation(t *latchkey.Token) latchkey.Location {
	if t.Location == latchkey.InCookie {
		return latchkey.InCookie
	}
	return latchkey.InJSON
}

// required is a member that may not be empty.
type required struct {
	name  string
	value text
}

// fieldPrompts say what to do about an empty field.
var fieldPrompts = map[string]string{
	"username":         "Enter your username.",
	"password":         "Enter your password.",
	"current_password": "Enter your current password.",
	"new_password":     "Choose a new password.",
}

func requireFields(fields ...required) error {
	var empty []fieldView
	for _, f := range fields {
		if f.value == "" {
			empty = append(empty, fieldView{f.name, fieldPrompts[f.name]})
		}
	}
	if empty == nil {
		return nil
	}
	return invalidInput(empty...)
}
