package server_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey/internal/server"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/oauthhttp"
)

const (
	ownAddress = "https://app.example.com"
	foreign    = "evil.example"
)

// hostileHosts are ways to tell a server that it has another name. The first is
// none.
var hostileHosts = [][]string{
	{"Host: app.example.com"},
	{"Host: " + foreign},
	{"Host: " + foreign + ":443"},
	{"Host: app.example.com." + foreign},
	{"Host: app.example.com@" + foreign},
	{"Host: app.example.com", "X-Forwarded-Host: " + foreign},
	{"Host: app.example.com", "X-Forwarded-Server: " + foreign, "X-Host: " + foreign, "X-Original-Host: " + foreign},
	{"Host: app.example.com", "Forwarded: for=192.0.2.1;host=" + foreign + ";proto=http"},
	{"Host: app.example.com", "X-Forwarded-Proto: http", "X-Forwarded-Port: 8081", "X-Forwarded-Prefix: //" + foreign},
	{"Host: app.example.com", "X-Original-URL: https://" + foreign + "/", "X-Rewrite-URL: //" + foreign + "/"},
}

// onAnotherHost has the address of a host that is not the one listened on, and
// believes the test as its proxy: that is no word about names.
func onAnotherHost(c *server.Config) {
	c.BaseURL = ownAddress
	c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	c.CORSOrigins = []string{frontEnd}
}

// rawAnswer sends a request as written, and returns status and the rest of the answer
// without what differs from one to the next.
func (a *app) rawAnswer(line string, headers []string, body string) (status int, text string) {
	a.t.Helper()
	conn := a.dial()
	defer func() { _ = conn.Close() }()
	request := line + " HTTP/1.1\r\n" + strings.Join(headers, "\r\n") + "\r\nConnection: close\r\n"
	if body != "" {
		request += fmt.Sprintf("Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	}
	if _, err := io.WriteString(conn, request+"\r\n"+body); err != nil {
		a.t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		a.t.Fatal(err)
	}
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	for _, name := range []string{"Date", "X-Request-Id"} {
		response.Header.Del(name)
	}
	return response.StatusCode, fmt.Sprintf("%v\n%s", response.Header, answer)
}

// TestHostileHost: whatever name a request gives the server, it is answered as
// if it had given the right one. No link, redirect, cookie or document has the
// other.
func TestHostileHost(t *testing.T) {
	_, hash := oauthhttp.NewClientSecret()
	a := start(t, onAnotherHost, clientsFile(t, `[{"id":"gateway","secret_sha256":["`+hash+`"],"introspect":true}]`))
	doc, err := description()
	if err != nil {
		t.Fatal(err)
	}
	paths := append([]string{"/", "/sign-in", "/sign-in?next=/account", "/account", "/none/", "/assets/none.js", "/api"}, doc.Paths.InMatchingOrder()...)
	for _, path := range paths {
		for _, target := range []string{path, "http://" + foreign + path} {
			want, wantText := a.rawAnswer("GET "+path, hostileHosts[0], "")
			for _, host := range hostileHosts {
				status, text := a.rawAnswer("GET "+target, host, "")
				if status == http.StatusBadRequest && strings.Contains(text, "malformed Host header") {
					continue // of net/http, before anything of ours
				}
				if path != "/readyz" && (status != want || text != wantText) { // which tells of the moment
					t.Errorf("GET %s with %q: %d %s\nwant %d %s", target, host, status, text, want, wantText)
				}
				if strings.Contains(text, foreign) {
					t.Errorf("GET %s with %q: the answer has the foreign name: %s", target, host, text)
				}
			}
		}
	}
}

// TestHostileHostAtSignIn: tokens are issued by the configured address, and
// cookies are for no other host.
func TestHostileHostAtSignIn(t *testing.T) {
	a := start(t, onAnotherHost)
	signUp := fmt.Sprintf(`{"username":%q,"password":%q}`, ada, adaPassword)
	if status, text := a.rawAnswer("POST /api/v1/sign-up", hostileHosts[1], signUp); status != http.StatusCreated ||
		strings.Contains(text, foreign) || strings.Contains(text, "Domain") || !strings.Contains(text, "__Host-latchkey_access") {
		t.Errorf("sign-up: %d %s", status, text)
	}
	signIn := strings.TrimSuffix(signUp, "}") + `,"delivery":"body"}`
	for _, host := range hostileHosts {
		status, text := a.rawAnswer("POST /api/v1/sign-in", host, signIn)
		if status == http.StatusBadRequest && strings.Contains(text, "malformed Host header") {
			continue
		}
		token := regexp.MustCompile(`"access_token":"([^"]+)"`).FindStringSubmatch(text)
		if status != http.StatusOK || token == nil {
			t.Fatalf("%q: %d %s", host, status, text)
		}
		parsed, err := jwt.InsecureParse(token[1])
		if err != nil || !strings.Contains(string(parsed.Payload), `"iss":"`+ownAddress+`"`) || strings.Contains(string(parsed.Payload), foreign) {
			t.Errorf("%q: the token says %s, %v", host, parsed.Payload, err)
		}
	}
}

// TestHostileHostAndOrigins: whether a page is ours is decided by the configured
// address. A page of the name in the Host header is not.
func TestHostileHostAndOrigins(t *testing.T) {
	a := start(t, onAnotherHost)
	b := a.program()
	got := b.do("POST", "/api/v1/sign-up", m{"username": ada, "password": adaPassword}).want(201, "")
	var cookies []string
	csrf := ""
	for _, c := range got.names {
		cookies = append(cookies, c.Name+"="+c.Value)
		if strings.HasSuffix(c.Name, "latchkey_csrf") {
			csrf = c.Value
		}
	}
	for _, c := range []struct {
		origin, site string
		status       int
		reads        bool // may a page of the origin read the answer
	}{
		{"", "", 204, false},
		{ownAddress, "", 204, false},
		{ownAddress, "same-origin", 204, false},
		{frontEnd, "same-site", 204, true},
		{"https://" + foreign, "", 403, false},
		{"https://" + foreign, "cross-site", 403, false},
		{"http://" + foreign, "", 403, false},
		{"null", "", 403, false},
	} {
		for _, host := range []string{"app.example.com", foreign, "www.example.com", "127.0.0.1"} {
			got := b.do("POST", "/api/v1/activity", nil, func(r *http.Request) {
				r.Host = host
				r.Header.Set("X-Forwarded-Host", host)
				r.Header.Set("Cookie", strings.Join(cookies, "; "))
				r.Header.Set("X-CSRF-TOKEN", csrf)
				setUnlessEmpty(r.Header, "Origin", c.origin)
				setUnlessEmpty(r.Header, "Sec-Fetch-Site", c.site)
			})
			allowed := got.header.Get("Access-Control-Allow-Origin")
			if got.status != c.status || (allowed == c.origin && allowed != "") != c.reads || !c.reads && allowed != "" {
				t.Errorf("Host %s, Origin %q, %q: %d %s, readable by %q", host, c.origin, c.site, got.status, got.body, allowed)
			}
			if !slices.Contains(got.header.Values("Vary"), "Origin") {
				t.Errorf("Host %s: Vary is %q", host, got.header.Values("Vary"))
			}
		}
	}
}
