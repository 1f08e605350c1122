package account

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"
)

// Config is what a Service needs. Store is required; every other zero value is
// a default for production.
type Config struct {
	// Store keeps the users: sqlstore has one for SQLite and PostgreSQL.
	Store Store

	// Policy says which passwords may be chosen. Defaults to NIST's rules.
	Policy Policy

	// Hash are the argon2id parameters of new hashes. Defaults to 19 MiB, 2
	// passes, 1 lane.
	Hash HashParams

	// Workers is how many passwords are hashed at once. Together with
	// Hash.Memory it bounds the memory for hashing. Defaults to GOMAXPROCS
	// less one, and at least one, so that other requests find a processor.
	Workers int

	// Queue is how many callers may wait for a worker; further ones get
	// ErrBusy at once. Defaults to 32.
	Queue int

	// Throttle limits guessing. Defaults to on.
	Throttle Throttle

	// SendReset sends a person the link with which they choose a new password,
	// for RequestReset. It should put the letter into a queue and return at
	// once: how long it takes would tell whether the name exists. The link's
	// host must come from the program's configuration and never from the
	// request. May be nil: then RequestReset is not possible.
	SendReset func(context.Context, ResetMail) error

	// Audit keeps what happens. May be nil: then nothing is kept.
	Audit *AuditLog

	// Now is the clock. Defaults to time.Now.
	Now func() time.Time

	// OnEvent is told besides what happened, after it happened and before the method
	// returns. It must be quick, and safe for concurrent use. May be nil.
	OnEvent func(context.Context, Event)

	// OnSessionsEnded is told the ids of sessions that a change to a user has
	// ended in the store, so that this process refuses them at once; other
	// processes learn it from the store's feed. Set it to the Ended method of
	// the session.Manager. May be nil: then this process learns it from the
	// feed too.
	OnSessionsEnded func(ids ...string)
}

// Service is the one place where accounts change and passwords are checked.
// It is safe for concurrent use. Make one with New.
type Service struct {
	config   Config
	hasher   *hasher
	workers  *workers
	throttle *throttle
	reserved map[string]bool
}

// New returns a Service, or all mistakes of the configuration joined.
func New(c Config) (*Service, error) {
	c.Hash = c.Hash.orDefault()
	c.Throttle = c.Throttle.orDefault()
	if c.Workers == 0 {
		c.Workers = max(1, runtime.GOMAXPROCS(0)-1)
	}
	if c.Queue == 0 {
		c.Queue = 32
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	s := &Service{
		config:   c,
		hasher:   newHasher(c.Hash),
		workers:  newWorkers(c.Workers, c.Queue),
		throttle: newThrottle(c.Throttle, c.Store, c.Now),
		reserved: make(map[string]bool),
	}
	for _, names := range [][]string{reservedUsernames, c.Policy.ReservedUsernames} {
		for _, name := range names {
			s.reserved[NormalizeUsername(name)] = true
		}
	}
	return s, nil
}

func (c *Config) check() error {
	var errs []error
	if c.Store == nil {
		errs = append(errs, errors.New("account: Config.Store is required: sqlstore keeps users in SQLite or PostgreSQL"))
	}
	if c.Workers < 0 {
		errs = append(errs, fmt.Errorf("account: Config.Workers is %d; it must be positive, or 0 for the default", c.Workers))
	}
	if c.Queue < 0 {
		errs = append(errs, fmt.Errorf("account: Config.Queue is %d; it must be positive, or 0 for the default", c.Queue))
	}
	errs = append(errs, c.Policy.check(), c.Hash.check(), c.Throttle.check())
	return errors.Join(errs...)
}

// Policy is the password policy in force.
func (s *Service) Policy() Policy { return s.config.Policy }

// SetThrottle replaces Config.Throttle while the Service is in use: an attempt
// from now on goes by t, and one at work by what it began with. If anything in t
// is wrong, the error says so and nothing changes.
func (s *Service) SetThrottle(t Throttle) error {
	t = t.orDefault()
	if err := t.check(); err != nil {
		return err
	}
	s.throttle.limits.Store(&t)
	return nil
}

// User returns the user, or ErrUserNotFound.
func (s *Service) User(ctx context.Context, id string) (*User, error) {
	if !isStorable(id) {
		return nil, ErrUserNotFound
	}
	u, err := s.config.Store.UserByID(ctx, id)
	return u, wrap("read the user", err)
}

// UserByUsername returns the user with this username in any spelling, or
// ErrUserNotFound.
func (s *Service) UserByUsername(ctx context.Context, username string) (*User, error) {
	key, problem := checkUsername(username)
	if problem != "" {
		return nil, ErrUserNotFound
	}
	u, err := s.config.Store.UserByUsernameKey(ctx, key)
	return u, wrap("read the user", err)
}

// Users returns at most limit users whose username begins with prefix, in any
// spelling, in rising order of UsernameKey and above the key after. An empty
// prefix finds all.
func (s *Service) Users(ctx context.Context, prefix, after string, limit int) ([]*User, error) {
	if !isStorable(prefix) || !isStorable(after) {
		return nil, nil // no username is like that
	}
	users, err := s.config.Store.SearchUsers(ctx, NormalizeUsername(prefix), after, limit)
	return users, wrap("search users", err)
}

// isStorable says whether databases take a text.
func isStorable(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }

// Purge removes what has lost its meaning from the store: counters of the
// throttle, resets that expired, devices that were not seen for long. Call it now
// and then, such as every ten minutes; it works in small steps and may be
// called by many processes at once.
func (s *Service) Purge(ctx context.Context) error {
	const step = 1000
	now, store := s.config.Now(), s.config.Store
	for doing, purge := range map[string]func() (int, error){
		"purge the throttle": func() (int, error) { return store.PurgeAttempts(ctx, now, step) },
		"purge the resets":   func() (int, error) { return store.PurgeResets(ctx, now, step) },
		"purge the devices":  func() (int, error) { return store.PurgeDevices(ctx, now.Add(-deviceLifetime), step) },
	} {
		for n := step; n == step; {
			var err error
			if n, err = purge(); err != nil {
				return wrap(doing, err)
			}
		}
	}
	return nil
}

// wrap says what was being done when the store could not answer. The errors
// that callers compare with stay as they are.
func wrap(doing string, err error) error {
	switch {
	case err == nil, errors.Is(err, ErrUserNotFound), errors.Is(err, ErrUsernameTaken), errors.Is(err, ErrUserChanged), errors.Is(err, ErrNotAllowed),
		errors.Is(err, ErrThrottled), errors.Is(err, ErrInvalidReset):
		return err
	}
	return fmt.Errorf("account: cannot %s: %w", doing, err)
}
