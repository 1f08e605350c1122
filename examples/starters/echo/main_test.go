package main

import (
	"testing"

	"github.com/latchkey-go/latchkey/examples/internal/routers"
	"github.com/latchkey-go/latchkey/examples/internal/starting"
)

func TestEcho(t *testing.T) {
	routers.Check(t, starting.Start(t, &addr, main))
}
