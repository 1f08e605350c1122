package session

import (
	"context"
	"time"
)

// EventKind names what happened. Values may be stored; they do not change.
type EventKind string

// The events there are.
const (
	// EventStarted: a session began.
	EventStarted EventKind = "session_started"
	// EventEnded: a session was ended by this Manager; Reason says why. A
	// session that was ended by reuse or by a token from the future makes this
	// event, with the facts of the request that did it in Client: tell the
	// person.
	EventEnded EventKind = "session_ended"
	// EventOtherClient: inside the grace window a refresh token was presented
	// by a client that differs from the one the session began with. It was
	// answered: a phone changes networks. A thief looks the same.
	EventOtherClient EventKind = "session_other_client"
	// EventEpochRaised: EndAll ended every session.
	EventEpochRaised EventKind = "session_epoch_raised"
	// EventTokenRevoked: RevokeToken was called; TokenID names the token.
	EventTokenRevoked EventKind = "session_token_revoked"
	// EventFeedReset: the store was replaced or went back in time, and the
	// feed was read anew from the start.
	EventFeedReset EventKind = "session_feed_reset"
)

// Event is something that an operator or the person may want to know. It holds
// no secret and no token.
type Event struct {
	Kind      EventKind
	At        time.Time
	SessionID string    // empty for EventEpochRaised, EventTokenRevoked, EventFeedReset
	Subject   string    // empty for the kinds without SessionID, and if the store could not be asked
	TokenID   string    // EventTokenRevoked only
	Reason    EndReason // EventEnded only
	// Client is who made the request, where there was one.
	Client Client
	// StartedBy is the client the session began with; set for
	// EventOtherClient and for sessions ended by a refresh.
	StartedBy Client
}

// emit hands an event to the hook. The hook runs on the caller's goroutine,
// after the store has committed.
func (m *Manager) emit(ctx context.Context, e Event) {
	if m.cfg.OnEvent == nil {
		return
	}
	if e.At.IsZero() {
		e.At = m.stamp()
	}
	m.cfg.OnEvent(ctx, e)
}
