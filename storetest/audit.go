package storetest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/session"
)

// line is a record with something in every field.
func line(kind, userID string, at time.Time) account.AuditRecord {
	return account.AuditRecord{
		At: at, Kind: kind, Reason: "'; DROP TABLE latchkey_audit; --", UserID: userID, Username: "Näme", SessionID: "s",
		Actor: "cli", Client: session.Client{Address: "192.0.2.7", UserAgent: "Mozilla/5.0 ü"},
	}
}

func (s accounts) append(records ...account.AuditRecord) {
	s.t.Helper()
	if err := s.st.AppendAudit(s.ctx, records); err != nil {
		s.t.Fatal(err)
	}
}

// trail compares what a query finds, and checks the order of the numbers.
func (s accounts) trail(q account.AuditQuery, want ...account.AuditRecord) []account.AuditRecord {
	s.t.Helper()
	if q.Limit == 0 {
		q.Limit = 100
	}
	got, err := s.st.QueryAudit(s.ctx, q)
	if err != nil {
		s.t.Fatalf("QueryAudit(%+v): %v", q, err)
	}
	plain := make([]account.AuditRecord, len(got))
	for i, r := range got {
		if r.Number <= 0 || i > 0 && r.Number >= got[i-1].Number {
			s.t.Fatalf("QueryAudit(%+v): record %d has number %d", q, i, r.Number)
		}
		plain[i], plain[i].Number = r, 0
	}
	if len(plain) != len(want) || len(want) > 0 && !reflect.DeepEqual(plain, want) {
		s.t.Fatalf("QueryAudit(%+v):\n got %+v\nwant %+v", q, plain, want)
	}
	return got
}

func testAudit(t *testing.T, s accounts) {
	at := func(minutes int) time.Time { return epoch0.Add(time.Duration(minutes) * time.Minute) }
	a, b, c, d := line("signed_in", "u", at(1)), line("signed_out", "v", at(2)), line("signedXin", "u", at(3)), line("in", "u", at(0))
	s.append()
	s.trail(account.AuditQuery{})
	numbered := a
	numbered.Number = 99 // is not looked at
	s.append(numbered, b)
	s.append(c)
	s.append(d)

	all := s.trail(account.AuditQuery{}, d, c, b, a)
	s.trail(account.AuditQuery{UserID: "u"}, d, c, a)
	s.trail(account.AuditQuery{UserID: "U"})
	s.trail(account.AuditQuery{Kinds: []string{"signed_in"}}, a)
	s.trail(account.AuditQuery{Kinds: []string{"in", "SIGNED_IN", "signed_out", ""}}, d, b)
	s.trail(account.AuditQuery{UserID: "v", Kinds: []string{"in", "signed_in"}})
	s.trail(account.AuditQuery{Since: at(1), Until: at(3)}, b, a)
	s.trail(account.AuditQuery{UserID: "u", Since: at(1)}, c, a)
	s.trail(account.AuditQuery{UserID: "u", Until: at(1)}, d)
	// Page by page.
	s.trail(account.AuditQuery{Limit: 2}, d, c)
	s.trail(account.AuditQuery{Limit: 2, Before: all[1].Number}, b, a)
	s.trail(account.AuditQuery{UserID: "u", Limit: 2, Before: all[1].Number}, a)
	s.trail(account.AuditQuery{Before: all[3].Number})

	many := make([]account.AuditRecord, 1100)
	for i := range many {
		many[i] = line(fmt.Sprint("many", i), "w", at(9))
	}
	s.append(many...)
	if got, err := s.st.QueryAudit(s.ctx, account.AuditQuery{UserID: "w", Limit: 2000}); err != nil || len(got) != len(many) || got[0].Kind != "many1099" {
		t.Errorf("%d of %d records, %v", len(got), len(many), err)
	}

	ctx, cancel := context.WithCancel(s.ctx)
	cancel()
	if err := s.st.AppendAudit(ctx, []account.AuditRecord{a}); !errors.Is(err, context.Canceled) {
		t.Errorf("AppendAudit with a cancelled context: %v", err)
	}
	if got, err := s.st.QueryAudit(ctx, account.AuditQuery{Limit: 9}); !errors.Is(err, context.Canceled) || got != nil {
		t.Errorf("QueryAudit with a cancelled context: %v, %v", got, err)
	}
}

// testAuditKinds: a kind is compared as a whole, whatever it is made of.
func testAuditKinds(_ *testing.T, s accounts) {
	for _, between := range []string{",", "\n", "|", " ", "\", \""} {
		r := line("in"+between+"out", "user of "+between, epoch0)
		s.append(r)
		s.trail(account.AuditQuery{UserID: r.UserID, Kinds: []string{"in", "out"}})
		s.trail(account.AuditQuery{Kinds: []string{"in", r.Kind, r.Kind}}, r)
	}
}

func testPurgeAudit(t *testing.T, s accounts) {
	for i := range 5 {
		s.append(line(fmt.Sprint(i), "u", epoch0.Add(time.Duration(-i)*time.Second)))
	}
	before := epoch0.Add(-time.Second)
	for _, want := range []int{2, 1, 0} {
		if n, err := s.st.PurgeAudit(s.ctx, before, 2); err != nil || n != want {
			t.Fatalf("PurgeAudit = %d, %v; want %d", n, err, want)
		}
	}
	left := s.trail(account.AuditQuery{}, line("1", "u", before), line("0", "u", epoch0))
	if n, err := s.st.PurgeAudit(s.ctx, epoch0.Add(time.Hour), 9); err != nil || n != 2 {
		t.Fatalf("PurgeAudit = %d, %v", n, err)
	}
	// No number comes twice, or a reader would take one record for another.
	s.append(line("next", "u", epoch0))
	if next := s.trail(account.AuditQuery{}, line("next", "u", epoch0)); next[0].Number <= left[0].Number {
		t.Errorf("number %d after %d", next[0].Number, left[0].Number)
	}
}

// testAuditOfChanges: a change and its line are stored together or not at all.
func testAuditOfChanges(t *testing.T, s accounts) {
	log := func(kind string) account.AuditRecord { return line(kind, "u", epoch0) }
	u := person("u")
	if err := s.st.CreateUser(s.ctx, u, log("added")); err != nil {
		t.Fatal(err)
	}
	set := func(old, next string, rehash bool) error {
		_, err := s.st.SetPassword(s.ctx, account.PasswordChange{UserID: "u", OldHash: old, NewHash: next, Rehash: rehash, At: epoch0,
			Log: []account.AuditRecord{log(next)}})
		return err
	}
	for _, err := range []error{set(u.PasswordHash, "$1", false), set("$1", "$2", true)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	// What is so already is no change.
	s.ended(s.st.SetDisabled(s.ctx, change("u", epoch0, log("no")), false))()
	s.ended(s.st.SetDisabled(s.ctx, change("u", epoch0, log("disabled")), true))()
	s.ended(s.st.SetDisabled(s.ctx, change("u", epoch0, log("no")), true))()
	s.ended(s.st.SetDisabled(s.ctx, change("u", epoch0, log("enabled"), log("why")), false))()

	twin := person("twin")
	twin.UsernameKey = u.UsernameKey
	_, disable := s.st.SetDisabled(s.ctx, change("ghost", epoch0, log("no")), true)
	_, remove := s.st.DeleteUser(s.ctx, change("ghost", epoch0, log("no")))
	for name, err := range map[string]error{
		"CreateUser": s.st.CreateUser(s.ctx, twin, log("no")), "SetPassword": set("$1", "$no", false),
		"rehash": set("$1", "$no", true), "SetDisabled": disable, "DeleteUser": remove,
	} {
		if err == nil {
			t.Errorf("%s succeeded", name)
		}
	}
	s.ended(s.st.DeleteUser(s.ctx, change("u", epoch0, log("deleted"))))()
	s.trail(account.AuditQuery{}, log("deleted"), log("why"), log("enabled"), log("disabled"), log("$2"), log("$1"), log("added"))
}
