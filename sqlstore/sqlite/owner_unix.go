//go:build unix

package sqlite

import (
	"os"
	"syscall"
)

// giveToOwnerOf gives f to the owner of a directory: when root restores the
// database of a server that runs as another user, the server can still open it.
func giveToOwnerOf(dir string, f *os.File) error {
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok || os.Geteuid() != 0 || owner.Uid == 0 {
		return nil
	}
	return f.Chown(int(owner.Uid), int(owner.Gid))
}
