//go:build unix

package measure

import (
	"syscall"
	"time"
)

// CPUTime is how much CPU time this process has used, of user and system.
func CPUTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // cannot fail for oneself
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
