//go:build unix

package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestHangup: SIGHUP reads the configuration file again, and no request is lost.
func TestHangup(t *testing.T) {
	dir := t.TempDir()
	config := filepath.Join(dir, "latchkey.toml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(`cors-origin = ["https://one.example.com"]`)
	p := serve(t, filepath.Join(dir, "data"), `exec latchkey "$@"`, "--config", config)
	hangUp := func() {
		t.Helper()
		if err := p.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
	}
	// allowed says whether pages of an origin may read answers. Each question is
	// a request that must be answered, reload or not.
	allowed := func(origin string) bool {
		t.Helper()
		r, err := http.NewRequest(http.MethodGet, p.url+"/healthz", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Origin", origin)
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatalf("a request was lost: %v", err)
		}
		_ = response.Body.Close()
		return response.Header.Get("Access-Control-Allow-Origin") == origin
	}
	until := func(what string, done func() bool) {
		t.Helper()
		for deadline := time.Now().Add(time.Minute); !done(); {
			if time.Now().After(deadline) {
				t.Fatalf("after a minute: %s", what)
			}
		}
	}
	if !allowed("https://one.example.com") || allowed("https://two.example.com") {
		t.Fatal("the file does not count")
	}
	write(`cors-origin = ["https://two.example.com"]` + "\n" + `access-ttl = "5m"`)
	hangUp()
	until("the new origin is not let in", func() bool { return allowed("https://two.example.com") })
	if allowed("https://one.example.com") {
		t.Error("the old origin is still let in")
	}

	write(`cors-origin = ["https://three.example.com/path"]` + "\n" + `nonsense = true` + "\n" + `sign-in-burst = 0` + "\n" + `refresh-ttl = "never"`)
	hangUp()
	until("the mistake is not logged", func() bool {
		return allowed("https://two.example.com") && strings.Contains(p.log.String(), "cannot reload")
	})
	if code := p.end(syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d\n%s", code, p.log.String())
	}
	for _, want := range []string{"settings=--access-ttl", `--cors-origin \"https://three.example.com/path\" is not an origin`,
		`there is no setting \"nonsense\"`, `--sign-in-burst must be above zero`, `--refresh-ttl: \"never\" is not a length of time`} {
		if !strings.Contains(p.log.String(), want) {
			t.Errorf("the log does not say %s:\n%s", want, p.log.String())
		}
	}
}
