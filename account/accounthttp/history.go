package accounthttp

import (
	"net/http"
	"strconv"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/session"
)

// historyKinds are the events that a person is shown of their own account: what
// they did or should have done themselves, and what others tried.
var historyKinds = []string{
	string(account.EventSignedUp), string(account.EventUserAdded),
	string(account.EventSignedIn), string(account.EventSignInFailed), string(account.EventConfirmFailed),
	string(account.EventLocked), string(account.EventUnlocked),
	string(account.EventPasswordChanged), string(account.EventPasswordSet),
	string(account.EventResetRequested), string(account.EventPasswordReset),
	string(account.EventDisabled), string(account.EventEnabled),
	string(account.EventScopeGranted), string(account.EventScopeRevoked),
	string(account.EventMustChange), string(account.EventSessionsEnded),
	string(session.EventEnded), string(session.EventOtherClient),
}

// Limits of one answer of History.
const (
	defaultHistory = 50
	mostHistory    = 100
)

// historyView is one event of a person's account.
type historyView struct {
	ID         int64     `json:"id"`
	At         time.Time `json:"at"`
	Kind       string    `json:"kind"`
	Reason     string    `json:"reason,omitempty"`
	Session    string    `json:"session,omitempty"`
	ByOperator bool      `json:"by_operator"`
	Address    string    `json:"address"`
	UserAgent  string    `json:"user_agent"`
	Device     string    `json:"device"`
}

func viewHistory(r account.AuditRecord) historyView {
	return historyView{
		ID: r.Number, At: wholeTime(r.At), Kind: r.Kind, Reason: r.Reason, Session: r.SessionID,
		ByOperator: r.Actor != "", Address: r.Client.Address, UserAgent: r.Client.UserAgent,
		Device: device(r.Client.UserAgent),
	}
}

// History answers a signed-in person's GET with what happened to their account,
// the latest first: sign-ins and failed ones, passwords, sessions that ended. The
// query parameter limit is how many events to return, 50 by default and at most
// 100. When there are more, the answer has the member next: the value of the
// query parameter before that asks for them. It needs Config.Audit.
func (h *Handlers) History() http.Handler {
	return h.guarded(h.Guard(Need{}), func(w http.ResponseWriter, r *http.Request, t *latchkey.Token) error {
		if h.config.Audit == nil {
			return &problem{status: http.StatusNotFound, code: "not_found", msg: "No history is kept here."}
		}
		limit, before, err := historyPage(r)
		if err != nil {
			return err
		}
		// One more than asked for tells whether there are more.
		records, err := h.config.Audit.Query(r.Context(), account.AuditQuery{
			UserID: t.Subject, Kinds: historyKinds, Before: before, Limit: limit + 1,
		})
		if err != nil {
			return err
		}
		var next int64
		if len(records) > limit {
			records = records[:limit]
			next = records[limit-1].Number
		}
		events := make([]historyView, len(records))
		for i, record := range records {
			events[i] = viewHistory(record)
		}
		writeJSON(w, http.StatusOK, struct {
			Events []historyView `json:"events"`
			Next   int64         `json:"next,omitzero"`
		}{events, next})
		return nil
	})
}

// historyPage reads the query parameters of History.
func historyPage(r *http.Request) (limit int, before int64, err error) {
	q, err := readQuery(r, "limit", "before")
	if err != nil {
		return 0, 0, err
	}
	limit = defaultHistory
	if q["limit"] != "" {
		limit, err = strconv.Atoi(q["limit"])
		if err != nil || limit < 1 || limit > mostHistory {
			return 0, 0, badRequest("The parameter limit must be a number from 1 to 100.")
		}
	}
	if q["before"] != "" {
		before, err = strconv.ParseInt(q["before"], 10, 64)
		if err != nil || before < 1 {
			return 0, 0, badRequest(`The parameter before must be the member "next" of an earlier answer.`)
		}
	}
	return limit, before, nil
}
