package webapp

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

func get(h http.Handler, path, accept string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", path, nil)
	r.Header.Set("Accept", accept)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestFrontEnd(t *testing.T) {
	var api Mux
	api.HandleFunc("GET /data", func(w http.ResponseWriter, _ *http.Request) { JSON(w, 200, Msg("data")) })
	h, err := frontEnd(fstest.MapFS{
		"dist/index.html":    {Data: []byte("<head></head>the app")},
		"dist/assets/app.js": {Data: []byte("alert(1)")},
	}, []string{"/", "/data"}, map[string]string{"b": `"<`, "a": "1"}, &api)
	if err != nil {
		t.Fatal(err)
	}
	const page = "text/html,application/xhtml+xml"
	for _, c := range []struct {
		path, accept string
		status       int
		part         string
	}{
		{"/", page, 200, "the app"},
		{"/", "*/*", 404, "Not Found"},
		{"/data", page, 200, "the app"},
		{"/data", "application/json", 200, `{"msg":"data"}`},
		{"/other", page, 404, "Not Found"},
		{"/assets/app.js", "*/*", 200, "alert(1)"},
		{"/assets/app.js", page, 200, "alert(1)"},
		{"/assets/none.js", page, 404, "Not Found"},
		{"/assets/", page, 404, "Not Found"},
		{"/assets", page, 404, "Not Found"},
		{"/index.html", page, 404, "Not Found"},
		{"/../webapp_test.go", page, 404, "Not Found"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.URL.Path = c.path
		r.Header.Set("Accept", c.accept)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.part) {
			t.Errorf("%s as %s: %d %s, want %d with %s", c.path, c.accept, w.Code, w.Body, c.status, c.part)
		}
	}
	if asset := get(h, "/assets/app.js", "*/*").Header().Get("Cache-Control"); !strings.Contains(asset, "immutable") {
		t.Errorf("an asset is kept as %q", asset)
	}
	index := get(h, "/", page)
	want := "<head>\n    <meta name=\"a\" content=\"1\">\n    <meta name=\"b\" content=\"&#34;&lt;\"></head>"
	if !strings.Contains(index.Body.String(), want) || !strings.Contains(index.Header().Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("the page is %s %v", index.Body, index.Header())
	}
}

func TestSecret(t *testing.T) {
	t.Setenv("JWT_SECRET_KEY", "")
	s := &Settings{Data: filepath.Join(t.TempDir(), "a", "data")}
	first, err := s.Secret()
	if err != nil || len(first) < 43 {
		t.Fatalf("%d bytes, %v", len(first), err)
	}
	if again, err := s.Secret(); again != first || err != nil {
		t.Errorf("another secret: %v", err)
	}
	if other, err := (&Settings{Data: t.TempDir()}).Secret(); other == first || err != nil {
		t.Errorf("the same secret elsewhere: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(s.Data, ".secret-*")); left != nil {
		t.Errorf("%s are left over", left)
	}
	path := filepath.Join(s.Data, "secret")
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Secret(); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a secret that others can read: %v", err)
	}
	t.Setenv("JWT_SECRET_KEY", "from the environment")
	if got, err := s.Secret(); got != "from the environment" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

// TestData: a directory that is there is closed to others, unless it is in use.
func TestData(t *testing.T) {
	s := &Settings{Data: filepath.Join(t.TempDir(), "open")}
	if err := os.Mkdir(s.Data, 0o755); err != nil {
		t.Fatal(err)
	}
	mode := func() os.FileMode {
		info, err := os.Stat(s.Data)
		if err != nil {
			t.Fatal(err)
		}
		return info.Mode().Perm()
	}
	if err := s.makeData(); err != nil || mode() != 0o700 {
		t.Errorf("an empty one has mode %o, %v", mode(), err)
	}
	if err := errors.Join(os.WriteFile(filepath.Join(s.Data, "mine"), nil, 0o600), os.Chmod(s.Data, 0o755)); err != nil {
		t.Fatal(err)
	}
	if err := s.makeData(); err != nil || mode() != 0o755 {
		t.Errorf("one with a file has mode %o, %v", mode(), err)
	}
	if err := s.OpenStore(t.Context(), "app.db", ""); err == nil || !strings.Contains(err.Error(), "chmod 700") {
		t.Errorf("a database where others can look: %v", err)
	}
}

// TestOtherArguments: what is no flag is not passed over in silence.
func TestOtherArguments(t *testing.T) {
	if os.Getenv("LATCHKEY_TEST_ARGUMENTS") != "" {
		os.Args = []string{"app", "tokens=cookies"}
		Main(&Settings{Name: "app"}, nil)
	}
	program := exec.Command(os.Args[0], "-test.run=^TestOtherArguments$")
	program.Env = append(os.Environ(), "LATCHKEY_TEST_ARGUMENTS=1")
	said, err := program.CombinedOutput()
	if err == nil || !strings.Contains(string(said), `app: "tokens=cookies" is no flag: try -help`) {
		t.Errorf("%v: %s", err, said)
	}
}

func TestOrigins(t *testing.T) {
	s := &Settings{CORS: "http://localhost:3000, https://www.example.com", BaseURL: "https://app.example.com/shop"}
	if got := strings.Join(s.TrustedOrigins(), " "); got != "http://localhost:3000 https://www.example.com https://app.example.com" {
		t.Errorf("the trusted origins are %s", got)
	}
	for _, bad := range []string{"*", "null", "localhost:3000", "http://localhost:3000/app"} {
		if _, err := (&Settings{CORS: bad}).forOrigins(http.NotFoundHandler(), false, nil); err == nil {
			t.Errorf("-cors %s is accepted", bad)
		}
	}
}

func TestMux(t *testing.T) {
	var m Mux
	m.HandleFunc("GET /a", func(http.ResponseWriter, *http.Request) {})
	for _, c := range []struct {
		method, path string
		status       int
		allow, body  string
	}{
		{"GET", "/a", 200, "", ""},
		{"POST", "/a", 405, "GET, HEAD, OPTIONS", `{"msg":"Method Not Allowed"}`},
		{"OPTIONS", "/a", 200, "GET, HEAD, OPTIONS", ""},
		{"GET", "/b", 404, "", `{"msg":"Not Found"}`},
		{"OPTIONS", "/b", 404, "", `{"msg":"Not Found"}`},
	} {
		w := httptest.NewRecorder()
		m.ServeHTTP(w, httptest.NewRequest(c.method, c.path, nil))
		if w.Code != c.status || w.Header().Get("Allow") != c.allow || strings.TrimSpace(w.Body.String()) != c.body {
			t.Errorf("%s %s: %d %v %s", c.method, c.path, w.Code, w.Header(), w.Body)
		}
	}
}
