package latchkey_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/memstore"
)

func goodConfig(t testing.TB) latchkey.Config {
	t.Helper()
	key, err := jwt.GenerateKey(jwt.HS256)
	if err != nil {
		t.Fatal(err)
	}
	return latchkey.Config{Issuer: "https://app.example.com", Keys: key, Store: memstore.New(),
		Now: func() time.Time { return begin }, Logger: slog.New(slog.DiscardHandler)}
}

func TestNewReportsEveryMistakeAtOnce(t *testing.T) {
	_, err := latchkey.New(latchkey.Config{
		AccessTTL: -time.Minute, Leeway: time.Hour, Deliver: "pigeon",
		TrustedOrigins: []string{"not an origin"},
	})
	if err == nil {
		t.Fatal("a configuration full of mistakes is accepted")
	}
	for _, part := range []string{"Issuer", "Keys", "memstore.New()", "sqlstore.New(db)", "Stateless", "AccessTTL", "Leeway", "pigeon", "TrustedOrigins"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error does not speak of %s:\n%v", part, err)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	key, _ := jwt.GenerateKey(jwt.EdDSA)
	verifyOnly, _ := jwt.NewVerificationKey(jwt.EdDSA, key.Public())
	for name, c := range map[string]struct {
		change func(*latchkey.Config)
		says   string
	}{
		"no issuer":              {func(c *latchkey.Config) { c.Issuer = "" }, "Issuer is required"},
		"issuer without host":    {func(c *latchkey.Config) { c.Issuer = "app" }, "Issuer must be"},
		"issuer of other scheme": {func(c *latchkey.Config) { c.Issuer = "ftp://x" }, "https://"},
		"http beyond loopback":   {func(c *latchkey.Config) { c.Issuer = "http://app.example.com" }, "use https"},
		"keys that only verify":  {func(c *latchkey.Config) { c.Keys = verifyOnly }, "no key that can sign"},
		"negative access":        {func(c *latchkey.Config) { c.AccessTTL = -1 }, "AccessTTL"},
		"negative refresh":       {func(c *latchkey.Config) { c.RefreshTTL = -1 }, "RefreshTTL"},
		"negative session":       {func(c *latchkey.Config) { c.SessionTTL = -1 }, "SessionTTL"},
		"idle below access":      {func(c *latchkey.Config) { c.IdleTimeout = time.Minute }, "IdleTimeout"},
		"unknown location":       {func(c *latchkey.Config) { c.Locations = []latchkey.Location{"moon"} }, "moon"},
		"answers have no query":  {func(c *latchkey.Config) { c.Deliver = latchkey.InQuery }, "InQuery"},
		"host prefix and domain": {func(c *latchkey.Config) {
			c.Cookie = latchkey.CookieConfig{AccessName: "__Host-at", Domain: "example.com"}
		}, "__Host-"},
		"host prefix and path": {func(c *latchkey.Config) {
			c.Cookie = latchkey.CookieConfig{RefreshName: "__Host-rt", RefreshPath: "/refresh"}
		}, "__Host-"},
		"secure prefix on http": {func(c *latchkey.Config) {
			c.Issuer, c.Cookie.AccessName = "http://localhost", "__Secure-at"
		}, "without https"},
		"http prefix on http": {func(c *latchkey.Config) {
			c.Issuer, c.Cookie.AccessName = "http://localhost", "__Http-at"
		}, "without https"},
		"http prefix for scripts": {func(c *latchkey.Config) { c.Cookie.CSRFName = "__Host-Http-csrf" }, "scripts"},
		"host http prefix and domain": {func(c *latchkey.Config) {
			c.Cookie = latchkey.CookieConfig{AccessName: "__Host-Http-at", Domain: "example.com"}
		}, "__Host-"},
		"SameSite None on http": {func(c *latchkey.Config) {
			c.Issuer, c.Cookie.SameSite = "http://localhost", http.SameSiteNoneMode
		}, "SameSite"},
		"header name with space":   {func(c *latchkey.Config) { c.Header.Name = "X Token" }, "Header.Name"},
		"header name with colon":   {func(c *latchkey.Config) { c.Header.RefreshName = "X:" }, "Header.RefreshName"},
		"scheme with space":        {func(c *latchkey.Config) { c.Header.Scheme = "Bearer " }, "Header.Scheme"},
		"CSRF header beyond ASCII": {func(c *latchkey.Config) { c.CSRF.HeaderName = "Ü" }, "CSRF.HeaderName"},
		"SameSite of another kind": {func(c *latchkey.Config) { c.Cookie.SameSite = 99 }, "SameSite"},
		"cookie name with space":   {func(c *latchkey.Config) { c.Cookie.AccessName = "a b" }, "cookie"},
		"path without slash":       {func(c *latchkey.Config) { c.Cookie.RefreshPath = "refresh" }, "slash"},
		"one name for two":         {func(c *latchkey.Config) { c.Cookie.AccessName, c.Cookie.RefreshName = "T", "t" }, "two cookies"},
		"renewal and refresh": {func(c *latchkey.Config) {
			c.RenewWithin, c.RefreshTTL = time.Minute, time.Hour
		}, "exclude each other"},
		"renewal without sessions": {func(c *latchkey.Config) {
			c.RenewWithin, c.Store = time.Minute, latchkey.Stateless
		}, "for ever"},
		"negative renewal": {func(c *latchkey.Config) { c.RenewWithin = -1 }, "RenewWithin"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := goodConfig(t)
			c.change(&cfg)
			_, err := latchkey.New(cfg)
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("the error is %v; want one that says %q", err, c.says)
			}
		})
	}
}

func TestNewAccepts(t *testing.T) {
	for name, change := range map[string]func(*latchkey.Config){
		"the least":          func(*latchkey.Config) {},
		"loopback over http": func(c *latchkey.Config) { c.Issuer = "http://127.0.0.1:8080" },
		"loopback over IPv6": func(c *latchkey.Config) { c.Issuer = "http://[::1]:8080" },
		"headers over http": func(c *latchkey.Config) {
			c.Issuer, c.Locations = "http://api.example.com", []latchkey.Location{latchkey.InHeader}
		},
		"http said to be meant":  func(c *latchkey.Config) { c.Issuer, c.Cookie.InsecureHTTP = "http://intranet", true },
		"SameSite None on https": func(c *latchkey.Config) { c.Cookie.SameSite = http.SameSiteNoneMode },
		"no sessions":            func(c *latchkey.Config) { c.Store = latchkey.Stateless },
		"renewal beyond the life": func(c *latchkey.Config) {
			c.RenewWithin = 24 * time.Hour
		},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := goodConfig(t)
			change(&cfg)
			if _, err := latchkey.New(cfg); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestGuardsMadeWrongRefuseEverything(t *testing.T) {
	a := newApp(t, nil)
	for name, guard := range map[string]func(http.Handler) http.Handler{
		"Fresh of nothing":   a.Fresh(0),
		"Fresh of less":      a.Fresh(-time.Second),
		"unknown type":       a.Require(latchkey.Policy{Type: "passport"}),
		"unknown location":   a.Require(latchkey.Policy{Locations: []latchkey.Location{"moon"}}),
		"negative freshness": a.Require(latchkey.Policy{MaxAge: -1}),
	} {
		t.Run(name, func(t *testing.T) {
			passed := false
			serve(guard(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { passed = true })), "GET", "/")
			if passed {
				t.Error("a request passed")
			}
		})
	}
	if err := a.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "Fresh") {
		t.Errorf("Run says %v", err)
	}
}
