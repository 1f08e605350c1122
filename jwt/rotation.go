package jwt

import (
	"fmt"
	"slices"
	"time"
)

// Rotation is a schedule for [Keyring.Rotate].
type Rotation struct {
	// Every is how long a key signs before the next takes over. 0: the next
	// one is due now (a rotation by hand).
	Every time.Duration
	// PublishAhead is how long a new key is published before it signs: longer
	// than anyone who verifies keeps a copy of the JWKS, and than other
	// processes take to Reload. 0: it signs at once, and when Every is 0 too, so
	// does a standby key that is there and was to wait.
	PublishAhead time.Duration
	// VerifyFor is how long a key verifies after it stopped signing: the
	// longest life of a token it signed, plus leeway, plus the time other
	// processes take to Reload. Required: [Keyring.RetireNow] is the way to
	// end a key's tokens at once.
	VerifyFor time.Duration
	// Now is the time to go by. Zero: the current time.
	Now time.Time
}

// Rotate does whatever of the schedule is due: it makes the next key as
// standby, lets a standby key whose time has come take over and retires the
// active one, and deletes retired keys whose last token has ended. It reports
// whether it changed anything. Call it as often as you like; several processes
// may call it on one file.
func (r *Keyring) Rotate(plan Rotation) (changed bool, err error) {
	if plan.Every < 0 || plan.PublishAhead < 0 || plan.VerifyFor <= 0 {
		return false, fmt.Errorf("%w: Rotation: Every and PublishAhead must not be negative, VerifyFor must be above 0", ErrKey)
	}
	if plan.Now.IsZero() {
		plan.Now = time.Now()
	}
	plan.Now = plan.Now.UTC().Truncate(time.Second)
	err = r.change(func(keys []ringKey) ([]ringKey, error) {
		after, err := plan.apply(r.alg, slices.Clone(keys))
		changed = err == nil && !slices.Equal(keys, after)
		return after, err
	})
	return changed && err == nil, err
}

func (plan Rotation) apply(alg Algorithm, keys []ringKey) ([]ringKey, error) {
	keys = slices.DeleteFunc(keys, func(k ringKey) bool {
		return k.State == KeyRetired && !k.ForgetAt.IsZero() && !plan.Now.Before(k.ForgetAt)
	})
	active := slices.IndexFunc(keys, func(k ringKey) bool { return k.State == KeyActive })
	if active < 0 {
		return nil, fmt.Errorf("%w: the keyring has no active key", ErrKey)
	}
	if oldestStandby(keys) == nil {
		takeover := plan.takeover(keys[active])
		if plan.Now.Before(takeover.Add(-plan.PublishAhead)) {
			return keys, nil
		}
		next, err := newRingKey(alg, KeyStandby, plan.Now)
		if err != nil {
			return nil, err
		}
		// A schedule that was not kept does not shorten the publication.
		next.ActiveAt = later(takeover, plan.Now.Add(plan.PublishAhead))
		keys = append(keys, next)
	}
	atOnce := plan.Every == 0 && plan.PublishAhead == 0
	if next := oldestStandby(keys); atOnce || !plan.Now.Before(next.ActiveAt) {
		if err := plan.retire(&keys[active]); err != nil {
			return nil, err
		}
		next.State, next.ActiveAt = KeyActive, plan.Now
	}
	return keys, nil
}

// takeover is when the active key's time is up.
func (plan Rotation) takeover(active ringKey) time.Time {
	if plan.Every == 0 {
		return plan.Now
	}
	return active.ActiveAt.Add(plan.Every)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// retire stops a key from signing. Its private half is of no more use and goes.
func (plan Rotation) retire(k *ringKey) error {
	if k.key.public != nil {
		public, err := NewVerificationKey(k.key.alg, k.key.public)
		if err != nil {
			return err
		}
		if k.key, err = public.WithID(k.ID); err != nil {
			return err
		}
	}
	k.State, k.RetiredAt, k.ForgetAt = KeyRetired, plan.Now, plan.Now.Add(plan.VerifyFor)
	return nil
}
