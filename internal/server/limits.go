package server

import (
	"cmp"
	"errors"
	"fmt"
	"time"
)

// The most that the limits of guessing may be set to: beyond, they are none.
const (
	mostBurst  = 10_000
	mostRefill = time.Hour
	mostDelay  = 24 * time.Hour

	// mostFailures is that of account.Throttle.Stop (SP 800-63B-4, section 3.2.2).
	mostFailures = 100
)

// checkThrottle says what is wrong with the limits of guessing, in the words of
// the command line. Zero is the default.
func (c *Config) checkThrottle() error {
	var errs []error
	for _, limit := range []struct {
		flag   string
		burst  int
		refill time.Duration
	}{
		{"--sign-in", c.Throttle.ClientBurst, c.Throttle.ClientRefill},
		{"--sign-up", c.Throttle.SignUpBurst, c.Throttle.SignUpRefill},
	} {
		if limit.burst < 0 || limit.burst > mostBurst {
			errs = append(errs, fmt.Errorf("%s-burst %d must be from 1 to %d", limit.flag, limit.burst, mostBurst))
		}
		if limit.refill != 0 && limit.refill < time.Second || limit.refill > mostRefill {
			errs = append(errs, fmt.Errorf("%s-refill %v must be from 1s to 1h", limit.flag, limit.refill))
		}
	}
	return errors.Join(append(errs, c.checkAccountThrottle()...)...)
}

// checkAccountThrottle does so of the limits of one account. What is compared
// with another setting counts with its default.
func (c *Config) checkAccountThrottle() []error {
	var errs []error
	refuse := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	limits := c.Throttle
	if limits.Stop < 0 || limits.Stop > mostFailures {
		refuse("--account-lock-after %d must be from 1 to %d: NIST SP 800-63B-4 allows no more", limits.Stop, mostFailures)
	} else if from, stop := cmp.Or(limits.DelayFrom, 5), cmp.Or(limits.Stop, mostFailures); from < 1 || from > stop {
		refuse("--account-delay-from %d must be from 1 to --account-lock-after, which is %d", from, stop)
	}
	first, most := cmp.Or(limits.FirstDelay, time.Second), cmp.Or(limits.MaxDelay, 15*time.Minute)
	if most < time.Second || most > mostDelay {
		refuse("--account-max-delay %v must be from 1s to 24h", most)
	} else if first < time.Second || first > most {
		refuse("--account-first-delay %v must be from 1s to --account-max-delay, which is %v", first, most)
	}
	return errs
}
