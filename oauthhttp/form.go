package oauthhttp

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// maxBodyBytes is the largest request body that is read.
const maxBodyBytes = 64 << 10

// form are the parameters of a request, each of which has one value.
type form map[string]string

// readForm reads the parameters of a request, which come in the body alone: an
// address ends up in logs.
func readForm(w http.ResponseWriter, r *http.Request) (form, error) {
	switch {
	case r.Method != http.MethodPost:
		return nil, &problem{status: http.StatusMethodNotAllowed, code: "invalid_request", allow: http.MethodPost,
			msg: "Use POST here."}
	case r.URL.RawQuery != "":
		return nil, invalidRequest("The address has parameters. Send all of them in the body, for addresses end up in logs.")
	case !isForm(r):
		return nil, &problem{status: http.StatusUnsupportedMediaType, code: "invalid_request",
			msg: "Send the body with the header Content-Type: application/x-www-form-urlencoded."}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodyBytes))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, &problem{status: http.StatusRequestEntityTooLarge, code: "invalid_request",
			msg: "The body is larger than 64 KiB. Send less."}
	case err != nil:
		return nil, invalidRequest("The body did not arrive whole. Send it again.")
	}
	return parseForm(string(body))
}

// isForm says whether the body is declared as a form.
func isForm(r *http.Request) bool {
	values := r.Header["Content-Type"]
	if len(values) != 1 {
		return false
	}
	mediaType, params, err := mime.ParseMediaType(values[0])
	if err != nil || mediaType != "application/x-www-form-urlencoded" {
		return false
	}
	charset, given := params["charset"]
	return !given || strings.EqualFold(charset, "utf-8")
}

// parseForm reads a form as RFC 6749, section 3.2 demands: a parameter without
// a value is as good as omitted, unknown ones are ignored, and none may come
// twice, for two programs might take a different one of them.
func parseForm(body string) (form, error) {
	values, err := url.ParseQuery(body)
	if err != nil {
		return nil, invalidRequest("The body is not a well-formed form. Check how it is encoded.")
	}
	params := form{}
	for name, all := range values {
		if len(all) > 1 {
			return nil, invalidRequest("A parameter comes twice. Send each once.")
		}
		params[name] = all[0]
	}
	return params, nil
}
