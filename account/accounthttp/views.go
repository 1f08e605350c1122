package accounthttp

import (
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/session"
)

// The JSON of answers. Times are RFC 3339 in UTC with whole seconds; how long a
// token lasts is told in seconds, for clients whose clocks are wrong.

type userView struct {
	ID        string    `json:"id"`
	Username  string    `json:"username"`
	Name      string    `json:"name"`
	CreatedAt time.Time `json:"created_at"`
	Scopes    []string  `json:"scopes"`
	// MustChangePassword says that all else is refused until the password is
	// changed.
	MustChangePassword bool `json:"must_change_password"`
}

func viewUser(u *account.User) *userView {
	scopes := u.Scopes
	if scopes == nil {
		scopes = []string{}
	}
	return &userView{u.ID, u.Username, u.Name, wholeTime(u.CreatedAt), scopes, u.MustChangePassword}
}

type sessionView struct {
	ID       string    `json:"id"`
	AuthTime time.Time `json:"auth_time"`
	EndsAt   time.Time `json:"ends_at"`
}

func viewSession(s *session.Session) sessionView {
	return sessionView{s.ID, wholeTime(s.AuthTime), wholeTime(s.End())}
}

// deviceView is a session in the list of a person's sessions.
type deviceView struct {
	ID         string    `json:"id"`
	Current    bool      `json:"current"`
	CreatedAt  time.Time `json:"created_at"`
	LastSeenAt time.Time `json:"last_seen_at"`
	EndsAt     time.Time `json:"ends_at"`
	Address    string    `json:"address"`
	UserAgent  string    `json:"user_agent"`
	Device     string    `json:"device"`
}

func viewDevice(s *session.Session, current string) deviceView {
	return deviceView{
		ID: s.ID, Current: s.ID == current,
		CreatedAt: wholeTime(s.CreatedAt), LastSeenAt: wholeTime(s.SeenAt), EndsAt: wholeTime(s.End()),
		Address: s.Client.Address, UserAgent: s.Client.UserAgent, Device: device(s.Client.UserAgent),
	}
}

// tokensView answers sign-in and refresh. The tokens themselves are in it only
// for clients that asked for them in the body.
type tokensView struct {
	User             *userView   `json:"user,omitempty"`
	Session          sessionView `json:"session"`
	ExpiresIn        int64       `json:"expires_in"`
	CSRFToken        string      `json:"csrf_token,omitempty"`
	AccessToken      string      `json:"access_token,omitempty"`
	TokenType        string      `json:"token_type,omitempty"`
	RefreshToken     string      `json:"refresh_token,omitempty"`
	RefreshExpiresIn int64       `json:"refresh_expires_in,omitzero"`
}

func viewTokens(t latchkey.Tokens, at latchkey.Location, u *account.User) tokensView {
	v := tokensView{Session: viewSession(t.Session), ExpiresIn: wholeSeconds(t.ExpiresIn), CSRFToken: t.CSRF}
	if u != nil {
		v.User = viewUser(u)
	}
	if at == latchkey.InJSON {
		v.AccessToken, v.TokenType, v.RefreshToken = t.Access, "Bearer", t.Refresh
		v.RefreshExpiresIn = wholeSeconds(t.ExpiresIn + t.RefreshExpiresAt.Sub(t.AccessExpiresAt))
	}
	return v
}

func wholeTime(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }
