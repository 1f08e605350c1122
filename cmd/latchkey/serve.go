package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"github.com/alecthomas/kong"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/internal/server"
)

// serveCommand is "latchkey serve".
type serveCommand struct {
	serveSettings
	format
}

// serveSettings are what the server can be told. All of it can be in the
// environment and in the configuration file too.
type serveSettings struct {
	Addr string `help:"Address to listen on, as HOST:PORT; port 0 takes any free one." default:"127.0.0.1:8080" env:"LATCHKEY_ADDR"`
	location
	BaseURL string `name:"base-url" help:"Address that people open, such as https://app.example.com. Default: http://ADDR." placeholder:"URL" env:"LATCHKEY_BASE_URL"`

	AccessTTL   duration `name:"access-ttl" help:"How long an access token lasts." default:"15m" env:"LATCHKEY_ACCESS_TTL"`
	RefreshTTL  duration `name:"refresh-ttl" help:"How long somebody stays signed in without coming back." default:"14d" env:"LATCHKEY_REFRESH_TTL"`
	SessionTTL  duration `name:"session-ttl" help:"How long somebody stays signed in at most." default:"30d" env:"LATCHKEY_SESSION_TTL"`
	IdleTimeout duration `help:"End a session after so long without use; 0: never." default:"0s" env:"LATCHKEY_IDLE_TIMEOUT"`
	IdlePrompt  duration `help:"Let the page ask after so long without input whether somebody is there; 0: never." default:"0s" env:"LATCHKEY_IDLE_PROMPT"`
	FreshFor    duration `help:"How recent a sign-in must be to change the password." default:"10m" env:"LATCHKEY_FRESH_FOR"`

	RotateKeys duration `help:"Let a new key take over after so long, published a day before, without anybody being signed out; 0: never. All servers must share the file of the keys." default:"0s" env:"LATCHKEY_ROTATE_KEYS"`

	AuditRetention duration `help:"How long to keep the audit trail: who did what, when and from where." default:"90d" env:"LATCHKEY_AUDIT_RETENTION"`

	KnownDevices bool `help:"Remember devices on which somebody has signed in by a cookie, so that strangers who guess at the password do not keep them out." default:"true" negatable:"" env:"LATCHKEY_KNOWN_DEVICES"`

	SignInBurst  int      `help:"How many failed sign-ins an address may make at once." default:"50" env:"LATCHKEY_SIGN_IN_BURST" placeholder:"N"`
	SignInRefill duration `help:"Time after which it may make one more." default:"30s" env:"LATCHKEY_SIGN_IN_REFILL"`
	SignUpBurst  int      `help:"How many sign-ups an address may make at once, and requests for reset links." default:"100" env:"LATCHKEY_SIGN_UP_BURST" placeholder:"N"`
	SignUpRefill duration `help:"Time after which it may make one more." default:"1m" env:"LATCHKEY_SIGN_UP_REFILL"`

	AccountDelayFrom  int      `help:"After how many failed sign-ins in a row an account has to wait before the next." default:"5" env:"LATCHKEY_ACCOUNT_DELAY_FROM" placeholder:"N"`
	AccountFirstDelay duration `help:"The first wait; each further failure doubles it." default:"1s" env:"LATCHKEY_ACCOUNT_FIRST_DELAY"`
	AccountMaxDelay   duration `help:"The longest wait." default:"15m" env:"LATCHKEY_ACCOUNT_MAX_DELAY"`
	AccountLockAfter  int      `help:"After how many failed sign-ins in a row an account is locked, until its password is reset or latchkey user unlock is run; at most 100." default:"100" env:"LATCHKEY_ACCOUNT_LOCK_AFTER" placeholder:"N"`

	passwordRules
	HashWorkers int `help:"How many passwords to hash at once; 0: one less than there are processors, and at least one." default:"0" env:"LATCHKEY_HASH_WORKERS" placeholder:"N"`

	MetricsAddr           string `help:"Address at which Prometheus finds metrics under /metrics, such as 127.0.0.1:9180. Default: none." placeholder:"HOST:PORT" env:"LATCHKEY_METRICS_ADDR"`
	InsecurePublicMetrics bool   `help:"Allow a --metrics-addr that other machines reach; metrics have no password." env:"LATCHKEY_INSECURE_PUBLIC_METRICS"`

	OAuthClients string `name:"oauth-clients" help:"File with the services that may ask about tokens and revoke them (RFC 7662, RFC 7009): a JSON list of id, secret_sha256, introspect, introspect_refresh, revoke." placeholder:"FILE" env:"LATCHKEY_OAUTH_CLIENTS"`

	TrustedProxy []string `help:"Reverse proxy whose X-Forwarded-For is believed, as an address or a prefix such as 10.0.0.0/8." placeholder:"PREFIX" env:"LATCHKEY_TRUSTED_PROXY"`

	CORSOrigin []string `name:"cors-origin" help:"Origin of another front end that may call the API, such as https://www.example.com." placeholder:"ORIGIN" env:"LATCHKEY_CORS_ORIGIN"`

	Dev bool `help:"Show pages for developers: what is wrong with cookies, proxies and settings, under /debug/doctor. Everybody sees them." env:"LATCHKEY_DEV"`

	LogFormat string `help:"How to write the log to standard error: text or json." default:"text" enum:"text,json" env:"LATCHKEY_LOG_FORMAT"`
	LogLevel  string `help:"Least level to log: debug, info, warn or error." default:"info" enum:"debug,info,warn,error" env:"LATCHKEY_LOG_LEVEL"`

	level slog.LevelVar // what LogLevel says, changed by a reload
}

// Run starts the server. The rest is to serve until ctx ends.
func (c *serveCommand) Run(ctx context.Context, parsed *kong.Context, to streams, args arguments, rest *remainder) error {
	cfg, err := c.checked(to)
	if err != nil {
		return err
	}
	s, err := server.New(ctx, cfg)
	if err != nil {
		return err
	}
	if names := strangeVariables(parsed.Model); names != "" {
		s.Logger().Warn("these variables are no settings; are they misspelt?", "names", names)
	}
	if err := c.print(to, startedOf(s), welcome(to.out, s)); err != nil {
		return errors.Join(err, s.Close())
	}
	rest.run = func() error {
		defer c.reloadOnHangup(s, args, to)()
		return s.Run(ctx)
	}
	return nil
}

// checked is the settings as the server takes them. All that is wrong with them
// is reported at once.
func (c *serveSettings) checked(to streams) (server.Config, error) {
	cfg, err := c.config(to)
	return cfg, errors.Join(err, server.Check(cfg))
}

// config is the settings as the server takes them, and all that is wrong with how
// they are written.
func (c *serveSettings) config(to streams) (server.Config, error) {
	trusted, err := parsePrefixes(c.TrustedProxy)
	return server.Config{
		Addr: c.Addr, DataDir: c.Data, Database: c.DB, KeysFile: c.Keys, BaseURL: c.BaseURL,
		AccessTTL: time.Duration(c.AccessTTL), RefreshTTL: time.Duration(c.RefreshTTL),
		SessionTTL: time.Duration(c.SessionTTL), IdleTimeout: time.Duration(c.IdleTimeout),
		IdlePrompt: time.Duration(c.IdlePrompt), FreshFor: time.Duration(c.FreshFor),
		RotateKeys:     time.Duration(c.RotateKeys),
		AuditRetention: time.Duration(c.AuditRetention), NoKnownDevices: !c.KnownDevices,
		Throttle: account.Throttle{
			ClientBurst: c.SignInBurst, ClientRefill: time.Duration(c.SignInRefill),
			SignUpBurst: c.SignUpBurst, SignUpRefill: time.Duration(c.SignUpRefill),
			DelayFrom: c.AccountDelayFrom, FirstDelay: time.Duration(c.AccountFirstDelay),
			MaxDelay: time.Duration(c.AccountMaxDelay), Stop: c.AccountLockAfter,
		},
		Passwords: c.passwords(), HashWorkers: c.HashWorkers, OAuthClients: c.OAuthClients,
		MetricsAddr: c.MetricsAddr, InsecurePublicMetrics: c.InsecurePublicMetrics, Version: version(),
		TrustedProxies: trusted, CORSOrigins: c.CORSOrigin, Dev: c.Dev, Logger: c.logger(to),
	}, errors.Join(err, c.checkPositive())
}

// checkPositive refuses a zero where the server would take it for its default.
func (c *serveSettings) checkPositive() error {
	var errs []error
	for _, d := range []struct {
		flag  string
		value duration
	}{
		{"--access-ttl", c.AccessTTL}, {"--refresh-ttl", c.RefreshTTL}, {"--session-ttl", c.SessionTTL}, {"--fresh-for", c.FreshFor},
		{"--audit-retention", c.AuditRetention}, {"--sign-in-refill", c.SignInRefill}, {"--sign-up-refill", c.SignUpRefill},
		{"--sign-in-burst", duration(c.SignInBurst)}, {"--sign-up-burst", duration(c.SignUpBurst)},
		{"--account-delay-from", duration(c.AccountDelayFrom)}, {"--account-lock-after", duration(c.AccountLockAfter)},
		{"--account-first-delay", c.AccountFirstDelay}, {"--account-max-delay", c.AccountMaxDelay},
	} {
		if d.value == 0 {
			errs = append(errs, fmt.Errorf("%s must be above zero", d.flag))
		}
	}
	return errors.Join(errs...)
}

func (c *serveSettings) logger(to streams) *slog.Logger {
	_ = c.level.UnmarshalText([]byte(c.LogLevel)) // kong has checked it
	options := &slog.HandlerOptions{Level: &c.level}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(to.log, options))
	}
	return slog.New(slog.NewTextHandler(to.log, options))
}

// parsePrefixes reads addresses and prefixes.
func parsePrefixes(texts []string) ([]netip.Prefix, error) {
	var prefixes []netip.Prefix
	var errs []error
	for _, text := range texts {
		if address, err := netip.ParseAddr(text); err == nil {
			prefixes = append(prefixes, netip.PrefixFrom(address, address.BitLen()))
			continue
		}
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			errs = append(errs, fmt.Errorf("--trusted-proxy %q is neither an address nor a prefix such as 10.0.0.0/8", text))
			continue
		}
		prefixes = append(prefixes, prefix)
	}
	return prefixes, errors.Join(errs...)
}
