// Latchkey is sign-in for web applications, as one program: accounts, sessions
// and the pages for them.
//
//	latchkey serve
//
// starts it on this machine, with its data in ./data. "latchkey --help" tells
// the rest.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// commands is the command line.
type commands struct {
	Serve   serveCommand   `cmd:"" help:"Start the server."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

// streams are where a command writes.
type streams struct{ out, log io.Writer }

func main() {
	ctx, release := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the program at once.
	context.AfterFunc(ctx, release)
	err := run(ctx, os.Args[1:], streams{out: os.Stdout, log: os.Stderr})
	if err != nil {
		fmt.Fprintln(os.Stderr, "latchkey: "+oneLine(err))
		os.Exit(1)
	}
}

// run does what the arguments say.
func run(ctx context.Context, args []string, to streams) error {
	exited := errors.New("kong asked to exit")
	parser, err := kong.New(&commands{},
		kong.Name("latchkey"),
		kong.Description("Sign-in for web applications: accounts, sessions and the pages for them."),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Writers(to.out, to.log),
		kong.Exit(func(int) { panic(exited) }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(to),
	)
	if err != nil {
		return err
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parse(parser, args, exited)
	if err != nil {
		return fmt.Errorf("%w; see latchkey --help", err)
	}
	if command == nil {
		return nil // help was printed
	}
	return command.Run()
}

// parse returns nil without an error when help was asked for, after which kong
// would end the program.
func parse(parser *kong.Kong, args []string, exited error) (command *kong.Context, err error) {
	defer func() {
		if cause := recover(); cause != nil && cause != exited {
			panic(cause)
		}
	}()
	command, err = parser.Parse(args)
	if err != nil {
		return nil, err
	}
	return command, nil
}

// oneLine is err for a person at a terminal: joined errors and the lines of
// others become one line.
func oneLine(err error) string {
	line := ""
	for part := range strings.Lines(err.Error()) {
		part = strings.TrimSpace(part)
		switch {
		case part == "":
			continue
		case line == "":
		case strings.HasSuffix(line, ":"):
			line += " "
		default:
			line += "; "
		}
		line += part
	}
	return line
}
