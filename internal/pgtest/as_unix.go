//go:build unix

package pgtest

import (
	"os/exec"
	"os/user"
	"syscall"
)

// as makes cmd run in dir, as another user if one is given, and in a process
// group of its own so that an interrupt at the terminal does not reach it.
func as(cmd *exec.Cmd, u *user.User, dir string) error {
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if u == nil {
		return nil
	}
	uid, gid, err := numbers(u)
	if err != nil {
		return err
	}
	cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return nil
}
