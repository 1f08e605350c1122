package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/latchkey-go/latchkey/internal/server"
)

// started is where a server is, in JSON.
type started struct {
	URL        string `json:"url"`
	Addr       string `json:"addr"` // with the real port
	Data       string `json:"data"`
	Database   string `json:"database,omitempty"` // without its password; not SQLite
	MetricsURL string `json:"metrics_url,omitempty"`
	FirstRun   bool   `json:"first_run"` // there is no account yet
	Version    string `json:"version"`
}

func startedOf(s *server.Server) started {
	return started{
		URL: s.URL(), Addr: s.ListenAddr(), Data: s.DataDir(), Database: s.Database(), MetricsURL: s.MetricsURL(),
		FirstRun: s.FirstRun(), Version: version(),
	}
}

// welcome tells the person who started the server where it is and what to do
// next. w is where they will read it.
func welcome(w io.Writer, s *server.Server) string {
	bold, dim, plain := "", "", ""
	if isTerminal(w) {
		bold, dim, plain = "\x1b[1m", "\x1b[2m", "\x1b[0m"
	}
	data, next := s.DataDir(), "Open the address and sign in."
	if s.FirstRun() {
		data += dim + "  (no account yet)" + plain
		next = "Open the address and create the first account."
	}
	var text strings.Builder
	fmt.Fprintf(&text, "\n  %sLatchkey%s %s%s%s\n\n", bold, plain, dim, version(), plain)
	lines := [][2]string{{"Open", bold + s.URL() + plain}, {"Data", data}}
	if database := s.Database(); database != "" {
		lines = append(lines, [2]string{"With", database})
	}
	if metrics := s.MetricsURL(); metrics != "" {
		lines = append(lines, [2]string{"Watch", metrics})
	}
	for _, line := range append(lines, [2]string{"Next", next}, [2]string{"Stop", "Press Ctrl+C."}) {
		fmt.Fprintf(&text, "  %s%-6s%s%s\n", dim, line[0], plain, line[1])
	}
	text.WriteString("\n")
	return text.String()
}

// isTerminal says whether somebody looks at w in a terminal that has colours and
// has not said that they want none (https://no-color.org).
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
