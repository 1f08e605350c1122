package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/session"
)

// resting is a session of a user whose sign-in rests on basis.
func resting(id string, u *account.User, basis string) *session.Session {
	r := row(id, u.ID)
	r.Basis = basis
	return r
}

// begins says whether a sign-in that rests on basis begins a session.
func (s accounts) begins(id string, u *account.User, basis string) bool {
	s.t.Helper()
	_, err := s.st.Create(s.ctx, resting(id, u, basis), "old", 1)
	if err == nil {
		if got := s.get(id); got.Basis != "" {
			s.t.Fatalf("Basis %q was kept", got.Basis)
		}
		return true
	}
	if !errors.Is(err, session.ErrBasisChanged) {
		s.t.Fatalf("Create: %v", err)
	}
	if _, err := s.st.Get(s.ctx, id); !errors.Is(err, session.ErrNotFound) {
		s.t.Fatalf("a refused session is there: %v", err)
	}
	return false
}

func testCreateBasis(t *testing.T, s accounts) {
	s.create(row("old", "v"))
	u := s.add(person("u"))
	at := epoch0.Add(time.Hour)
	before := u.SignInBasis()
	s.ended(s.st.SetPassword(s.ctx, account.PasswordChange{UserID: "u", OldHash: u.PasswordHash, NewHash: "$rehash", Rehash: true, At: at}))()
	s.ended(s.st.SetPassword(s.ctx, account.PasswordChange{UserID: "u", OldHash: "$rehash", NewHash: "$new", At: at}))()
	changed := s.user("u").SignInBasis()
	s.ended(s.st.SetPassword(s.ctx, account.PasswordChange{UserID: "u", OldHash: "$new", NewHash: "$newer", At: at}))()
	last := s.user("u").SignInBasis()
	for _, basis := range []string{before, changed, "anything else"} {
		if s.begins("refused", u, basis) {
			t.Errorf("a sign-in that rests on %q began a session", basis)
		}
	}
	s.alive("old") // which a refused sign-in does not replace

	s.ended(s.st.SetDisabled(s.ctx, change("u", at), true))()
	if s.begins("refused", u, last) {
		t.Error("a sign-in of a disabled user began a session")
	}
	s.ended(s.st.SetDisabled(s.ctx, change("u", at), false))()
	s.ended(s.st.SetPassword(s.ctx, account.PasswordChange{UserID: "u", OldHash: "$newer", NewHash: "$rehash", Rehash: true, At: at}))()
	if !s.begins("a", u, last) {
		t.Error("a sign-in after a rehash began no session")
	}
	s.dead("old", session.EndedByReplacement, epoch0)
	s.ended(s.st.DeleteUser(s.ctx, change("u", at)))("a")
	if s.begins("refused", u, last) {
		t.Error("a sign-in of a deleted user began a session")
	}
	s.create(row("b", "u")) // without a basis nothing is compared
}

// testConcurrentCreateBasis: whatever happens at the same time, no session that
// rests on what is no longer so is alive afterwards.
func testConcurrentCreateBasis(t *testing.T, s accounts) {
	for round := range 20 {
		id := fmt.Sprint("u", round)
		u := s.add(person(id))
		together(6, func(i int) {
			if i > 0 {
				_, err := s.st.Create(s.ctx, resting(fmt.Sprint(id, "-", i), u, u.SignInBasis()), "", 0)
				if err != nil && !errors.Is(err, session.ErrBasisChanged) {
					t.Error(err)
				}
				return
			}
			var err error
			if round%2 == 0 {
				_, err = s.st.SetPassword(s.ctx, account.PasswordChange{UserID: id, OldHash: u.PasswordHash, NewHash: "$new", At: epoch0})
			} else {
				_, err = s.st.SetDisabled(s.ctx, change(id, epoch0), true)
			}
			if err != nil {
				t.Error(err)
			}
		})
		if live, err := s.st.List(s.ctx, id); err != nil || len(live) != 0 {
			t.Fatalf("round %d: %d sessions outlive what they rest on, %v", round, len(live), err)
		}
	}
}
