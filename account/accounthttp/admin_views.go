package accounthttp

import (
	"time"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/jwt"
)

// adminUserView is a user in the list that administrators see. Times that are
// not there are null.
type adminUserView struct {
	userView
	Disabled          bool       `json:"disabled"`
	DisabledAt        *time.Time `json:"disabled_at"`
	HasPassword       bool       `json:"has_password"`
	PasswordChangedAt *time.Time `json:"password_changed_at"`
}

func viewAdminUser(u *account.User) adminUserView {
	return adminUserView{
		userView: *viewUser(u),
		Disabled: u.Disabled(), DisabledAt: timeOrNull(u.DisabledAt),
		HasPassword: u.PasswordHash != "", PasswordChangedAt: timeOrNull(u.PasswordChangedAt),
	}
}

// adminUserDetail is a user by themselves.
type adminUserDetail struct {
	adminUserView
	Locked       bool       `json:"locked"`
	Sessions     int        `json:"sessions"`
	LastSignInAt *time.Time `json:"last_sign_in_at"`
}

// auditView is a record of the audit trail. ActorUsername is empty where the
// actor is no user, such as "cli", or is not there any more.
type auditView struct {
	Number        int64     `json:"number"`
	At            time.Time `json:"at"`
	Kind          string    `json:"kind"`
	Reason        string    `json:"reason"`
	UserID        string    `json:"user_id"`
	Username      string    `json:"username"`
	SessionID     string    `json:"session_id"`
	Actor         string    `json:"actor"`
	ActorUsername string    `json:"actor_username"`
	Address       string    `json:"address"`
	UserAgent     string    `json:"user_agent"`
	Device        string    `json:"device"`
}

func viewAuditRecord(r account.AuditRecord, actorUsername string) auditView {
	v := auditView{
		Number: r.Number, At: wholeTime(r.At), Kind: r.Kind, Reason: r.Reason,
		UserID: r.UserID, Username: r.Username, SessionID: r.SessionID,
		Actor: r.Actor, ActorUsername: actorUsername,
		Address: r.Client.Address, UserAgent: r.Client.UserAgent,
	}
	if r.Client.UserAgent != "" {
		v.Device = device(r.Client.UserAgent)
	}
	return v
}

// keyView is a signing key, without any part of it.
type keyView struct {
	ID        string     `json:"id"`
	Algorithm string     `json:"algorithm"`
	State     string     `json:"state"`
	CreatedAt time.Time  `json:"created_at"`
	ActiveAt  *time.Time `json:"active_at"`
	RetiredAt *time.Time `json:"retired_at"`
	ForgetAt  *time.Time `json:"forget_at"`
}

func viewKey(k jwt.KeyInfo) keyView {
	return keyView{
		ID: k.ID, Algorithm: string(k.Algorithm), State: string(k.State), CreatedAt: wholeTime(k.CreatedAt),
		ActiveAt: timeOrNull(k.ActiveAt), RetiredAt: timeOrNull(k.RetiredAt), ForgetAt: timeOrNull(k.ForgetAt),
	}
}

// timeOrNull is a time in JSON, or null where there is none.
func timeOrNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	whole := wholeTime(t)
	return &whole
}
