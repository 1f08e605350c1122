package session

import "sync"

// watchers are the callers of AfterEnd, found by what may end them.
type watchers struct {
	mu        sync.Mutex
	bySession map[string]map[*watcher]struct{}
	byToken   map[string]map[*watcher]struct{}
}

type watcher struct {
	access Access
	ended  func()
}

// AfterEnd arranges for f to be called once, when the session or the token
// ends, as far as this process knows: at once if it ended here, and within a
// second if it ended elsewhere and Run is at work. If it is known to have ended
// already, f is called before AfterEnd returns. Expiry does not count; the
// caller knows the token's exp.
//
// f is called on the goroutine that learned of the end, and should return soon.
// The caller must call stop when it no longer waits; stop may be called more
// than once. After stop f is not called, unless it is being called already.
func (m *Manager) AfterEnd(a Access, f func()) (stop func()) {
	w := &watcher{access: a, ended: f}
	m.watchers.add(w)
	// What ended before the watcher was added has passed it by.
	if m.feed.check(a) != nil {
		m.watchers.tell(func(yield func(*watcher)) { yield(w) })
	}
	return func() { m.watchers.remove(w) }
}

func (ws *watchers) add(w *watcher) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	put(&ws.bySession, w.access.SessionID, w)
	put(&ws.byToken, w.access.TokenID, w)
}

func put(index *map[string]map[*watcher]struct{}, id string, w *watcher) {
	if *index == nil {
		*index = map[string]map[*watcher]struct{}{}
	}
	if (*index)[id] == nil {
		(*index)[id] = map[*watcher]struct{}{}
	}
	(*index)[id][w] = struct{}{}
}

func (ws *watchers) remove(w *watcher) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.drop(w)
}

// drop takes w out of both indexes and says whether it was there. ws.mu is held.
func (ws *watchers) drop(w *watcher) bool {
	_, there := ws.bySession[w.access.SessionID][w]
	for _, in := range []struct {
		index map[string]map[*watcher]struct{}
		id    string
	}{{ws.bySession, w.access.SessionID}, {ws.byToken, w.access.TokenID}} {
		delete(in.index[in.id], w)
		if len(in.index[in.id]) == 0 {
			delete(in.index, in.id)
		}
	}
	return there
}

// tell takes out the watchers that find yields and calls them. They are called
// without the lock, so that they may call stop, or the Manager.
func (ws *watchers) tell(find func(yield func(*watcher))) {
	var found []*watcher
	ws.mu.Lock()
	find(func(w *watcher) {
		if ws.drop(w) {
			found = append(found, w)
		}
	})
	ws.mu.Unlock()
	for _, w := range found {
		w.ended()
	}
}

func (ws *watchers) endSession(id string) {
	if id == "" {
		return // watchers of tokens without a session
	}
	ws.tell(func(yield func(*watcher)) {
		for w := range ws.bySession[id] {
			yield(w)
		}
	})
}

func (ws *watchers) endToken(jti string) {
	if jti == "" {
		return
	}
	ws.tell(func(yield func(*watcher)) {
		for w := range ws.byToken[jti] {
			yield(w)
		}
	})
}

// endBelow tells the watchers of tokens older than an epoch.
func (ws *watchers) endBelow(epoch int64) {
	ws.tell(func(yield func(*watcher)) {
		for _, group := range ws.bySession {
			for w := range group {
				if w.access.Epoch < epoch {
					yield(w)
				}
			}
		}
	})
}
