package account

import (
	"context"
	"errors"
	"testing"

	"github.com/latchkey-go/latchkey/session"
)

// TestSessionRecordsHaveNames: whose session it was is told by name, also of
// somebody whose name no other record has; of unknown subjects, and while the
// store does not answer, the id has to do.
func TestSessionRecordsHaveNames(t *testing.T) {
	f := newFixture(t, Config{})
	u := f.signUp(t, "ada")
	l := newAudit(t, AuditConfig{Store: f.store})
	ended := func(subject string) {
		l.Session(t.Context(), session.Event{Kind: session.EventEnded, Reason: session.EndedBySignOut, SessionID: "s", Subject: subject})
	}
	ended(u.ID)
	ended("somebody else")
	ended("")
	f.store.mu.Lock()
	defer f.store.mu.Unlock()
	var names []string
	for _, r := range f.store.audit {
		if r.Kind == string(session.EventEnded) {
			names = append(names, r.Username)
		}
	}
	if len(names) != 3 || names[0] != "ada" || names[1] != "" || names[2] != "" {
		t.Errorf("got %q", names)
	}
}

// brokenUsers keeps the audit trail and cannot find users.
type brokenUsers struct{ *memory }

func (brokenUsers) UserByID(ctx context.Context, id string) (*User, error) {
	return nil, errors.New("down")
}

func TestSessionRecordsWithoutNames(t *testing.T) {
	store := newMemory()
	l := newAudit(t, AuditConfig{Store: brokenUsers{store}})
	l.Session(t.Context(), session.Event{Kind: session.EventEpochRaised, SessionID: "s", Subject: "u"})
	wantKinds(t, store, "session_epoch_raised")
}
