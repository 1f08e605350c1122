package server_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey/oauthhttp"
)

// TestReloadOAuthClients replaces the secret of a service while it asks: with
// both accepted for a while, it is never refused.
func TestReloadOAuthClients(t *testing.T) {
	oldSecret, oldHash := oauthhttp.NewClientSecret()
	newSecret, newHash := oauthhttp.NewClientSecret()
	entry := func(rights string, hashes ...string) string {
		return fmt.Sprintf(`[{"id":"gateway","secret_sha256":["%s"],%s}]`, strings.Join(hashes, `","`), rights)
	}
	const introspect = `"introspect":true`
	a := start(t, clientsFile(t, entry(introspect, oldHash)))
	reload := func(text string) error {
		t.Helper()
		if err := os.WriteFile(a.cfg.OAuthClients, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return a.server.Reload(a.cfg)
	}
	a.signUp()
	phone, _ := a.signInBody()
	asks := func(secret string, status int) {
		t.Helper()
		a.ask("/oauth/introspect", "gateway", secret, phone.bearer).want(status, "")
	}
	asks(oldSecret, 200)
	asks(newSecret, 401)
	for _, step := range []struct {
		hashes   []string
		old, new int
	}{{[]string{oldHash, newHash}, 200, 200}, {[]string{newHash}, 401, 200}} {
		if err := reload(entry(introspect, step.hashes...)); err != nil {
			t.Fatal(err)
		}
		asks(oldSecret, step.old)
		asks(newSecret, step.new)
	}

	// A file with a mistake changes nothing, and is told without what is in it.
	for _, text := range []string{entry(introspect, "canary"), "[", "[]"} {
		if err := reload(text); err == nil || !strings.Contains(err.Error(), "--oauth-clients") || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", text, err)
		}
		asks(newSecret, 200)
	}
	// Rights are taken away at once.
	if err := reload(entry(`"revoke":true`, newHash)); err != nil {
		t.Fatal(err)
	}
	asks(newSecret, 400)

	// Without the setting nobody may ask; the endpoints go with a restart.
	if strings.Contains(a.log.String(), `"settings"`) {
		t.Error("a reload of the file wants a restart")
	}
	cfg := a.cfg
	cfg.OAuthClients = ""
	if err := a.server.Reload(cfg); err != nil {
		t.Fatal(err)
	}
	asks(newSecret, 401)
	if !strings.Contains(a.log.String(), `"settings":"--oauth-clients"`) {
		t.Error("the log does not say that the endpoints are still there")
	}
}
