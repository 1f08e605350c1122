// Lkbench measures Latchkey beside its peers, in one run.
//
//	lkbench all [-docs DIR]      measure everything, write DIR/benchmarks.md and its chart
//	lkbench check [-result FILE] measure bars 1 to 3; exit status 1 when one is missed
//	lkbench servers              measure whole servers alone
//
// It starts itself as "lkbench library" to have a server of the library, and as
// "lkbench hash" to have a process that does nothing but hash passwords.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/latchkey-go/latchkey/bench/internal/servers"
)

// gcPercent makes collections as rare as they are in a server with some memory
// to itself. The heap of this program is small, and with the default the
// collector would run hundreds of times a second, for all alike.
const gcPercent = 400

func main() {
	debug.SetGCPercent(gcPercent)
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "lkbench:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return errors.New("say what to do: all, check or servers")
	}
	flags := flag.NewFlagSet(args[0], flag.ExitOnError)
	switch args[0] {
	case "all":
		docs := flags.String("docs", "", "directory to write benchmarks.md and benchmarks.svg to")
		_ = flags.Parse(args[1:]) // ends the program on a mistake
		return all(*docs)
	case "check":
		result := flags.String("result", "result.json", "file to write the figures to")
		_ = flags.Parse(args[1:]) // as above
		return check(*result)
	case "servers":
		_ = flags.Parse(args[1:]) // as above
		tables, err := serverTables()
		for _, t := range tables {
			fmt.Print(t.Text())
		}
		return err
	case "hash":
		kind := flags.String("kind", "", "argon2id or bcrypt")
		_ = flags.Parse(args[1:]) // as above
		debug.SetGCPercent(100)   // as servers have it
		return servers.Hash(*kind, os.Stdin, os.Stdout)
	case "library":
		addr, driver := flags.String("addr", "", "address to listen on"), flags.String("driver", "", "sqlite or postgres")
		dsn, keys := flags.String("dsn", "", "database"), flags.String("keys", "", "key file")
		_ = flags.Parse(args[1:]) // as above
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
		defer stop()
		return servers.ServeLibrary(ctx, *addr, *driver, *dsn, *keys)
	}
	return fmt.Errorf("unknown command %q: all, check or servers", args[0])
}
