//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package jwt

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// withKeyFileLock runs f while no other process holds the lock. The lock is on
// the directory, since the file itself is replaced.
func withKeyFileLock(path string, f func() error) error {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer dir.Close() // releases the lock
	if err := flock(int(dir.Fd())); err != nil {
		return fmt.Errorf("jwt: locking %s: %w", dir.Name(), err)
	}
	return f()
}

func flock(fd int) error {
	for {
		err := syscall.Flock(fd, syscall.LOCK_EX)
		if err != syscall.EINTR {
			return err
		}
	}
}
