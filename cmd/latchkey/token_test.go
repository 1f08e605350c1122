package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/latchkey-go/latchkey/jwt"
)

// save is "save NAME FILE": it writes the variable NAME into a file.
func save(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: save NAME FILE")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(ts.Getenv(args[0])+"\n"), 0o600))
}

// load is "load NAME FILE": it puts what a file has into the variable NAME.
func load(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: load NAME FILE")
	}
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile(args[1])))
}

// TestTokenTimes: each time in a token is judged by itself, and said in words.
func TestTokenTimes(t *testing.T) {
	key, err := jwt.GenerateKey(jwt.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		nbf, iat, exp time.Duration // from now
		begun, ended  string
	}{
		{-time.Hour, -time.Minute, time.Minute, "ok: issued at 2026-01-31 11:59:00Z, 1 min ago", "ok: expires at 2026-01-31 12:01:00Z, in 1 min"},
		{-time.Hour, -time.Hour, 0, "ok: issued at 2026-01-31 11:00:00Z, 60 min ago", "failed: expired at 2026-01-31 12:00:00Z, 0 min ago"},
		{time.Second, 0, time.Hour, "failed: not good before 2026-01-31 12:00:01Z, in 0 min", "ok: expires at 2026-01-31 13:00:00Z, in 60 min"},
		{-1, 3 * time.Hour, 72 * time.Hour, "failed: issued at 2026-01-31 15:00:00Z, in 3 hours: one of two clocks is wrong", "ok: expires at 2026-02-03 12:00:00Z, in 3 days"},
	} {
		claims := fmt.Sprintf(`{"nbf":%d,"iat":%d,"exp":%d}`, now.Add(c.nbf).Unix(), now.Add(c.iat).Unix(), now.Add(c.exp).Unix())
		text, err := key.KeySet().Sign(jwt.Header{}, []byte(claims))
		if err != nil {
			t.Fatal(err)
		}
		v := &verdict{Valid: true}
		token := v.signature(key.KeySet(), text)
		if token == nil {
			t.Fatalf("%s: %+v", claims, v)
		}
		v.claims(token, &tokenVerifyCommand{}, now)
		got := map[string]string{}
		for _, check := range v.Checks {
			got[check.Name] = check.Result + ": " + check.Detail
		}
		if got["begun"] != c.begun || got["not expired"] != c.ended {
			t.Errorf("%s: %q and %q, want %q and %q", claims, got["begun"], got["not expired"], c.begun, c.ended)
		}
		if want := !strings.HasPrefix(c.begun+c.ended, "failed") && !strings.Contains(c.ended, "failed"); v.Valid != want {
			t.Errorf("%s: valid %v", claims, v.Valid)
		}
	}
}

// TestForgedSignature: nothing is said of a token whose signature is not good.
func TestForgedSignature(t *testing.T) {
	mine, err := jwt.GenerateKey(jwt.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	thief, err := jwt.GenerateKey(jwt.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	if thief, err = thief.WithID(mine.ID()); err != nil {
		t.Fatal(err)
	}
	text, err := thief.KeySet().Sign(jwt.Header{}, []byte(`{"sub":"ada","exp":9000000000}`))
	if err != nil {
		t.Fatal(err)
	}
	v := &verdict{Valid: true}
	if token := v.signature(mine.KeySet(), text); token != nil || v.Valid || v.Checks[len(v.Checks)-1].Name != "signature" {
		t.Errorf("%v, %+v", token, v)
	}
}
