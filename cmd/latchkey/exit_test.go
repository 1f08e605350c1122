package main

import (
	"errors"
	"fmt"
	"testing"
)

func TestOneLine(t *testing.T) {
	one, two := errors.New("one is wrong"), errors.New("two is wrong")
	for _, c := range []struct {
		err  error
		want string
	}{
		{one, "one is wrong"},
		{errors.Join(one, two), "one is wrong; two is wrong"},
		{fmt.Errorf("mistakes:\n%w", errors.Join(one, two)), "mistakes: one is wrong; two is wrong"},
		{errors.New("\n a \r\n\n b\n"), "a; b"},
	} {
		if got := oneLine(c.err); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
