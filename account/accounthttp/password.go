package accounthttp

import (
	"errors"
	"net/http"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/account"
)

// ChangePassword replaces the password of a person who has given it within
// Config.FreshFor and gives it once more. It is the handler of a POST route with
// the body {"current_password", "new_password"}. All other sessions of the
// person end, and this one is replaced: the answer is that of SignIn.
func (h *Handlers) ChangePassword() http.Handler {
	return h.guarded(h.auth.Fresh(h.config.FreshFor), func(w http.ResponseWriter, r *http.Request, t *latchkey.Token) error {
		var in struct {
			Current text `json:"current_password"`
			New     text `json:"new_password"`
		}
		if err := readBody(w, r, &in); err != nil {
			return err
		}
		if err := requireFields(required{"current_password", in.Current}, required{"new_password", in.New}); err != nil {
			return err
		}
		if _, err := h.person(r, t); err != nil {
			return err
		}
		user, err := h.accounts.ChangePassword(r.Context(), t.Subject, string(in.Current), string(in.New), t.SessionID)
		if errors.Is(err, account.ErrUserChanged) {
			return &problem{status: http.StatusConflict, code: "user_changed",
				msg: "The password was changed from another place at the same moment. Nothing was changed here: try again with the new one."}
		}
		if err != nil {
			return wrongCurrent(err)
		}
		return h.begin(w, r, user, answerLocation(t), http.StatusOK)
	})
}

// wrongCurrent words a wrong password for somebody who is signed in and sees
// more than one password field.
func wrongCurrent(err error) error {
	if !errors.Is(err, account.ErrInvalidCredentials) {
		return err
	}
	return &problem{status: http.StatusUnauthorized, code: "invalid_credentials",
		msg: "The current password is wrong. Check it and try again."}
}
