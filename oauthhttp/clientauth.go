package oauthhttp

import (
	"errors"
	"net/http"
	"net/url"
)

// authMethods are the ways in which a client may prove who it is, by the names
// that RFC 7591, section 2 gives them.
var authMethods = []string{"client_secret_basic", "client_secret_post"}

// authenticate finds out which client asks (RFC 6749, section 2.3.1).
func (h *Handlers) authenticate(r *http.Request, params form) (*Client, error) {
	id, secret, err := credentials(r, params)
	if err != nil {
		return nil, err
	}
	client, known := &nobody, false
	if validID(id) {
		found, err := h.clients.Client(r.Context(), id)
		switch {
		case err == nil && found != nil:
			client, known = found, true
		case err != nil && !errors.Is(err, ErrUnknownClient):
			return nil, unavailable(err)
		}
	}
	if !client.hasSecret(secret) || !known {
		// The id of a client that does not exist is not repeated, not even to
		// the log: it may be a secret in the wrong place.
		return nil, invalidClient(client.ID)
	}
	return client, nil
}

// credentials takes what the client calls itself and its secret from the
// Authorization header or from the form. Both at once are refused (RFC 6749,
// section 2.3), and so is what would have to be guessed at.
func credentials(r *http.Request, params form) (id, secret string, err error) {
	headers := r.Header["Authorization"]
	methods := len(headers)
	for _, name := range []string{"client_secret", "client_assertion"} {
		if params[name] != "" {
			methods++
		}
	}
	switch {
	case methods > 1:
		return "", "", invalidRequest("The client authenticates in more than one way. Use either the Authorization header or client_secret.")
	case len(headers) == 1:
		return basicCredentials(r, params)
	case params["client_id"] == "" || params["client_secret"] == "":
		return "", "", invalidClient("")
	}
	return params["client_id"], params["client_secret"], nil
}

// basicCredentials reads HTTP Basic, in which both parts are encoded as in a
// form before they are joined.
func basicCredentials(r *http.Request, params form) (id, secret string, err error) {
	user, password, ok := r.BasicAuth()
	if !ok {
		return "", "", invalidClient("")
	}
	id, idErr := url.QueryUnescape(user)
	secret, secretErr := url.QueryUnescape(password)
	if idErr != nil || secretErr != nil || id == "" || secret == "" {
		return "", "", invalidClient("")
	}
	if repeated := params["client_id"]; repeated != "" && repeated != id {
		return "", "", invalidRequest("The parameter client_id names another client than the Authorization header.")
	}
	return id, secret, nil
}
