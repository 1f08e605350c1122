package server

import (
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/latchkey-go/latchkey/internal/webui"
)

func TestNewAppWithoutIndex(t *testing.T) {
	_, err := newApp(fstest.MapFS{"assets/app.js": {Data: []byte("x")}})
	if err == nil || !strings.Contains(err.Error(), "index.html") {
		t.Errorf("got %v", err)
	}
}

func TestAppFiles(t *testing.T) {
	long := strings.Repeat("all the same ", 100)
	a, err := newApp(fstest.MapFS{
		"index.html":          {Data: []byte("<!doctype html>")},
		"assets/app.js":       {Data: []byte(long)},
		"assets/app.css":      {Data: []byte("x")},
		"assets/logo.svg":     {Data: []byte(long)},
		"assets/font.woff2":   {Data: []byte("x")},
		"assets/chunk.mjs":    {Data: []byte("x")},
		"assets/picture.png":  {Data: []byte("x")},
		"assets/_odd":         {Data: []byte("x")},
		"manifest.json":       {Data: []byte("x")},
		"site.webmanifest":    {Data: []byte("x")},
		"robots.txt":          {Data: []byte("x")},
		"licenses.md":         {Data: []byte("x")},
		"favicon.ico":         {Data: []byte("x")},
		"well/nested/doc.txt": {Data: []byte("x")},
	})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]struct{ contentType, cache string }{
		"/":                    {"text/html; charset=utf-8", "no-cache"},
		"/assets/app.js":       {"text/javascript; charset=utf-8", cacheForever},
		"/assets/app.css":      {"text/css; charset=utf-8", cacheForever},
		"/assets/logo.svg":     {"image/svg+xml", cacheForever},
		"/assets/font.woff2":   {"font/woff2", cacheForever},
		"/assets/chunk.mjs":    {"text/javascript; charset=utf-8", cacheForever},
		"/assets/picture.png":  {"image/png", cacheForever},
		"/assets/_odd":         {"application/octet-stream", cacheForever},
		"/manifest.json":       {"application/json", "no-cache"},
		"/site.webmanifest":    {"application/manifest+json", "no-cache"},
		"/robots.txt":          {"text/plain; charset=utf-8", "no-cache"},
		"/licenses.md":         {"text/markdown; charset=utf-8", "no-cache"},
		"/favicon.ico":         {"image/x-icon", "no-cache"},
		"/well/nested/doc.txt": {"text/plain; charset=utf-8", "no-cache"},
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		a.ServeHTTP(w, r)
		if w.Code != 200 || w.Header().Get("Content-Type") != want.contentType || w.Header().Get("Cache-Control") != want.cache {
			t.Errorf("%s: %d %q %q", path, w.Code, w.Header().Get("Content-Type"), w.Header().Get("Cache-Control"))
		}
		// What compression does not make smaller is sent as it is.
		if zipped := w.Header().Get("Content-Encoding") == "gzip"; zipped != (path == "/assets/app.js" || path == "/assets/logo.svg") {
			t.Errorf("%s: compressed is %v", path, zipped)
		}
	}
}

func TestEveryFileOfTheAppHasAType(t *testing.T) {
	a, err := newApp(webui.FS())
	if err != nil {
		t.Fatal(err)
	}
	for path, file := range a.files {
		if file.contentType == "application/octet-stream" {
			t.Errorf("%s has no content type of its own: contentType should know it", path)
		}
	}
}
