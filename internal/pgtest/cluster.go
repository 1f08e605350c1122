package pgtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Cluster is a private PostgreSQL server. It listens on a Unix socket in a
// directory that only its user can enter, and on nothing else.
type Cluster struct {
	// DSN leads to the server as a superuser.
	DSN string

	dir   string
	owner *user.User // whom it runs as, if not as us
	cmd   *exec.Cmd
	stdin io.Closer
}

// guard runs a server for as long as its own standard input is open, so that no
// server outlives the tests however they end, and removes what it leaves. A server
// that is killed is started again, as a machine's supervisor would.
const guard = `dir=$1; shift
until "$@" >>"$dir/log" 2>&1 || [ -e "$dir/stop" ]; do sleep 0.1; done & loop=$!
cat >/dev/null
touch "$dir/stop"
while kill -0 $loop 2>/dev/null; do
	kill -INT "$(head -n 1 "$dir/data/postmaster.pid" 2>/dev/null)" 2>/dev/null
	sleep 0.1
done
rm -rf "$dir"`

// startTimeout is how long a server may take to answer on a busy machine.
const startTimeout = time.Minute

// Start makes and starts a server from installed binaries. As root it runs them
// as another user, because PostgreSQL refuses to run as root.
func Start(ctx context.Context) (*Cluster, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	owner, err := serverUser()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "latchkey-postgres-")
	if err != nil {
		return nil, err
	}
	c := &Cluster{DSN: "postgres://postgres@/postgres?host=" + dir, dir: dir, owner: owner}
	if err := c.start(ctx, bin, owner); err != nil {
		return nil, errors.Join(err, c.Stop(), os.RemoveAll(dir))
	}
	return c, nil
}

func (c *Cluster) start(ctx context.Context, bin string, owner *user.User) error {
	if owner != nil {
		uid, gid, err := numbers(owner)
		if err != nil {
			return err
		}
		if err := os.Chown(c.dir, uid, gid); err != nil {
			return err
		}
	}
	data := filepath.Join(c.dir, "data")
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"),
		"-D", data, "-U", "postgres", "-E", "UTF8", "--locale=C", "--auth=trust", "--no-sync")
	if err := as(initdb, owner, c.dir); err != nil {
		return err
	}
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, bytes.TrimSpace(out))
	}

	// Tests kill clients, not this server's machine: it need not wait for the
	// disk.
	c.cmd = exec.Command("sh", "-c", guard, "guard", c.dir, filepath.Join(bin, "postgres"),
		"-D", data, "-k", c.dir, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=300")
	if err := as(c.cmd, owner, c.dir); err != nil {
		return err
	}
	stdin, err := c.cmd.StdinPipe()
	if err != nil {
		return err
	}
	c.stdin = stdin
	if err := c.cmd.Start(); err != nil {
		return err
	}
	return c.Wait(ctx)
}

// Wait returns when the server answers.
func (c *Cluster) Wait(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		err := ping(ctx, c.DSN)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			log, _ := os.ReadFile(filepath.Join(c.dir, "log"))
			return fmt.Errorf("the server does not answer: %w: %s", err, bytes.TrimSpace(log))
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Kill kills the server process as the machine would that runs out of memory.
// The server starts again by itself; Wait returns when it answers.
func (c *Cluster) Kill() error {
	pid, err := c.pid()
	if err != nil {
		return err
	}
	process, err := os.FindProcess(pid)
	if err != nil {
		return err
	}
	return process.Kill()
}

// LimitFiles bounds the size of every file that connections opened from now on
// write, so that the database is full at some point; it needs prlimit, which every
// Linux has. Segments of the log are 16 MiB; less would
// stop the server.
func (c *Cluster) LimitFiles(bytes int64) error {
	pid, err := c.pid()
	if err != nil {
		return err
	}
	// As the server's own user: root of a container may not.
	prlimit := exec.Command("prlimit", "--pid", strconv.Itoa(pid), "--fsize="+strconv.FormatInt(bytes, 10)+":")
	if err := as(prlimit, c.owner, c.dir); err != nil {
		return err
	}
	if out, err := prlimit.CombinedOutput(); err != nil {
		return fmt.Errorf("prlimit: %w: %s", err, out)
	}
	return nil
}

func (c *Cluster) pid() (int, error) {
	text, err := os.ReadFile(filepath.Join(c.dir, "data", "postmaster.pid"))
	if err != nil {
		return 0, err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	return strconv.Atoi(first)
}

// Stop stops the server and removes its files.
func (c *Cluster) Stop() error {
	if c.stdin == nil {
		return nil
	}
	err := c.stdin.Close()
	c.stdin = nil
	return errors.Join(err, c.cmd.Wait())
}

// binaries finds the directory of the newest installed server.
func binaries() (string, error) {
	if path, err := exec.LookPath("postgres"); err == nil {
		return filepath.Dir(path), nil
	}
	var found []string
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin/postgres", // Debian, Ubuntu
		"/usr/pgsql-*/bin/postgres",          // Red Hat
		"/opt/homebrew/opt/postgresql@*/bin/postgres",
		"/usr/local/opt/postgresql@*/bin/postgres",
	} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			return "", err
		}
		found = append(found, paths...)
	}
	if len(found) == 0 {
		return "", errors.New("no PostgreSQL server is installed")
	}
	return filepath.Dir(slices.Max(found)), nil
}

// serverUser is whom to run the server as; nil for the user we are.
func serverUser() (*user.User, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			return u, nil
		}
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is no user postgres or nobody")
}

func numbers(u *user.User) (uid, gid int, err error) {
	uid, err = strconv.Atoi(u.Uid)
	if err != nil {
		return 0, 0, err
	}
	gid, err = strconv.Atoi(u.Gid)
	return uid, gid, err
}
