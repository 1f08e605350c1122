package server_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

var assetName = regexp.MustCompile(`/assets/[A-Za-z0-9_.-]+`)

// A visit of a page gets the index page, under every address the app may use.
func TestPages(t *testing.T) {
	a := start(t)
	for _, path := range []string{"/", "/sign-in", "/sign-up", "/profile", "/account", "/signed-out", "/no/such/page", "/sign-in?next=%2Fprofile"} {
		for _, accept := range []string{"", "*/*", "text/html", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"} {
			got := a.program().do("GET", path, nil, func(r *http.Request) { setUnlessEmpty(r.Header, "Accept", accept) }).want(200, "")
			if got.header.Get("Content-Type") != "text/html; charset=utf-8" || !strings.Contains(string(got.body), "<!doctype html>") {
				t.Errorf("%s with Accept %q is no page: %s", path, accept, got.header.Get("Content-Type"))
			}
			if got.header.Get("Cache-Control") != "no-cache" || !strings.HasPrefix(got.header.Get("Etag"), `"`) {
				t.Errorf("%s: Cache-Control %q, Etag %q", path, got.header.Get("Cache-Control"), got.header.Get("Etag"))
			}
		}
		for _, accept := range []string{"application/json", "image/*", "text/css,*/*;q=0", "text/html;q=0"} {
			a.program().do("GET", path, nil, func(r *http.Request) { r.Header.Set("Accept", accept) }).want(404, "not_found")
		}
	}
}

// Nothing of what is kept for programs is answered with a page, however its
// address is written.
func TestNoPages(t *testing.T) {
	a := start(t)
	for _, path := range []string{
		"/api", "/api/", "/api/v2/me", "/api%2Fv1/me", "/api/v1%2fme", "/oauth", "/oauth/", "/oauth%2Fintrospect", "/.well-known",
		"/.well-known/", "/debug", "/debug/", "/healthz/", "/readyz/", "/readyz%2F", "/readyz/live",
	} {
		for _, method := range []string{"GET", "POST"} {
			a.program().do(method, path, nil, func(r *http.Request) { r.Header.Set("Accept", "text/html") }).want(404, "not_found")
		}
	}
}

func TestAssets(t *testing.T) {
	a := start(t)
	index := string(a.program().do("GET", "/", nil).body)
	names := assetName.FindAllString(index, -1)
	if len(names) == 0 {
		t.Fatalf("the index page names no assets:\n%s", index)
	}
	plain := func(r *http.Request) { r.Header.Set("Accept-Encoding", "identity") }
	for _, name := range names {
		got := a.program().do("GET", name, nil, plain).want(200, "")
		if got.header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s: Cache-Control is %q", name, got.header.Get("Cache-Control"))
		}
		if want := map[string]string{"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}[name[strings.LastIndex(name, ".")+1:]]; got.header.Get("Content-Type") != want {
			t.Errorf("%s: Content-Type is %q", name, got.header.Get("Content-Type"))
		}
		head := a.program().do("HEAD", name, nil, plain).want(200, "")
		if len(head.body) > 0 || head.header.Get("Etag") != got.header.Get("Etag") {
			t.Errorf("HEAD %s differs from GET", name)
		}
		a.program().do("GET", name+".map", nil).want(404, "not_found")
		a.program().do("GET", strings.ToUpper(name), nil, func(r *http.Request) { r.Header.Set("Accept", "text/html") }).want(404, "not_found")
	}
}

func TestConditionalRequests(t *testing.T) {
	a := start(t)
	tag := a.program().do("GET", "/", nil).header.Get("Etag")
	for header, status := range map[string]int{
		tag: 304, "W/" + tag: 304, `"other", ` + tag: 304, "*": 304, `"other"`: 200, strings.Trim(tag, `"`): 200, "": 200,
	} {
		got := a.program().do("GET", "/", nil, func(r *http.Request) { setUnlessEmpty(r.Header, "If-None-Match", header) }).want(status, "")
		if got.header.Get("Etag") != tag {
			t.Errorf("If-None-Match %s: Etag is %q, want %q", header, got.header.Get("Etag"), tag)
		}
		if status == 304 && len(got.body) > 0 {
			t.Errorf("If-None-Match %s: 304 with a body", header)
		}
	}
}

func TestCompression(t *testing.T) {
	a := start(t)
	name := assetName.FindString(string(a.program().do("GET", "/", nil).body))
	// A header of our own keeps net/http from unpacking by itself.
	encoded := func(accept string) *answer {
		return a.program().do("GET", name, nil, func(r *http.Request) { r.Header.Set("Accept-Encoding", accept) }).want(200, "")
	}
	plain := encoded("identity")
	for _, accept := range []string{"gzip", "br;q=1, gzip;q=0.5", "*", "GZIP"} {
		zipped := encoded(accept)
		if zipped.header.Get("Content-Encoding") != "gzip" {
			t.Errorf("Accept-Encoding %q: not compressed", accept)
			continue
		}
		unzip, err := gzip.NewReader(strings.NewReader(string(zipped.body)))
		if err != nil {
			t.Fatal(err)
		}
		if text, err := io.ReadAll(unzip); err != nil || string(text) != string(plain.body) {
			t.Errorf("Accept-Encoding %q: unpacked it is something else (%v)", accept, err)
		}
		if zipped.header.Get("Etag") == plain.header.Get("Etag") {
			t.Error("two representations have one strong Etag")
		}
	}
	for _, accept := range []string{"identity", "br", "gzip;q=0", "*;q=0", "gzip;q=0, *", ""} {
		got := encoded(accept)
		if got.header.Get("Content-Encoding") != "" || string(got.body) != string(plain.body) {
			t.Errorf("Accept-Encoding %q: compressed all the same", accept)
		}
		if !strings.Contains(strings.Join(got.header.Values("Vary"), ","), "Accept-Encoding") {
			t.Errorf("Vary is %q", got.header.Values("Vary"))
		}
	}
}
