package server_test

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/internal/pgtest"
)

// cachingProxy is an nginx in front of a server that keeps every answer for an
// hour, whoever asked, unless the answer forbids it.
type cachingProxy struct {
	app    *app
	client *http.Client
	cache  string // the directory of what it keeps
}

const cachingConfig = `daemon off; master_process off; pid %[1]s/pid; error_log %[1]s/error.log;
events {}
http {
	access_log off;
	client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/fastcgi;
	uwsgi_temp_path %[1]s/uwsgi; scgi_temp_path %[1]s/scgi;
	proxy_cache_path %[1]s/cache keys_zone=all:1m;
	server {
		listen unix:%[1]s/nginx.sock;
		location / {
			proxy_pass http://%[2]s;
			proxy_set_header Host $http_host;
			proxy_cache all;
			proxy_cache_key $uri$is_args$args;
			proxy_cache_methods GET HEAD;
			proxy_cache_valid any 1h;
			proxy_cache_use_stale error timeout updating http_500 http_503 http_404;
			add_header X-Cache $upstream_cache_status always;
		}
	}
}
`

func (a *app) behindCache() *cachingProxy {
	a.t.Helper()
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		if nginx, err = exec.LookPath("/usr/sbin/nginx"); err != nil {
			pgtest.CannotTest(a.t, "behind a caching proxy", err)
		}
	}
	// Not t.TempDir: the path of a socket has to be short.
	dir, err := os.MkdirTemp("", "nginx-")
	if err != nil {
		a.t.Fatal(err)
	}
	a.t.Cleanup(func() { _ = os.RemoveAll(dir) })
	config := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, cachingConfig, dir, a.server.ListenAddr()), 0o600); err != nil {
		a.t.Fatal(err)
	}
	said := &logBuffer{}
	cmd := exec.Command(nginx, "-c", config, "-p", dir)
	cmd.Stderr = said
	if err := cmd.Start(); err != nil {
		a.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	a.t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		<-ended
	})
	p := &cachingProxy{app: a, cache: filepath.Join(dir, "cache")}
	p.client = &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{DisableCompression: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", filepath.Join(dir, "nginx.sock"))
		}},
	}
	for ticks := time.Tick(10 * time.Millisecond); ; <-ticks {
		response, err := p.client.Get(a.url + "/healthz")
		if err == nil {
			_ = response.Body.Close()
			return p
		}
		select {
		case err := <-ended:
			ended <- err
			a.t.Fatalf("nginx: %v\n%s", err, said)
		default:
		}
	}
}

// get asks through the proxy. kept says that it answered from what it kept.
func (p *cachingProxy) get(path string, header http.Header) (got *answer, kept bool) {
	p.app.t.Helper()
	r, err := http.NewRequest(http.MethodGet, p.app.url+path, nil)
	if err != nil {
		p.app.t.Fatal(err)
	}
	r.Header = header.Clone()
	response, err := p.client.Do(r)
	if err != nil {
		p.app.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		p.app.t.Fatal(err)
	}
	return &answer{t: p.app.t, status: response.StatusCode, header: response.Header, body: body, names: response.Cookies()},
		slices.Contains([]string{"HIT", "STALE", "UPDATING", "REVALIDATED"}, response.Header.Get("X-Cache"))
}

// keep asks until the answer is kept, which it is a moment after it was given.
func (p *cachingProxy) keep(path string) {
	p.app.t.Helper()
	for range 1000 {
		got, kept := p.get(path, nil)
		if got.want(200, ""); kept {
			return
		}
	}
	p.app.t.Fatalf("the proxy keeps nothing, not even %s", path)
}

// everyGET are the addresses of the description that can be asked with GET, and
// some of pages, files and of what pretends to be a file.
func (a *app) everyGET(session string) []string {
	a.t.Helper()
	doc, err := description()
	if err != nil {
		a.t.Fatal(err)
	}
	paths := []string{
		"/", "/account", "/sign-in?next=/account", "/none.css", "/assets/none.js", "/api/v1/none",
		"/api/v1/me/x.css", "/api/v1/me/x.js", "/api/v1/me%2Fx.css", "/api/v1/me;x.css", "/api/v1/me%3Bx.css", "/api/v1/me.css",
		"/api/v1/me/..%2Fx.css", "/assets/..%2F..%2Fapi/v1/me", "/assets/%2e%2e/api/v1/me", "/api/v1/me?x.css", "/api/v1/me%00.css", "/api/v1/me%0A.css",
		"/account/x.css", "/api/v1/sessions/" + session + "/x.png", "/api/v1/me/",
	}
	for path, item := range doc.Paths.Map() {
		if item.Get != nil {
			paths = append(paths, regexp.MustCompile(`\{\w+\}`).ReplaceAllString(path, session))
		}
	}
	return paths
}

// TestBehindCachingProxy: an eager shared cache keeps the files of the app, and
// nothing of anybody. It gives nobody what another was answered, and in its
// files is no cookie, no token and no name.
func TestBehindCachingProxy(t *testing.T) {
	a := start(t)
	p := a.behindCache()
	asset := regexp.MustCompile(`/assets/[\w.-]+\.js`).FindString(string(a.program().do("GET", "/", nil).want(200, "").body))
	if _, kept := p.get(asset, nil); kept {
		t.Error("the proxy has a file that nobody has asked for")
	}
	p.keep(asset)

	// An administrator: nobody has more to ask for.
	a.addAdmin()
	a.signUpAs("canary-person")
	b, phone := a.browser(), a.program()
	b.do("POST", "/api/v1/sign-in", m{"username": grace, "password": adaPassword}).want(200, "")
	phone.bearer = phone.do("POST", "/api/v1/sign-in", m{"username": grace, "password": adaPassword, "delivery": "body"}).want(200, "").string("access_token")
	me := phone.do("GET", "/api/v1/me", nil).want(200, "")
	session := me.string("session", "id")
	private := []string{"canary-person", phone.bearer, session, me.string("user", "id")}
	for _, c := range []string{"access", "refresh", "csrf", "device"} {
		private = append(private, b.cookie("latchkey_"+c))
	}
	bearer, cookies := http.Header{"Authorization": {"Bearer " + phone.bearer}}, http.Header{"Cookie": {b.cookieHeader()}}
	for _, path := range a.everyGET(session) {
		for _, accept := range []string{"", "text/html", "application/json"} {
			// First the owner, in both ways and twice, then strangers.
			for i, header := range []http.Header{bearer, cookies, bearer, cookies, {}, {"Cookie": {"latchkey_access=x"}}, {"Authorization": {"Bearer x"}}} {
				header = header.Clone()
				setUnlessEmpty(header, "Accept", accept)
				got, kept := p.get(path, header)
				if kept && !mayBeKept(path, got) {
					t.Errorf("GET %s as caller %d is answered from the cache: %d %v %.200s", path, i, got.status, got.header, got.body)
				}
				for _, secret := range private {
					if i >= 4 && strings.Contains(fmt.Sprintf("%v %s", got.header, got.body), secret) {
						t.Errorf("GET %s gives a stranger what is another's: %d %.200s", path, got.status, got.body)
					}
				}
			}
		}
	}
	// The owner's answers went through the proxy, or nothing was tested.
	if got, _ := p.get("/api/v1/me", bearer); got.status != 200 || got.string("user", "username") != grace {
		t.Errorf("the owner gets %d %s", got.status, got.body)
	}
	p.wantNothingPrivate(private)
}

// mayBeKept says whether an answer is the same for all and may be kept for a
// while: it says so itself, or is a redirect that never changes.
func mayBeKept(path string, got *answer) bool {
	return len(got.names) == 0 && (strings.HasPrefix(got.header.Get("Cache-Control"), "public, max-age=") ||
		path == "/.well-known/change-password" && got.status == http.StatusFound)
}

// wantNothingPrivate looks into the files of the cache.
func (p *cachingProxy) wantNothingPrivate(private []string) {
	p.app.t.Helper()
	files := 0
	err := filepath.WalkDir(p.cache, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		files++
		for _, secret := range append(private, "Set-Cookie") {
			if strings.Contains(string(text), secret) {
				p.app.t.Errorf("the cache has kept %q: %.300q", secret, text)
			}
		}
		return err
	})
	if err != nil || files == 0 {
		p.app.t.Errorf("%d files in the cache: %v", files, err)
	}
}

// TestCookiesBehindCachingProxy: signing in, refreshing and signing out through
// the proxy works, and a cookie is given to the one it was set for alone.
func TestCookiesBehindCachingProxy(t *testing.T) {
	a := start(t)
	p := a.behindCache()
	a.signUp()
	person := *p.client
	person.Jar = a.browser().jar
	through := func(path, body string) *answer {
		t.Helper()
		r, err := http.NewRequest(http.MethodPost, a.url+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		if body != "" {
			r.Header.Set("Content-Type", "application/json")
		}
		for _, c := range person.Jar.Cookies(r.URL) {
			if c.Name == "latchkey_csrf" {
				r.Header.Set("X-CSRF-TOKEN", c.Value)
			}
		}
		response, err := person.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		text, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return &answer{t: t, status: response.StatusCode, header: response.Header, body: text, names: response.Cookies()}
	}
	in := through("/api/v1/sign-in", fmt.Sprintf(`{"username":%q,"password":%q}`, ada, adaPassword)).want(200, "")
	if len(in.names) < 3 {
		t.Fatalf("cookies: %v", in.names)
	}
	again := through("/api/v1/refresh", "").want(200, "")
	for _, path := range []string{"/api/v1/sign-in", "/api/v1/refresh", "/api/v1/sign-out", "/"} {
		got, _ := p.get(path, nil)
		if len(got.names) > 0 {
			t.Errorf("GET %s gives a stranger cookies: %v", path, got.names)
		}
	}
	private := []string{ada}
	for _, c := range append(in.names, again.names...) {
		if c.Value != "" {
			private = append(private, c.Value)
		}
	}
	through("/api/v1/sign-out", "").want(200, "")
	p.keep("/.well-known/jwks.json")
	p.wantNothingPrivate(private)
}
