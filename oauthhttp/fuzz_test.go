package oauthhttp

import (
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// FuzzCredentials makes up Authorization headers and forms. What is read of them
// must be what an independent reader finds, in one way only, and nobody is let
// in without the secret. SECRET in an input becomes a good one.
func FuzzCredentials(f *testing.F) {
	secret, hash := NewClientSecret()
	h := &Handlers{clients: ClientList{{ID: "gateway", SecretSHA256: []string{hash}, Introspect: true}}}
	f.Add("", "client_id=gateway&client_secret=SECRET&token=x")
	f.Add("gateway:SECRET", "token=x&token_type_hint=access_token")
	f.Add("g%61teway:SECRET", "client_id=gateway")
	f.Fuzz(func(t *testing.T, userpass, body string) {
		userpass = strings.ReplaceAll(userpass, "SECRET", secret)
		body = strings.ReplaceAll(body, "SECRET", secret)
		params, err := parseForm(body)
		if err != nil {
			wantProblem(t, err, http.StatusBadRequest)
			return
		}
		values, err := url.ParseQuery(body)
		if err != nil {
			t.Fatalf("a form was read that is none: %v", err)
		}
		for name, all := range values {
			if len(all) != 1 || params[name] != all[0] {
				t.Fatalf("%q is %q, and was read as %q", name, all, params[name])
			}
		}
		r := httptest.NewRequest("POST", "/introspect", nil)
		if userpass != "" {
			r.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(userpass)))
		}
		id, got, err := credentials(r, params)
		if err != nil {
			wantProblem(t, err, http.StatusBadRequest, http.StatusUnauthorized)
			return
		}
		wantID, wantSecret := params["client_id"], params["client_secret"]
		if userpass != "" {
			if wantSecret != "" {
				t.Fatal("two ways at once")
			}
			wantID, wantSecret = decodePair(t, userpass)
		}
		if id != wantID || got != wantSecret || id == "" || got == "" {
			t.Fatalf("read %q and %q, want %q and %q", id, got, wantID, wantSecret)
		}
		client, err := h.authenticate(r, params)
		if in := err == nil && client != nil; in != (id == "gateway" && got == secret) {
			t.Fatalf("%q with %q is let in: %v", id, got, in)
		}
	})
}

// decodePair is what RFC 6749, section 2.3.1 and RFC 7617, section 2 say of a
// user and a password.
func decodePair(t *testing.T, userpass string) (id, secret string) {
	t.Helper()
	user, password, _ := strings.Cut(userpass, ":")
	values, err := url.ParseQuery("u=" + escapeForQuery(user) + "&p=" + escapeForQuery(password))
	if err != nil {
		t.Fatalf("accepted what is not encoded: %v", err)
	}
	return values.Get("u"), values.Get("p")
}

// escapeForQuery guards what separates parameters, and nothing else.
func escapeForQuery(s string) string {
	return strings.NewReplacer("&", "%26", ";", "%3B").Replace(s)
}

func wantProblem(t *testing.T, err error, statuses ...int) {
	t.Helper()
	var p *problem
	if !errors.As(err, &p) {
		t.Fatalf("%v is no problem", err)
	}
	if slices.Contains(statuses, p.status) {
		return
	}
	t.Fatalf("%d, want one of %v", p.status, statuses)
}
