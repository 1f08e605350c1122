package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

// progress tells on standard error how far long work is: a bar at a terminal,
// else a line every few seconds, for logs. With --json it is silent.
type progress struct {
	w        io.Writer
	terminal bool
	every    time.Duration
	now      func() time.Time

	label string
	next  time.Time
	drawn bool
}

// How often something is shown, so that showing costs nothing beside the work.
const (
	barEvery  = 100 * time.Millisecond
	lineEvery = 5 * time.Second
	barWidth  = 24
)

// progress begins to tell of work.
func (f format) progress(to streams) *progress {
	p := &progress{w: to.log, every: lineEvery, now: time.Now}
	if file, ok := to.log.(*os.File); ok && term.IsTerminal(int(file.Fd())) && os.Getenv("TERM") != "dumb" {
		p.terminal, p.every = true, barEvery
	}
	if f.JSON {
		p.w, p.terminal = io.Discard, false
	}
	p.next = p.now().Add(p.every)
	return p
}

// at says that done of total are through; total is 0 when it is not known.
func (p *progress) at(label string, done, total int64) {
	now := p.now()
	if now.Before(p.next) && (!p.terminal || label == p.label) {
		return
	}
	p.label, p.next = label, now.Add(p.every)
	if p.terminal {
		p.drawn = true
		fmt.Fprintf(p.w, "\r\x1b[K%s", bar(label, done, total))
		return
	}
	fmt.Fprintf(p.w, "%s: %s\n", label, share(done, total))
}

// end takes the bar away, so that what follows begins on an empty line.
func (p *progress) end() {
	if p.drawn {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
	p.drawn = false
}

func bar(label string, done, total int64) string {
	if total <= 0 {
		return fmt.Sprintf("%s: %d", label, done)
	}
	full := int(barWidth * min(done, total) / total)
	return fmt.Sprintf("%-28s [%s%s] %s", label, strings.Repeat("#", full), strings.Repeat(".", barWidth-full), share(done, total))
}

// share is how much is done, for people.
func share(done, total int64) string {
	if total <= 0 {
		return fmt.Sprint(done)
	}
	return fmt.Sprintf("%d of %d (%d %%)", done, total, 100*min(done, total)/total)
}
