package accounthttp

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/session"
)

// problem is a refusal that is not about a token. Its words are for people and
// say what to do; the code is for programs and does not change.
type problem struct {
	status     int
	code       string
	msg        string
	fields     []fieldView
	retryAfter time.Duration
}

// fieldView is one refused field of the input.
type fieldView struct {
	Field string `json:"field"`
	Msg   string `json:"msg"`
}

func (p *problem) Error() string { return "accounthttp: " + p.code }

func badRequest(msg string) error {
	return &problem{status: http.StatusBadRequest, code: "bad_request", msg: msg}
}

func invalidInput(fields ...fieldView) error {
	return &problem{status: http.StatusUnprocessableEntity, code: "invalid_input",
		msg: "Some of the input cannot be used. See the fields.", fields: fields}
}

// writeError answers a refused request. Every error of this package ends here;
// those about tokens go on to the Auth, which has the words for them.
func (h *Handlers) writeError(w http.ResponseWriter, r *http.Request, err error) {
	var p *problem
	if !errors.As(err, &p) {
		p = accountProblem(err)
	}
	if p == nil {
		h.auth.WriteError(w, r, tokenError(err))
		return
	}
	p.write(w)
}

// write answers with the refusal.
func (p *problem) write(w http.ResponseWriter) {
	if p.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer") // RFC 9110, section 15.5.2, asks for one
	}
	if p.retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.FormatInt(wholeSecondsUp(p.retryAfter), 10))
	}
	w.Header().Set("Latchkey-Code", p.code)
	writeJSON(w, p.status, struct {
		Msg    string      `json:"msg"`
		Code   string      `json:"code"`
		Fields []fieldView `json:"fields,omitempty"`
	}{p.msg, p.code, p.fields})
}

// accountProblem turns the refusals of package account into answers; nil for
// any other error.
func accountProblem(err error) *problem {
	var invalid *account.ValidationError
	var busy *account.BusyError
	var throttled *account.ThrottledError
	switch {
	case errors.As(err, &invalid):
		p := invalidInput().(*problem)
		for _, f := range invalid.Fields {
			p.fields = append(p.fields, fieldView{f.Field, f.Message})
		}
		return p
	case errors.Is(err, account.ErrInvalidCredentials):
		return &problem{status: http.StatusUnauthorized, code: "invalid_credentials",
			msg: "The username or the password is wrong. Check both and try again."}
	case errors.Is(err, account.ErrUsernameTaken):
		return &problem{status: http.StatusConflict, code: "username_taken",
			msg: "This username is taken. Choose another, or sign in if it is yours."}
	case errors.Is(err, account.ErrInvalidReset):
		return &problem{status: http.StatusGone, code: "reset_expired",
			msg: "This link was used already or has expired. Ask for a new one."}
	case errors.As(err, &busy):
		return &problem{status: http.StatusServiceUnavailable, code: "busy", retryAfter: busy.RetryAfter,
			msg: "Too many people are signing in at this moment. Try again in a few seconds."}
	case errors.As(err, &throttled):
		return &problem{status: http.StatusTooManyRequests, code: "throttled", retryAfter: throttled.RetryAfter,
			msg: "Too many attempts came from your network. Wait " + inWords(throttled.RetryAfter) + " and try again."}
	}
	return nil
}

// tokenError makes any other error one of package latchkey.
func tokenError(err error) error {
	var own *latchkey.Error
	switch {
	case errors.As(err, &own):
		return err
	case errors.Is(err, session.ErrEnded), errors.Is(err, session.ErrUnknown):
		return latchkey.ErrSessionEnded
	case errors.Is(err, account.ErrUserNotFound):
		return latchkey.ErrUserGone
	}
	// Whatever else there is: the store did not answer.
	return fmt.Errorf("%w: %w", latchkey.ErrUnavailable, err)
}

// writeJSON answers with a JSON object that no cache may keep.
func writeJSON(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		// A string of the store is not UTF-8. Only a store at fault does that.
		status, text = http.StatusInternalServerError, []byte(`{"msg":"Something went wrong on our side.","code":"internal"}`)
	}
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(text) // the client may have gone; there is nobody left to tell
}

// wholeSecondsUp rounds up: a client that comes back too early is refused again.
func wholeSecondsUp(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }

func wholeSeconds(d time.Duration) int64 { return int64(max(d, 0) / time.Second) }

// inWords is a waiting time as people say it.
func inWords(d time.Duration) string {
	seconds := wholeSecondsUp(d)
	switch {
	case seconds <= 1:
		return "a second"
	case seconds < 120:
		return strconv.FormatInt(seconds, 10) + " seconds"
	}
	return strconv.FormatInt((seconds+59)/60, 10) + " minutes"
}
