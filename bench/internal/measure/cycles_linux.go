package measure

import (
	"encoding/binary"
	"unsafe"

	"golang.org/x/sys/unix"
)

// cycles counts what the calling thread does, by the kernel's perf events. A
// nil one counts nothing.
type cycles struct{ fd int }

// openCycles counts user-mode CPU cycles.
func openCycles() (*cycles, error) {
	return openCounter(unix.PERF_TYPE_HARDWARE, unix.PERF_COUNT_HW_CPU_CYCLES)
}

func openCounter(kind uint32, config uint64) (*cycles, error) {
	attr := unix.PerfEventAttr{
		Type: kind, Config: config, Size: uint32(unsafe.Sizeof(unix.PerfEventAttr{})),
		Bits: unix.PerfBitExcludeKernel | unix.PerfBitExcludeHv,
	}
	fd, err := unix.PerfEventOpen(&attr, 0, -1, -1, unix.PERF_FLAG_FD_CLOEXEC)
	if err != nil {
		return nil, err
	}
	return &cycles{fd}, nil
}

// Read returns the count so far.
func (c *cycles) Read() uint64 {
	if c == nil {
		return 0
	}
	var buf [8]byte
	if n, err := unix.Read(c.fd, buf[:]); err != nil || n != len(buf) {
		return 0
	}
	return binary.NativeEndian.Uint64(buf[:])
}

// Close stops counting.
func (c *cycles) Close() {
	if c != nil {
		_ = unix.Close(c.fd)
	}
}
