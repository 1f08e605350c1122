package accounthttp

import (
	"context"
	"encoding/base64"
	"net/http"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/account"
)

// listUsers answers GET with users in the order of their usernames.
func (h *Handlers) listUsers(w http.ResponseWriter, r *http.Request) error {
	q, err := readQuery(r, "search", "cursor", "limit")
	if err != nil {
		return err
	}
	limit, err := q.limit()
	if err != nil {
		return err
	}
	after, err := base64.RawURLEncoding.Strict().DecodeString(q["cursor"])
	if err != nil {
		return invalidCursor()
	}
	// One more than asked for tells whether there are more.
	users, err := h.accounts.Users(r.Context(), q["search"], string(after), limit+1)
	if err != nil {
		return err
	}
	var next string
	if len(users) > limit {
		users = users[:limit]
		next = base64.RawURLEncoding.EncodeToString([]byte(users[limit-1].UsernameKey))
	}
	views := make([]adminUserView, len(users))
	for i, u := range users {
		views[i] = viewAdminUser(u)
	}
	writeJSON(w, http.StatusOK, struct {
		Users      []adminUserView `json:"users"`
		NextCursor string          `json:"next_cursor,omitempty"`
	}{views, next})
	return nil
}

// showUser answers GET with all that administrators see of a user.
func (h *Handlers) showUser(w http.ResponseWriter, r *http.Request) error {
	user, err := h.pathUser(r)
	if err != nil {
		return err
	}
	return h.writeUser(w, r, user.ID)
}

// writeUser answers with a user as they now are.
func (h *Handlers) writeUser(w http.ResponseWriter, r *http.Request, id string) error {
	user, err := h.accounts.User(r.Context(), id)
	if err != nil {
		return err
	}
	view := adminUserDetail{adminUserView: viewAdminUser(user)}
	if view.Locked, err = h.accounts.Locked(r.Context(), id); err != nil {
		return err
	}
	living, err := h.auth.Sessions().List(r.Context(), id)
	if err != nil {
		return err
	}
	view.Sessions = len(living)
	var last time.Time
	for _, s := range living {
		if s.AuthTime.After(last) {
			last = s.AuthTime
		}
	}
	recorded, err := h.lastSignIn(r.Context(), id)
	if err != nil {
		return err
	}
	if recorded.After(last) {
		last = recorded
	}
	view.LastSignInAt = timeOrNull(last)
	writeJSON(w, http.StatusOK, struct {
		User adminUserDetail `json:"user"`
	}{view})
	return nil
}

// lastSignIn is when the user last signed in, as far as the audit trail goes
// back; the zero time if it does not tell.
func (h *Handlers) lastSignIn(ctx context.Context, id string) (time.Time, error) {
	if h.config.Audit == nil {
		return time.Time{}, nil
	}
	records, err := h.config.Audit.Query(ctx, account.AuditQuery{
		UserID: id, Kinds: []string{string(account.EventSignedIn), string(account.EventSignedUp)}, Limit: 1,
	})
	if err != nil || len(records) == 0 {
		return time.Time{}, err
	}
	return records[0].At, nil
}

// userSessions answers GET with the living sessions of a user.
func (h *Handlers) userSessions(w http.ResponseWriter, r *http.Request) error {
	user, err := h.pathUser(r)
	if err != nil {
		return err
	}
	living, err := h.auth.Sessions().List(r.Context(), user.ID)
	if err != nil {
		return err
	}
	var current string // the administrator's own, if they look at themselves
	if t, ok := latchkey.FromContext(r.Context()); ok {
		current = t.SessionID
	}
	devices := make([]deviceView, 0, len(living))
	for _, s := range living {
		devices = append(devices, viewDevice(s, current))
	}
	writeJSON(w, http.StatusOK, struct {
		Sessions []deviceView `json:"sessions"`
	}{devices})
	return nil
}
