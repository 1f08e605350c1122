// Package starting runs the main function of an example inside its own test.
package starting

import (
	"net"
	"net/http"
	"net/http/cookiejar"
	"testing"
	"time"
)

// Start sets *addr to a free address of this machine, runs main, which must
// listen there and never return, and gives the program's URL once it accepts
// connections.
func Start(t *testing.T, addr *string, main func()) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	*addr = l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	go main()
	for range 500 {
		c, err := net.Dial("tcp", *addr)
		if err == nil {
			_ = c.Close() // it was only a knock
			return "http://" + *addr
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("nothing listens on %s", *addr)
	return ""
}

// Browser returns a client that keeps cookies and shows redirects.
func Browser() *http.Client {
	jar, _ := cookiejar.New(nil) // never fails
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
}
