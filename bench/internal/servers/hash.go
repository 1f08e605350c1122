package servers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
)

// Password hashes, with the parameters that the servers have by default.
const (
	argon2id = "argon2id"
	bcrypt10 = "bcrypt"
)

// Hash does one password hash for each byte of in, and answers it with a byte.
func Hash(kind string, in io.Reader, out io.Writer) error {
	do := map[string]func(){
		argon2id: func() { argon2.IDKey([]byte(password), make([]byte, 16), 2, 19<<10, 1, 32) },
		bcrypt10: func() { _, _ = bcrypt.GenerateFromPassword([]byte(password), bcrypt.DefaultCost) }, // it is short enough
	}[kind]
	if do == nil {
		return fmt.Errorf("unknown hash %q", kind)
	}
	one := make([]byte, 1)
	for {
		if _, err := io.ReadFull(in, one); err != nil {
			return nil // that was all
		}
		do()
		if _, err := out.Write(one); err != nil {
			return err
		}
	}
}

// hasher is a process that does nothing but hash.
type hasher struct {
	cmd *exec.Cmd
	mu  sync.Mutex
	in  io.WriteCloser
	out io.Reader
}

// startHasher starts this program again to do hashes of a kind.
func startHasher(ctx context.Context, kind string) (*hasher, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	h := &hasher{cmd: exec.CommandContext(ctx, self, "hash", "-kind", kind)}
	if h.in, err = h.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if h.out, err = h.cmd.StdoutPipe(); err != nil {
		return nil, err
	}
	if err := h.cmd.Start(); err != nil {
		return nil, err
	}
	return h, h.hash()
}

// hash does one hash, after those that others have asked for.
func (h *hasher) hash() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	one := make([]byte, 1)
	if _, err := h.in.Write(one); err != nil {
		return err
	}
	_, err := io.ReadFull(h.out, one)
	return err
}

func (h *hasher) cpu() (time.Duration, error) { return cpuOf(h.cmd.Process.Pid) }

func (h *hasher) stop() error { return errors.Join(h.in.Close(), h.cmd.Wait()) }
