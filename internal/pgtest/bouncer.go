package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// Bouncer is a pgbouncer in front of a Cluster, in transaction mode: each
// transaction may get another connection to the server than the one before.
type Bouncer struct {
	dir string
	cmd *exec.Cmd
}

// bouncerConfig passes databases on by their names. Two connections to the
// server for each of them make sure that clients share.
const bouncerConfig = `[databases]
* = host=%s user=postgres
[pgbouncer]
listen_addr =
unix_socket_dir = %s
auth_type = any
pool_mode = transaction
default_pool_size = 2
server_reset_query_always = 0
`

// StartBouncer starts an installed pgbouncer.
func (c *Cluster) StartBouncer(ctx context.Context) (*Bouncer, error) {
	path, err := exec.LookPath("pgbouncer")
	if err != nil {
		if path, err = exec.LookPath("/usr/sbin/pgbouncer"); err != nil {
			return nil, errors.New("pgbouncer is not installed")
		}
	}
	dir, err := os.MkdirTemp(c.dir, "bouncer-")
	if err != nil {
		return nil, err
	}
	b := &Bouncer{dir: dir}
	config := filepath.Join(dir, "pgbouncer.ini")
	if err := os.WriteFile(config, fmt.Appendf(nil, bouncerConfig, c.dir, dir), 0o644); err != nil {
		return nil, err
	}
	b.cmd = exec.Command(path, "--quiet", config)
	if c.owner != nil {
		uid, gid, err := numbers(c.owner)
		if err != nil {
			return nil, err
		}
		if err := os.Chown(dir, uid, gid); err != nil {
			return nil, err
		}
	}
	if err := as(b.cmd, c.owner, dir); err != nil {
		return nil, err
	}
	if err := b.cmd.Start(); err != nil {
		return nil, err
	}
	for {
		err := ping(ctx, b.DSN("postgres"))
		if err == nil {
			return b, nil
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(fmt.Errorf("pgbouncer does not answer: %w", err), b.Stop())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// DSN leads through the pgbouncer to a database of the cluster.
func (b *Bouncer) DSN(database string) string {
	return "postgres://postgres@/" + database + "?port=6432&host=" + b.dir
}

// Stop stops the pgbouncer.
func (b *Bouncer) Stop() error {
	if err := b.cmd.Process.Kill(); err != nil {
		return err
	}
	_ = b.cmd.Wait() // it was killed
	return nil
}
