package server

import (
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
)

// listen opens the port that a flag names, or says in one line why not.
func listen(flag, addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	switch {
	case err == nil:
		return l, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("another program listens on %s; stop it, or choose another port, such as %s 127.0.0.1:8081", addr, flag)
	case errors.Is(err, os.ErrPermission):
		return nil, fmt.Errorf("this user may not listen on %s; ports below 1024 are for root: try %s 127.0.0.1:8080", addr, flag)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return nil, fmt.Errorf("this machine has no address %s; try %s 127.0.0.1:8080", addr, flag)
	}
	return nil, fmt.Errorf("cannot listen on %s: %w; try %s 127.0.0.1:8080", addr, plainCause(err), flag)
}

// plainCause takes the wrapping off a network error: "no such host" says more
// than the call that failed.
func plainCause(err error) error {
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return errors.New(dns.Err)
	}
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}
