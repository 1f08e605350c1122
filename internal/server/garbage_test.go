package server_test

import (
	"bufio"
	"io"
	"net/http"
	"strings"
	"testing"
)

// routes are all API routes, with a body that each would accept.
var routes = []struct {
	method, path string
	body         string // empty: takes none
	open         bool   // needs no token
}{
	{"POST", "/api/v1/sign-up", `{"username":"bob","password":"a password long enough"}`, true},
	{"POST", "/api/v1/sign-in", `{"username":"bob","password":"a password long enough"}`, true},
	{"POST", "/api/v1/refresh", `{"refresh_token":"x"}`, true},
	{"POST", "/api/v1/sign-out", `{}`, true},
	{"POST", "/api/v1/password/forgot", `{"username":"bob"}`, true},
	{"POST", "/api/v1/password/reset", `{"token":"x","new_password":"a password long enough"}`, true},
	{"POST", "/api/v1/password/reset/check", `{"token":"x"}`, true},
	{"GET", "/api/v1/me", "", false},
	{"GET", "/api/v1/sessions", "", false},
	{"DELETE", "/api/v1/sessions", "", false},
	{"DELETE", "/api/v1/sessions/AAAAAAAAAAAAAAAAAAAAAA", "", false},
	{"POST", "/api/v1/password", `{"current_password":"x","new_password":"y"}`, false},
	{"POST", "/api/v1/reauthenticate", `{"password":"x"}`, false},
	{"POST", "/api/v1/activity", "", false},
	{"GET", "/api/v1/activity", "", false},
}

// refusal checks that an answer is a 4xx in our form.
func (a *answer) refusal(name string) {
	a.t.Helper()
	switch {
	case a.status < 400 || a.status > 499:
		a.t.Errorf("%s: got %d %.200s, want 4xx", name, a.status, a.body)
	case a.header.Get("Content-Type") != "application/json" || a.string("msg") == "" || a.string("code") == "":
		a.t.Errorf("%s: got %d %.200s, which is no error in our form", name, a.status, a.body)
	}
}

// trail are the tables of the audit trail, which the server may be storing still
// when everything else has been answered.
var trail = []string{"latchkey_audit", "sqlite_sequence"}

// unchanged checks that f changes nothing in the database but the audit trail.
func (a *app) unchanged(f func()) {
	a.t.Helper()
	before := a.snapshot(trail...)
	f()
	if after := a.snapshot(trail...); after != before {
		a.t.Errorf("the database was changed:\n%s\n%s", before, after)
	}
}

var badBodies = map[string]string{
	"empty": "", "null": "null", "number": "1", "string": `"x"`, "array": "[]", "cut off": `{"username":"a`,
	"two objects": "{}{}", "unknown member": `{"is_admin":true}`, "twice": `{"username":"a","username":"b"}`,
	"wrong types": `{"username":1,"password":[],"refresh_token":{},"current_password":null}`,
	"not UTF-8":   "{\"username\":\"\xff\xfe\"}", "NUL": "\x00\x00\x00", "deep": strings.Repeat(`{"a":`, 5000),
	"form": "username=a&password=b", "XML": "<a/>", "large": `{"username":"` + strings.Repeat("a", 1<<20) + `"}`,
	"other case": `{"Username":"a","PASSWORD":"b","Refresh_Token":"c","Current_password":"d"}`,
}

func TestMalformedBodies(t *testing.T) {
	a := start(t)
	b := a.signUp()
	a.unchanged(func() {
		for _, route := range routes {
			if route.body == "" {
				continue
			}
			for name, body := range badBodies {
				if body == "" && (strings.HasSuffix(route.path, "/sign-out") || strings.HasSuffix(route.path, "/refresh")) {
					continue // these take no body as well
				}
				b.do(route.method, route.path, body).refusal(route.path + " " + name)
			}
			for _, contentType := range []string{"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonx", "\x7f"} {
				b.do(route.method, route.path, route.body, func(r *http.Request) {
					r.Header.Del("Content-Type")
					setUnlessEmpty(r.Header, "Content-Type", strings.Trim(contentType, "\x7f"))
				}).want(415, "unsupported_media_type")
			}
		}
		b.do("POST", "/api/v1/sign-in", badBodies["large"]).want(413, "too_large")
	})
	b.do("GET", "/api/v1/me", nil).want(200, "")
}

// badTokens are token texts that no server should take.
func badTokens(good string) map[string]string {
	head, rest, _ := strings.Cut(good, ".")
	payload, signature, _ := strings.Cut(rest, ".")
	return map[string]string{
		"word": "x", "dots": "..", "10,000 dots": strings.Repeat(".", 10000), "one dot": "a.b", "three dots": good + ".x",
		"no signature": head + "." + payload + ".", "alg none": "eyJhbGciOiJub25lIn0." + payload + ".",
		"alg HS256": "eyJhbGciOiJIUzI1NiJ9." + payload + "." + signature,
		"cut":       good[:len(good)-2], "swapped": payload + "." + head + "." + signature,
		"padded": good + "=", "garbage": strings.Repeat("A", 8000), "not base64url": head + "." + payload + ".!!!!",
		"JWE": "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.a.b.c.d", "JSON": `{"payload":"e30"}`,
		"non-ASCII": "é.é.é",
	}
}

func TestMalformedTokens(t *testing.T) {
	a := start(t)
	a.signUp()
	c, refresh := a.signInBody()
	a.unchanged(func() {
		for name, token := range badTokens(c.bearer) {
			for _, route := range routes {
				if route.open && !strings.HasSuffix(route.path, "/refresh") {
					continue
				}
				var body any
				if route.body != "" && !route.open {
					body = route.body
				}
				header, cookie := a.program(), a.program()
				header.bearer = token
				header.do(route.method, route.path, body).refusal(route.path + " header " + name)
				if name != "JSON" { // quotes do not get into a cookie
					cookie.headers.Set("Cookie", "latchkey_access="+token+"; latchkey_refresh="+token)
					cookie.do(route.method, route.path, body).refusal(route.path + " cookie " + name)
				}
			}
		}
		for name, token := range badTokens(refresh) {
			a.program().do("POST", "/api/v1/refresh", m{"refresh_token": token}).refusal("refresh token " + name)
		}
		for _, header := range []string{"Bearer", "Bearer ", "Bearer a b", "Basic YTpi", "Digest x", "bearer", "\t"} {
			a.program().do("GET", "/api/v1/me", nil, func(r *http.Request) {
				r.Header.Set("Authorization", header)
			}).refusal("Authorization: " + header)
		}
		for _, header := range []string{"latchkey_access", "latchkey_access=", "=", ";;;", "latchkey_access=\"", "\x01"} {
			a.program().do("GET", "/api/v1/me", nil, func(r *http.Request) {
				r.Header.Set("Cookie", strings.Trim(header, "\x01"))
			}).refusal("Cookie: " + header)
		}
	})
	c.do("GET", "/api/v1/me", nil).want(200, "")
}

func TestMalformedPaths(t *testing.T) {
	a := start(t)
	b := a.signUp()
	a.unchanged(func() {
		for _, path := range []string{
			"/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/me", "/api/v1/Me", "/api/v1/me/", "/api/v1//me",
			"/api/v1/me/x.css", "/api/v1/../v1/me", "/api/v1/me%2f..%2fme", "/api/v1/%2e%2e/me", "/api/v1/sessions/",
			"/api/v1/sessions/a/b", "/api/v1/sessions/a%2fb", "/api/v1/sessions/%00", "/api/v1/sessions/%ff",
			"/api/v1/sessions/'%20OR%201=1--", "/api/v1/sessions/" + strings.Repeat("a", 8000), "/api/v1/me;x=1",
			"//api/v1/me", "/./api/v1/me", "/%00", "/api/v1/me%0d%0aX: y",
			"/.git/config", "/.env", "/.well-known/", "/.well-known/x", "/assets/", "/assets/../index.html", "/assets/none.js",
			"/index.html", "/debug/pprof/", "/debug/vars", "/metrics.txt", "/nothing.php",
		} {
			for _, method := range []string{"GET", "DELETE"} {
				b.do(method, path, nil).refusal(method + " " + path)
			}
		}
	})
}

// raw sends bytes as they are and reads the answer.
func (a *app) raw(request string) *http.Response {
	a.t.Helper()
	conn := a.dial()
	if _, err := io.WriteString(conn, request); err != nil {
		a.t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		a.t.Fatalf("%.80q: %v", request, err)
	}
	return response
}

// What is not HTTP is refused before any handler runs, by net/http itself.
func TestMalformedHTTP(t *testing.T) {
	a := start(t)
	a.unchanged(func() {
		for name, request := range map[string]string{
			"no host":         "GET / HTTP/1.1\r\n\r\n",
			"two hosts":       "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
			"bad header":      "GET / HTTP/1.1\r\nHost: a\r\nX Y: z\r\n\r\n",
			"bad length":      "POST /api/v1/sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
			"two lengths":     "POST /api/v1/sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
			"odd encoding":    "POST /api/v1/sign-in HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
			"large header":    "GET / HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("a", 64<<10) + "\r\n\r\n",
			"bad path":        "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
			"garbage":         "\x16\x03\x01\x02\x00\r\n\r\n",
			"OPTIONS *":       "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
			"CONNECT":         "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n",
			"absolute and ..": "GET http://a/../api/v1/me HTTP/1.1\r\nHost: a\r\n\r\n",
		} {
			if got := a.raw(request); got.StatusCode < 400 || got.StatusCode > 505 || got.StatusCode == 500 {
				t.Errorf("%s: got %d", name, got.StatusCode)
			}
		}
	})
}
