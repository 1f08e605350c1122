package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// cannotRead is err, of reading a file that the command line names, in plain
// words. what is said to be in it.
func cannotRead(what, path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return notFoundError("cannot read %s: there is no file %s", what, path)
	}
	info, _ := os.Stat(path) // nil if there is an error
	switch {
	case info != nil && info.IsDir():
		err = fmt.Errorf("cannot read %s: %s is a directory; name a file", what, path)
	case errors.Is(err, fs.ErrPermission):
		err = fmt.Errorf("cannot read %s: this user may not read %s; run the command as the one whose file it is", what, path)
	default:
		err = fmt.Errorf("cannot read %s: %s: %w", what, path, err)
	}
	return &exitError{exitFailed, err}
}

// reader is standard input for a command that reads all of it. Ctrl+C ends a read
// that waits, and who sits at a terminal is told that it does.
func (s streams) reader(ctx context.Context, what string) io.Reader {
	if _, ok := s.terminal(); ok {
		_, _ = fmt.Fprintf(s.log, "Waiting for %s; end with Ctrl+D on a line of its own.\n", what)
	}
	return &interruptible{ctx, s.in}
}

// interruptible is a reader whose reads end with ctx.
type interruptible struct {
	ctx  context.Context
	from io.Reader
}

// Read implements io.Reader. A read that was given up goes on, and so has a buffer
// of its own.
func (r *interruptible) Read(p []byte) (int, error) {
	buffer := make([]byte, len(p))
	n, err := await(r.ctx, func() (int, error) { return r.from.Read(buffer) })
	return copy(p, buffer[:n]), err
}

// oneByOne reads no byte more than it is asked for: the rest is for whoever asks
// next.
type oneByOne struct{ io.Reader }

func (r oneByOne) Read(p []byte) (int, error) { return r.Reader.Read(p[:min(1, len(p))]) }
