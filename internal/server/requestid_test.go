package server_test

import (
	"encoding/json"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey/internal/server"
)

const idHeader = "X-Request-Id"

var ownID = regexp.MustCompile(`^[A-Za-z0-9_-]{16}$`)

func behindProxy(c *server.Config) {
	c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
}

// An id is taken from a trusted proxy alone, and only one that is fit for a log.
func TestIncomingRequestID(t *testing.T) {
	for name, a := range map[string]*app{"stranger": start(t), "proxy": start(t, behindProxy)} {
		for text, fit := range map[string]bool{
			"abc-DEF_1.2": true, strings.Repeat("x", 64): true,
			"": false, strings.Repeat("x", 65): false, "a b": false, "a\"b": false, "ä": false, "a,b": false, "{}": false,
		} {
			got := a.program().do("GET", "/healthz", nil, func(r *http.Request) { r.Header.Set(idHeader, text) })
			id := got.header.Get(idHeader)
			if taken := id == text; taken != (fit && name == "proxy") || !taken && !ownID.MatchString(id) {
				t.Errorf("%s: %q is answered with %q", name, text, id)
			}
		}
		twice := a.program().do("GET", "/healthz", nil, func(r *http.Request) { r.Header[idHeader] = []string{"one", "two"} })
		if id := twice.header.Get(idHeader); !ownID.MatchString(id) {
			t.Errorf("%s: two ids are answered with %q", name, id)
		}
	}
}

// All that the log says of one request has the id that the client was told, and
// nothing else has it.
func TestOneRequestOneID(t *testing.T) {
	a := start(t, behindProxy)
	b := a.signUp()
	b.headers.Set(idHeader, "the-password-change")
	b.do("POST", "/api/v1/password", m{"current_password": adaPassword, "new_password": newPassword}).want(200, "")
	b.headers.Set(idHeader, "the-refusal")
	b.do("POST", "/api/v1/reauthenticate", m{"password": adaPassword}).want(401, "")
	b.headers.Del(idHeader)
	other := b.do("GET", "/api/v1/me", nil).want(200, "").header.Get(idHeader)
	a.stop()

	said := map[string][]string{}
	for line := range strings.Lines(a.log.String()) {
		var record struct{ Msg, Kind, Request string }
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatal(err)
		}
		said[record.Request] = append(said[record.Request], strings.TrimSpace(record.Msg+" "+record.Kind))
	}
	for id, want := range map[string][]string{
		"the-password-change": {"account event password_confirmed", "account event password_changed", "session event session_started", "session event session_ended", "request"},
		"the-refusal":         {"account event password_check_failed", "request"},
		other:                 {"request"},
	} {
		if got := said[id]; !slices.Equal(got, want) {
			t.Errorf("%s: the log says %q, want %q", id, got, want)
		}
	}
}

// What goes wrong inside is logged under the id that the client was told.
func TestFaultHasTheID(t *testing.T) {
	a := start(t)
	b := a.signUp()
	a.breakStore()
	got := b.do("POST", "/api/v1/password", m{"current_password": adaPassword, "new_password": newPassword}).want(503, "unavailable")
	if id := got.header.Get(idHeader); !regexp.MustCompile(`"level":"ERROR".*"request":"` + id + `"`).MatchString(a.log.String()) {
		t.Errorf("the log does not tell of %s:\n%s", id, a.log)
	}
}

// breakStore makes the database refuse new passwords, as a full disk would.
func (a *app) breakStore() {
	a.t.Helper()
	a.exec("CREATE TRIGGER broken BEFORE UPDATE ON latchkey_users BEGIN SELECT RAISE(ABORT, 'disk full'); END")
}
