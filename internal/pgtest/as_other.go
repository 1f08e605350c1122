//go:build !unix

package pgtest

import (
	"errors"
	"os/exec"
	"os/user"
)

func as(*exec.Cmd, *user.User, string) error {
	return errors.New("a server can only be started on Unix")
}
