package latchkey_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey"
)

// renewing is an Auth that renews access tokens in their last half hour, an
// access token in its last minute, and a clock.
func renewing(t *testing.T, change func(*latchkey.Config)) (*latchkey.Auth, latchkey.Tokens, *clock) {
	t.Helper()
	cfg, now := goodConfig(t), &clock{}
	cfg.AccessTTL, cfg.RenewWithin, cfg.SessionTTL, cfg.Now = time.Hour, 30*time.Minute, 24*time.Hour, now.now
	cfg.Deliver = latchkey.InJSON
	if change != nil {
		change(&cfg)
	}
	auth, err := latchkey.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := auth.Issue(newRequest("POST"), latchkey.Login{Subject: "ada"})
	if err != nil {
		t.Fatal(err)
	}
	if tokens.Refresh != "" {
		t.Fatal("a refresh token is issued beside tokens that renew themselves")
	}
	now.advance(59 * time.Minute)
	return auth, tokens, now
}

func jsonHandler(text string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, text)
	})
}

func TestRenewalInJSON(t *testing.T) {
	auth, tokens, now := renewing(t, nil)
	bearer := []string{"Authorization", "Bearer " + tokens.Access}
	got := answer{serve(auth.Required(jsonHandler("{\"name\":\"Ada\"}\n")), "GET", "/", bearer...).Result(), ""}
	text, _ := io.ReadAll(got.Body)
	got.body = string(text)
	fields := got.json(t)
	if fields["name"] != "Ada" || fields["access_token"] == nil || got.ContentLength != int64(len(text)) || got.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%v %s", got.Header, text)
	}

	r := newRequest("GET")
	r.Header.Set("Authorization", fmt.Sprint("Bearer ", fields["access_token"]))
	token, err := auth.Authenticate(r)
	if err != nil {
		t.Fatal(err)
	}
	if !token.ExpiresAt.Equal(now.now().Add(time.Hour)) || !token.AuthTime.Equal(begin) || token.SessionID != tokens.Session.ID {
		t.Errorf("the new token is %+v", token)
	}
}

func TestAnswersThatAreLeftAlone(t *testing.T) {
	auth, tokens, _ := renewing(t, nil)
	long := `{"x":"` + strings.Repeat("x", 1<<20) + `"}`
	header := func(name, value string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set(name, value)
			jsonHandler(`{"a":1}`).ServeHTTP(w, r)
		})
	}
	status := func(code int, body string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(code)
			io.WriteString(w, body)
		})
	}
	for name, c := range map[string]struct {
		handler http.Handler
		body    string
	}{
		"array":          {jsonHandler(`[1,2]`), `[1,2]`},
		"string":         {jsonHandler(`"a"`), `"a"`},
		"null":           {jsonHandler(`null`), `null`},
		"broken":         {jsonHandler(`{"a":`), `{"a":`},
		"two objects":    {jsonHandler(`{}{}`), `{}{}`},
		"has the member": {jsonHandler(`{"access_token":"mine"}`), `{"access_token":"mine"}`},
		"too large":      {jsonHandler(long), long},
		"error":          {status(404, `{"a":1}`), `{"a":1}`},
		"server error":   {status(500, `{"a":1}`), `{"a":1}`},
		"redirect":       {status(302, `{"a":1}`), `{"a":1}`},
		"part":           {status(206, `{"a":1}`), `{"a":1}`},
		"compressed":     {header("Content-Encoding", "br"), `{"a":1}`},
		"fingerprinted":  {header("ETag", `"1"`), `{"a":1}`},
		"another type":   {http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"a":1}`) }), `{"a":1}`},
		"problem details": {http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/problem+json")
			io.WriteString(w, `{"a":1}`)
		}), `{"a":1}`},
		"flushed": {http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, `{"a":`)
			http.NewResponseController(w).Flush()
			io.WriteString(w, `1}`)
		}), `{"a":1}`},
		"session ended meanwhile": {http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			auth.Sessions().End(r.Context(), tokens.Session.ID, "sign_out")
			jsonHandler(`{"a":1}`).ServeHTTP(w, r)
		}), `{"a":1}`},
	} {
		if name == "session ended meanwhile" {
			defer func() { // last of all: it ends the session
				got := serve(auth.Required(c.handler), "GET", "/", "Authorization", "Bearer "+tokens.Access)
				if got.Body.String() != c.body {
					t.Errorf("%s: %s", name, got.Body)
				}
			}()
			continue
		}
		t.Run(name, func(t *testing.T) {
			got := serve(auth.Required(c.handler), "GET", "/", "Authorization", "Bearer "+tokens.Access)
			if got.Body.String() != c.body {
				t.Errorf("became %.200s", got.Body)
			}
		})
	}
}

func TestWhenRenewalIsNotDue(t *testing.T) {
	auth, tokens, now := renewing(t, nil)
	send := func(token string) string {
		return serve(auth.Required(jsonHandler(`{}`)), "GET", "/", "Authorization", "Bearer "+token).Body.String()
	}
	now.advance(-30 * time.Minute) // 31 minutes left
	if got := send(tokens.Access); got != "{}" {
		t.Errorf("a young token is renewed: %s", got)
	}
	if got := serve(auth.Required(jsonHandler(`{}`)), "GET", "/").Body.String(); strings.Contains(got, "access_token") {
		t.Errorf("without a token: %s", got)
	}
	now.advance(time.Hour)
	if got := send(tokens.Access); !strings.Contains(got, "token_expired") {
		t.Errorf("an expired token: %s", got)
	}
}

// TestAWindowAboveTheLifetime: every answer renews, in the second of the sign-in
// too.
func TestAWindowAboveTheLifetime(t *testing.T) {
	auth, tokens, _ := renewing(t, func(c *latchkey.Config) { c.RenewWithin = c.AccessTTL + time.Hour })
	token := tokens.Access
	for range 3 {
		got := serve(auth.Required(jsonHandler(`{}`)), "GET", "/", "Authorization", "Bearer "+token)
		next, renewed := (answer{body: got.Body.String()}).json(t)["access_token"].(string)
		if !renewed || next == token {
			t.Fatalf("the answer is %s", got.Body)
		}
		token = next
	}
}

func TestRenewalEndsWithTheSession(t *testing.T) {
	auth, tokens, now := renewing(t, nil)
	token, renewals := tokens.Access, 0
	for range 100 {
		got := serve(auth.Required(jsonHandler(`{}`)), "GET", "/", "Authorization", "Bearer "+token)
		if got.Code != 200 {
			break
		}
		if a := (answer{body: got.Body.String()}).json(t)["access_token"]; a != nil {
			token, renewals = a.(string), renewals+1
		}
		now.advance(31 * time.Minute)
	}
	if lived := now.now().Sub(begin); lived < 24*time.Hour || lived > 25*time.Hour || renewals < 40 {
		t.Errorf("a session of 24 hours lived %v with %d renewals", lived, renewals)
	}
}

func TestRenewalInCookies(t *testing.T) {
	auth, tokens, _ := renewing(t, func(c *latchkey.Config) { c.Deliver = latchkey.InCookie })
	cookie := "__Host-latchkey_access=" + tokens.Access
	send := func(h http.Handler, header ...string) *httptest.ResponseRecorder {
		return serve(auth.Required(h), "GET", "https://app.example.com/", append([]string{"Cookie", cookie}, header...)...)
	}
	renewedIn := func(w *httptest.ResponseRecorder) bool { return setsAccess(w) != "" }

	if w := send(jsonHandler(`{}`)); !renewedIn(w) || w.Body.String() != "{}" || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("an answer with cookies: %v %s", w.Header(), w.Body)
	}
	if w := send(http.RedirectHandler("/next", http.StatusSeeOther)); !renewedIn(w) {
		t.Error("a redirect does not renew")
	}
	if w := send(http.NotFoundHandler()); renewedIn(w) {
		t.Error("an error renews")
	}
	if w := send(jsonHandler(`{}`), "Sec-Fetch-Site", "cross-site"); renewedIn(w) {
		t.Error("a request of another site renews")
	}
	if w := send(jsonHandler(`{}`), "Sec-Fetch-Site", "same-site"); renewedIn(w) {
		t.Error("a request of a sibling site renews")
	}
	signOut := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := auth.SignOut(w, r); err != nil {
			t.Error(err)
		}
		io.WriteString(w, "bye")
	})
	if w := send(signOut); setsAccess(w) != "" {
		t.Error("signing out hands out a new token")
	}
}

// setsAccess is the value that an answer leaves in the access cookie.
func setsAccess(w *httptest.ResponseRecorder) string {
	value := ""
	for _, c := range w.Result().Cookies() {
		if strings.HasSuffix(c.Name, "latchkey_access") {
			value = c.Value
		}
	}
	return value
}

func TestRenewalInHeaders(t *testing.T) {
	auth, tokens, _ := renewing(t, func(c *latchkey.Config) { c.Deliver = latchkey.InHeader })
	got := serve(auth.Required(jsonHandler(`{}`)), "HEAD", "/", "Authorization", "Bearer "+tokens.Access)
	if got := got.Header().Get("Authorization"); !strings.HasPrefix(got, "Bearer ") || got == "Bearer "+tokens.Access {
		t.Errorf("the header is %q", got)
	}
}

// A 1xx is not the answer, and a connection can be taken over.
func TestTheWriterLeavesTheProtocolAlone(t *testing.T) {
	auth, tokens, _ := renewing(t, nil)
	mux := http.NewServeMux()
	mux.Handle("/hints", auth.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusCreated)
		io.WriteString(w, `{}`)
	})))
	mux.Handle("/take", auth.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		io.WriteString(conn, "HTTP/1.1 418 Mine\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	})))
	mux.Handle("/copy", auth.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		bufio.NewReader(strings.NewReader(`{"a":1}`)).WriteTo(w)
	})))
	server := httptest.NewServer(mux)
	defer server.Close()
	get := func(path string) (*http.Response, string) {
		r, _ := http.NewRequest("GET", server.URL+path, nil)
		r.Header.Set("Authorization", "Bearer "+tokens.Access)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, _ := io.ReadAll(resp.Body)
		return resp, string(text)
	}
	if resp, text := get("/hints"); resp.StatusCode != 201 || !strings.Contains(text, "access_token") {
		t.Errorf("after early hints: %d %s", resp.StatusCode, text)
	}
	if resp, _ := get("/take"); resp.StatusCode != 418 {
		t.Errorf("a connection that was taken over: %d", resp.StatusCode)
	}
	if _, text := get("/copy"); !strings.HasPrefix(text, `{"a":1,"access_token":"`) {
		t.Errorf("a copied answer: %s", text)
	}
}
