package databasetest

import (
	"errors"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/session"
)

// unstorable are texts that PostgreSQL takes for no value of a column.
var unstorable = []string{"\x00", "a\x00b", "\xff"}

// TestUnstorableSessions: an id that no session can have is one that no session
// has. A database that refuses to look for it would be taken for one that is down.
func TestUnstorableSessions(t *testing.T) {
	for _, db := range databases {
		t.Run(db.name, func(t *testing.T) {
			m, err := session.NewManager(session.Config{Store: db.must(t, db.place(t))})
			if err != nil {
				t.Fatal(err)
			}
			ctx := t.Context()
			for _, id := range unstorable {
				s, err := m.Start(ctx, session.Start{Subject: "u", Replaces: id})
				if err != nil {
					t.Fatalf("a sign-in that replaces %q: %v", id, err)
				}
				_, get := m.Get(ctx, id)
				_, refresh := m.Refresh(ctx, session.Presented{ID: id})
				own, ownErr := m.EndOwn(ctx, "u", id)
				others, othersErr := m.EndOwn(ctx, id, s.ID)
				n, subjectErr := m.EndSubject(ctx, id, session.EndedByAdmin)
				list, listErr := m.List(ctx, id)
				if err := errors.Join(ownErr, othersErr, subjectErr, listErr, m.End(ctx, id, session.EndedByAdmin), m.Seen(ctx, id)); err != nil {
					t.Errorf("%q: %v", id, err)
				}
				if get != session.ErrUnknown || refresh != session.ErrUnknown || own || others || n != 0 || len(list) != 0 {
					t.Errorf("%q: %v, %v, %v, %v, %d, %v", id, get, refresh, own, others, n, list)
				}
				if _, err := m.Adopt(ctx, id, session.Start{Subject: "u"}, time.Now().Add(time.Hour)); err == nil || errors.Is(err, session.ErrUnavailable) {
					t.Errorf("Adopt as %q: %v", id, err)
				}
				if err := m.Check(ctx, session.Access{SessionID: id}); !errors.Is(err, session.ErrEnded) {
					t.Errorf("Check of %q: %v", id, err)
				}
				if n, err := m.EndOthers(ctx, "u", id); n != 1 || err != nil {
					t.Errorf("all sessions but %q: %d, %v", id, n, err)
				}
			}
		})
	}
}

func TestUnstorableUsers(t *testing.T) {
	for _, db := range databases {
		t.Run(db.name, func(t *testing.T) {
			accounts, err := account.New(account.Config{Store: db.must(t, db.place(t))})
			if err != nil {
				t.Fatal(err)
			}
			ctx := t.Context()
			for _, id := range unstorable {
				_, user := accounts.User(ctx, id)
				for name, err := range map[string]error{
					"User": user, "Disable": accounts.Disable(ctx, id), "Unlock": accounts.Unlock(ctx, id), "Delete": accounts.Delete(ctx, id),
					"SetPassword": accounts.SetPassword(ctx, id, "violet harbour lantern"),
				} {
					if err != account.ErrUserNotFound {
						t.Errorf("%s of %q: %v", name, id, err)
					}
				}
				if err := accounts.CheckPassword(ctx, id, "violet harbour lantern"); err != account.ErrInvalidCredentials {
					t.Errorf("CheckPassword of %q: %v", id, err)
				}
				if locked, err := accounts.Locked(ctx, id); locked || err != nil {
					t.Errorf("Locked of %q: %v, %v", id, locked, err)
				}
			}
		})
	}
}
