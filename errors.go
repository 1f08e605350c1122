package latchkey

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"
)

// Error is why a request was refused. Every error that this package returns
// for a request is one, or wraps one: use errors.Is with the Err… variables to
// tell them apart, and errors.As to read the fields.
type Error struct {
	// Code names the kind for programs. It never changes once published.
	Code string

	// Status is the HTTP status of the answer.
	Status int

	// Message is for the person who calls: plain words and the next step. It
	// never holds a token, a key or anything of the store.
	Message string

	// Reason says why a session ended (see session.EndReason). Only with
	// ErrSessionEnded, and empty when it is not known.
	Reason string

	// MaxAge is how recent the sign-in must be. Only with ErrNotFresh.
	MaxAge time.Duration

	// Token is the token that was refused, where its signature is good: it has
	// expired, is not fresh, was revoked, or a hook said no. It grants nothing.
	// Nil in all other cases.
	Token *Token

	cause error // for the log, never for the client
}

// The kinds of refusal. Compare with errors.Is.
var (
	// ErrMissing: the request carries no token where one was looked for.
	ErrMissing = &Error{Code: "token_missing", Status: 401, Message: "Sign in first: this address needs an access token."}
	// ErrInvalid: the token is malformed, forged, or meant for somebody else.
	ErrInvalid = &Error{Code: "token_invalid", Status: 401, Message: "The token is not valid. Sign in again."}
	// ErrExpired: the token was good and has expired.
	ErrExpired = &Error{Code: "token_expired", Status: 401, Message: "The token has expired. Refresh it or sign in again."}
	// ErrNotFresh: the person must sign in again before doing this.
	ErrNotFresh = &Error{Code: "not_fresh", Status: 401, Message: "Enter your password again to continue."}
	// ErrSessionEnded: the session or the token was revoked.
	ErrSessionEnded = &Error{Code: "session_ended", Status: 401, Message: "Your session has ended. Sign in again."}
	// ErrWrongType: an access token where a refresh token belongs, or the
	// other way about.
	ErrWrongType = &Error{Code: "wrong_type", Status: 401, Message: "This is the wrong kind of token for this address."}
	// ErrCSRF: the token came in a cookie and the request does not prove that
	// it was made by our own page.
	ErrCSRF = &Error{Code: "csrf", Status: 403, Message: "The CSRF value is missing or wrong."}
	// ErrCrossOrigin: a browser says that another site made the request.
	ErrCrossOrigin = &Error{Code: "cross_origin", Status: 403, Message: "This request was made by another site, which is not allowed here."}
	// ErrRejected: Hooks.Verify said no.
	ErrRejected = &Error{Code: "rejected", Status: 403, Message: "You may not do this."}
	// ErrUserGone: Hooks.User found no such user, or a disabled one.
	ErrUserGone = &Error{Code: "user_gone", Status: 401, Message: "This account is not available any more."}
	// ErrAmbiguous: the request carries different tokens (RFC 6750, section 2).
	ErrAmbiguous = &Error{Code: "ambiguous_token", Status: 400, Message: "The request carries more than one token. Send exactly one."}
	// ErrUnavailable: the store could not be asked, so nobody is let in.
	ErrUnavailable = &Error{Code: "unavailable", Status: 503, Message: "Sign-in is not available at the moment. Try again shortly."}
	// ErrInternal: the program itself is at fault; the log says how.
	ErrInternal = &Error{Code: "internal", Status: 500, Message: "Something went wrong on our side."}
)

// Error gives the code and the cause, for logs.
func (e *Error) Error() string {
	if e.cause != nil {
		return "latchkey: " + e.Code + ": " + e.cause.Error()
	}
	return "latchkey: " + e.Code
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.cause }

// Is says that two errors are of one kind: their codes are equal.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// because returns a copy of e with a cause.
func (e *Error) because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// saying returns a copy of e with other words for the client.
func (e *Error) saying(message string) *Error {
	c := *e
	c.Message = message
	return &c
}

// withToken says of which token err is, if of one.
func withToken(err error, t *Token) error {
	if t == nil {
		return err
	}
	e := *asError(err)
	e.Token = t
	return &e
}

// asError finds the *Error in err; anything else is an internal error. Where a
// caller wrapped one of ours together with a cause, the cause is kept for the
// log.
func asError(err error) *Error {
	if e, ok := err.(*Error); ok {
		return e
	}
	var e *Error
	switch {
	case !errors.As(err, &e):
		return ErrInternal.because(err)
	case e.cause == nil && err != error(e):
		return e.because(err)
	}
	return e
}

// WriteError answers a refused request: the one place where errors become
// responses. Errors that are not an *Error are answered with 500 and logged.
// If Config.Hooks.Error is set, it writes the answer instead.
//
// The answer is JSON, {"msg":…,"code":…}, with WWW-Authenticate as RFC 6750
// section 3 and RFC 9470 section 3 ask.
func (a *Auth) WriteError(w http.ResponseWriter, r *http.Request, err error) {
	e := asError(a.inItsWords(err))
	a.logRefusal(r, e)
	if a.cfg.Hooks.Error != nil {
		a.cfg.Hooks.Error(w, r, e)
		return
	}
	writeError(w, e)
}

// writeError writes e in the words of RFC 6750.
func writeError(w http.ResponseWriter, e *Error) {
	if r := e.prepared(); r != nil {
		r.write(w, e.Status)
		return
	}
	h := w.Header()
	if challenge := e.challenge(); challenge != "" {
		h.Set("WWW-Authenticate", challenge)
	}
	if e.Status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "1")
	}
	h.Set("Latchkey-Code", e.Code)
	writeJSONText(w, e.Status, errorBody(e))
}

// challenge is the WWW-Authenticate header for e. A request without a token
// gets a challenge without an error code (RFC 6750, section 3.1).
func (e *Error) challenge() string {
	switch {
	case e.Code == ErrMissing.Code:
		return "Bearer"
	case e.Code == ErrNotFresh.Code:
		return bearerChallenge("insufficient_user_authentication", e.Message) +
			`, max_age="` + strconv.FormatInt(int64(e.MaxAge/time.Second), 10) + `"`
	case e.Status == http.StatusUnauthorized:
		return bearerChallenge("invalid_token", e.Message)
	case e.Code == ErrAmbiguous.Code:
		return bearerChallenge("invalid_request", e.Message)
	case e.Code == ErrRejected.Code:
		return bearerChallenge("insufficient_scope", e.Message)
	}
	return ""
}

func bearerChallenge(code, description string) string {
	return fmt.Sprintf("Bearer error=%q, error_description=%q", code, description)
}

// writeJSON answers with a JSON object that no cache may keep.
func writeJSON(w http.ResponseWriter, status int, body any) {
	setJSONHeaders(w.Header())
	w.WriteHeader(status)
	// The client may have gone; there is nobody left to tell.
	_ = json.NewEncoder(w).Encode(body)
}

// writeJSONText is writeJSON for what is JSON already.
func writeJSONText(w http.ResponseWriter, status int, body []byte) {
	setJSONHeaders(w.Header())
	w.WriteHeader(status)
	_, _ = w.Write(body) // as above
}

// setJSONHeaders sets the headers of every JSON answer.
func setJSONHeaders(h http.Header) {
	h["Content-Type"] = headerJSON
	h["Cache-Control"] = headerNoStore
	h["X-Content-Type-Options"] = headerNoSniff
}

// logRefusal logs what only operators may know. What a client did wrong is
// logged at debug level: anybody can cause it at will.
func (a *Auth) logRefusal(r *http.Request, e *Error) {
	level := slog.LevelDebug
	if e.Status >= 500 {
		level = slog.LevelError
	}
	if !a.cfg.Logger.Enabled(r.Context(), level) {
		return
	}
	a.cfg.Logger.LogAttrs(r.Context(), level, "latchkey: request refused",
		slog.String("code", e.Code), slog.Int("status", e.Status),
		slog.String("method", r.Method), slog.String("path", r.URL.Path), slog.Any("cause", e.cause))
}
