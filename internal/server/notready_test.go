package server

import (
	"testing"

	"github.com/latchkey-go/latchkey/session"
)

func TestNotReady(t *testing.T) {
	for _, c := range []struct {
		database bool
		feed     session.FeedStatus
		red      bool
	}{
		{true, session.FeedStatus{Running: true, Fresh: true}, false},
		{false, session.FeedStatus{Running: true, Fresh: true}, true},
		{true, session.FeedStatus{Running: true}, true},
		{true, session.FeedStatus{Running: true, Fresh: true, Skewed: true}, true},
		{true, session.FeedStatus{}, true},
	} {
		if got := notReady(c.database, c.feed); (got != "") != c.red {
			t.Errorf("%v %+v: %q", c.database, c.feed, got)
		}
	}
}
