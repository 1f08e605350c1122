package measure

import (
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// Virtual machines seldom have a cycle counter; the kernel's own task clock is
// read the same way.
func TestCounter(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	c, err := openCounter(unix.PERF_TYPE_SOFTWARE, unix.PERF_COUNT_SW_TASK_CLOCK)
	if err != nil {
		t.Logf("this kernel does not allow perf events: %v", err)
		c = nil
	}
	defer c.Close()
	before := c.Read()
	_ = hash(1 << 20)(10)
	if after := c.Read(); c != nil && after <= before {
		t.Errorf("the counter went from %d to %d", before, after)
	}
}
