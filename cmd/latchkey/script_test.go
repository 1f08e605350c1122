package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/latchkey-go/latchkey/internal/pgtest"
	"github.com/latchkey-go/latchkey/internal/server"
)

// raceOptions names the variable that the race detector reads.
const raceOptions = "GORACE"

// TestMain lets the tests run this program as the command "latchkey", and
// "first-run DIR" as a server that ends as soon as it has made its files.
func TestMain(m *testing.M) {
	// Built with the race detector, each of the hundreds of processes would sleep
	// for a second before it ends.
	if os.Getenv(raceOptions) == "" {
		if err := os.Setenv(raceOptions, "atexit_sleep_ms=0"); err != nil {
			panic(err)
		}
	}
	testscript.Main(pgtest.Tests{M: m}, map[string]func(){"latchkey": main, "first-run": firstRun})
}

func firstRun() {
	s, err := server.New(context.Background(), server.Config{
		Addr: "127.0.0.1:0", DataDir: os.Args[1], Logger: slog.New(slog.DiscardHandler),
	})
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// TestScripts runs testdata/script: what a person sees who types a command. That is
// the program as it is delivered; the servers that scripts start are this binary.
func TestScripts(t *testing.T) {
	delivered := filepath.Dir(build(t))
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("LATCHKEY_ADDR", "127.0.0.1:0")
			e.Setenv(raceOptions, os.Getenv(raceOptions))
			e.Setenv("PATH", delivered+string(os.PathListSeparator)+e.Getenv("PATH"))
			e.Values[scriptTest{}] = e.T()
			e.Values[serverKey{}] = &scriptServer{}
			e.Values[lockKey{}] = &heldLock{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":    exits,
			"forge":    forge,
			"hangup":   hangup,
			"keyid":    keyID,
			"load":     load,
			"lock":     lock,
			"mode":     mode,
			"postgres": postgresSchema,
			"request":  request,
			"save":     save,
			"server":   serverCommand,
			"sign-in":  signIn,
			"sql":      execSQL,
			"unlock":   unlock,
		},
	})
}
