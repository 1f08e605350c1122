package oauthhttp_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey/memstore"
)

const formType = "application/x-www-form-urlencoded"

// TestHostileRequests: what is malformed is refused before anybody looks at the
// token, in words that do not repeat it.
func TestHostileRequests(t *testing.T) {
	w := newWorld(t, memstore.New())
	access := w.signIn().Access
	for _, path := range []string{"/oauth/introspect", "/oauth/revoke"} {
		client := map[string]string{"/oauth/introspect": "gateway", "/oauth/revoke": "signout"}[path]
		for _, c := range []struct {
			name, method, query, contentType, body string
			status                                 int
		}{
			{"GET", "GET", "", formType, "", 405},
			{"HEAD", "HEAD", "", formType, "", 405},
			{"PUT", "PUT", "", formType, "token=" + access, 405},
			{"OPTIONS", "OPTIONS", "", "", "", 405},
			{"GET with a token in the address", "GET", "?token=" + access, "", "", 405},
			{"the token in the address", "POST", "?token=" + access, formType, "", 400},
			{"anything in the address", "POST", "?a=b", formType, "token=" + access, 400},
			{"JSON", "POST", "", "application/json", `{"token":"` + access + `"}`, 415},
			{"multipart", "POST", "", "multipart/form-data; boundary=x", "--x--", 415},
			{"no type", "POST", "", "", "token=" + access, 415},
			{"a type that is none", "POST", "", "///", "token=" + access, 415},
			{"another charset", "POST", "", formType + "; charset=utf-16", "token=" + access, 415},
			{"a huge body", "POST", "", formType, "token=" + strings.Repeat("a", 64<<10), 413},
			{"no token", "POST", "", formType, "token_type_hint=access_token", 400},
			{"an empty token", "POST", "", formType, "token=", 400},
			{"an empty body", "POST", "", formType, "", 400},
			{"the token twice", "POST", "", formType, "token=" + access + "&token=" + access, 400},
			{"two tokens", "POST", "", formType, "token=" + access + "&token=x", 400},
			{"a token and an empty one", "POST", "", formType, "token=" + access + "&token=", 400},
			{"the token twice, encoded", "POST", "", formType, "token=" + access + "&%74oken=x", 400},
			{"the hint twice", "POST", "", formType, "token=" + access + "&token_type_hint=a&token_type_hint=b", 400},
			{"an unknown one twice", "POST", "", formType, "token=" + access + "&x=1&x=2", 400},
			{"broken encoding", "POST", "", formType, "token=%zz", 400},
			{"semicolons", "POST", "", formType, "token=" + access + ";x=y", 400},
		} {
			t.Run(path+" "+c.name, func(t *testing.T) {
				r := httptest.NewRequest(c.method, path+c.query, strings.NewReader(c.body))
				r.Header["Content-Type"] = []string{c.contentType}
				r.SetBasicAuth(client, secrets[client])
				answer := w.serve(r)
				wantError(t, answer, c.status, "invalid_request")
				if allow := answer.Header().Get("Allow"); (allow == "POST") != (c.status == 405) {
					t.Errorf("Allow is %q", allow)
				}
				if strings.Contains(answer.Body.String(), access) {
					t.Errorf("the answer repeats the token: %s", answer.Body)
				}
				if !w.pass(access) {
					t.Fatal("the session has ended")
				}
			})
		}
	}
	t.Run("two types", func(t *testing.T) {
		r := newRequest("/oauth/introspect", "token="+access)
		r.Header["Content-Type"] = []string{formType, "application/json"}
		r.SetBasicAuth("gateway", secrets["gateway"])
		wantError(t, w.serve(r), 415, "invalid_request")
	})
	t.Run("a body that breaks off", func(t *testing.T) {
		r := newRequest("/oauth/introspect", "")
		r.Body = brokenBody{}
		r.SetBasicAuth("gateway", secrets["gateway"])
		wantError(t, w.serve(r), 400, "invalid_request")
	})
	// What is only unusual passes.
	for _, contentType := range []string{formType + "; charset=UTF-8", "Application/X-WWW-Form-Urlencoded"} {
		r := newRequest("/oauth/introspect", "token="+access+"&resource=&x=1&")
		r.Header.Set("Content-Type", contentType)
		r.SetBasicAuth("gateway", secrets["gateway"])
		if answer := w.serve(r); !strings.HasPrefix(answer.Body.String(), `{"active":true,`) {
			t.Errorf("%s: %d %s", contentType, answer.Code, answer.Body)
		}
	}
}

// brokenBody is of a client whose connection breaks.
type brokenBody struct{}

func (brokenBody) Read([]byte) (int, error) { return 0, http.ErrBodyReadAfterClose }
func (brokenBody) Close() error             { return nil }

// TestNothingLeaks sends canaries and looks for them in the log and in answers.
func TestNothingLeaks(t *testing.T) {
	store := openSQLite(t)
	w := newWorld(t, store)
	tokens := w.signIn()
	canaries := []string{"canary-secret", "canary-id\ncanary-line", tokens.Access, tokens.Refresh, secrets["auditor"], secrets["signout"]}
	for _, id := range []string{"auditor", "signout"} {
		canaries = append(canaries, strings.TrimPrefix(basic(id, secrets[id]), "Basic "))
	}
	var answers strings.Builder
	send := func(r *http.Request) { answers.Write(w.serve(r).Body.Bytes()) }
	all := func() {
		for _, path := range []string{"/oauth/introspect", "/oauth/revoke"} {
			for _, token := range []string{tokens.Access, tokens.Refresh} {
				send(newRequest(path+"?token="+token, "token="+token))
				for _, id := range []string{"auditor", "signout", canaries[1]} {
					for _, secret := range []string{secrets[id], canaries[0]} {
						r := newRequest(path, "token="+token+"&client_id="+url.QueryEscape(id)+"&client_secret="+secret)
						send(r)
						r = newRequest(path, "token="+token)
						r.SetBasicAuth(id, secret)
						send(r)
					}
				}
			}
		}
	}
	if _, err := store.DB().ExecContext(t.Context(), `ALTER TABLE latchkey_sessions RENAME TO gone`); err != nil {
		t.Fatal(err)
	}
	all()
	if !strings.Contains(w.log.String(), "no such table") {
		t.Error("the log does not say why the answer was 503")
	}
	if _, err := store.DB().ExecContext(t.Context(), `ALTER TABLE gone RENAME TO latchkey_sessions`); err != nil {
		t.Fatal(err)
	}
	all()
	if !strings.Contains(w.log.String(), "client=auditor") {
		t.Error("the log does not name a client whose secret was wrong")
	}
	for _, canary := range canaries {
		if strings.Contains(w.log.String(), canary) || strings.Contains(answers.String(), canary) {
			t.Errorf("%q is in the log or in an answer", canary)
		}
	}
	if strings.Contains(answers.String(), "no such table") {
		t.Error("a client is told of the database")
	}
}
