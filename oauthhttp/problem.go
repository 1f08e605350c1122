package oauthhttp

import (
	"encoding/json"
	"log/slog"
	"net/http"
)

// problem is a refusal in the form of RFC 6749, section 5.2. Its words are for
// people and say what to do, in ASCII without quotes and backslashes, as the
// RFC has it; the code is for programs.
type problem struct {
	status int
	code   string
	msg    string
	allow  string // the Allow header
	client string // whom it befell, if known; for the log
	cause  error  // for the log
}

// Error implements error.
func (p *problem) Error() string {
	if p.cause != nil {
		return "oauthhttp: " + p.code + ": " + p.cause.Error()
	}
	return "oauthhttp: " + p.code
}

// Unwrap gives the cause.
func (p *problem) Unwrap() error { return p.cause }

func invalidRequest(msg string) error {
	return &problem{status: http.StatusBadRequest, code: "invalid_request", msg: msg}
}

// invalidClient says nothing of what was wrong, for that would help to guess.
func invalidClient(client string) error {
	return &problem{status: http.StatusUnauthorized, code: "invalid_client", client: client,
		msg: "The client is unknown or its secret is wrong. Check client_id and client_secret."}
}

func unavailable(cause error) error {
	return &problem{status: http.StatusServiceUnavailable, code: "temporarily_unavailable", cause: cause,
		msg: "The answer is not known at the moment. Try again shortly."}
}

func internal(cause error) error {
	return &problem{status: http.StatusInternalServerError, code: "server_error", cause: cause,
		msg: "Something went wrong on our side."}
}

// writeError answers a refused request. Every error of this package ends here.
func (h *Handlers) writeError(w http.ResponseWriter, r *http.Request, err error) {
	p, ok := err.(*problem)
	if !ok {
		p = internal(err).(*problem)
	}
	h.logProblem(r, p)
	header := w.Header()
	header.Set("Latchkey-Code", p.code) // as refusals of the other handlers have it
	switch p.status {
	case http.StatusUnauthorized:
		header.Set("WWW-Authenticate", `Basic realm="oauth", charset="UTF-8"`)
	case http.StatusServiceUnavailable:
		header.Set("Retry-After", "1")
	case http.StatusMethodNotAllowed:
		header.Set("Allow", p.allow)
	}
	writeJSON(w, p.status, struct {
		Code string `json:"error"`
		Msg  string `json:"error_description"`
	}{p.code, p.msg})
}

// logProblem logs what only operators may know. What a client did wrong is
// logged at debug level: anybody can cause it at will.
func (h *Handlers) logProblem(r *http.Request, p *problem) {
	level := slog.LevelDebug
	if p.status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	h.log.LogAttrs(r.Context(), level, "oauthhttp: request refused",
		slog.String("code", p.code), slog.Int("status", p.status), slog.String("client", p.client),
		slog.String("method", r.Method), slog.String("path", r.URL.Path), slog.Any("cause", p.cause))
}

// writeJSON answers with a JSON object that no cache may keep.
func writeJSON(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil { // cannot be: strings, numbers and lists of strings
		status, text = http.StatusInternalServerError, []byte(`{"error":"server_error"}`)
	}
	noStore(w)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(text) // the client may have gone; there is nobody left to tell
}

func noStore(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
}
