//go:build unix

package sqlite

import "os"

// syncDir puts the names of a directory's files on the disk.
func syncDir(dir string) error { return syncPath(dir, os.O_RDONLY) }
