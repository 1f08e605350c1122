package measure

import (
	"time"

	"golang.org/x/sys/unix"
)

// threadTime is how much CPU time the calling thread has used, of user and
// system.
func threadTime() time.Duration {
	var t unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t) // cannot fail for oneself
	return time.Duration(t.Nano())
}
