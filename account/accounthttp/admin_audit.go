package accounthttp

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey/account"
)

// mostKinds is how many kinds one question for the audit trail may name.
const mostKinds = 32

// auditTrail answers GET with the audit trail, the latest record first.
func (h *Handlers) auditTrail(w http.ResponseWriter, r *http.Request) error {
	q, err := readQuery(r, "user", "kind", "since", "until", "cursor", "limit")
	if err != nil {
		return err
	}
	ask, err := q.auditQuery()
	if err != nil {
		return err
	}
	limit := ask.Limit
	ask.Limit++ // one more than asked for tells whether there are more
	records, err := h.config.Audit.Query(r.Context(), ask)
	if err != nil {
		return err
	}
	var next string
	if len(records) > limit {
		records = records[:limit]
		next = strconv.FormatInt(records[limit-1].Number, 10)
	}
	views, err := h.viewAudit(r.Context(), records)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, struct {
		Records    []auditView `json:"records"`
		NextCursor string      `json:"next_cursor,omitempty"`
	}{views, next})
	return nil
}

// auditQuery reads the parameters of auditTrail.
func (q query) auditQuery() (ask account.AuditQuery, err error) {
	if ask.Limit, err = q.limit(); err != nil {
		return ask, err
	}
	if ask.UserID = q["user"]; ask.UserID != "" && !isPlain(ask.UserID) {
		return ask, invalidInput(fieldView{"user", "Give the id of a user."})
	}
	if q["kind"] != "" {
		ask.Kinds = strings.Split(q["kind"], ",")
	}
	if len(ask.Kinds) > mostKinds {
		return ask, invalidInput(fieldView{"kind", "Ask for at most " + strconv.Itoa(mostKinds) + " kinds."})
	}
	for _, kind := range ask.Kinds {
		if !isPlain(kind) {
			return ask, invalidInput(fieldView{"kind", "Give kinds such as signed_in, with commas between them."})
		}
	}
	for name, at := range map[string]*time.Time{"since": &ask.Since, "until": &ask.Until} {
		if q[name] == "" {
			continue
		}
		if *at, err = time.Parse(time.RFC3339, q[name]); err != nil {
			return ask, invalidInput(fieldView{name, "Give a moment such as 2026-03-01T12:00:00Z."})
		}
	}
	if q["cursor"] != "" {
		if ask.Before, err = strconv.ParseInt(q["cursor"], 10, 64); err != nil || ask.Before < 1 {
			return ask, invalidCursor()
		}
	}
	return ask, nil
}

// viewAudit adds to each record the username that its actor now has.
func (h *Handlers) viewAudit(ctx context.Context, records []account.AuditRecord) ([]auditView, error) {
	names := map[string]string{"": ""}
	views := make([]auditView, len(records))
	for i, record := range records {
		name, known := names[record.Actor]
		if !known {
			switch user, err := h.accounts.User(ctx, record.Actor); {
			case err == nil:
				name = user.Username
			case !errors.Is(err, account.ErrUserNotFound):
				return nil, err
			}
			names[record.Actor] = name
		}
		views[i] = viewAuditRecord(record, name)
	}
	return views, nil
}
