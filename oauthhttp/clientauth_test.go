package oauthhttp_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey/memstore"
	"github.com/latchkey-go/latchkey/oauthhttp"
)

func basic(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

// percent encodes every byte, as RFC 6749, section 2.3.1 lets a client do.
func percent(s string) string {
	var b strings.Builder
	for i := range len(s) {
		const digits = "0123456789ABCDEF"
		b.Write([]byte{'%', digits[s[i]>>4], digits[s[i]&15]})
	}
	return b.String()
}

// TestClientAuthentication is every way for a client to say who it is, at both
// endpoints.
func TestClientAuthentication(t *testing.T) {
	w := newWorld(t, memstore.New())
	access := w.signIn().Access
	for _, endpoint := range []struct{ path, id, other string }{
		{"/oauth/introspect", "gateway", "signout"}, {"/oauth/revoke", "signout", "gateway"},
	} {
		id, other := endpoint.id, endpoint.other
		secret := secrets[id]
		for _, c := range []struct {
			name    string
			headers []string // Authorization
			form    string
			status  int
			code    string
		}{
			{"nothing", nil, "", 401, "invalid_client"},
			{"Basic", []string{basic(id, secret)}, "", 200, ""},
			{"Basic, in lower case", []string{"basic" + basic(id, secret)[5:]}, "", 200, ""},
			{"Basic, encoded", []string{basic(percent(id), percent(secret))}, "", 200, ""},
			{"Basic, encoded as a form", []string{basic(url.QueryEscape(id), url.QueryEscape(secret))}, "", 200, ""},
			{"Basic and its own client_id", []string{basic(id, secret)}, "client_id=" + id, 200, ""},
			{"Basic and an empty client_secret", []string{basic(id, secret)}, "client_secret=", 200, ""},
			{"post", nil, "client_id=" + id + "&client_secret=" + secret, 200, ""},
			{"post, encoded", nil, "client_id=" + percent(id) + "&client_secret=" + percent(secret), 200, ""},

			{"Basic, wrong secret", []string{basic(id, secret+"x")}, "", 401, "invalid_client"},
			{"Basic, no secret", []string{basic(id, "")}, "", 401, "invalid_client"},
			{"Basic, no colon", []string{"Basic " + base64.StdEncoding.EncodeToString([]byte(id))}, "", 401, "invalid_client"},
			{"Basic, no base64", []string{"Basic !!!"}, "", 401, "invalid_client"},
			{"Basic, broken encoding", []string{basic(id, "%zz")}, "", 401, "invalid_client"},
			{"Basic, encoded twice", []string{basic(id, percent(percent(secret)))}, "", 401, "invalid_client"},
			{"Basic, not UTF-8", []string{basic("\xff\xfe", secret)}, "", 401, "invalid_client"},
			{"Basic, NUL", []string{basic(id+"\x00", secret)}, "", 401, "invalid_client"},
			{"Basic, NUL, encoded", []string{basic(id+"%00", secret)}, "", 401, "invalid_client"},
			{"Basic, another's secret", []string{basic(id, secrets[other])}, "", 401, "invalid_client"},
			{"Basic, unknown client", []string{basic("nobody", secret)}, "", 401, "invalid_client"},
			{"Basic, the hash for the secret", []string{basic(id, hashOf(id))}, "", 401, "invalid_client"},
			{"the token itself", []string{"Bearer " + access}, "", 401, "invalid_client"},
			{"post, wrong secret", nil, "client_id=" + id + "&client_secret=x", 401, "invalid_client"},
			{"post, no secret", nil, "client_id=" + id, 401, "invalid_client"},
			{"post, no id", nil, "client_secret=" + secret, 401, "invalid_client"},
			{"post, a very long id", nil, "client_id=" + strings.Repeat("a", 1000) + "&client_secret=" + secret, 401, "invalid_client"},
			{"an assertion", nil, "client_id=" + id + "&client_assertion=x", 401, "invalid_client"},

			{"both ways", []string{basic(id, secret)}, "client_id=" + id + "&client_secret=" + secret, 400, "invalid_request"},
			{"both ways, one wrong", []string{basic(id, "x")}, "client_id=" + id + "&client_secret=" + secret, 400, "invalid_request"},
			{"Bearer and post", []string{"Bearer x"}, "client_id=" + id + "&client_secret=" + secret, 400, "invalid_request"},
			{"Basic twice", []string{basic(id, secret), basic(id, secret)}, "", 400, "invalid_request"},
			{"Basic and an assertion", []string{basic(id, secret)}, "client_assertion=x", 400, "invalid_request"},
			{"post and an assertion", nil, "client_id=" + id + "&client_secret=" + secret + "&client_assertion=x", 400, "invalid_request"},
			{"Basic and another client_id", []string{basic(id, secret)}, "client_id=" + other, 400, "invalid_request"},
			{"a client that may not", []string{basic(other, secrets[other])}, "", 400, "unauthorized_client"},
		} {
			t.Run(endpoint.path+" "+c.name, func(t *testing.T) {
				r := newRequest(endpoint.path, "token=unknown&"+c.form)
				r.Header["Authorization"] = c.headers
				answer := w.serve(r)
				if c.code != "" {
					wantError(t, answer, c.status, c.code)
				} else if answer.Code != c.status {
					t.Errorf("%d %s", answer.Code, answer.Body)
				}
			})
		}
	}
}

func hashOf(id string) string {
	for _, c := range clients {
		if c.ID == id {
			return c.SecretSHA256[0]
		}
	}
	return ""
}

// TestSecretsRotate: while a client has two secrets, both work.
func TestSecretsRotate(t *testing.T) {
	w := newWorld(t, memstore.New())
	older, olderHash := oauthhttp.NewClientSecret()
	newer, newerHash := oauthhttp.NewClientSecret()
	if older == newer || !strings.HasPrefix(older, "lkcs_") || len(older) != len("lkcs_")+43 {
		t.Fatalf("secrets %q, %q", older, newer)
	}
	for _, c := range []struct {
		hashes       []string
		older, newer int
	}{
		{[]string{olderHash}, 200, 401},
		{[]string{olderHash, strings.ToUpper(newerHash)}, 200, 200},
		{[]string{newerHash, olderHash}, 200, 200},
		{[]string{newerHash, newerHash}, 401, 200},
	} {
		h, err := oauthhttp.New(oauthhttp.Config{Auth: w.auth, Clients: oauthhttp.ClientList{
			{ID: "a", SecretSHA256: c.hashes, Introspect: true}}})
		if err != nil {
			t.Fatal(err)
		}
		w.mux = http.NewServeMux()
		h.Register(w.mux, "")
		for secret, want := range map[string]int{older: c.older, newer: c.newer} {
			r := newRequest("/introspect", "token=x")
			r.SetBasicAuth("a", secret)
			if got := w.serve(r).Code; got != want {
				t.Errorf("%v: %d, want %d", c.hashes, got, want)
			}
		}
	}
}

// database is a ClientStore that says whom it was asked for.
type database struct {
	asked []string
	err   error
}

func (d *database) Client(_ context.Context, id string) (*oauthhttp.Client, error) {
	d.asked = append(d.asked, id)
	if d.err != nil {
		return nil, d.err
	}
	return clients.Client(context.Background(), id)
}

// TestClientStore: one of your own is asked for ids that can exist, and one
// that does not answer is not an unknown client.
func TestClientStore(t *testing.T) {
	w := newWorld(t, memstore.New())
	store := &database{}
	h, err := oauthhttp.New(oauthhttp.Config{Auth: w.auth, Clients: store, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	w.mux = http.NewServeMux()
	h.Register(w.mux, "/oauth")
	for id, want := range map[string]int{"gateway": 200, "stranger": 401, "' OR 1=1 --": 401, "\x00": 401, "": 401} {
		r := newRequest("/oauth/introspect", "token=x")
		r.SetBasicAuth(id, secrets["gateway"])
		if got := w.serve(r).Code; got != want {
			t.Errorf("client %q: %d, want %d", id, got, want)
		}
	}
	slices.Sort(store.asked)
	if want := []string{"gateway", "stranger"}; !slices.Equal(store.asked, want) {
		t.Errorf("asked for %q, want %q", store.asked, want)
	}
	store.err = errors.New("the database is down")
	wantError(t, w.introspect("gateway", "x"), 503, "temporarily_unavailable")

	// Who waits until time is up is told so; who has gone is told nothing.
	store.err = fmt.Errorf("the question was given up: %w", context.Canceled)
	late, give := context.WithTimeout(t.Context(), 0)
	defer give()
	gone, leave := context.WithCancel(t.Context())
	leave()
	ask := newRequest("/oauth/introspect", "token=x")
	ask.SetBasicAuth("gateway", secrets["gateway"])
	wantError(t, w.serve(ask.WithContext(late)), 503, "temporarily_unavailable")
	ask = newRequest("/oauth/introspect", "token=x")
	ask.SetBasicAuth("gateway", secrets["gateway"])
	if answer := w.serve(ask.WithContext(gone)); answer.Body.Len() > 0 {
		t.Errorf("an answer for nobody: %d %s", answer.Code, answer.Body)
	}
}
