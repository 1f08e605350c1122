//go:build !unix

package jwt

import (
	"fmt"
	"io/fs"
	"os"
)

// checkPrivate refuses what is no regular file. Permissions are not mode bits
// here: put the file where only the service's user can reach it.
func checkPrivate(path string, info fs.FileInfo) error {
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%w: %s must be a regular file", ErrKey, path)
	}
	return nil
}

func openNoFollow(path string) (*os.File, error) { return os.Open(path) }

// keepOwner does nothing: who may use a file comes from its directory.
func keepOwner(*os.File, string) error { return nil }

func syncDir(string) error { return nil }
