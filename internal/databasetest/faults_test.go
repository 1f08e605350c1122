package databasetest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/session"
	"github.com/latchkey-go/latchkey/sqlstore"
)

// fault makes one kind of statement on one table fail, by a trigger.
type fault struct{ event, table string }

func (f fault) String() string { return f.event + " " + f.table }

// install puts the trigger in place and returns what takes it away.
func (f fault) install(t *testing.T, st *sqlstore.Store) (remove func()) {
	t.Helper()
	on := []string{`CREATE TRIGGER fault BEFORE ` + f.event + ` ON ` + f.table + ` BEGIN SELECT RAISE(ABORT, 'injected fault'); END`}
	off := `DROP TRIGGER fault`
	if st.Dialect() == sqlstore.PostgreSQL {
		on = []string{
			`CREATE OR REPLACE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''injected fault''; END'`,
			`CREATE TRIGGER fault BEFORE ` + f.event + ` ON ` + f.table + ` FOR EACH ROW EXECUTE FUNCTION fault()`,
		}
		off = `DROP TRIGGER fault ON ` + f.table
	}
	execute := func(statement string) {
		t.Helper()
		if _, err := st.DB().ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	for _, statement := range on {
		execute(statement)
	}
	return func() { execute(off) }
}

// dump is everything there is in the store's tables.
func dump(t *testing.T, st *sqlstore.Store) string {
	t.Helper()
	var all strings.Builder
	for _, query := range []string{
		`SELECT last || ' ' || epoch || ' ' || lifetime FROM latchkey_state`,
		`SELECT id || ' ' || subject || ' ' || generation || ' ' || seen_at || ' ' || coalesce(rotated_at, 0) || ' ' || coalesce(ended_at, 0) || end_reason FROM latchkey_sessions ORDER BY id`,
		`SELECT number || kind || id FROM latchkey_revocations ORDER BY number`,
		`SELECT id || password_hash || coalesce(disabled_at, 0) FROM latchkey_users ORDER BY id`,
		`SELECT key || count FROM latchkey_attempts ORDER BY key`,
		`SELECT kind FROM latchkey_audit ORDER BY number`,
	} {
		rows, err := st.DB().QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				t.Fatal(err)
			}
			all.WriteString(line + "\n")
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

// faultWorld is a store with a user "u" who has two sessions.
type faultWorld struct {
	st   *sqlstore.Store
	m    *session.Manager
	a, b *session.Session
}

var now = time.Date(2033, 1, 1, 0, 0, 0, 0, time.UTC)

func newFaultWorld(t *testing.T, d database) faultWorld {
	t.Helper()
	return newFaultWorldAt(t, d, d.place(t))
}

func newFaultWorldAt(t *testing.T, d database, place string) faultWorld {
	t.Helper()
	w := faultWorld{st: d.must(t, place)}
	w.m = managerOf(t, w.st)
	if err := w.st.CreateUser(t.Context(), &account.User{ID: "u", UsernameKey: "u", PasswordHash: "old", CreatedAt: now}); err != nil {
		t.Fatal(err)
	}
	w.a, w.b = start(t, w.m), start(t, w.m)
	return w
}

var (
	insertSession = fault{"INSERT", "latchkey_sessions"}
	updateSession = fault{"UPDATE", "latchkey_sessions"}
	deleteSession = fault{"DELETE", "latchkey_sessions"}
	updateState   = fault{"UPDATE", "latchkey_state"}
	insertEntry   = fault{"INSERT", "latchkey_revocations"}
	updateUser    = fault{"UPDATE", "latchkey_users"}
	deleteUser    = fault{"DELETE", "latchkey_users"}
	insertUser    = fault{"INSERT", "latchkey_users"}
	insertAudit   = fault{"INSERT", "latchkey_audit"}
	attempts      = fault{"INSERT", "latchkey_attempts"}
)

// operation is something that writes, and every statement of it that may fail.
type operation struct {
	name    string
	managed bool // by a Manager: the error is ErrUnavailable
	do      func(context.Context, faultWorld) error
	faults  []fault
}

// line goes into the audit trail.
var line = account.AuditRecord{At: now, Kind: "changed"}

var operations = []operation{
	{"Start", true, func(ctx context.Context, w faultWorld) error {
		_, err := w.m.Start(ctx, session.Start{Subject: "u", Replaces: w.a.ID})
		return err
	}, []fault{insertSession, updateSession, updateState, insertEntry}},
	{"Refresh", true, func(ctx context.Context, w faultWorld) error {
		_, err := w.m.Refresh(ctx, present(w.a, 0))
		return err
	}, []fault{updateSession}},
	{"Reuse", true, func(ctx context.Context, w faultWorld) error {
		_, err := w.m.Refresh(ctx, present(w.a, 5))
		if errors.Is(err, session.ErrEnded) {
			return nil // as it should
		}
		return err
	}, []fault{updateSession, updateState, insertEntry}},
	{"End", true, func(ctx context.Context, w faultWorld) error {
		return w.m.End(ctx, w.a.ID, session.EndedBySignOut)
	}, []fault{updateSession, updateState, insertEntry}},
	{"EndSubject", true, func(ctx context.Context, w faultWorld) error {
		_, err := w.m.EndSubject(ctx, "u", session.EndedByAdmin)
		return err
	}, []fault{updateSession, updateState, insertEntry}},
	{"EndAll", true, func(ctx context.Context, w faultWorld) error { return w.m.EndAll(ctx) }, []fault{updateState}},
	{"RevokeToken", true, func(ctx context.Context, w faultWorld) error { return w.m.RevokeToken(ctx, "jti") }, []fault{updateState, insertEntry}},
	{"Touch", false, func(ctx context.Context, w faultWorld) error {
		return w.st.Touch(ctx, map[string]time.Time{w.a.ID: now.Add(time.Hour), w.b.ID: now.Add(time.Hour)})
	}, []fault{updateSession}},
	{"SetPassword", false, func(ctx context.Context, w faultWorld) error {
		_, err := w.st.SetPassword(ctx, account.PasswordChange{UserID: "u", OldHash: "old", NewHash: "new", At: now, Log: []account.AuditRecord{line}})
		return err
	}, []fault{updateUser, insertAudit, updateSession, updateState, insertEntry}},
	{"SetDisabled", false, func(ctx context.Context, w faultWorld) error {
		_, err := w.st.SetDisabled(ctx, account.UserChange{UserID: "u", At: now, Log: []account.AuditRecord{line}}, true)
		return err
	}, []fault{updateUser, insertAudit, updateSession, updateState, insertEntry}},
	{"SetScopes", false, func(ctx context.Context, w faultWorld) error {
		_, err := w.st.SetScopes(ctx, account.UserChange{UserID: "u", At: now, Log: []account.AuditRecord{line}}, nil, []string{"admin"})
		return err
	}, []fault{updateUser, insertAudit, updateSession, updateState, insertEntry}},
	{"RequirePasswordChange", false, func(ctx context.Context, w faultWorld) error {
		_, err := w.st.RequirePasswordChange(ctx, account.UserChange{UserID: "u", At: now, Log: []account.AuditRecord{line}})
		return err
	}, []fault{updateUser, insertAudit, updateSession, updateState, insertEntry}},
	{"EndSessions", false, func(ctx context.Context, w faultWorld) error {
		_, err := w.st.EndSessions(ctx, account.UserChange{UserID: "u", At: now, Log: []account.AuditRecord{line}})
		return err
	}, []fault{updateUser, insertAudit, updateSession, updateState, insertEntry}},
	{"DeleteUser", false, func(ctx context.Context, w faultWorld) error {
		_, err := w.st.DeleteUser(ctx, account.UserChange{UserID: "u", At: now, Log: []account.AuditRecord{line}})
		return err
	}, []fault{deleteUser, insertAudit, updateSession, updateState, insertEntry}},
	{"CreateUser", false, func(ctx context.Context, w faultWorld) error {
		return w.st.CreateUser(ctx, &account.User{ID: "v", UsernameKey: "v", CreatedAt: now}, line)
	}, []fault{insertUser, insertAudit}},
	{"AppendAudit", false, func(ctx context.Context, w faultWorld) error {
		return w.st.AppendAudit(ctx, []account.AuditRecord{line, line})
	}, []fault{insertAudit}},
	{"UpdateAttempts", false, func(ctx context.Context, w faultWorld) error {
		return w.st.UpdateAttempts(ctx, "k", func(account.Attempts) account.Attempts { return account.Attempts{Count: 1} })
	}, []fault{attempts}},
	{"Purge", false, func(ctx context.Context, w faultWorld) error {
		_, err := w.st.Purge(ctx, now.AddDate(9, 0, 0), 100)
		return err
	}, []fault{deleteSession}},
}

// TestFaults: wherever the database fails in the middle of an operation, the
// store says so and has changed nothing, and the Manager says that it does not
// know. When the fault is gone the operation works.
func TestFaults(t *testing.T) {
	for _, op := range operations {
		for _, d := range databases {
			for _, f := range op.faults {
				t.Run(op.name+"/"+f.String()+"/"+d.name, func(t *testing.T) { testFault(t, d, op, f) })
			}
		}
	}
}

func testFault(t *testing.T, d database, op operation, f fault) {
	w := newFaultWorld(t, d)
	before := dump(t, w.st)
	remove := f.install(t, w.st)
	err := op.do(t.Context(), w)
	if err == nil || !strings.Contains(err.Error(), "injected fault") {
		t.Fatalf("with the fault: %v", err)
	}
	if op.managed != errors.Is(err, session.ErrUnavailable) {
		t.Errorf("errors.Is(%v, ErrUnavailable) is wrong", err)
	}
	if readsAsAnswer(err) {
		t.Errorf("a fault reads as an answer: %v", err)
	}
	if after := dump(t, w.st); after != before {
		t.Errorf("the fault left a change behind:\n%s\nbefore:\n%s", after, before)
	}
	remove()
	if err := w.m.Check(t.Context(), session.Access{SessionID: w.a.ID}); err != nil {
		t.Errorf("the session is dead after a failed operation: %v", err)
	}
	if err := op.do(t.Context(), w); err != nil {
		t.Errorf("without the fault: %v", err)
	}
	if after := dump(t, w.st); after == before {
		t.Errorf("without the fault nothing changed")
	}
}

// readsAsAnswer says whether a failure would be taken for what the store knows.
func readsAsAnswer(err error) bool {
	return slices.ContainsFunc([]error{
		session.ErrNotFound, session.ErrConflict, session.ErrEnded,
		account.ErrUserChanged, account.ErrUserNotFound, account.ErrUsernameTaken,
	}, func(answer error) bool { return errors.Is(err, answer) })
}

func start(t *testing.T, m *session.Manager) *session.Session {
	t.Helper()
	s, err := m.Start(t.Context(), session.Start{Subject: "u"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func present(s *session.Session, generation int64) session.Presented {
	return session.Presented{ID: s.ID, Generation: generation, MAC: session.RefreshMAC(s, generation), ExpiresAt: s.ExpiresAt}
}

// TestDatabaseGone: with the database closed nobody gets a yes or a no.
func TestDatabaseGone(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			st := d.must(t, d.place(t))
			m, err := session.NewManager(session.Config{Store: st})
			if err != nil {
				t.Fatal(err)
			}
			s := start(t, m)
			if err := st.Close(); err != nil {
				t.Fatal(err)
			}
			_, refresh := m.Refresh(t.Context(), present(s, 0))
			for name, err := range map[string]error{
				"Check":   m.Check(t.Context(), session.Access{SessionID: s.ID, TokenID: "jti"}),
				"Refresh": refresh,
				"End":     m.End(t.Context(), s.ID, session.EndedBySignOut),
				"Poll":    m.Poll(t.Context()),
			} {
				if !errors.Is(err, session.ErrUnavailable) {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
}
