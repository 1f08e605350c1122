package session

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"
)

// Manager holds the rules of sessions over a Store. Make one with NewManager.
// All methods are safe for concurrent use.
//
// What a Manager ends is dead in this process as soon as the method returns. In
// every other process on the same store it is dead within a second, whether or
// not they call Run.
type Manager struct {
	cfg      Config
	feed     feed
	watchers watchers
	seen     seen
	recent   recent

	running    atomic.Bool
	registered atomic.Bool // the store knows how long our access tokens last
}

// NewManager returns a Manager, or all mistakes in cfg at once. It does no I/O
// and starts no goroutine.
func NewManager(cfg Config) (*Manager, error) {
	cfg = cfg.withDefaults()
	if err := cfg.check(); err != nil {
		return nil, err
	}
	m := &Manager{cfg: cfg}
	m.feed.init()
	m.seen.init(seenInterval(cfg.IdleTimeout))
	m.recent.init()
	return m, nil
}

// Start says what is known of a sign-in.
type Start struct {
	// Subject is the user. Required: valid UTF-8 without control characters,
	// at most 255 bytes.
	Subject string
	// Client is the device that signs in.
	Client Client
	// AMR and ACR say how and how well the person proved who they are.
	AMR []string
	ACR string
	// AuthTime is when they did so. Zero means now.
	AuthTime time.Time
	// Replaces is the session this device had until now, if any; it ends. A
	// sign-in must not go on with an old id, nor may a change of privilege.
	Replaces string
	// Basis guards against a change between the decision to let somebody in and
	// the beginning of their session, such as a new password: a text that names
	// the state of the account that the decision saw. The store begins no
	// session if the account is in another state by then. Users of package
	// account have it (account.User.SignInBasis) and its stores check it.
	// Programs that keep users elsewhere leave it empty: nothing is checked.
	Basis string
}

// Start begins a session, and ends the one it replaces and, beyond the limit,
// the one unused for longest. The error is ErrBasisChanged, ErrUnavailable, or
// names a bad field of s.
func (m *Manager) Start(ctx context.Context, s Start) (*Session, error) {
	if err := checkSubject(s.Subject); err != nil {
		return nil, err
	}
	if !isStorable(s.Replaces) {
		s.Replaces = ""
	}
	if err := m.register(ctx); err != nil {
		return nil, err
	}
	now := m.stamp()
	row := m.newRow(NewID(), s, now)
	ended, err := m.cfg.Store.Create(ctx, row, s.Replaces, max(m.cfg.Limit, 0))
	if errors.Is(err, ErrBasisChanged) {
		return nil, ErrBasisChanged
	}
	if err != nil {
		return nil, unavailable(err)
	}
	row.Basis = ""
	m.recent.put(row)
	m.announce(ctx, row, ended, s.Replaces)
	return row, nil
}

// newRow is the row of a session that begins now.
func (m *Manager) newRow(id string, s Start, now time.Time) *Session {
	row := &Session{
		ID:          id,
		Subject:     s.Subject,
		Secret:      randomBytes(secretBytes),
		CreatedAt:   now,
		SeenAt:      now,
		AuthTime:    now,
		ExpiresAt:   now.Add(m.cfg.SessionTTL),
		IdleTimeout: m.cfg.IdleTimeout,
		AMR:         s.AMR,
		ACR:         s.ACR,
		Client:      clean(s.Client),
		Basis:       s.Basis,
	}
	if !s.AuthTime.IsZero() {
		row.AuthTime = micros(s.AuthTime)
	}
	return row
}

// announce tells of a session that began and of those that ended for it.
func (m *Manager) announce(ctx context.Context, row *Session, ended []string, replaces string) {
	m.Ended(ended...)
	m.emit(ctx, Event{Kind: EventStarted, At: row.CreatedAt, SessionID: row.ID, Subject: row.Subject, Client: row.Client})
	for _, id := range ended {
		e := Event{Kind: EventEnded, At: row.CreatedAt, SessionID: id, Subject: row.Subject, Reason: EndedByLimit, Client: row.Client}
		if id == replaces {
			// It may have been another person's, on a shared device.
			e.Subject, e.Reason = m.subjectOf(ctx, id), EndedByReplacement
		}
		m.emit(ctx, e)
	}
}

// subjectOf is whose session it was, for an event; empty if that cannot be found
// out, or nobody asks.
func (m *Manager) subjectOf(ctx context.Context, id string) string {
	if m.cfg.OnEvent == nil {
		return ""
	}
	s, err := m.cfg.Store.Get(ctx, id)
	if err != nil {
		return ""
	}
	return s.Subject
}

// Get returns a live session. It fails with ErrUnknown, with an *EndedError
// when the session has ended or is past its End, or with ErrUnavailable.
func (m *Manager) Get(ctx context.Context, id string) (*Session, error) {
	if err := m.register(ctx); err != nil {
		return nil, err
	}
	s, err := m.read(ctx, id)
	if err != nil {
		return nil, err
	}
	if reason := m.over(s, m.stamp()); reason != "" {
		return nil, &EndedError{Reason: reason}
	}
	return s, nil
}

// List returns the subject's live sessions, the last seen first. The error is
// ErrUnavailable.
func (m *Manager) List(ctx context.Context, subject string) ([]*Session, error) {
	if !isStorable(subject) {
		return nil, nil
	}
	all, err := m.cfg.Store.List(ctx, subject)
	if err != nil {
		return nil, unavailable(err)
	}
	now := m.stamp()
	live := all[:0]
	for _, s := range all {
		m.freshen(s)
		if m.over(s, now) == "" {
			live = append(live, s)
		}
	}
	return live, nil
}

// read gets a row, with what this process knows of its use and has not yet
// written.
func (m *Manager) read(ctx context.Context, id string) (*Session, error) {
	if !isStorable(id) {
		return nil, ErrUnknown
	}
	s, err := m.cfg.Store.Get(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return nil, ErrUnknown
	}
	if err != nil {
		return nil, unavailable(err)
	}
	m.freshen(s)
	return s, nil
}

// freshen puts a use that is not yet written into a row read from the store.
func (m *Manager) freshen(s *Session) {
	if at := m.seen.last(s.ID); at.After(s.SeenAt) {
		s.SeenAt = at
	}
}

// over says why a session is over at a moment; empty while it lives. The
// reason may not be stored yet.
func (m *Manager) over(s *Session, now time.Time) EndReason {
	switch idle := s.IdleEnd(); {
	case !s.EndedAt.IsZero():
		return s.EndReason
	case !now.Before(s.ExpiresAt):
		return EndedByExpiry
	case !idle.IsZero() && !now.Before(idle):
		return EndedByIdle
	}
	return ""
}

// register tells the store how long our access tokens last, once and before the
// first of them can be issued: from then on it keeps revocations long enough.
func (m *Manager) register(ctx context.Context) error {
	if m.registered.Load() {
		return nil
	}
	if err := m.cfg.Store.RegisterLifetime(ctx, m.cfg.AccessTTL+m.cfg.Leeway); err != nil {
		return unavailable(err)
	}
	m.registered.Store(true)
	return nil
}

// AccessEnd is when an access token of s that is issued at now should expire:
// after AccessTTL, but not after the session.
func (m *Manager) AccessEnd(s *Session, now time.Time) time.Time {
	return earlier(now.Add(m.cfg.AccessTTL), s.End())
}

// RefreshTimes are the iat and exp of the session's current refresh token. They
// come from the row, so that a token issued again is the same token.
func (m *Manager) RefreshTimes(s *Session) (issued, expires time.Time) {
	issued = s.RotatedAt
	if issued.IsZero() {
		issued = s.CreatedAt
	}
	return issued, earlier(issued.Add(m.cfg.RefreshTTL), s.ExpiresAt)
}

// stamp is the time as stores keep it.
func (m *Manager) stamp() time.Time { return micros(m.cfg.Now()) }

func micros(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// isStorable says whether a Store takes a text. What it does not take names
// nothing that is in it: to ask would look like a store that does not answer.
func isStorable(text string) bool {
	return utf8.ValidString(text) && strings.IndexByte(text, 0) < 0
}

const maxSubject = 255

func checkSubject(subject string) error {
	switch {
	case subject == "":
		return errors.New("session: Start.Subject is empty")
	case len(subject) > maxSubject:
		return errors.New("session: Start.Subject is longer than 255 bytes")
	case !utf8.ValidString(subject) || strings.IndexFunc(subject, isControl) >= 0:
		return errors.New("session: Start.Subject is not plain UTF-8 text")
	}
	return nil
}

const maxUserAgent = 256

// clean makes what a client sent fit to be stored and shown: valid UTF-8, no
// control characters, a bounded length.
func clean(c Client) Client {
	return Client{Address: cleanText(c.Address), UserAgent: cleanText(c.UserAgent)}
}

func cleanText(s string) string {
	if len(s) > maxUserAgent {
		s = s[:maxUserAgent]
	}
	s = strings.ToValidUTF8(s, "")
	return strings.Map(func(r rune) rune {
		if isControl(r) {
			return -1
		}
		return r
	}, s)
}

func isControl(r rune) bool { return r < 0x20 || r >= 0x7f && r < 0xa0 }
