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
	"syscall"

	"github.com/alecthomas/kong"
)

// commands is the command line.
type commands struct {
	configuration

	Serve   serveCommand   `cmd:"" help:"Start the server."`
	User    userCommand    `cmd:"" help:"Look after accounts."`
	Session sessionCommand `cmd:"" help:"Look after sessions: signed-in devices."`
	Key     keyCommand     `cmd:"" help:"Look after the keys that sign and verify tokens."`
	Token   tokenCommand   `cmd:"" help:"Look at tokens, check them, and make one in an emergency."`
	Audit   auditCommand   `cmd:"" help:"Look at what happened to accounts and sessions."`
	Import  importCommand  `cmd:"" help:"Take accounts over from another system."`
	Export  exportCommand  `cmd:"" help:"Give accounts to another system."`
	DB      dbCommand      `cmd:"" name:"db" help:"Copy, back up and restore the database."`
	Migrate migrateCommand `cmd:"" help:"Bring the database to the schema of this version."`
	Config  configCommand  `cmd:"" help:"Look at the settings of serve."`

	Completion completionCommand `cmd:"" help:"Print the script with which a shell completes commands and flags."`

	Doctor    doctorCommand    `cmd:"" help:"Tell what is wrong with settings, keys, database, clock and backups, and how to mend it."`
	BenchHash benchHashCommand `cmd:"" help:"Measure what checking a password costs here, and suggest parameters of argon2id."`
	Version   versionCommand   `cmd:"" help:"Print the version."`
}

// streams are what a command reads from and writes to.
type streams struct {
	in       io.Reader
	out, log io.Writer
}

func main() {
	ctx, release := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the program at once.
	context.AfterFunc(ctx, release)
	err := run(ctx, os.Args[1:], streams{in: os.Stdin, out: os.Stdout, log: os.Stderr})
	if err == nil {
		return
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = errInterrupted
	}
	fmt.Fprintln(os.Stderr, "latchkey: "+oneLine(err)+advice(err))
	os.Exit(exitCode(err))
}

// run does what the arguments say.
func run(ctx context.Context, args []string, to streams) error {
	var rest remainder
	if err := runCommand(ctx, args, to, &rest); err != nil || rest.run == nil {
		return err
	}
	return rest.run()
}

// remainder is what a command that goes on for long does once the command line
// is forgotten. What kong keeps of the commands and flags there are is 8,000
// small objects, which is most of what the garbage collector has to look through
// in a server. Each password that is hashed sets it off.
type remainder struct {
	run func() error // nil if nothing remains
}

// runCommand does what the arguments say but for the rest.
func runCommand(ctx context.Context, args []string, to streams, rest *remainder) error {
	exited := errors.New("kong asked to exit")
	parser, err := newParser(
		kong.Writers(to.out, to.log),
		kong.Exit(func(int) { panic(exited) }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(to, arguments(args), rest),
	)
	if err != nil {
		return err
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parse(parser, args, exited)
	if err != nil {
		return err
	}
	if command == nil {
		return nil // help was printed
	}
	return command.Run()
}

// newParser is the command line with its help.
func newParser(options ...kong.Option) (*kong.Kong, error) {
	return newParserInto(&commands{}, options...)
}

// newParserInto is newParser for somebody who wants to see what was parsed.
func newParserInto(parsed *commands, options ...kong.Option) (*kong.Kong, error) {
	parser, err := kong.New(parsed, append([]kong.Option{
		kong.Name("latchkey"),
		kong.Description("Sign-in for web applications: accounts, sessions and the pages for them.\n\n" + exitCodes),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Help(printHelp),
	}, options...)...)
	if err != nil {
		return nil, err
	}
	addExamples(parser.Model)
	return parser, nil
}

// printHelp tells help that cannot be written from a command line that is wrong.
func printHelp(options kong.HelpOptions, command *kong.Context) error {
	if err := written(kong.DefaultHelpPrinter(options, command)); err != nil {
		return &exitError{exitFailed, err}
	}
	return nil
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
	if err == nil {
		return command, nil
	}
	see := "latchkey"
	if mistake, ok := errors.AsType[*kong.ParseError](err); ok && mistake.Context.Selected() != nil {
		see = mistake.Context.Selected().FullPath()
	}
	return nil, told(allMistakes(args, err), see)
}
