package databasetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/session"
	"github.com/latchkey-go/latchkey/sqlstore"
)

// fill puts something into every table, in some more than Copy moves at once.
func fill(t *testing.T, st *sqlstore.Store) (alive, ended *session.Session) {
	t.Helper()
	ctx := t.Context()
	m, err := session.NewManager(session.Config{Store: st, Limit: -1, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for range 5 {
		ended = start(t, m)
	}
	check(m.EndAll(ctx))
	for range 1200 {
		alive = start(t, m)
	}
	check(m.End(ctx, alive.ID, session.EndedBySignOut))
	if alive, err = m.Refresh(ctx, present(start(t, m), 0)); err != nil {
		t.Fatal(err)
	}
	check(m.RevokeToken(ctx, "jti"))
	for i := range 3 {
		id := fmt.Sprint("ü", i)
		check(st.CreateUser(ctx, &account.User{ID: id, UsernameKey: id, Name: "'\"\\", Scopes: []string{"a", "b"}, CreatedAt: now}, line))
		check(st.CreateReset(ctx, account.Reset{TokenHash: id, UserID: id, ExpiresAt: now}))
		check(st.SaveDevice(ctx, account.Device{UserID: id, TokenHash: "a", CreatedAt: now, SeenAt: now}, 9))
		check(st.SaveDevice(ctx, account.Device{UserID: id, TokenHash: "b", CreatedAt: now, SeenAt: now}, 9))
		check(st.UpdateAttempts(ctx, id, func(account.Attempts) account.Attempts { return account.Attempts{Count: 7, At: now} }))
	}
	return alive, ended
}

// TestCopy moves a store to each kind of database and back, cut off and taken up
// on the way.
func TestCopy(t *testing.T) {
	for _, pair := range [][2]database{
		{databases[0], databases[1]}, {databases[1], databases[0]}, {databases[0], databases[0]}, {databases[1], databases[1]},
	} {
		t.Run(pair[0].name+" to "+pair[1].name, func(t *testing.T) {
			from, to := pair[0].must(t, pair[0].place(t)), pair[1].must(t, pair[1].place(t))
			alive, ended := fill(t, from)

			ctx, cancel := context.WithCancel(t.Context())
			err := sqlstore.Copy(ctx, from, to, func(p sqlstore.CopyProgress) {
				if p.Table == "latchkey_sessions" && p.Done > 0 {
					cancel()
				}
			})
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("cut off: %v", err)
			}
			if half, err := to.HalfCopied(t.Context()); err != nil || !half {
				t.Errorf("half copied: %v, %v", half, err)
			}
			resumed, verified := int64(-1), map[string]bool{}
			err = sqlstore.Copy(t.Context(), from, to, func(p sqlstore.CopyProgress) {
				if p.Table == "latchkey_sessions" && !p.Verifying && resumed < 0 {
					resumed = p.Done
				}
				if p.Verifying && p.Done == p.Total {
					verified[p.Table] = true
				}
			})
			if err != nil || resumed <= 0 || len(verified) != 7 {
				t.Fatalf("%v; went on at row %d; verified %v", err, resumed, verified)
			}
			if half, err := to.HalfCopied(t.Context()); err != nil || half {
				t.Errorf("still half copied: %v, %v", half, err)
			}
			if got, want := dump(t, to), dump(t, from); got != want {
				t.Errorf("the copy has\n%s\nwant\n%s", got, want)
			}
			usable(t, from, to, alive, ended)
			if err := sqlstore.Copy(t.Context(), from, to, nil); !errors.Is(err, sqlstore.ErrCopyNotEmpty) {
				t.Errorf("a copy onto a store in use: %v", err)
			}
		})
	}
}

// usable checks that a copy goes on where the source was.
func usable(t *testing.T, from, to *sqlstore.Store, alive, ended *session.Session) {
	t.Helper()
	ctx := t.Context()
	m, err := session.NewManager(session.Config{Store: to, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	if s, err := m.Refresh(ctx, present(alive, alive.Generation)); err != nil || s.Generation != alive.Generation {
		t.Errorf("a session that was alive: %+v, %v", s, err)
	}
	if _, err := m.Refresh(ctx, present(ended, 0)); !errors.Is(err, session.ErrEnded) {
		t.Errorf("a session that had ended: %v", err)
	}
	before, err := from.Feed(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	after, err := to.Feed(ctx, 0)
	if err != nil || after.Last != before.Last || after.Keep != before.Keep || after.Incarnation == before.Incarnation {
		t.Errorf("the feed is %+v, %v; it was %+v", after, err, before)
	}
	if err := to.AppendAudit(ctx, []account.AuditRecord{line}); err != nil {
		t.Errorf("the next record: %v", err)
	}
}

// TestCopyNotices what it must not go on with.
func TestCopyNotices(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			from, other, to := d.must(t, d.place(t)), d.must(t, d.place(t)), d.must(t, d.place(t))
			alive, _ := fill(t, from)
			written := false
			err := sqlstore.Copy(t.Context(), from, to, func(p sqlstore.CopyProgress) {
				if p.Verifying && !written {
					written = true
					if err := from.Touch(context.Background(), map[string]time.Time{alive.ID: now.Add(time.Hour)}); err != nil {
						t.Error(err)
					}
				}
			})
			if !errors.Is(err, sqlstore.ErrCopyDiffers) || !strings.Contains(err.Error(), "latchkey_sessions") {
				t.Errorf("a source that was written to: %v", err)
			}
			if err := sqlstore.Copy(t.Context(), other, to, nil); !errors.Is(err, sqlstore.ErrCopyNotEmpty) {
				t.Errorf("another source: %v", err)
			}
		})
	}
}
