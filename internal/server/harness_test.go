package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/latchkey-go/latchkey/internal/server"
	"github.com/latchkey-go/latchkey/sqlstore"
)

// Passwords and names of the people in these tests.
const (
	ada         = "ada@example.com"
	adaPassword = "correct horse battery staple"
	newPassword = "an entirely different phrase"
)

// app is a running server: a real listener, database and key file.
type app struct {
	t       testing.TB
	url     string
	metrics string // empty: there are none
	data    string
	cfg     server.Config
	log     *logBuffer
	server  *server.Server
	stop    func()

	handler http.Handler // what answers, without a connection

	beside *sqlstore.Store // see store
}

// logBuffer keeps what the server logs.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// start runs a server with the defaults, as changed by options, until the test
// ends or stop is called.
func start(t testing.TB, options ...func(*server.Config)) *app {
	t.Helper()
	a := &app{t: t, data: filepath.Join(t.TempDir(), "data"), log: &logBuffer{}}
	cfg := server.Config{
		Addr: "127.0.0.1:0", DataDir: a.data,
		Logger: slog.New(slog.NewJSONHandler(a.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, option := range options {
		option(&cfg)
	}
	a.data, a.cfg = cfg.DataDir, cfg
	ctx, cancel := context.WithCancel(context.Background())
	s, err := server.New(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	a.server = s
	a.url, a.metrics, a.handler = "http://"+s.ListenAddr(), s.MetricsURL(), s.Handler()
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	a.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	t.Cleanup(a.stop)
	a.waitReady()
	return a
}

// waitReady waits until the server says that it is ready.
func (a *app) waitReady() {
	a.t.Helper()
	for {
		response, err := http.Get(a.url + "/readyz")
		if err != nil {
			a.t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode == http.StatusOK {
			return
		}
	}
}

// client is a browser or an API client.
type client struct {
	app     *app
	jar     *cookiejar.Jar // nil: no cookies
	bearer  string         // for the Authorization header
	origin  bool           // send what a browser sends from our own page
	headers http.Header    // further headers of every request
}

// browser is a client that does what browsers do for our own page.
func (a *app) browser() *client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		a.t.Fatal(err)
	}
	return &client{app: a, jar: jar, origin: true, headers: http.Header{}}
}

// program is a client without cookies.
func (a *app) program() *client { return &client{app: a, headers: http.Header{}} }

// answer is what came back.
type answer struct {
	t      testing.TB
	status int
	header http.Header
	body   []byte
	names  []*http.Cookie
}

// do sends a request. A body that is not a string is sent as JSON.
func (c *client) do(method, path string, body any, change ...func(*http.Request)) *answer {
	c.app.t.Helper()
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(b)
	default:
		text, err := json.Marshal(b)
		if err != nil {
			c.app.t.Fatal(err)
		}
		reader = bytes.NewReader(text)
	}
	r, err := http.NewRequest(method, c.app.url+path, reader)
	if err != nil {
		c.app.t.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	c.dress(r)
	for _, f := range change {
		f(r)
	}
	return c.send(r)
}

// dress adds what the client adds to every request.
func (c *client) dress(r *http.Request) {
	maps.Copy(r.Header, c.headers)
	if c.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+c.bearer)
	}
	if c.origin {
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Sec-Fetch-Mode", "cors")
		r.Header.Set("Origin", c.app.url)
		if value := c.cookie("latchkey_csrf"); value != "" {
			r.Header.Set("X-CSRF-TOKEN", value)
		}
	}
}

func (c *client) send(r *http.Request) *answer {
	c.app.t.Helper()
	plain := &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	if c.jar != nil {
		plain.Jar = c.jar
	}
	response, err := plain.Do(r)
	if err != nil {
		c.app.t.Fatalf("%s %s: %v", r.Method, r.URL.Path, err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		c.app.t.Fatalf("%s %s: %v", r.Method, r.URL.Path, err)
	}
	checkDescribed(c.app.t, response, body)
	return &answer{t: c.app.t, status: response.StatusCode, header: response.Header, body: body, names: response.Cookies()}
}

// cookie returns the value of a cookie that the browser has.
func (c *client) cookie(name string) string {
	if c.jar == nil {
		return ""
	}
	u, err := url.Parse(c.app.url)
	if err != nil {
		c.app.t.Fatal(err)
	}
	for _, cookie := range c.jar.Cookies(u) {
		if cookie.Name == name {
			return cookie.Value
		}
	}
	return ""
}

// cookieHeader is the Cookie header that the browser would send.
func (c *client) cookieHeader() string {
	u, err := url.Parse(c.app.url)
	if err != nil {
		c.app.t.Fatal(err)
	}
	var pairs []string
	for _, cookie := range c.jar.Cookies(u) {
		pairs = append(pairs, cookie.Name+"="+cookie.Value)
	}
	return strings.Join(pairs, "; ")
}

// want fails the test unless the status, and the code of an error, are these.
func (a *answer) want(status int, code string) *answer {
	a.t.Helper()
	if a.status != status || code != "" && a.string("code") != code {
		a.t.Fatalf("got %d %s, want %d %s", a.status, a.body, status, code)
	}
	return a
}

// members are the members of the JSON answer.
func (a *answer) members() map[string]any {
	a.t.Helper()
	var m map[string]any
	if err := json.Unmarshal(a.body, &m); err != nil {
		a.t.Fatalf("%d: not a JSON object: %q", a.status, a.body)
	}
	return m
}

// at follows names into the JSON answer; nil if there is no such member.
func (a *answer) at(path ...string) any {
	a.t.Helper()
	var v any = a.members()
	for _, name := range path {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[name]
	}
	return v
}

func (a *answer) string(path ...string) string {
	a.t.Helper()
	s, _ := a.at(path...).(string)
	return s
}

type m = map[string]any

// signUp makes the account ada in a fresh browser, which is then signed in.
func (a *app) signUp() *client {
	a.t.Helper()
	b := a.browser()
	b.do("POST", "/api/v1/sign-up", m{"username": ada, "name": "Ada", "password": adaPassword}).want(201, "")
	return b
}

// signIn signs ada in, in a further browser.
func (a *app) signIn() *client {
	a.t.Helper()
	b := a.browser()
	b.do("POST", "/api/v1/sign-in", m{"username": ada, "password": adaPassword}).want(200, "")
	return b
}

// signInBody signs ada in as a program.
func (a *app) signInBody() (c *client, refresh string) {
	a.t.Helper()
	c = a.program()
	got := c.do("POST", "/api/v1/sign-in", m{"username": ada, "password": adaPassword, "delivery": "body"}).want(200, "")
	c.bearer = got.string("access_token")
	return c, got.string("refresh_token")
}

// dial opens a bare connection.
func (a *app) dial() net.Conn {
	a.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(a.url, "http://"))
	if err != nil {
		a.t.Fatal(err)
	}
	a.t.Cleanup(func() { _ = conn.Close() })
	return conn
}
