package server_test

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey/internal/server"
)

// Nothing that a person or program keeps secret reaches the log, whatever field
// it was put into.
func TestLogHasNoSecrets(t *testing.T) {
	a := start(t)
	b := a.signUp()
	c, refresh := a.signInBody()
	secrets := []string{adaPassword, newPassword, c.bearer, refresh, "canary"}
	for _, name := range []string{"latchkey_access", "latchkey_refresh", "latchkey_csrf"} {
		secrets = append(secrets, b.cookie(name))
	}

	b.do("POST", "/api/v1/password", m{"current_password": adaPassword, "new_password": newPassword}).want(200, "")
	b.do("POST", "/api/v1/reauthenticate", m{"password": newPassword}).want(200, "")
	secrets = append(secrets, b.cookie("latchkey_access"), b.cookie("latchkey_refresh"))
	for _, route := range routes {
		for _, body := range []any{nil, `{"canary":"canary"}`, `"canary`, m{"username": "canary-name", "password": "canary-password"}, m{"refresh_token": "canary-token"}} {
			probe := a.browser()
			probe.do(route.method, route.path+"?access_token=canary-query&jwt=canary", body, func(r *http.Request) {
				r.Header.Set("Authorization", "Bearer canary-bearer")
				r.Header.Set("Cookie", "latchkey_access=canary-cookie; latchkey_refresh=canary; latchkey_csrf=canary")
				r.Header.Set("X-CSRF-TOKEN", "canary-csrf")
				r.Header.Set("Referer", "https://x.example/?token=canary-referer")
			})
		}
	}
	b.do("POST", "/api/v1/sign-out", nil).want(200, "")
	a.stop()

	log := a.log.String()
	if !strings.Contains(log, "/api/v1/sign-in") {
		t.Fatal("the log does not have the requests")
	}
	for _, secret := range secrets {
		if secret == "" {
			t.Fatal("a secret to look for is empty")
		}
		if i := strings.Index(log, secret); i >= 0 {
			t.Errorf("the log has a secret: …%s…", log[max(0, i-200):min(len(log), i+60)])
		}
		// Part of a token is enough to be a secret.
		if _, signature, ok := strings.Cut(secret, "."); ok && strings.Contains(log, signature) {
			t.Error("the log has part of a token")
		}
	}
}

// A log record is one line with one level, whatever a client puts into it and in
// whatever format it is written.
func TestLogInjection(t *testing.T) {
	for name, c := range map[string]struct {
		handler func(io.Writer, *slog.HandlerOptions) slog.Handler
		level   func(line string) (string, error)
	}{
		"json": {func(w io.Writer, o *slog.HandlerOptions) slog.Handler { return slog.NewJSONHandler(w, o) }, jsonLevel},
		"text": {func(w io.Writer, o *slog.HandlerOptions) slog.Handler { return slog.NewTextHandler(w, o) }, textLevel},
	} {
		t.Run(name, func(t *testing.T) {
			var log logBuffer
			a := start(t, func(cfg *server.Config) {
				cfg.Logger = slog.New(c.handler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			})
			b := a.signUpAs("bob")
			b.do("GET", "/api/v1/sessions/x%0a%7b%22level%22%3a%22ERROR%22%7d", nil)
			b.do("GET", "/no/such%0d%0apage", nil)
			b.do("GET", "/no/such%20level=ERROR", nil)
			b.do("GET", "/no/such%22%20level=ERROR", nil)
			b.do("GET", "/no/such=level", nil)
			a.program().do("POST", "/api/v1/sign-in", m{"username": "x\nlevel=ERROR\n{\"level\":\"ERROR\"}", "password": "some password or other"}, func(r *http.Request) {
				r.Header.Set("User-Agent", "x\t{\"level\":\"ERROR\"} level=ERROR")
			})
			a.stop()
			paths := 0
			for line := range strings.Lines(log.String()) {
				paths += strings.Count(line, "/no/such")
				if level, err := c.level(line); err != nil || level == "ERROR" {
					t.Errorf("a client wrote a record of the level %q (%v): %q", level, err, line)
				}
			}
			if paths != 4 {
				t.Errorf("the log has %d of 4 paths", paths)
			}
		})
	}
}

// jsonLevel is the level of a record in JSON.
func jsonLevel(line string) (string, error) {
	var record struct {
		Level string `json:"level"`
	}
	err := json.Unmarshal([]byte(line), &record)
	return record.Level, err
}

var (
	textField  = `[A-Za-z_.]+=(?:"(?:[^"\\\n]|\\.)*"|[^\s"=]*)`
	textRecord = regexp.MustCompile(`^` + textField + `(?: ` + textField + `)*\n$`)
	textFields = regexp.MustCompile(textField)
)

// textLevel is the level of a record as text.
func textLevel(line string) (string, error) {
	if !textRecord.MatchString(line) {
		return "", errors.New("no record")
	}
	var levels []string
	for _, field := range textFields.FindAllString(line, -1) {
		if level, ok := strings.CutPrefix(field, "level="); ok {
			levels = append(levels, level)
		}
	}
	if len(levels) != 1 {
		return "", errors.New("not one level")
	}
	return levels[0], nil
}

// Nothing in the database lets anybody in: neither tokens nor passwords.
func TestDatabaseHasNoSecrets(t *testing.T) {
	a := start(t)
	b := a.signUp()
	c, refresh := a.signInBody()
	b.do("POST", "/api/v1/refresh", nil).want(200, "")
	all := a.snapshot()
	for _, secret := range []string{adaPassword, c.bearer, refresh, b.cookie("latchkey_access"), b.cookie("latchkey_refresh"), b.cookie("latchkey_csrf")} {
		if secret == "" || strings.Contains(all, secret) {
			t.Errorf("the database has %.10s…", secret)
		}
		if parts := strings.Split(secret, "."); len(parts) == 3 && strings.Contains(all, parts[2]) {
			t.Error("the database has a signature")
		}
	}
}
