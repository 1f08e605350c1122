package latchkeytest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/latchkeytest"
	"github.com/latchkey-go/latchkey/session"
)

// The code of docs/guides/testing.md, and a test that it is this code.

func TestGuideShowsThisCode(t *testing.T) {
	guide, err := os.ReadFile("../docs/guides/testing.md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var code strings.Builder
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		code.Write(data)
	}
	blocks := regexp.MustCompile("(?ms)^```go\n(.*?)^```$").FindAllStringSubmatch(string(guide), -1)
	if len(blocks) < 5 {
		t.Errorf("the guide has %d blocks of Go", len(blocks))
	}
	for _, b := range blocks {
		if !strings.Contains(code.String(), b[1]) {
			t.Errorf("no test here has this code of the guide:\n%s", b[1])
		}
	}
}

func authConfig() latchkey.Config {
	return latchkey.Config{
		Issuer: "https://notes.example.com",
		// Keys and Store: newServer opens them, tests leave them out
	}
}

func newApp(auth *latchkey.Auth) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /sign-in", func(w http.ResponseWriter, r *http.Request) {
		if r.PostFormValue("password") != "analytical engine" {
			http.Error(w, "Wrong name or password.", http.StatusUnauthorized)
		} else if _, err := auth.SignIn(w, r, latchkey.Login{Subject: r.PostFormValue("name")}); err != nil {
			auth.WriteError(w, r, err)
		}
	})
	mux.Handle("POST /sign-out", auth.SignOutHandler())
	mux.Handle("POST /refresh", auth.RefreshHandler())
	mux.Handle("/notes", auth.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := latchkey.FromContext(r.Context())
		fmt.Fprintln(w, "notes of", token.Subject)
	})))
	mux.Handle("DELETE /account", auth.Fresh(10*time.Minute)(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
	})))
	return mux
}

func TestNotes(t *testing.T) {
	lk := latchkeytest.New(t, authConfig())
	app := newApp(lk.Auth)
	ada := latchkey.Login{Subject: "ada"}

	get := httptest.NewRequest("GET", "/notes", nil)
	post := httptest.NewRequest("POST", "/notes", strings.NewReader("buy milk"))
	forged := lk.SignedIn(t, post, ada)
	forged.Header.Del("X-CSRF-TOKEN")

	for name, tt := range map[string]struct {
		r      *http.Request
		status int
	}{
		"nobody":             {get, http.StatusUnauthorized},
		"signed in":          {lk.SignedIn(t, get, ada), http.StatusOK},
		"expired":            {lk.Expired(t, get, ada), http.StatusUnauthorized},
		"writing":            {lk.SignedIn(t, post, ada), http.StatusOK},
		"from another site?": {forged, http.StatusForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			w := httptest.NewRecorder()
			app.ServeHTTP(w, tt.r)
			if w.Code != tt.status {
				t.Errorf("status %d, want %d: %s", w.Code, tt.status, w.Body)
			}
		})
	}
}

func TestDeletingTheAccountNeedsAFreshSignIn(t *testing.T) {
	lk := latchkeytest.New(t, authConfig())
	app := newApp(lk.Auth)
	r := lk.SignedIn(t, httptest.NewRequest("DELETE", "/account", nil), latchkey.Login{Subject: "ada"})

	lk.Advance(10*time.Minute - time.Second)
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	if w.Code != http.StatusNoContent {
		t.Errorf("just within ten minutes: %d %s", w.Code, w.Body)
	}

	lk.Advance(time.Second)
	w = httptest.NewRecorder()
	app.ServeHTTP(w, r)
	if w.Code != http.StatusUnauthorized || w.Header().Get("Latchkey-Code") != "not_fresh" {
		t.Errorf("after ten minutes: %d %s", w.Code, w.Body)
	}
}

func TestSignInBeginsASession(t *testing.T) {
	lk := latchkeytest.New(t, authConfig())
	app := newApp(lk.Auth)
	signIn := func(password string) *httptest.ResponseRecorder {
		form := url.Values{"name": {"ada"}, "password": {password}}
		r := httptest.NewRequest("POST", "/sign-in", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		return w
	}

	if w := signIn("guess"); w.Code != http.StatusUnauthorized || len(lk.Events()) != 0 {
		t.Errorf("wrong password: %d, events %v", w.Code, lk.Events())
	}
	if w := signIn("analytical engine"); w.Code != http.StatusOK {
		t.Errorf("right password: %d %s", w.Code, w.Body)
	}
	started := lk.Events(session.EventStarted)
	if len(started) != 1 || started[0].Subject != "ada" {
		t.Errorf("sessions begun: %v", started)
	}
}

func TestEndedSessionsAreOut(t *testing.T) {
	lk := latchkeytest.New(t, authConfig())
	app := newApp(lk.Auth)
	r := lk.SignedIn(t, httptest.NewRequest("GET", "/notes", nil), latchkey.Login{Subject: "ada"})

	if _, err := lk.Auth.Sessions().EndSubject(t.Context(), "ada", session.EndedByAdmin); err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	if w.Code != http.StatusUnauthorized || w.Header().Get("Latchkey-Code") != "session_ended" {
		t.Errorf("after the end: %d %s", w.Code, w.Body)
	}
}

func TestRefreshAndSignOut(t *testing.T) {
	lk := latchkeytest.New(t, authConfig())
	server := httptest.NewServer(newApp(lk.Auth))
	defer server.Close()
	client := lk.Client(t, server, latchkey.Login{Subject: "ada"})

	lk.Advance(time.Hour) // the access token expires
	for _, step := range []struct {
		path   string
		status int
	}{
		{"/notes", http.StatusUnauthorized},
		{"/refresh", http.StatusOK},
		{"/notes", http.StatusOK},
		{"/sign-out", http.StatusOK},
		{"/notes", http.StatusUnauthorized},
	} {
		resp, err := client.Post(server.URL+step.path, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != step.status {
			t.Fatalf("POST %s: %s, want %d", step.path, resp.Status, step.status)
		}
	}
}
