package webapp

import (
	"context"
	"errors"
	"flag"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// Main reads the flags, and serves what build makes until the program is
// interrupted. The context that build gets ends after the last answer.
func Main(s *Settings, build func(context.Context) (http.Handler, error)) {
	flag.Parse()
	if flag.NArg() > 0 {
		log.Fatalf("%s: %q is no flag: try -help", s.Name, flag.Arg(0))
	}
	s.BaseURL = strings.TrimRight(s.BaseURL, "/") // a path comes behind it
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	h, err := build(ctx)
	if err == nil {
		err = s.serve(ctx, h)
		cancel()
		s.Wait()
	}
	if err != nil {
		log.Fatal(err)
	}
}

func (s *Settings) serve(ctx context.Context, h http.Handler) error {
	l, err := net.Listen("tcp", s.Addr)
	if err != nil {
		return err
	}
	log.Printf("%s: listening on http://%s", s.Name, l.Addr())
	server := &http.Server{
		Handler: h, MaxHeaderBytes: 16 << 10, ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout: 15 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: time.Minute,
	}
	stop, release := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer release()
	context.AfterFunc(stop, func() {
		soon, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := server.Shutdown(soon); err != nil {
			log.Print(err)
		}
	})
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
