//go:build !linux

package measure

import "time"

// threadTime is that of the whole process, where a thread's is not known.
func threadTime() time.Duration { return CPUTime() }
