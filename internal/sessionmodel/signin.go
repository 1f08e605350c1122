package sessionmodel

import (
	"slices"
	"time"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/session"
)

func (w *world) signIn() {
	p, u := w.process(), w.user()
	replaces := ""
	old := w.session()
	if old != nil && w.rand.IntN(4) == 0 {
		replaces = old.row.ID
	}
	basis, refused := w.basis(u)
	row, err := p.Start(w.ctx, session.Start{Subject: u.id, Replaces: replaces, Basis: basis})
	if refused {
		w.note("%s is late: the sign-in rests on %q", u.id, basis)
		w.want(err, session.ErrBasisChanged)
		return
	}
	w.must(err)
	s := &modelSession{row: row, used: w.now}
	w.note("%s signs in: %s replaces %q", u.id, row.ID, replaces)
	if row.Epoch != w.epoch {
		w.t.Errorf("a new session has epoch %d, want %d", row.Epoch, w.epoch)
	}
	if replaces != "" && w.live(old) {
		w.killed(p, session.EndedByReplacement, old)
	}
	w.sessions = append(w.sessions, s)
	w.evict(p, u, s)
	w.issue(p, s, row)
}

// basis is what a sign-in rests on: mostly nothing, else a password of now or of
// before, in which case or for a disabled user it must be refused.
func (w *world) basis(u *user) (basis string, refused bool) {
	if _, ok := w.store.(account.Store); !ok || w.rand.IntN(2) == 0 {
		return "", false
	}
	last := len(u.bases) - 1
	basis = u.bases[max(0, last-w.rand.IntN(3))]
	return basis, basis != u.bases[last] || u.disabled
}

// newBasis learns what a sign-in rests on after a change of the password, which
// it never rested on before, whatever the clock did meanwhile.
func (w *world) newBasis(accounts account.Store, u *user) {
	changed, err := accounts.UserByID(w.ctx, u.id)
	w.must(err)
	basis := changed.SignInBasis()
	if slices.Contains(u.bases, basis) {
		w.t.Errorf("%s has another password and the basis %q of before", u.id, basis)
	}
	u.bases = append(u.bases, basis)
}

// evict finds out which sessions the limit ended. Which of those that were used
// in the same minute had to go is open.
func (w *world) evict(p *process, u *user, newest *modelSession) {
	others := w.liveOf(u, newest.row.ID)
	var out, in []*modelSession
	for _, s := range others {
		row, err := w.store.Get(w.ctx, s.row.ID)
		w.must(err)
		if row.EndReason == session.EndedByLimit {
			out = append(out, s)
		} else {
			in = append(in, s)
		}
	}
	if want := max(0, len(others)+1-limit); len(out) != want {
		w.t.Errorf("the limit ended %d sessions, want %d", len(out), want)
	}
	for _, gone := range out {
		for _, stays := range in {
			if stays.used.Before(gone.used.Add(-seenWithin)) {
				w.t.Errorf("the limit ended %s, but %s was used less recently", gone.row.ID, stays.row.ID)
			}
		}
	}
	w.killed(p, session.EndedByLimit, out...)
}

// issue records the tokens that an answer carries.
func (w *world) issue(p *process, s *modelSession, row *session.Session) {
	issued := row.RotatedAt
	if issued.IsZero() {
		issued = row.CreatedAt
	}
	s.tokens = append(s.tokens, w.refreshToken(row.ID, row.Generation, issued.Add(refreshTTL)))
	a := session.Access{SessionID: row.ID, TokenID: session.NewID(), Epoch: row.Epoch}
	s.access = append(s.access, access{a, p.AccessEnd(row, w.now), w.sign(`{"sid":%q,"jti":%q}`, a.SessionID, a.TokenID)})
}

func (w *world) refreshToken(id string, generation int64, expires time.Time) token {
	return token{generation, expires, w.sign(`{"sid":%q,"gen":%d}`, id, generation)}
}
