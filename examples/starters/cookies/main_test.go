package main

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey/examples/internal/starting"
)

func TestCookies(t *testing.T) {
	dir = t.TempDir() + "/data"
	base := starting.Start(t, &addr, main)
	site, _ := url.Parse(base)
	c := starting.Browser()
	send := func(method, path, body string) (int, string) {
		t.Helper()
		r, _ := http.NewRequest(method, base+path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		for _, cookie := range c.Jar.Cookies(site) {
			if cookie.Name == "latchkey_csrf" {
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
	person := `{"username":"ada","password":"the analytical engine weaves"}`
	for _, step := range []struct {
		method, path, body string
		status             int
	}{
		{"GET", "/api/hello", "", 401},
		{"POST", "/api/sign-up", person, 201},
		{"GET", "/api/hello", "", 200},
		{"POST", "/api/refresh", "", 200},
		{"POST", "/api/sign-out", "", 200},
		{"GET", "/api/hello", "", 401},
		{"POST", "/api/sign-in", strings.Replace(person, "weaves", "rests!", 1), 401},
		{"POST", "/api/sign-in", person, 200},
		{"GET", "/api/me", "", 200},
	} {
		if status, body := send(step.method, step.path, step.body); status != step.status {
			t.Fatalf("%s %s: %d %s, want %d", step.method, step.path, status, body, step.status)
		}
	}
}
