package installation

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
)

// openDataDir makes the directory, or checks the one that is there: it must be
// ours to write and nobody else's to look into, for the keys in it can sign
// anybody in.
func openDataDir(dir string) error {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return fmt.Errorf("cannot use the data directory %s: it is a file and not a directory; choose another with --data", dir)
	}
	// What a umask leaves of 0700 is never wider.
	err := os.MkdirAll(dir, 0o700)
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("cannot make the data directory %s: permission denied; choose another with --data, or make it and give it to this user", dir)
	}
	if err != nil {
		return fmt.Errorf("cannot make the data directory %s: %w; choose another with --data", dir, cause(err))
	}
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("cannot use the data directory %s: %w", dir, cause(err))
	}
	// Windows keeps rights elsewhere and shows every directory as wide.
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return fmt.Errorf("the data directory %s is open to other users (mode %04o); close it with: chmod 700 %s", dir, mode, dir)
	}
	return checkWritable(dir)
}

// checkWritable finds out by writing: modes do not tell of read-only file
// systems and access lists.
func checkWritable(dir string) error {
	probe, err := os.CreateTemp(dir, ".write-check-*")
	if err != nil {
		return fmt.Errorf("cannot write to the data directory %s: %w; choose another with --data, or give it to this user", dir, cause(err))
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// cause is err without the path and the call, which our own words have already.
func cause(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}
