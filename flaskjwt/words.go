package flaskjwt

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/latchkey-go/latchkey"
)

// The constructors of refusals. All are latchkey's kinds of error, with the
// status and the words of Flask-JWT-Extended.

func refusal(kind *latchkey.Error, status int, message string) *latchkey.Error {
	return &latchkey.Error{Code: kind.Code, Status: status, Message: message}
}

func missing(message string) error {
	return refusal(latchkey.ErrMissing, http.StatusUnauthorized, message)
}

func invalid(message string) error {
	return refusal(latchkey.ErrInvalid, http.StatusUnprocessableEntity, message)
}

func badCSRF(message string) error {
	return refusal(latchkey.ErrCSRF, http.StatusUnauthorized, message)
}

func wrongType(message string) error {
	return refusal(latchkey.ErrWrongType, http.StatusUnprocessableEntity, message)
}

func expired() error {
	return refusal(latchkey.ErrExpired, http.StatusUnauthorized, "Token has expired")
}

// words are the status and the words of the kinds of error that latchkey finds
// by itself.
var words = map[string]struct {
	status  int
	message string
}{
	latchkey.ErrMissing.Code:      {http.StatusUnauthorized, "Missing JWT"},
	latchkey.ErrInvalid.Code:      {http.StatusUnprocessableEntity, "Signature verification failed"},
	latchkey.ErrExpired.Code:      {http.StatusUnauthorized, "Token has expired"},
	latchkey.ErrNotFresh.Code:     {http.StatusUnauthorized, "Fresh token required"},
	latchkey.ErrSessionEnded.Code: {http.StatusUnauthorized, "Token has been revoked"},
	latchkey.ErrRejected.Code:     {http.StatusBadRequest, "User claims verification failed"},
	latchkey.ErrUserGone.Code:     {http.StatusUnauthorized, "Error loading the user"},
}

// say puts one of latchkey's errors into the words of Flask-JWT-Extended. What
// was said in them already stays as it is, and so do kinds that it does not
// know: another origin (403), and a store that is down (503).
func (m *Manager) say(err error) error {
	var e *latchkey.Error
	if !errors.As(err, &e) {
		return err
	}
	w, known := words[e.Code]
	if !known || e.Status == w.status && !isDefault(e) {
		return err
	}
	c := *e // the cause comes along, for the log
	c.Status, c.Message = w.status, w.message
	if e.Code == latchkey.ErrUserGone.Code && e.Token != nil {
		c.Message += " " + pythonText(m.Identity(e.Token))
	}
	return &c
}

// isDefault says whether an error still has latchkey's own words.
func isDefault(e *latchkey.Error) bool {
	for _, own := range []*latchkey.Error{
		latchkey.ErrMissing, latchkey.ErrInvalid, latchkey.ErrExpired, latchkey.ErrNotFresh,
		latchkey.ErrSessionEnded, latchkey.ErrRejected, latchkey.ErrUserGone,
	} {
		if e.Message == own.Message {
			return true
		}
	}
	return false
}

// WriteError answers a refused request as Flask-JWT-Extended does: JSON with
// one member, {"msg": …}, or what the function of [Options] writes. There is no
// WWW-Authenticate header; for our own front ends the header Latchkey-Code has
// the kind of error.
//
// Config makes it Hooks.Error. An application with a Hooks.Error of its own
// calls it for the errors that it does not answer itself.
func (m *Manager) WriteError(w http.ResponseWriter, r *http.Request, e *latchkey.Error) {
	h := w.Header()
	h.Set("Latchkey-Code", e.Code)
	h.Set("Cache-Control", "no-store")
	if m.writeOwn(w, r, e) {
		return
	}
	if e.Status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "1")
	}
	h.Set("Content-Type", "application/json")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(e.Status)
	body := json.NewEncoder(w)
	body.SetEscapeHTML(false)
	_ = body.Encode(map[string]string{m.set.messageKey: e.Message}) // the client may have gone
}

// writeOwn lets a function of Options write the answer, if there is one.
func (m *Manager) writeOwn(w http.ResponseWriter, r *http.Request, e *latchkey.Error) bool {
	o := &m.opt
	if say := map[string]func(http.ResponseWriter, *http.Request, string){
		latchkey.ErrMissing.Code: o.Unauthorized, latchkey.ErrCSRF.Code: o.Unauthorized,
		latchkey.ErrInvalid.Code: o.InvalidToken, latchkey.ErrWrongType.Code: o.InvalidToken,
	}[e.Code]; say != nil {
		say(w, r, e.Message)
		return true
	}
	show := map[string]func(http.ResponseWriter, *http.Request, map[string]any, map[string]any){
		latchkey.ErrExpired.Code: o.ExpiredToken, latchkey.ErrNotFresh.Code: o.NeedsFreshToken,
		latchkey.ErrSessionEnded.Code: o.RevokedToken, latchkey.ErrRejected.Code: o.TokenVerificationFailed,
		latchkey.ErrUserGone.Code: o.UserLookupError,
	}[e.Code]
	if show == nil {
		return false
	}
	var header, payload map[string]any
	var decoding *decodeError
	switch {
	case e.Token != nil:
		header, payload = Header(e.Token), Payload(e.Token)
	case errors.As(e, &decoding):
		header, payload = decoding.header, decoding.payload
	}
	show(w, r, header, payload)
	return true
}
