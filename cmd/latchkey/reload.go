package main

import (
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/latchkey-go/latchkey/internal/server"
)

// arguments are the words of the command line.
type arguments []string

// reloadOnHangup reads the configuration file and the keys again whenever the
// process gets SIGHUP, until stop is called.
func (c *serveCommand) reloadOnHangup(s *server.Server, args arguments, to streams) (stop func()) {
	hangups, done := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(hangups, syscall.SIGHUP)
	go func() {
		defer close(done)
		for range hangups {
			if err := c.reload(s, args, to); err != nil {
				s.Logger().Error("cannot reload; everything stays as it is", "err", oneLine(err))
			}
		}
	}()
	return func() {
		signal.Stop(hangups)
		close(hangups)
		<-done
	}
}

// reload takes the settings as they now are. The flags and the environment are
// those the process was started with.
func (c *serveCommand) reload(s *server.Server, args arguments, to streams) error {
	var now commands
	parser, err := newParserInto(&now, kong.Writers(io.Discard, io.Discard), kong.Exit(func(int) {}))
	if err != nil {
		return err
	}
	if _, err := parser.Parse(args); err != nil {
		return told(allMistakes(args, err), "latchkey serve")
	}
	cfg, err := now.Serve.checked(to)
	if err != nil {
		return err
	}
	if err := s.Reload(cfg); err != nil {
		return err
	}
	c.level.Set(now.Serve.level.Level())
	return nil
}
