//go:build !unix

package sqlite

// syncDir does nothing: this system gives no way to put a directory on the disk.
func syncDir(string) error { return nil }
