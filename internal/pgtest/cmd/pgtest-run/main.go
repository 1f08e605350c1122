// Command pgtest-run runs a command with LATCHKEY_TEST_POSTGRES set, on a server
// that it starts before and stops after if there is none already:
//
//	go run ./internal/pgtest/cmd/pgtest-run -- go test ./...
//
// Without a server and the means to start one it runs the command all the same;
// the tests then say what they could not test, and fail in CI.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"

	"github.com/latchkey-go/latchkey/internal/pgtest"
)

func main() {
	args := os.Args[1:]
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		fmt.Fprintln(os.Stderr, "usage: pgtest-run -- command [argument …]")
		os.Exit(2)
	}
	os.Exit(run(args))
}

// run returns the command's exit code.
func run(args []string) int {
	// An interrupt reaches the command too; this process waits for its end.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()

	dsn, cluster, err := pgtest.Find(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "pgtest-run: no PostgreSQL:", err)
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = os.Environ()
	if err == nil {
		cmd.Env = append(cmd.Env, pgtest.Variable+"="+dsn)
	}
	code := exitCode(cmd.Run())
	if cluster != nil {
		if err := cluster.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, "pgtest-run:", err)
			code = max(code, 1)
		}
	}
	return code
}

func exitCode(err error) int {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit) && exit.ExitCode() > 0:
		return exit.ExitCode()
	}
	fmt.Fprintln(os.Stderr, "pgtest-run:", err)
	return 1
}
