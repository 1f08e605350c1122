package server

import (
	"testing"

	"github.com/latchkey-go/latchkey/session"
)

func TestFeedProblem(t *testing.T) {
	for _, c := range []struct {
		status session.FeedStatus
		red    bool
	}{
		{session.FeedStatus{Running: true, Fresh: true}, false},
		{session.FeedStatus{Running: true}, true},
		{session.FeedStatus{Running: true, Fresh: true, Skewed: true}, true},
		{session.FeedStatus{}, true},
	} {
		if got := feedProblem(c.status); (got != "") != c.red {
			t.Errorf("%+v: %q", c.status, got)
		}
	}
}
