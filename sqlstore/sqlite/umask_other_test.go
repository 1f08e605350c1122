//go:build !unix

package sqlite_test

func setUmask(int) (restore func()) { return func() {} }
