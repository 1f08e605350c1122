package jwt

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/latchkey-go/latchkey/internal/loopback"
)

// RemoteConfig says whose keys [RemoteKeys] follows.
type RemoteConfig struct {
	// Issuer is the iss of the tokens. Required: the keys are good for tokens
	// of this issuer only, so that no issuer can vouch for another's users
	// whatever kid it uses.
	Issuer string
	// URL is where the issuer publishes its JWKS. Required: https, or http on
	// loopback. It never comes from a token.
	URL string
	// Transport makes the requests. Defaults to http.DefaultTransport.
	Transport http.RoundTripper
	// Timeout bounds one fetch. Defaults to 5 seconds.
	Timeout time.Duration
	// Refresh is how old keys may be before they are fetched again. Defaults
	// to 1 hour.
	Refresh time.Duration
	// MaxStale is how old keys may be and still verify while fetching fails.
	// Defaults to 24 hours; never below Refresh.
	MaxStale time.Duration
	// RetryAfter is how long no other fetch is made after one, whether because
	// a token names an unknown key or because fetching failed. Defaults to 30
	// seconds. It is also how long a key that has just been published may go
	// unseen.
	RetryAfter time.Duration
	// Now tells the time. Defaults to time.Now.
	Now func() time.Time
}

// RemoteKeys verifies tokens of another issuer with the keys it publishes (RFC
// 7517, section 5). Keys are fetched when they are first needed, when they have
// become old, and when a token names a key that is not known; at most one fetch
// runs at a time, and none follows within RetryAfter, so that forged tokens
// cannot cause a stream of them. Redirects are not followed, and what a token's
// header says about where keys are is never read.
//
// It starts no goroutine of its own: fetching happens in the callers that wait
// for it. It is safe for concurrent use.
type RemoteKeys struct {
	config RemoteConfig
	client *http.Client

	current atomic.Pointer[remoteSet]
	mu      sync.Mutex
	running *fetch    // in progress, or nil
	tried   time.Time // when the last fetch ended
	failure error     // of the last fetch, nil after a good one
}

// remoteSet is what was fetched, and when.
type remoteSet struct {
	set     *KeySet
	fetched time.Time
}

// fetch is one fetch and those who wait for it.
type fetch struct {
	done chan struct{}
	err  error
}

// NewRemoteKeys checks config and returns keys that have not been fetched yet.
// All mistakes are reported at once.
func NewRemoteKeys(config RemoteConfig) (*RemoteKeys, error) {
	config.setDefaults()
	if err := config.check(); err != nil {
		return nil, err
	}
	return &RemoteKeys{
		config: config,
		client: &http.Client{
			Transport: config.Transport,
			Timeout:   config.Timeout,
			CheckRedirect: func(*http.Request, []*http.Request) error {
				return http.ErrUseLastResponse
			},
		},
	}, nil
}

func (c *RemoteConfig) setDefaults() {
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&c.Timeout, 5 * time.Second}, {&c.Refresh, time.Hour},
		{&c.MaxStale, 24 * time.Hour}, {&c.RetryAfter, 30 * time.Second},
	} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	c.MaxStale = max(c.MaxStale, c.Refresh)
	if c.Now == nil {
		c.Now = time.Now
	}
}

func (c *RemoteConfig) check() error {
	var errs []error
	if c.Issuer == "" {
		errs = append(errs, fmt.Errorf("%w: RemoteConfig.Issuer is empty", ErrKey))
	}
	if err := checkRemoteURL(c.URL); err != nil {
		errs = append(errs, err)
	}
	if c.Timeout < 0 || c.Refresh < 0 || c.MaxStale < 0 || c.RetryAfter < 0 {
		errs = append(errs, fmt.Errorf("%w: a duration of RemoteConfig is negative", ErrKey))
	}
	return errors.Join(errs...)
}

// checkRemoteURL accepts https, and http where nobody is in between.
func checkRemoteURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.Fragment != "":
		return fmt.Errorf("%w: RemoteConfig.URL must be an absolute URL without user and fragment", ErrKey)
	case u.Scheme == "https", u.Scheme == "http" && loopback.IsHost(u.Hostname()):
		return nil
	}
	return fmt.Errorf("%w: RemoteConfig.URL must be https, or http on a loopback address", ErrKey)
}

// Verify is [KeySet.Verify] with the issuer's keys. e.Issuer must be empty or
// the configured issuer, and is the latter in either case. When the keys cannot
// be had the error is ErrUnavailable: then nothing is known of the token.
func (r *RemoteKeys) Verify(ctx context.Context, token string, e Expect) (*Token, error) {
	if e.Issuer != "" && e.Issuer != r.config.Issuer {
		return nil, fmt.Errorf("%w: Issuer is not that of the remote keys", ErrExpect)
	}
	e.Issuer = r.config.Issuer
	set, err := r.fresh(ctx)
	if err != nil {
		return nil, err
	}
	t, err := set.Verify(token, e)
	if !errors.Is(err, ErrUnknownKey) {
		return t, err
	}
	// The issuer may have published a new key since.
	if fetchErr := r.fetchIfDue(ctx); fetchErr != nil {
		return nil, fetchErr
	}
	if newer := r.current.Load().set; newer != set {
		return newer.Verify(token, e)
	}
	return nil, err
}

// KeySet returns the keys last fetched, without fetching, so that RemoteKeys
// is a [KeySource]; before the first fetch it has no keys. It does not know of
// issuers: whoever uses it must set Expect.Issuer, and must call Refresh
// regularly. [RemoteKeys.Verify] does both.
func (r *RemoteKeys) KeySet() *KeySet {
	if current := r.current.Load(); current != nil {
		return current.set
	}
	return noKeys
}

// noKeys verifies nothing.
var noKeys = newKeySet(nil, nil)

// fresh returns keys that may be used, fetching them if there are none or if
// they are old.
func (r *RemoteKeys) fresh(ctx context.Context) (*KeySet, error) {
	current, now := r.current.Load(), r.config.Now()
	if current != nil && now.Sub(current.fetched) < r.config.Refresh {
		return current.set, nil
	}
	err := r.fetchIfDue(ctx)
	if err == nil {
		return r.current.Load().set, nil
	}
	if current != nil && now.Sub(current.fetched) < r.config.MaxStale {
		return current.set, nil
	}
	return nil, err
}

// Refresh fetches the keys now, or waits for a fetch that is running. The error
// is ErrUnavailable; the keys there were stay in use.
func (r *RemoteKeys) Refresh(ctx context.Context) error {
	r.mu.Lock()
	return r.fetchLocked(ctx)
}

// fetchIfDue is Refresh if enough time has passed since the last fetch. Else it
// returns what came of that one.
func (r *RemoteKeys) fetchIfDue(ctx context.Context) error {
	r.mu.Lock()
	tooSoon := !r.tried.IsZero() && r.config.Now().Sub(r.tried) < r.config.RetryAfter
	if r.running == nil && tooSoon {
		defer r.mu.Unlock()
		return r.failure
	}
	return r.fetchLocked(ctx)
}

// fetchLocked is Refresh with r.mu held, which it unlocks.
func (r *RemoteKeys) fetchLocked(ctx context.Context) error {
	if f := r.running; f != nil {
		r.mu.Unlock()
		return f.wait(ctx)
	}
	f := &fetch{done: make(chan struct{}), err: ErrUnavailable}
	r.running = f
	r.mu.Unlock()
	defer r.ended(f) // also if a Transport panics

	// Others wait for the same fetch, so it must not end with this caller.
	set, err := r.download(context.WithoutCancel(ctx))
	if err != nil {
		f.err = fmt.Errorf("%w: %w", ErrUnavailable, err)
		return f.err
	}
	r.store(set)
	f.err = nil
	return nil
}

// ended notes what came of a fetch and tells those who wait.
func (r *RemoteKeys) ended(f *fetch) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.running, r.tried, r.failure = nil, r.config.Now(), f.err
	close(f.done)
}

// wait returns what came of a fetch that somebody else makes.
func (f *fetch) wait(ctx context.Context) error {
	select {
	case <-f.done:
		return f.err
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", ErrUnavailable, ctx.Err())
	}
}

// store puts keys into force. The set stays the same if the issuer published
// the same keys again.
func (r *RemoteKeys) store(set *KeySet) {
	if old := r.current.Load(); old != nil && sameKeys(old.set, set) {
		set = old.set
	}
	r.current.Store(&remoteSet{set, r.config.Now()})
}

func sameKeys(a, b *KeySet) bool { return string(a.jwks) == string(b.jwks) }
