package session

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Config configures a Manager. Only Store is required.
type Config struct {
	// Store keeps the sessions: memstore.New(), or one of package sqlstore.
	Store Store

	// AccessTTL is how long an access token can be used. Defaults to 15
	// minutes.
	AccessTTL time.Duration

	// RefreshTTL is how long a refresh token can be used after the session
	// last rotated. Defaults to 14 days.
	RefreshTTL time.Duration

	// SessionTTL is how long a session lasts whatever happens. Defaults to 30
	// days.
	SessionTTL time.Duration

	// IdleTimeout ends a session that has not been used for so long. Zero
	// means sessions never end for want of use. It must not be below
	// AccessTTL: access tokens would outlive the session.
	IdleTimeout time.Duration

	// Grace is the window after a rotation in which the session does not
	// rotate again and the predecessor of the current refresh token is still
	// answered, so that tabs that refresh together and lost responses do not
	// sign anybody out. Defaults to 10 seconds.
	Grace time.Duration

	// Limit is how many live sessions a subject may have; a sign-in beyond it
	// ends the one that has not been used for longest. Defaults to 100; a
	// negative value means no limit.
	Limit int

	// Leeway is how long after their exp access tokens are still let in. It
	// is added to AccessTTL when the store is told how long to keep
	// revocations. Defaults to 0.
	Leeway time.Duration

	// Now is the clock. Defaults to time.Now.
	Now func() time.Time

	// OnEvent, if set, is called for every Event, on the goroutine of the
	// call that caused it and after the store has committed. It should return
	// soon.
	OnEvent func(context.Context, Event)

	// Logger gets what no caller can be told: failed polls, purges and writes
	// in the background. Defaults to slog.Default().
	Logger *slog.Logger
}

// The defaults of Config.
const (
	DefaultAccessTTL  = 15 * time.Minute
	DefaultRefreshTTL = 14 * 24 * time.Hour
	DefaultSessionTTL = 30 * 24 * time.Hour
	DefaultGrace      = 10 * time.Second
	DefaultLimit      = 100
)

func (c Config) withDefaults() Config {
	c.AccessTTL = or(c.AccessTTL, DefaultAccessTTL)
	c.RefreshTTL = or(c.RefreshTTL, DefaultRefreshTTL)
	c.SessionTTL = or(c.SessionTTL, DefaultSessionTTL)
	c.Grace = or(c.Grace, DefaultGrace)
	c.Limit = or(c.Limit, DefaultLimit)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	return c
}

// check reports all mistakes of a Config that has its defaults.
func (c Config) check() error {
	var errs []error
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("session: Config."+format, args...))
	}
	if c.Store == nil {
		bad("Store is required: use memstore.New(), sqlite.Open or postgres.Open")
	}
	for _, d := range []struct {
		name  string
		value time.Duration
	}{
		{"AccessTTL", c.AccessTTL}, {"RefreshTTL", c.RefreshTTL}, {"SessionTTL", c.SessionTTL},
		{"IdleTimeout", c.IdleTimeout}, {"Grace", c.Grace}, {"Leeway", c.Leeway},
	} {
		if d.value < 0 {
			bad("%s is negative: %v", d.name, d.value)
		}
	}
	if c.IdleTimeout > 0 && c.IdleTimeout < c.AccessTTL {
		bad("IdleTimeout (%v) is below AccessTTL (%v): access tokens would outlive an idle session", c.IdleTimeout, c.AccessTTL)
	}
	if c.AccessTTL > c.SessionTTL {
		bad("AccessTTL (%v) is above SessionTTL (%v)", c.AccessTTL, c.SessionTTL)
	}
	return errors.Join(errs...)
}

func or[T comparable](v, fallback T) T {
	var zero T
	if v == zero {
		return fallback
	}
	return v
}
