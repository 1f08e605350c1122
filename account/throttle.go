package account

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/netip"
	"sync/atomic"
	"time"
)

// Throttle limits guessing. The zero value is on, with the defaults named at
// each field. Its counters are in the store: they hold for all processes and
// survive a restart.
//
// An account that is being guessed at slows down: after DelayFrom failures in a
// row each further attempt has to wait, twice as long each time, and after Stop
// failures none is accepted until the password is changed or reset, or Unlock
// is called (SP 800-63B-4, section 3.2.2: at most 100). An attempt that comes
// too soon, or at a stopped account, is answered like a wrong password, even if
// the password is right, and is not counted. A success starts the row anew.
//
// Whoever guesses can so keep the owner out. Therefore attempts that
// CheckPassword makes for a signed-in person, and those from a device that has
// signed in before (Credentials.KnownDevice), are counted in rows of their own.
//
// Besides, each client address has a number of attempts that fills up again
// with time; when it is used up the answer is a *ThrottledError. IPv6 addresses
// count by their /64, which is what one customer gets. Attempts that succeed
// are given back, so that an office behind one address is not slowed by its
// honest users. A client without an address is not limited.
type Throttle struct {
	// DelayFrom is the number of failures in a row from which on the next
	// attempt has to wait. Defaults to 5.
	DelayFrom int
	// FirstDelay is the first wait. Defaults to 1 second.
	FirstDelay time.Duration
	// MaxDelay ends the doubling. Defaults to 15 minutes.
	MaxDelay time.Duration
	// Stop is the number of failures in a row after which no attempt is
	// accepted. Defaults to 100, which is also the most allowed.
	Stop int
	// ClientBurst is how many failed sign-ins an address may make at once, and
	// how many reset tokens it may present that are not good. Defaults to 50.
	ClientBurst int
	// ClientRefill is the time after which one of them may be made again.
	// Defaults to 30 seconds.
	ClientRefill time.Duration
	// SignUpBurst is how many sign-ups an address may make at once, whether
	// they succeed or not: each tells whether a name is taken. As many requests
	// for reset links are counted apart. Defaults to 100.
	SignUpBurst int
	// SignUpRefill is the time after which one of them may be made again.
	// Defaults to 1 minute.
	SignUpRefill time.Duration
	// InsecureOff turns all of this off.
	InsecureOff bool
}

// nistStop is the most failures in a row that SP 800-63B-4 allows.
const nistStop = 100

func (t Throttle) orDefault() Throttle {
	number := func(p *int, d int) {
		if *p == 0 {
			*p = d
		}
	}
	duration := func(p *time.Duration, d time.Duration) {
		if *p == 0 {
			*p = d
		}
	}
	number(&t.DelayFrom, 5)
	duration(&t.FirstDelay, time.Second)
	duration(&t.MaxDelay, 15*time.Minute)
	number(&t.Stop, nistStop)
	number(&t.ClientBurst, 50)
	duration(&t.ClientRefill, 30*time.Second)
	number(&t.SignUpBurst, 100)
	duration(&t.SignUpRefill, time.Minute)
	return t
}

func (t Throttle) check() error {
	var errs []error
	if t.DelayFrom < 0 || t.Stop < 0 || t.ClientBurst < 0 || t.SignUpBurst < 0 ||
		t.FirstDelay < 0 || t.MaxDelay < 0 || t.ClientRefill < 0 || t.SignUpRefill < 0 {
		errs = append(errs, errors.New("account: Config.Throttle: no value may be negative; zero means the default"))
	}
	if t.Stop > nistStop {
		errs = append(errs, errors.New("account: Config.Throttle: Stop may be at most 100 (NIST SP 800-63B-4, section 3.2.2)"))
	}
	if t.DelayFrom > t.Stop {
		errs = append(errs, errors.New("account: Config.Throttle: DelayFrom must not be above Stop"))
	}
	if t.FirstDelay > t.MaxDelay {
		errs = append(errs, errors.New("account: Config.Throttle: FirstDelay must not be above MaxDelay"))
	}
	return errors.Join(errs...)
}

// delay is the wait that follows the given number of failures in a row.
func (t Throttle) delay(failures int64) time.Duration {
	d := t.FirstDelay
	for i := int64(t.DelayFrom); i < failures && d < t.MaxDelay; i++ {
		d *= 2
	}
	if failures < int64(t.DelayFrom) {
		return 0
	}
	return min(d, t.MaxDelay)
}

// throttle applies a Throttle to the counters of a store.
type throttle struct {
	limits atomic.Pointer[Throttle]
	store  AttemptStore
	now    func() time.Time
	// nonce keys the names of unknown users: people type their password into
	// the wrong field, and the store must not keep even a plain hash of it.
	nonce []byte
}

func newThrottle(rules Throttle, store AttemptStore, now func() time.Time) *throttle {
	nonce := make([]byte, sha256.Size)
	rand.Read(nonce) // never fails
	t := &throttle{store: store, now: now, nonce: nonce}
	t.limits.Store(&rules)
	return t
}

// rules are the limits in force.
func (t *throttle) rules() Throttle { return *t.limits.Load() }

// row is a row of failures in the store.
type row struct {
	key string
	// keep is how long it is kept after the last failure; zero means for ever.
	keep time.Duration
}

// Rows of known users are kept until a success: nothing else may end a row of
// failures. Rows of devices and unknown names are many and are kept long
// enough to behave like the others.
const (
	keepDevice  = 30 * 24 * time.Hour
	keepUnknown = 24 * time.Hour
)

func accountRow(userID string) row { return row{key: "account/" + userID} }
func sessionRow(userID string) row { return row{key: "session/" + userID} }

func deviceRow(userID, device string) row {
	sum := sha256.Sum256([]byte(device))
	return row{key: "device/" + userID + "/" + base64.RawURLEncoding.EncodeToString(sum[:16]), keep: keepDevice}
}

func (t *throttle) unknownRow(name string) row {
	mac := hmac.New(sha256.New, t.nonce)
	mac.Write([]byte(name))
	return row{key: "unknown/" + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), keep: keepUnknown}
}

// verdict is what reserve says to an attempt.
type verdict struct {
	// allowed attempts were counted as failures beforehand, so that of any
	// number of attempts at once only those within the limit are looked at.
	allowed bool
	// stopped: the row is at its end, by this attempt or an earlier one.
	stopped bool
}

// reserve asks for one attempt.
func (t *throttle) reserve(ctx context.Context, r row) (v verdict, err error) {
	if t.rules().InsecureOff {
		return verdict{allowed: true}, nil
	}
	err = t.store.UpdateAttempts(ctx, r.key, func(a Attempts) Attempts {
		now := t.now()
		a, v = t.rules().next(a, now)
		if v.allowed && r.keep > 0 {
			a.ExpiresAt = now.Add(r.keep)
		}
		return a
	})
	return v, err
}

// next is what becomes of a row when an attempt comes at now.
func (t Throttle) next(a Attempts, now time.Time) (Attempts, verdict) {
	if !a.ExpiresAt.IsZero() && !now.Before(a.ExpiresAt) {
		a = Attempts{}
	}
	stop := int64(t.Stop)
	if a.Count >= stop {
		return a, verdict{stopped: true}
	}
	if a.At.After(now) {
		// The clock was set back. Waiting starts anew, or it could take years.
		a.At = now
	}
	if a.Count > 0 && now.Sub(a.At) < t.delay(a.Count) {
		return a, verdict{}
	}
	a.Count++
	a.At = now
	return a, verdict{allowed: true, stopped: a.Count == stop}
}

// stopped says whether a row is at its end.
func (t *throttle) stopped(ctx context.Context, r row) (bool, error) {
	if t.rules().InsecureOff {
		return false, nil
	}
	var now Attempts
	err := t.store.UpdateAttempts(ctx, r.key, func(a Attempts) Attempts {
		now = a
		return a
	})
	return now.Count >= int64(t.rules().Stop), err
}

// clear ends a row of failures.
func (t *throttle) clear(ctx context.Context, rows ...row) error {
	for _, r := range rows {
		err := t.store.UpdateAttempts(ctx, r.key, func(Attempts) Attempts { return Attempts{} })
		if err != nil {
			return err
		}
	}
	return nil
}

// bucket holds attempts of one client address. In the store it is the time at
// which the bucket is full again, from which the number left follows (the
// generic cell rate algorithm).
type bucket struct {
	// key is empty for a client without an address, who is not limited.
	key    string
	burst  int
	refill time.Duration
}

func (t *throttle) signInBucket(address string) bucket {
	return bucket{key: bucketKey("client/", address), burst: t.rules().ClientBurst, refill: t.rules().ClientRefill}
}

func (t *throttle) signUpBucket(address string) bucket {
	return bucket{key: bucketKey("sign-up/", address), burst: t.rules().SignUpBurst, refill: t.rules().SignUpRefill}
}

func (t *throttle) resetBucket(address string) bucket {
	return bucket{key: bucketKey("reset-from/", address), burst: t.rules().SignUpBurst, refill: t.rules().SignUpRefill}
}

func (t *throttle) resetUseBucket(address string) bucket {
	return bucket{key: bucketKey("reset-use/", address), burst: t.rules().ClientBurst, refill: t.rules().ClientRefill}
}

func bucketKey(prefix, address string) string {
	n := network(address)
	if n == "" {
		return ""
	}
	return prefix + n
}

// network is what counts as one client: an IPv4 address, or the /64 of an IPv6
// address. Empty if address is none.
func network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return ""
	}
	a = a.Unmap().WithZone("")
	if a.Is4() {
		return a.String()
	}
	prefix, _ := a.Prefix(64) // 64 is in range
	return prefix.String()
}

// take takes one attempt out of the bucket, or returns a *ThrottledError.
func (t *throttle) take(ctx context.Context, b bucket) error {
	if t.rules().InsecureOff || b.key == "" {
		return nil
	}
	var wait time.Duration
	err := t.store.UpdateAttempts(ctx, b.key, func(a Attempts) Attempts {
		a, wait = b.take(a, t.now())
		return a
	})
	if err == nil && wait > 0 {
		return &ThrottledError{RetryAfter: wait}
	}
	return err
}

func (b bucket) take(a Attempts, now time.Time) (Attempts, time.Duration) {
	size := time.Duration(b.burst) * b.refill
	full := a.At
	if full.Before(now) {
		full = now
	}
	if full.Sub(now) > size {
		// The clock was set back, or the bucket made smaller.
		full = now.Add(size)
		a = Attempts{At: full, ExpiresAt: full}
	}
	if wait := full.Add(b.refill).Sub(now) - size; wait > 0 {
		return a, wait
	}
	full = full.Add(b.refill)
	return Attempts{At: full, ExpiresAt: full}, 0
}

// giveBack returns what take took.
func (t *throttle) giveBack(ctx context.Context, b bucket) error {
	if t.rules().InsecureOff || b.key == "" {
		return nil
	}
	return t.store.UpdateAttempts(ctx, b.key, func(a Attempts) Attempts {
		full := a.At.Add(-b.refill)
		if a.At.IsZero() || !full.After(t.now()) {
			return Attempts{}
		}
		return Attempts{At: full, ExpiresAt: full}
	})
}
