package server

import (
	"errors"
	"fmt"
	"time"
)

// The most that the limits of guessing may be set to: beyond, they are none.
const (
	mostBurst  = 10_000
	mostRefill = time.Hour
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
	return errors.Join(errs...)
}
