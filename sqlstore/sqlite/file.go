package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// others are the permission bits that nobody but the owner may have.
const others fs.FileMode = 0o077

// prepareFile makes the file and its directory if need be, and refuses them if
// others may read them. SQLite gives its side files the mode of the file, so
// the file must have it before SQLite opens it.
func prepareFile(path string) error {
	if path == "" || strings.HasPrefix(path, ":") || strings.HasPrefix(path, "file:") {
		return fmt.Errorf("sqlite: %q is not the path of a file", path)
	}
	if err := prepareDir(filepath.Dir(path)); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		// Judged below.
	case err != nil:
		return fmt.Errorf("sqlite: %w", err)
	default:
		if err := f.Close(); err != nil {
			return fmt.Errorf("sqlite: %w", err)
		}
	}
	for _, name := range filesOf(path) {
		if err := checkFile(name); err != nil {
			return err
		}
	}
	return nil
}

// sideFiles are what SQLite puts behind a database's name for the files beside it.
var sideFiles = []string{"-wal", "-shm", "-journal"}

// filesOf names a database and what may be beside it.
func filesOf(path string) []string {
	names := []string{path}
	for _, end := range sideFiles {
		names = append(names, path+end)
	}
	return names
}

func prepareDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	if tooWide(info) {
		return fmt.Errorf("sqlite: directory %s has mode %04o, so that others can look into it: put the file into a directory of its own, or run chmod 700 %s",
			dir, info.Mode().Perm(), dir)
	}
	return nil
}

// checkFile judges a file that may be missing.
func checkFile(name string) error {
	info, err := os.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("sqlite: %w", err)
	case !info.Mode().IsRegular():
		return fmt.Errorf("sqlite: %s is not a regular file (a link is not followed)", name)
	case tooWide(info):
		return fmt.Errorf("sqlite: %s has mode %04o, so that others can read it: run chmod 600 %s", name, info.Mode().Perm(), name)
	}
	return nil
}

// tooWide says whether others have any right. Windows keeps its rights
// elsewhere and shows every file as wide.
func tooWide(info fs.FileInfo) bool {
	return runtime.GOOS != "windows" && info.Mode().Perm()&others != 0
}
