package server

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/account"
)

func TestAccountThrottleCheck(t *testing.T) {
	for name, c := range map[string]struct {
		limits account.Throttle
		want   []string // parts of the error; none: it is allowed
	}{
		"default":             {account.Throttle{}, nil},
		"strict":              {account.Throttle{DelayFrom: 1, Stop: 1, FirstDelay: time.Hour, MaxDelay: time.Hour}, nil},
		"lock below delay":    {account.Throttle{Stop: 3}, []string{"--account-delay-from 5 must be from 1 to --account-lock-after, which is 3"}},
		"never locked":        {account.Throttle{Stop: 101}, []string{"--account-lock-after 101 must be from 1 to 100"}},
		"negative":            {account.Throttle{Stop: -1, FirstDelay: -1}, []string{"--account-lock-after -1", "--account-first-delay -1ns"}},
		"delay from negative": {account.Throttle{DelayFrom: -1}, []string{"--account-delay-from -1"}},
		"first above most":    {account.Throttle{FirstDelay: time.Hour}, []string{"--account-first-delay 1h0m0s must be from 1s to --account-max-delay, which is 15m0s"}},
		"long":                {account.Throttle{MaxDelay: 25 * time.Hour}, []string{"--account-max-delay 25h0m0s must be from 1s to 24h"}},
		"all at once":         {account.Throttle{Stop: 200, MaxDelay: time.Millisecond, ClientBurst: -1}, []string{"--account-lock-after", "--account-max-delay", "--sign-in-burst"}},
	} {
		t.Run(name, func(t *testing.T) {
			err := Check(Config{Addr: "127.0.0.1:8080", Throttle: c.limits})
			if len(c.want) == 0 && err != nil {
				t.Errorf("refused: %v", err)
			}
			for _, want := range c.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want %q in it", err, want)
				}
			}
			// What is allowed here is allowed by the service.
			if err == nil {
				s := keyServer(t, filepath.Join(t.TempDir(), "data"), &handClock{now: time.Now()}, 0)
				if err := s.people.SetThrottle(c.limits); err != nil {
					t.Errorf("package account refuses: %v", err)
				}
			}
		})
	}
}
