package latchkeytest_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/latchkeytest"
	"github.com/latchkey-go/latchkey/session"
)

// site is an application with everything a client may want.
func site(auth *latchkey.Auth) http.Handler {
	mux := http.NewServeMux()
	who := auth.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := latchkey.FromContext(r.Context())
		fmt.Fprint(w, token.Subject)
	}))
	mux.Handle("/app/me", who)
	mux.Handle("POST /refresh", auth.RefreshHandler())
	mux.Handle("POST /sign-out", auth.SignOutHandler())
	mux.HandleFunc("/headers", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.Header, r.URL.RawQuery)
	})
	return mux
}

func do(t *testing.T, c *http.Client, method, url string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestClientIsSignedIn(t *testing.T) {
	for name, cfg := range configurations {
		t.Run(name, func(t *testing.T) {
			lk := latchkeytest.New(t, cfg)
			server := httptest.NewServer(site(lk.Auth))
			defer server.Close()
			stranger := server.Client()
			c := lk.Client(t, server, ada)
			for _, method := range []string{"GET", "POST"} {
				if status, body := do(t, c, method, server.URL+"/app/me"); status != 200 || body != "ada" {
					t.Errorf("%s: %d %s", method, status, body)
				}
			}
			if status, _ := do(t, stranger, "GET", server.URL+"/app/me"); status != 401 {
				t.Errorf("the server's own client was signed in too: %d", status)
			}
		})
	}
}

// What the application renews and clears is renewed and cleared.
func TestClientKeepsCookies(t *testing.T) {
	lk := latchkeytest.New(t, latchkey.Config{Issuer: "https://app.example.com"})
	server := httptest.NewTLSServer(site(lk.Auth))
	defer server.Close()
	c := lk.Client(t, server, ada)
	lk.Advance(session.DefaultAccessTTL)
	for _, step := range []struct {
		method, path string
		status       int
	}{
		{"GET", "/app/me", 401},
		{"POST", "/refresh", 200},
		{"POST", "/app/me", 200},
		{"POST", "/sign-out", 200},
		{"POST", "/app/me", 401},
	} {
		if status, body := do(t, c, step.method, server.URL+step.path); status != step.status {
			t.Fatalf("%s %s: %d %s, want %d", step.method, step.path, status, body, step.status)
		}
	}
}

func TestClientSendsTokensToItsServerOnly(t *testing.T) {
	for name, cfg := range configurations {
		t.Run(name, func(t *testing.T) {
			lk := latchkeytest.New(t, cfg)
			server, other := httptest.NewServer(site(lk.Auth)), httptest.NewServer(site(lk.Auth))
			defer server.Close()
			defer other.Close()
			if _, body := do(t, lk.Client(t, server, ada), "POST", other.URL+"/headers"); strings.Contains(body, "eyJ") || strings.Contains(body, "CSRF") {
				t.Errorf("another server was sent %s", body)
			}
		})
	}
}

// A request that says by itself who it comes from is left alone.
func TestClientLeavesHeadersAlone(t *testing.T) {
	for _, header := range []string{"Authorization", "X-Csrf-Token"} {
		lk := latchkeytest.New(t, latchkey.Config{})
		server := httptest.NewServer(site(lk.Auth))
		defer server.Close()
		login := ada
		if header == "Authorization" {
			login.Deliver = latchkey.InHeader
		}
		r, err := http.NewRequestWithContext(t.Context(), "POST", server.URL+"/app/me", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set(header, "Bearer nonsense")
		resp, err := lk.Client(t, server, login).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close() // only the status counts
		if resp.StatusCode != 401 && resp.StatusCode != 403 {
			t.Errorf("%s: %d", header, resp.StatusCode)
		}
	}
}
