package webapp

import (
	"bytes"
	"context"
	"errors"
	"html"
	"io/fs"
	"log"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/latchkey-go/latchkey"
)

// Site is a single-page app with its API.
type Site struct {
	API    http.Handler
	Dist   fs.FS             // the built front end is in its directory dist; nil: there is none
	Routes []string          // where a browser gets index.html
	Meta   map[string]string // settings for scripts, as meta elements of index.html

	Credentials bool     // pages of other origins send cookies
	Exposed     []string // headers that those pages read
}

// Serve is the handler of a site. It keeps auth running until ctx ends, and then
// closes the store; Wait waits for that.
func (s *Settings) Serve(ctx context.Context, auth *latchkey.Auth, site Site) (http.Handler, error) {
	s.auth, s.over = auth, make(chan struct{})
	go func() {
		defer close(s.over)
		if err := errors.Join(auth.Run(ctx), s.Store.Close()); err != nil {
			log.Fatal(err)
		}
	}()
	h := site.API
	if site.Dist != nil {
		var err error
		if h, err = frontEnd(site.Dist, site.Routes, site.Meta, h); err != nil {
			return nil, err
		}
	}
	return s.forOrigins(h, site.Credentials, site.Exposed)
}

// Wait returns when what Serve started is over.
func (s *Settings) Wait() {
	if s.over != nil {
		<-s.over
	}
}

// frontEnd serves the files of a single-page app, and its index.html to browsers
// that navigate to one of its routes. All else is the API's, so that a file that
// does not exist is not answered with a page.
func frontEnd(dist fs.FS, routes []string, meta map[string]string, api http.Handler) (http.Handler, error) {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, err
	}
	index, err := fs.ReadFile(files, "index.html")
	if err != nil {
		return nil, err
	}
	var head strings.Builder
	head.WriteString("<head>")
	for _, name := range slices.Sorted(maps.Keys(meta)) {
		head.WriteString("\n    <meta name=\"" + name + "\" content=\"" + html.EscapeString(meta[name]) + "\">")
	}
	index = bytes.Replace(index, []byte("<head>"), []byte(head.String()), 1)
	assets := http.FileServerFS(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reading := r.Method == http.MethodGet || r.Method == http.MethodHead
		switch {
		case reading && slices.Contains(routes, r.URL.Path):
			w.Header().Add("Vary", "Accept")
			if !WantsPage(r) {
				api.ServeHTTP(w, r)
				return
			}
			PageHeaders(w)
			_, _ = w.Write(index) // the client may have gone
		case reading && isFile(files, strings.TrimPrefix(r.URL.Path, "/")):
			w.Header().Set("X-Content-Type-Options", "nosniff")
			if strings.HasPrefix(r.URL.Path, "/assets/") { // their names change with their content
				w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
			}
			assets.ServeHTTP(w, r)
		default:
			api.ServeHTTP(w, r)
		}
	}), nil
}

// WantsPage says whether a browser asks for a page.
func WantsPage(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept"), "text/html") }

// PageHeaders are for answers that are pages: only our own files may be loaded
// into them, and nobody may keep or frame them.
func PageHeaders(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "+
		"font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'")
}

func isFile(files fs.FS, name string) bool {
	if name == "index.html" || !fs.ValidPath(name) {
		return false
	}
	info, err := fs.Stat(files, name)
	return err == nil && info.Mode().IsRegular()
}
