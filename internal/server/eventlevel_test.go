package server

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/session"
)

// What may be an attack stands out from what happens all day.
func TestEventLevels(t *testing.T) {
	var log bytes.Buffer
	s := &Server{log: slog.New(slog.NewTextHandler(&log, nil))}
	for _, c := range []struct {
		emit func()
		want string
	}{
		{func() { s.logSession(context.Background(), session.Event{Kind: session.EventStarted, SessionID: "x"}) },
			`level=INFO msg="session event" kind=session_started session=x` + "\n"},
		{func() {
			s.logSession(context.Background(), session.Event{Kind: session.EventEnded, Reason: session.EndedBySignOut})
		}, "level=INFO"},
		{func() {
			s.logSession(context.Background(), session.Event{Kind: session.EventEnded, Reason: session.EndedByReuse, Subject: "u", Client: session.Client{Address: "192.0.2.1"}})
		}, `level=WARN msg="session event" kind=session_ended reason=reuse user=u client=192.0.2.1` + "\n"},
		{func() {
			s.logSession(context.Background(), session.Event{Kind: session.EventEnded, Reason: session.EndedByFuture})
		}, "level=WARN"},
		{func() { s.logSession(context.Background(), session.Event{Kind: session.EventOtherClient}) }, "level=WARN"},
		{func() { s.logSession(context.Background(), session.Event{Kind: session.EventFeedReset}) }, "level=WARN"},
		{func() {
			s.logAccount(context.Background(), account.Event{Kind: account.EventSignedIn, Username: "ada"})
		},
			`level=INFO msg="account event" kind=signed_in` + "\n"},
		{func() { s.logAccount(context.Background(), account.Event{Kind: account.EventLocked}) }, "level=WARN"},
	} {
		log.Reset()
		c.emit()
		if !strings.Contains(log.String(), c.want) {
			t.Errorf("logged %swant %s", log.String(), c.want)
		}
	}
}
