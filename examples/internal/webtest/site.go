// Package webtest is what the tests of the reference apps share.
package webtest

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Site is a running app.
type Site struct {
	URL  string
	Stop func() // ends it before the test does
	t    testing.TB
}

// Start runs the app that build makes until the test ends; wait waits for its
// end.
func Start(t testing.TB, build func(context.Context) (http.Handler, error), wait func()) *Site {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	h, err := build(ctx)
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	server := httptest.NewServer(h)
	stop := func() {
		server.Close()
		cancel()
		wait()
	}
	t.Cleanup(stop)
	return &Site{URL: server.URL, Stop: stop, t: t}
}

// Answer is a response that has been read.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// Do sends a request. The headers are names and values in turn. Redirects are
// not followed and cookies not kept.
func (s *Site) Do(method, path, body string, header ...string) Answer {
	s.t.Helper()
	r, err := http.NewRequest(method, s.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return Answer{resp.StatusCode, resp.Header, string(text)}
}

// JSON is Do with a JSON body.
func (s *Site) JSON(method, path, body string, header ...string) Answer {
	s.t.Helper()
	return s.Do(method, path, body, append(header, "Content-Type", "application/json")...)
}

// Members are those of a JSON object; nil if the body is none.
func (a Answer) Members() map[string]any {
	var m map[string]any
	_ = json.Unmarshal([]byte(a.Body), &m) // nil then
	return m
}

// Is fails the test unless the answer has this status and JSON body.
func (a Answer) Is(t testing.TB, status int, body string) {
	t.Helper()
	if a.Status != status || strings.TrimSpace(a.Body) != body {
		t.Errorf("got %d %s\nwant %d %s", a.Status, strings.TrimSpace(a.Body), status, body)
	}
}

// Bearer is the token of a response header.
func (a Answer) Bearer(header string) string {
	return strings.TrimPrefix(a.Header.Get(header), "Bearer ")
}

// Cookies are those that the answer sets, by name.
func (a Answer) Cookies() map[string]*http.Cookie {
	all := map[string]*http.Cookie{}
	for _, c := range (&http.Response{Header: a.Header}).Cookies() {
		all[c.Name] = c
	}
	return all
}

// At is a program that runs already.
func At(t testing.TB, url string) *Site { return &Site{URL: url, t: t} }
