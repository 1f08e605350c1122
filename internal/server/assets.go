package server

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// cacheForever fits files whose names change with their content.
const cacheForever = "public, max-age=31536000, immutable"

// asset is a file of the app, ready to be sent.
type asset struct {
	plain, zipped       []byte // zipped is nil when it would not be smaller
	plainTag, zippedTag string // strong entity tags (RFC 9110, section 8.8.3)
	contentType         string
	cacheControl        string
}

// app serves the built front end from memory.
type app struct {
	files map[string]*asset // by URL path
	index *asset
}

// newApp reads the built front end and compresses it, once.
func newApp(dist fs.FS) (*app, error) {
	a := &app{files: map[string]*asset{}}
	err := fs.WalkDir(dist, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(dist, name)
		if err != nil {
			return err
		}
		a.files["/"+name] = newAsset(name, data)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the embedded app: %w", err)
	}
	if a.index = a.files["/index.html"]; a.index == nil {
		return nil, fmt.Errorf("the embedded app has no index.html: build it with npm run build in web")
	}
	delete(a.files, "/index.html")
	return a, nil
}

func newAsset(name string, data []byte) *asset {
	f := &asset{plain: data, cacheControl: "no-cache", contentType: contentType(name)}
	if strings.HasPrefix(name, "assets/") {
		f.cacheControl = cacheForever
	}
	sum := sha256.Sum256(data)
	tag := base64.RawURLEncoding.EncodeToString(sum[:16])
	f.plainTag, f.zippedTag = `"`+tag+`"`, `"`+tag+`-gzip"`

	var zipped bytes.Buffer
	// Neither a level that exists nor writing to memory can fail.
	z, _ := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
	_, _ = z.Write(data)
	_ = z.Close()
	if zipped.Len() < len(data)*9/10 {
		f.zipped = zipped.Bytes()
	}
	return f
}

// contentType does not depend on the tables of the machine, which differ, and
// which package mime would keep in memory.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".json", ".map":
		return "application/json"
	case ".webmanifest":
		return "application/manifest+json"
	case ".txt":
		return "text/plain; charset=utf-8"
	case ".md":
		return "text/markdown; charset=utf-8"
	case ".ico":
		return "image/x-icon"
	case ".woff2":
		return "font/woff2"
	}
	return "application/octet-stream"
}

// ServeHTTP sends a file of the app, or its index page where a browser asks for
// a page: the app finds out by itself which one. What looks like a file and is
// none gets 404, never the index page: a script or style sheet that is HTML
// breaks the app and fills caches with it.
func (a *app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !isRead(r) {
		methodNotAllowed(w)
		return
	}
	if file := a.files[r.URL.Path]; file != nil {
		file.send(w, r)
		return
	}
	w.Header().Add("Vary", "Accept")
	if !isPagePath(r.URL.Path) || !acceptsHTML(r) {
		notFound(w, r)
		return
	}
	a.index.send(w, r)
}

// isPagePath says whether a path may be a page of the app rather than a file.
func isPagePath(p string) bool {
	return p != "/assets" && !strings.HasPrefix(p, "/assets/") && !strings.Contains(p, ".")
}

// acceptsHTML says whether the client would take a page. No Accept header means
// anything is welcome (RFC 9110, section 12.5.1).
func acceptsHTML(r *http.Request) bool {
	accept := strings.Join(r.Header["Accept"], ",")
	if accept == "" {
		return true
	}
	for part := range strings.SplitSeq(accept, ",") {
		switch mediaType, weight := splitWeight(part); mediaType {
		case "text/html", "text/*", "*/*":
			if weight > 0 {
				return true
			}
		}
	}
	return false
}

func (f *asset) send(w http.ResponseWriter, r *http.Request) {
	zip := f.zipped != nil && acceptsGzip(r)
	body, tag := f.plain, f.plainTag
	if zip {
		body, tag = f.zipped, f.zippedTag
	}
	h := w.Header()
	h.Add("Vary", "Accept-Encoding")
	h.Set("Etag", tag)
	h.Set("Cache-Control", f.cacheControl)
	if matchesTag(r, tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if zip {
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Type", f.contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(body) // not sent for HEAD; and the client may have gone
}

// matchesTag compares as If-None-Match asks: weakly (RFC 9110, section 13.1.2).
func matchesTag(r *http.Request, tag string) bool {
	for _, line := range r.Header["If-None-Match"] {
		for candidate := range strings.SplitSeq(line, ",") {
			candidate = strings.TrimPrefix(strings.TrimSpace(candidate), "W/")
			if candidate == tag || candidate == "*" {
				return true
			}
		}
	}
	return false
}

// acceptsGzip reads Accept-Encoding (RFC 9110, section 12.5.3).
func acceptsGzip(r *http.Request) bool {
	best := map[string]float64{}
	for part := range strings.SplitSeq(strings.Join(r.Header["Accept-Encoding"], ","), ",") {
		coding, weight := splitWeight(part)
		best[coding] = weight
	}
	if weight, named := best["gzip"]; named {
		return weight > 0
	}
	return best["*"] > 0
}

// splitWeight takes the weight off an element of an Accept header (RFC 9110,
// section 12.4.2). One that cannot be read counts as none.
func splitWeight(element string) (value string, weight float64) {
	value, params, _ := strings.Cut(element, ";")
	weight = 1
	for param := range strings.SplitSeq(params, ";") {
		name, number, _ := strings.Cut(strings.TrimSpace(param), "=")
		if strings.EqualFold(name, "q") {
			weight, _ = strconv.ParseFloat(strings.TrimSpace(number), 64)
		}
	}
	return strings.ToLower(strings.TrimSpace(value)), weight
}
