// Production is a program that tries to sign somebody in with latchkeytest.
package main

import (
	"fmt"
	"os"
	"testing"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/latchkeytest"
)

type pretended struct{ testing.TB }

func (pretended) Helper() {}

func (pretended) Fatal(args ...any) {
	fmt.Fprintln(os.Stderr, args...)
	os.Exit(3)
}

func main() {
	latchkeytest.New(pretended{}, latchkey.Config{})
	fmt.Println("nothing stopped it")
}
