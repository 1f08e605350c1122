package latchkey_test

import (
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey"
)

// vectors gives the folder of third-party test vectors.
func vectors(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("LATCHKEY_VECTORS")
	switch {
	case dir != "":
	case os.Getenv("CI") == "true":
		t.Fatal("LATCHKEY_VECTORS is not set, and CI leaves nothing out")
	default:
		t.Skip("NOT TESTED: LATCHKEY_VECTORS names no folder of third-party vectors")
	}
	return dir
}

func returnTo(next string) string {
	return latchkey.ReturnTo(httptest.NewRequest("GET", "/sign-in?next="+url.QueryEscape(next), nil), "/home")
}

func TestReturnTo(t *testing.T) {
	for next, want := range map[string]string{
		"":                         "/home",
		"/":                        "/",
		"/account?tab=2#top":       "/account?tab=2#top",
		"/a//b":                    "/a//b",
		"/search?q=http://x":       "/search?q=http://x",
		"account":                  "/home",
		"//evil.example":           "/home",
		"///evil.example":          "/home",
		`/\evil.example`:           "/home",
		`\/evil.example`:           "/home",
		"/\t/evil.example":         "/home",
		"/a\r\nSet-Cookie: x=y":    "/home",
		" //evil.example":          "/home",
		"https://evil.example":     "/home",
		"https:evil.example":       "/home",
		"javascript:alert(1)":      "/home",
		"/a\x00b":                  "/home",
		"/%zz":                     "/home",
		"http://app.example.com/a": "/home",
	} {
		if got := returnTo(next); got != want {
			t.Errorf("ReturnTo(%q) = %q, want %q", next, got, want)
		}
	}
}

// The values that Django's own tests call unsafe or safe; we go further and
// take nothing but paths.
func TestReturnToWithDjangoVectors(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(vectors(t), "django_safe_redirect.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Bad, Good []string }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	bad, good := file.Bad, file.Good
	if len(bad) != 28 || len(good) != 10 {
		t.Fatalf("%d hostile and %d benign values; 28 and 10 were there before", len(bad), len(good))
	}
	for _, next := range bad {
		if got := returnTo(next); got != "/home" {
			t.Errorf("%q is accepted", next)
		}
	}
	for _, next := range good {
		isPath := strings.HasPrefix(next, "/") && !strings.HasPrefix(next, "//")
		if got := returnTo(next); (got == next) != isPath {
			t.Errorf("%q gives %q", next, got)
		}
	}
}

func TestRedirectTo(t *testing.T) {
	a := newApp(t, func(c *latchkey.Config) { c.Hooks.Error = latchkey.RedirectTo("/sign-in") })
	c := a.browser()
	page := []string{"Accept", "text/html,*/*"}
	for _, test := range []struct {
		name, method, path string
		header             []string
		status             int
		location           string
	}{
		{"page", "GET", "/me?a=1&b=2", page, 303, "/sign-in?next=%2Fme%3Fa%3D1%26b%3D2"},
		{"page, by the browser's word", "GET", "/me", []string{"Sec-Fetch-Mode", "navigate"}, 303, "/sign-in?next=%2Fme"},
		{"script that accepts anything", "GET", "/me", []string{"Sec-Fetch-Mode", "cors", "Accept", "text/html"}, 401, ""},
		{"form", "POST", "/me", page, 303, "/sign-in"},
		{"script", "GET", "/me", []string{"Accept", "application/json"}, 401, ""},
		{"token of the wrong kind", "GET", "/me", append(page, "Authorization", "Bearer a", "Authorization", "Bearer b"), 400, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := c.do(test.method, test.path, "", test.header...)
			got.is(t, test.status, "")
			if got.Header.Get("Location") != test.location {
				t.Errorf("leads to %q, want %q", got.Header.Get("Location"), test.location)
			}
		})
	}
}

// TestRedirectToAnAddressWithAQuery: the parameter goes where it belongs.
func TestRedirectToAnAddressWithAQuery(t *testing.T) {
	for signIn, want := range map[string]string{
		"/sign-in?from=app":      "/sign-in?from=app&next=%2Fme",
		"/sign-in#form":          "/sign-in?next=%2Fme#form",
		"/sign-in?from=app#form": "/sign-in?from=app&next=%2Fme#form",
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("GET", "/me", nil)
		r.Header.Set("Accept", "text/html")
		latchkey.RedirectTo(signIn)(w, r, latchkey.ErrMissing)
		if got := w.Header().Get("Location"); got != want {
			t.Errorf("%s leads to %s, want %s", signIn, got, want)
		}
	}
}
