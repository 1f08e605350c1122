package latchkey_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/memstore"
)

func TestRefreshUnrotated(t *testing.T) {
	now := &clock{}
	cfg := goodConfig(t)
	gone := false
	cfg.Store, cfg.Now, cfg.Deliver = memstore.New(), now.now, latchkey.InHeader
	cfg.Hooks.User = func(context.Context, *latchkey.Token) (any, error) {
		if gone {
			return nil, latchkey.ErrUserGone
		}
		return "ada", nil
	}
	auth, err := latchkey.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := auth.Issue(newRequest("POST"), latchkey.Login{Subject: "ada"})
	if err != nil {
		t.Fatal(err)
	}
	refresh := func(token string) (http.Header, error) {
		w, r := httptest.NewRecorder(), newRequest("GET")
		r.Header.Set("Authorization", "Bearer "+token)
		_, _, err := auth.RefreshUnrotated(w, r)
		return w.Header(), err
	}
	if _, err := refresh(tokens.Access); !errors.Is(err, latchkey.ErrWrongType) {
		t.Errorf("an access token: %v", err)
	}
	for range 3 {
		now.advance(20 * time.Minute)
		h, err := refresh(tokens.Refresh)
		if err != nil || h.Get("Authorization") == "" || h.Get("Refresh-Token") != "" || h.Get("Cache-Control") != "no-store" {
			t.Fatalf("refreshing: %v, %v", h, err)
		}
		if got := serve(auth.Required(jsonHandler("{}")), "GET", "/", "Authorization", h.Get("Authorization")); got.Code != 200 {
			t.Fatalf("the new token is answered with %d", got.Code)
		}
	}
	gone = true
	if _, err := refresh(tokens.Refresh); !errors.Is(err, latchkey.ErrUserGone) {
		t.Errorf("a user who is gone: %v", err)
	}
	gone = false
	r := newRequest("POST")
	r.Header.Set("Authorization", "Bearer "+tokens.Refresh)
	next, _, err := auth.RefreshTokens(httptest.NewRecorder(), r)
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range []string{tokens.Refresh, next.Refresh} {
		if _, err := refresh(token); !errors.Is(err, latchkey.ErrSessionEnded) {
			t.Errorf("after a rotation: %v", err)
		}
	}
}

func TestOwnPagesOnly(t *testing.T) {
	cfg := goodConfig(t)
	cfg.TrustedOrigins = []string{"https://www.example.com"}
	auth, err := latchkey.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	h := auth.OwnPagesOnly(jsonHandler("{}"))
	for _, c := range []struct {
		origin, site string
		status       int
	}{
		{"", "", 200},
		{"", "same-origin", 200},
		{"", "none", 200},
		{"https://www.example.com", "cross-site", 200},
		{"https://www.example.com", "same-site", 200},
		{"https://www.example.com", "", 200},
		{"", "cross-site", 403},
		{"", "same-site", 403},
		{"", "surprise", 403},
		{"null", "", 403},
		{"https://evil.example", "", 403},
		{"https://evil.example", "same-origin", 403},
		{"https://www.example.com.evil.example", "cross-site", 403},
	} {
		got := serve(h, "GET", "/", "Origin", c.origin, "Sec-Fetch-Site", c.site)
		if got.Code != c.status {
			t.Errorf("Origin %q, Sec-Fetch-Site %q: %d, want %d", c.origin, c.site, got.Code, c.status)
		}
	}
}

func ExampleAuth_RefreshUnrotated() {
	auth := exampleAuth(latchkey.Hooks{})
	r := httptest.NewRequest("GET", "/refresh", nil)
	tokens, err := auth.Issue(r, latchkey.Login{Subject: "ada"})
	if err != nil {
		log.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+tokens.Refresh)
	for range 2 { // the refresh token stays good
		renewed, _, err := auth.RefreshUnrotated(httptest.NewRecorder(), r)
		fmt.Println(renewed.Access != "", renewed.Refresh == "", err)
	}
	// Output:
	// true true <nil>
	// true true <nil>
}

func ExampleAuth_OwnPagesOnly() {
	auth := exampleAuth(latchkey.Hooks{})
	signOut := auth.OwnPagesOnly(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "signed out")
	}))
	image := httptest.NewRequest("GET", "/logout", nil) // <img src="https://app.example.com/logout">
	image.Header.Set("Sec-Fetch-Site", "cross-site")
	for _, r := range []*http.Request{image, httptest.NewRequest("GET", "/logout", nil)} {
		w := httptest.NewRecorder()
		signOut.ServeHTTP(w, r)
		fmt.Println(w.Code)
	}
	// Output:
	// 403
	// 200
}
