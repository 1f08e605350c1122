package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey/examples/internal/starting"
)

// The proxy of this test does what Vite's does: it passes on every header but
// Host, which becomes the back end's.
func TestThroughProxy(t *testing.T) {
	dir = t.TempDir() + "/data"
	dev := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&url.URL{Scheme: "http", Host: addr})
	}})
	defer dev.Close()
	origin = dev.URL
	starting.Start(t, &addr, main)
	c := starting.Browser()
	send := func(method, path, body, from string, withCSRF bool) (int, string) {
		t.Helper()
		r, _ := http.NewRequest(method, origin+path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Origin", from) // and no Sec-Fetch-Site, as from older browsers
		for _, cookie := range c.Jar.Cookies(r.URL) {
			if cookie.Name == "latchkey_csrf" && withCSRF {
				r.Header.Set("X-CSRF-TOKEN", cookie.Value)
			}
		}
		resp, err := c.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, string(text)
	}
	const person = `{"username":"ada","password":"the analytical engine weaves"}`
	for _, step := range []struct {
		method, path, body, from string
		csrf                     bool
		status                   int
	}{
		{"POST", "/api/hello", "", origin, true, 401},
		{"POST", "/api/sign-up", person, "https://evil.example", true, 403},
		{"POST", "/api/sign-up", person, origin, true, 201},
		{"POST", "/api/hello", "", origin, true, 200},
		{"POST", "/api/hello", "", origin, false, 403},
		{"POST", "/api/hello", "", "http://localhost:4000", true, 403},
		{"POST", "/api/refresh", "", origin, true, 200},
		{"POST", "/api/sign-out", "", origin, true, 200},
		{"POST", "/api/hello", "", origin, true, 401},
	} {
		if status, body := send(step.method, step.path, step.body, step.from, step.csrf); status != step.status {
			t.Fatalf("%s %s from %s: %d %s, want %d", step.method, step.path, step.from, status, body, step.status)
		}
	}
}
