package server

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
)

// listenOrInherit is the port that the supervisor has handed over, or else the
// one of --addr.
func listenOrInherit(addr, baseURL string) (net.Listener, error) {
	l, err := inherited()
	if err != nil {
		return nil, err
	}
	if l == nil {
		return listen("--addr", addr)
	}
	if err := checkReach(l, baseURL); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// firstInherited is the number of the first file that a supervisor hands over
// (sd_listen_fds(3)).
const firstInherited = 3

// inherited is the port that systemd, or another supervisor that keeps ports open
// while a program restarts, has handed over; nil if there is none.
func inherited() (net.Listener, error) {
	files := os.Getenv("LISTEN_FDS")
	if files == "" || os.Getenv("LISTEN_PID") != strconv.Itoa(os.Getpid()) {
		return nil, nil
	}
	if files != "1" {
		return nil, fmt.Errorf("the supervisor hands over %s sockets; give latchkey one, with one ListenStream", files)
	}
	f := os.NewFile(firstInherited, "socket of the supervisor")
	l, err := net.FileListener(f)
	if err != nil {
		return nil, fmt.Errorf("what the supervisor hands over is no listening socket: %w", plainCause(err))
	}
	if _, ok := l.Addr().(*net.TCPAddr); !ok {
		return nil, errors.Join(errors.New("the socket of the supervisor is not of TCP; write ListenStream=127.0.0.1:8080"), l.Close())
	}
	return l, f.Close()
}

// checkReach refuses a port that other machines reach and that nobody has said
// the address of, as Check does for --addr.
func checkReach(l net.Listener, baseURL string) error {
	if address, ok := l.Addr().(*net.TCPAddr); baseURL != "" || ok && address.IP.IsLoopback() {
		return nil
	}
	return fmt.Errorf("the socket %s can be reached by other machines, so --base-url must say which https address people use, "+
		"such as --base-url https://app.example.com", l.Addr())
}
