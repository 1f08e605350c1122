package accounthttp

import (
	"errors"
	"net/http"

	"github.com/latchkey-go/latchkey/account"
)

// CheckReset tells the page on which a forgotten password is replaced for whom
// it is. It is the handler of a POST route with the body {"token"} and answers
// 200 {"username"}, or 410 reset_expired. It does not use the token up.
//
// The token is in the fragment of the link (https://example.org/reset#TOKEN),
// which browsers send to nobody, and travels in bodies only: addresses get into
// logs.
func (h *Handlers) CheckReset() http.Handler {
	return h.handle(func(w http.ResponseWriter, r *http.Request) error {
		var in struct {
			Token text `json:"token"`
		}
		if err := h.readFromOwnPage(w, r, &in); err != nil {
			return err
		}
		user, err := h.accounts.ResetUser(r.Context(), string(in.Token))
		if err != nil {
			return err
		}
		writeJSON(w, http.StatusOK, struct {
			Username string `json:"username"`
		}{user.Username})
		return nil
	})
}

// ResetPassword replaces a forgotten password. It is the handler of a POST route
// with the body {"token", "new_password"}. All sessions of the person end, the
// token is used up, and nobody is signed in: the person does that with the new
// password. A token that cannot be used is 410 reset_expired; a password that
// cannot be chosen is 422 and leaves the token good.
func (h *Handlers) ResetPassword() http.Handler {
	return h.handle(func(w http.ResponseWriter, r *http.Request) error {
		var in struct {
			Token text `json:"token"`
			New   text `json:"new_password"`
		}
		if err := h.readFromOwnPage(w, r, &in); err != nil {
			return err
		}
		if err := requireFields(required{"new_password", in.New}); err != nil {
			return err
		}
		_, err := h.accounts.ResetPassword(r.Context(), string(in.Token), string(in.New))
		if err != nil {
			return namedNewPassword(err)
		}
		writeJSON(w, http.StatusOK, struct {
			Msg string `json:"msg"`
		}{"The password is changed, and all devices are signed out. Sign in with the new password."})
		return nil
	})
}

// namedNewPassword names the refused field as the request does.
func namedNewPassword(err error) error {
	var invalid *account.ValidationError
	if !errors.As(err, &invalid) {
		return err
	}
	var fields []fieldView
	for _, f := range invalid.Fields {
		fields = append(fields, fieldView{"new_password", f.Message})
	}
	return invalidInput(fields...)
}

// RequestReset sends a link for a new password to somebody who has forgotten
// theirs, by account.Config.SendReset. It is the handler of a POST route with
// the body {"username"} and answers 202 in the same words whether there is such
// a user or not. Without SendReset it answers 404 no_reset_mail.
func (h *Handlers) RequestReset() http.Handler {
	return h.handle(func(w http.ResponseWriter, r *http.Request) error {
		var in struct {
			Username text `json:"username"`
		}
		if err := h.readFromOwnPage(w, r, &in); err != nil {
			return err
		}
		if err := requireFields(required{"username", in.Username}); err != nil {
			return err
		}
		err := h.accounts.RequestReset(r.Context(), string(in.Username), h.auth.Client(r))
		if errors.Is(err, account.ErrNoResetMail) {
			return &problem{status: http.StatusNotFound, code: "no_reset_mail",
				msg: "No mail is sent from here. Ask the operator for a link with which you can choose a new password."}
		}
		if err != nil {
			return err
		}
		writeJSON(w, http.StatusAccepted, struct {
			Msg string `json:"msg"`
		}{"If there is such an account, its owner gets a message with a link that is good for ten minutes."})
		return nil
	})
}
