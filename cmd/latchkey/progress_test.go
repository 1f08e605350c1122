package main

import (
	"bytes"
	"testing"
	"time"
)

// What is shown, and how often, of work that takes a quarter of a second a step.
func TestProgress(t *testing.T) {
	for _, c := range []struct {
		name     string
		format   format
		terminal bool
		want     string
	}{
		{"terminal", format{}, true, "\r\x1b[Kcopying                      [............] 0 of 40 (0 %)"},
		{"log", format{}, false, "copying: 20 of 40 (50 %)\ncopying: 40 of 40 (100 %)\n"},
		{"json", format{JSON: true}, false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			now := time.Unix(0, 0)
			p := c.format.progress(streams{log: &out})
			p.now, p.next = func() time.Time { return now }, now.Add(p.every)
			if c.terminal {
				p.terminal, p.every = true, barEvery
			}
			for done := range int64(41) {
				p.at("copying", done, 40)
				now = now.Add(250 * time.Millisecond)
			}
			p.end()
			got := out.String()
			if c.terminal {
				if bytes.Count(out.Bytes(), []byte("\r")) != 42 || !bytes.HasSuffix(out.Bytes(), []byte("40 of 40 (100 %)\r\x1b[K")) {
					t.Errorf("got %q", got)
				}
				return
			}
			if got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestBar(t *testing.T) {
	for _, c := range []struct {
		done, total int64
		want        string
	}{
		{0, 0, "users: 0"},
		{12, 0, "users: 12"},
		{1, 2, "users                        [############............] 1 of 2 (50 %)"},
		{3, 2, "users                        [########################] 3 of 2 (100 %)"},
	} {
		if got := bar("users", c.done, c.total); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
