package servers

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// cpuOf is the CPU time that a process has used, of user and system, in all its
// threads. It is the process's own clock (clock_getcpuclockid), exact to
// nanoseconds: what /proc says is rounded to 10 ms.
func cpuOf(pid int) (time.Duration, error) {
	const scheduled = 2 // the clock of what was run, of the whole process
	var t unix.Timespec
	if err := unix.ClockGettime(int32(^pid)<<3|scheduled, &t); err != nil {
		return 0, fmt.Errorf("the CPU time of process %d: %w", pid, err)
	}
	return time.Duration(t.Nano()), nil
}
