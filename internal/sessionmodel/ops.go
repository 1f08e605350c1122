package sessionmodel

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/session"
)

// pickAccess takes one of a session's access tokens that has not expired. Expired
// ones get no further than their signature, so that nobody need remember that
// they were revoked.
func (w *world) pickAccess() (*modelSession, access, bool) {
	s := w.session()
	if s == nil {
		return nil, access{}, false
	}
	var some []access
	for _, a := range s.access {
		if w.now.Before(a.expires) {
			some = append(some, a)
		}
	}
	if len(some) == 0 {
		return nil, access{}, false
	}
	return s, some[w.rand.IntN(len(some))], true
}

// pick takes one of a session's refresh tokens, mostly a new one.
func (w *world) pick(s *modelSession) token {
	n := len(s.tokens)
	if w.rand.IntN(8) > 0 {
		return s.tokens[n-1-w.rand.IntN(min(n, 2))]
	}
	return s.tokens[w.rand.IntN(n)]
}

func (w *world) present(s *modelSession, t token) session.Presented {
	return session.Presented{ID: s.row.ID, Generation: t.generation, MAC: session.RefreshMAC(s.row, t.generation), ExpiresAt: t.expires}
}

func (w *world) refresh() {
	s := w.session()
	if s == nil {
		return
	}
	p, t := w.process(), w.pick(s)
	if w.rand.IntN(40) == 0 { // a store that went back in time has not heard of it
		t = w.refreshToken(s.row.ID, s.generation+1, w.now.Add(time.Hour))
	}
	if !w.verifies(t.signed, t.expires) {
		w.note("refresh %s: the key is gone", s.row.ID)
		return
	}
	got, err := p.Refresh(w.ctx, w.present(s, t))
	w.note("refresh %s with generation %d (of %d): %v", s.row.ID, t.generation, s.generation, err)
	w.judge(p, s, t, got, err)
}

// judge compares the answer to a refresh with what the model foresees.
func (w *world) judge(p *process, s *modelSession, t token, got *session.Session, err error) {
	if !w.now.Before(t.expires) {
		w.want(err, session.ErrExpired)
		return
	}
	state, why := s.state(w.now, w.epoch)
	if state == either {
		state = alive
		if errors.Is(err, session.ErrEnded) && reason(err) == session.EndedByIdle {
			state = over
		}
	}
	if state == over {
		w.wantEnd(err, why)
		if w.live(s) {
			w.killed(p, why, s)
		}
		return
	}
	rotates, refusal := s.foresee(t.generation, w.now)
	if refusal != "" {
		w.wantEnd(err, refusal)
		w.killed(p, refusal, s)
		return
	}
	if err != nil {
		w.t.Errorf("an honest refresh failed: %v", err)
		return
	}
	if rotates {
		s.rotate(w.now)
	}
	if got.Generation != s.generation || !got.RotatedAt.Equal(s.rotated) {
		w.t.Errorf("refresh gave generation %d rotated %v, want %d %v", got.Generation, got.RotatedAt, s.generation, s.rotated)
	}
	w.issue(p, s, got)
}

func reason(err error) session.EndReason {
	var ended *session.EndedError
	if errors.As(err, &ended) {
		return ended.Reason
	}
	return ""
}

func (w *world) want(err, want error) {
	w.t.Helper()
	if !errors.Is(err, want) {
		w.t.Errorf("error %v, want %v", err, want)
	}
}

func (w *world) wantEnd(err error, why session.EndReason) {
	w.t.Helper()
	if !errors.Is(err, session.ErrEnded) || reason(err) != why {
		w.t.Errorf("error %v, want the end %q", err, why)
	}
}

// refreshTogether: tabs in several processes present the current token at the
// same moment. Whatever the interleaving, all get the one successor.
func (w *world) refreshTogether() {
	s := w.session()
	if s == nil {
		return
	}
	t := s.tokens[len(s.tokens)-1]
	if state, _ := s.state(w.now, w.epoch); state != alive || t.generation != s.generation || !w.now.Before(t.expires) || !w.verifies(t.signed, t.expires) {
		return
	}
	const tabs = 8
	var wg sync.WaitGroup
	var got [tabs]*session.Session
	var errs [tabs]error
	for i := range tabs {
		p := w.processes[i%len(w.processes)]
		wg.Go(func() { got[i], errs[i] = p.Refresh(w.ctx, w.present(s, t)) })
	}
	wg.Wait()
	w.note("refresh %s with generation %d in %d tabs", s.row.ID, t.generation, tabs)
	if rotates, _ := s.foresee(t.generation, w.now); rotates {
		s.rotate(w.now)
	}
	for i := range tabs {
		if errs[i] != nil || got[i].Generation != s.generation {
			w.t.Errorf("tab %d: %+v, %v; want generation %d", i, got[i], errs[i], s.generation)
			return
		}
	}
	w.issue(w.processes[0], s, got[0])
}

// forge: tokens that are not genuine change nothing, whatever they say, even if
// whoever made them has the key that signs.
func (w *world) forge() {
	s := w.session()
	if s == nil {
		return
	}
	p := w.present(s, w.pick(s))
	p.ExpiresAt = w.now.Add(time.Hour)
	switch w.rand.IntN(3) {
	case 0:
		p.MAC[w.rand.IntN(len(p.MAC))] ^= 1 << w.rand.IntN(8)
	case 1:
		p.Generation += 1 + w.rand.Int64N(3)
	case 2:
		p.ID = session.NewID()
	}
	_, err := w.process().Refresh(w.ctx, p)
	w.note("forged token: %v", err)
	if p.ID != s.row.ID {
		w.want(err, session.ErrUnknown)
	} else {
		w.want(err, session.ErrInvalid)
	}
}

func (w *world) check() {
	s, a, ok := w.pickAccess()
	if !ok {
		return
	}
	p := w.process()
	if !w.verifies(a.signed, a.expires) {
		w.note("check %s: the key is gone", a.SessionID)
		return
	}
	err := p.Check(w.ctx, a.Access)
	w.note("check %s: %v", a.SessionID, err)
	state, why := s.state(w.now, w.epoch)
	switch {
	case p.knows(a.Access):
		if err == nil {
			w.t.Errorf("a process let in what it knows to be dead")
		}
	case p.isFresh(w.now):
		if err != nil {
			w.t.Errorf("from memory: %v, though the process cannot know", err)
		}
	case w.dead[a.TokenID]:
		w.want(err, session.ErrRevoked)
	case state == over:
		w.wantEnd(err, why)
	case state == alive && err != nil:
		w.t.Errorf("a live session was refused: %v", err)
	case err != nil:
		w.wantEnd(err, why)
	}
}

func (w *world) seen() {
	s := w.session()
	if s == nil {
		return
	}
	state, _ := s.state(w.now, w.epoch)
	if state != alive {
		return // no request of it comes so far
	}
	w.must(w.process().Seen(w.ctx, s.row.ID))
	w.note("%s is used", s.row.ID)
	if w.now.After(s.used) {
		s.used = w.now
	}
}

func (w *world) signOut() {
	s := w.session()
	if s == nil {
		return
	}
	p := w.process()
	w.must(p.End(w.ctx, s.row.ID, session.EndedBySignOut))
	w.note("%s signs out", s.row.ID)
	if w.live(s) {
		w.killed(p, session.EndedBySignOut, s)
	}
}

func (w *world) endOwn() {
	s, u := w.session(), w.user()
	if s == nil {
		return
	}
	p := w.process()
	ok, err := p.EndOwn(w.ctx, u.id, s.row.ID)
	w.must(err)
	w.note("%s ends %s: %v", u.id, s.row.ID, ok)
	want := s.row.Subject == u.id && w.live(s)
	if ok != want {
		w.t.Errorf("EndOwn = %v, want %v", ok, want)
	}
	if want {
		w.killed(p, session.EndedByUser, s)
	}
}

func (w *world) endOthers() {
	s := w.session()
	if s == nil {
		return
	}
	u := &user{id: s.row.Subject}
	p, want := w.process(), w.liveOf(u, s.row.ID)
	n, err := p.EndOthers(w.ctx, u.id, s.row.ID)
	w.must(err)
	w.note("%s ends all but %s: %d", u.id, s.row.ID, n)
	if n != len(want) {
		w.t.Errorf("EndOthers ended %d, want %d", n, len(want))
	}
	w.killed(p, session.EndedByUser, want...)
}

func (w *world) endSubject() {
	u, p := w.user(), w.process()
	want := w.liveOf(u, "")
	n, err := p.EndSubject(w.ctx, u.id, session.EndedByAdmin)
	w.must(err)
	w.note("an operator ends %s: %d", u.id, n)
	if n != len(want) {
		w.t.Errorf("EndSubject ended %d, want %d", n, len(want))
	}
	w.killed(p, session.EndedByAdmin, want...)
}

func (w *world) endAll() {
	p := w.process()
	w.must(p.EndAll(w.ctx))
	w.epoch++
	w.note("everything ends: epoch %d", w.epoch)
	p.epoch = w.epoch
}

func (w *world) revokeToken() {
	s, a, ok := w.pickAccess()
	if !ok {
		return
	}
	p := w.process()
	w.must(p.RevokeToken(w.ctx, a.TokenID))
	w.note("token %s of %s is revoked", a.TokenID, s.row.ID)
	if !w.dead[a.TokenID] {
		w.feed = append(w.feed, "t"+a.TokenID)
	}
	w.dead[a.TokenID] = true
	p.known["t"+a.TokenID] = true
}

func (w *world) changePassword() {
	u, p, keepID := w.user(), w.process(), ""
	if s := w.session(); s != nil && s.row.Subject == u.id {
		keepID = s.row.ID
	}
	want := w.liveOf(u, keepID)
	u.password++
	hash := fmt.Sprint("$", u.password)
	w.note("%s changes the password and keeps %q", u.id, keepID)
	if accounts, ok := w.store.(account.Store); ok {
		_, err := accounts.SetPassword(w.ctx, account.PasswordChange{UserID: u.id, OldHash: u.hash + "x", NewHash: hash, At: w.now})
		w.want(err, account.ErrUserChanged)
		ended, err := accounts.SetPassword(w.ctx, account.PasswordChange{UserID: u.id, OldHash: u.hash, NewHash: hash, Keep: keepID, At: w.now})
		w.must(err)
		w.sameIDs("SetPassword", ended, want)
		p.Ended(ended...)
		w.newBasis(accounts, u)
	} else {
		ended, err := w.store.End(w.ctx, session.Ending{Subject: u.id, Except: keepID, Reason: session.EndedByPasswordChange, At: w.now})
		w.must(err)
		w.sameIDs("End", ended, want)
		p.Ended(ended...)
	}
	u.hash = hash
	w.killed(p, session.EndedByPasswordChange, want...)
}

// disable disables or enables a user. With sessions alone it ends theirs.
func (w *world) disable() {
	u, p := w.user(), w.process()
	u.disabled = !u.disabled
	w.note("%s is disabled: %v", u.id, u.disabled)
	var want []*modelSession
	if u.disabled {
		want = w.liveOf(u, "")
	}
	if accounts, ok := w.store.(account.Store); ok {
		ended, err := accounts.SetDisabled(w.ctx, account.UserChange{UserID: u.id, At: w.now}, u.disabled)
		w.must(err)
		w.sameIDs("SetDisabled", ended, want)
		p.Ended(ended...)
	} else if u.disabled {
		_, err := p.EndSubject(w.ctx, u.id, session.EndedByDisable)
		w.must(err)
	}
	w.killed(p, session.EndedByDisable, want...)
}

func (w *world) poll() {
	p := w.process()
	w.must(p.Poll(w.ctx))
	w.note("a process polls")
	p.polled, p.epoch = w.now, w.epoch
	for _, id := range w.feed {
		p.known[id] = true
	}
}

// restart replaces a process, and at times the machine with all of them.
func (w *world) restart() {
	if w.stores.Reopen != nil && w.rand.IntN(3) == 0 {
		w.note("the machine restarts")
		w.store = w.stores.Reopen(w.t)
		for i := range w.processes {
			w.processes[i] = w.newProcess()
		}
		return
	}
	w.note("a process restarts")
	w.processes[w.rand.IntN(len(w.processes))] = w.newProcess()
}

// purge must take nothing that could still matter.
func (w *world) purge() {
	_, err := w.store.Purge(w.ctx, w.now, 1+w.rand.IntN(20))
	w.must(err)
	w.note("purge")
	cutoff := w.now.Add(-keep)
	for _, s := range w.sessions {
		if s.purged {
			continue
		}
		if _, err := w.store.Get(w.ctx, s.row.ID); !errors.Is(err, session.ErrNotFound) {
			w.must(err)
			continue
		}
		s.purged = true
		ended := s.ended != "" && s.endedAt.Before(cutoff)
		expired := s.row.ExpiresAt.Before(cutoff)
		idle := s.used.Add(idleTimeout - seenWithin).Before(cutoff)
		if !ended && !expired && !idle && s.row.Epoch >= w.epoch {
			w.t.Errorf("session %s was purged, last used %v, ended %v", s.row.ID, s.used, s.endedAt)
		}
	}
}

// wait lets time pass: mostly seconds, at times days, and at times backwards.
func (w *world) wait() {
	scale := []time.Duration{200 * time.Millisecond, 3 * time.Second, 12 * time.Second, 2 * time.Minute, time.Hour, 30 * time.Hour}
	weights := []int{30, 30, 25, 30, 6, 1}
	n := w.rand.IntN(122)
	for i, weight := range weights {
		if n -= weight; n < 0 {
			w.now = w.now.Add(time.Duration(w.rand.Int64N(int64(scale[i]))).Truncate(time.Microsecond))
			break
		}
	}
	switch w.rand.IntN(40) {
	case 0:
		w.now = w.now.Add(-time.Duration(w.rand.Int64N(int64(20 * time.Second))).Truncate(time.Microsecond))
	case 1: // to the very edge of a grace window
		if s := w.session(); s != nil && s.inWindow(w.now) {
			w.now = s.rotated.Add(grace - time.Duration(w.rand.IntN(2))*time.Microsecond)
		}
	}
}

func (w *world) watch() {
	_, a, ok := w.pickAccess()
	if !ok {
		return
	}
	p := w.process()
	c := &watch{access: a}
	p.watched = append(p.watched, c)
	p.AfterEnd(a.Access, func() { c.called++ })
}
