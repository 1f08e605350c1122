package server

import (
	"context"
	"net"
	"net/http"
	"sync"
)

// connections counts those that are open.
type connections struct {
	mu   sync.Mutex
	open map[net.Conn]bool
	none chan struct{} // closed when the last one goes while somebody waits
}

// track is the ConnState of an http.Server.
func (c *connections) track(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch state {
	case http.StateNew:
		if c.open == nil {
			c.open = map[net.Conn]bool{}
		}
		c.open[conn] = true
	case http.StateClosed, http.StateHijacked:
		delete(c.open, conn)
		c.signal()
	}
}

func (c *connections) signal() {
	if len(c.open) == 0 && c.none != nil {
		close(c.none)
		c.none = nil
	}
}

// wait returns when none is open, or ctx ends.
func (c *connections) wait(ctx context.Context) {
	none := make(chan struct{})
	c.mu.Lock()
	c.none = none
	c.signal()
	c.mu.Unlock()
	select {
	case <-none:
	case <-ctx.Done():
	}
}
