package server_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/internal/doctor"
	"github.com/latchkey-go/latchkey/internal/server"
)

// look returns the body of a GET, and demands the status.
func (a *app) look(client *http.Client, path string, want int, header ...string) string {
	a.t.Helper()
	r, err := http.NewRequest(http.MethodGet, a.url+path, nil)
	if err != nil {
		a.t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	response, err := client.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	if response.StatusCode != want {
		a.t.Fatalf("GET %s: %d, want %d: %s", path, response.StatusCode, want, body)
	}
	return string(body)
}

func TestDebugIsForDevelopers(t *testing.T) {
	a := start(t)
	for _, path := range []string{"/debug", "/debug/doctor", "/debug/doctor?json", "/debug/doctor.css", "/debug/pprof/"} {
		if body := a.look(http.DefaultClient, path, http.StatusNotFound); !strings.Contains(body, `"not_found"`) {
			t.Errorf("%s: %s", path, body)
		}
	}
	if body := a.look(http.DefaultClient, "/api/v1/config", http.StatusOK); !strings.Contains(body, `"dev":false`) {
		t.Error(body)
	}
}

func TestDoctorPage(t *testing.T) {
	a := start(t, func(c *server.Config) {
		c.Dev = true
		c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	})
	if body := a.look(http.DefaultClient, "/api/v1/config", http.StatusOK); !strings.Contains(body, `"dev":true`) {
		t.Error(body)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar}
	page := a.look(browser, "/debug/doctor", http.StatusOK)
	for _, want := range []string{"does not say for whom it asks", "there is no record of a backup", "/debug/doctor.css"} {
		if !strings.Contains(strings.ToLower(page), strings.ToLower(want)) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	a.look(browser, "/debug/doctor.css", http.StatusOK)
	a.look(browser, "/debug/doctor.js", http.StatusOK)

	// findings by the names of their checks.
	findings := func(client *http.Client, query string, header ...string) map[string]doctor.Level {
		var answer struct{ Request, Installation []doctor.Finding }
		if err := json.Unmarshal([]byte(a.look(client, "/debug/doctor?json&probe"+query, http.StatusOK, header...)), &answer); err != nil {
			t.Fatal(err)
		}
		all := map[string]doctor.Level{}
		for _, f := range append(answer.Request, answer.Installation...) {
			all[f.Check] = f.Level
		}
		return all
	}
	now := "&now=" + strconv.FormatInt(time.Now().UnixMilli(), 10)
	good := findings(browser, now, "X-Forwarded-For", "192.0.2.1")
	for _, check := range []string{"cookies", "host", "proxy_headers", "browser_clock", "keys", "database", "schema", "clock"} {
		if good[check] != doctor.OK {
			t.Errorf("%s: %q", check, good[check])
		}
	}
	bad := findings(http.DefaultClient, "&now=0", "Origin", "https://evil.example", "Cookie", "latchkey_access=a; latchkey_access=b")
	for check, want := range map[string]doctor.Level{
		"cookies": doctor.Problem, "proxy_headers": doctor.Problem, "browser_clock": doctor.Note,
		"cors": doctor.Problem, "cookie_twins": doctor.Problem,
	} {
		if bad[check] != want {
			t.Errorf("%s: %q, want %q", check, bad[check], want)
		}
	}
	if log := a.log.String(); strings.Contains(log, "latchkey_access=a") {
		t.Error("cookies are in the log")
	}
}
