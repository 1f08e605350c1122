package installation_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/internal/installation"
	"github.com/latchkey-go/latchkey/jwt"
)

// TestServers: what servers say of their keys, as others find it.
func TestServers(t *testing.T) {
	where := installation.Location{DataDir: filepath.Join(t.TempDir(), "data")}
	if err := where.Prepare(); err != nil {
		t.Fatal(err)
	}
	store, err := where.OpenStore(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	log, err := account.NewAuditLog(account.AuditConfig{Store: store})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	say := func(ago time.Duration, r account.AuditRecord, actor string) {
		r.At = now.Add(-ago)
		if actor != "" {
			r.Actor = actor
		}
		if err := log.Record(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	keys := func(ids ...string) (list []jwt.KeyInfo) {
		for _, id := range ids {
			list = append(list, jwt.KeyInfo{ID: id})
		}
		return list
	}
	say(26*time.Hour, where.Announcement(keys("old")), "serve silent /keys.json")
	say(24*time.Hour, where.Announcement(keys("a")), "serve rotated /keys.json")
	say(time.Hour, where.Announcement(keys("b", "a")), "serve rotated /keys.json")
	say(time.Hour, where.Announcement(keys("c")), "serve stopped /keys.json")
	say(time.Minute, where.Farewell(), "serve stopped /keys.json")
	// The process that took its place said so first.
	say(2*time.Minute, account.AuditRecord{Kind: "keys_in_use", Reason: "process 1 d"}, "serve replaced /keys.json")
	say(time.Minute, account.AuditRecord{Kind: "server_stopped", Reason: "process 2"}, "serve replaced /keys.json")
	say(time.Minute, account.AuditRecord{Kind: "keys_in_use", Reason: "nonsense"}, "serve strange /keys.json")
	say(time.Minute, where.Announcement(keys("e", "f", "g", "h", "i")), "serve many /keys.json")

	servers, err := installation.Servers(t.Context(), log, now)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range servers {
		got = append(got, strings.Join(append([]string{s.Server}, s.Keys...), " "))
		if s.All == (s.Server == "many /keys.json") {
			t.Errorf("%+v", s)
		}
	}
	if want := []string{"many /keys.json e f g h", "replaced /keys.json d", "rotated /keys.json b a"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestAnnouncementFits: a record of the audit trail has bounds, and cuts off.
func TestAnnouncementFits(t *testing.T) {
	where := installation.Location{DataDir: t.TempDir()}
	long := strings.Repeat("k", 43)
	keys := slices.Repeat([]jwt.KeyInfo{{ID: long}}, 9)
	r := where.Announcement(keys)
	if len(r.Reason) > 256 || strings.Count(r.Reason, long) != 4 || r.Actor != where.ServerName() {
		t.Errorf("%d bytes: %+v", len(r.Reason), r)
	}
}

func TestDisagree(t *testing.T) {
	here := []jwt.KeyInfo{{ID: "b"}, {ID: "a"}}
	for want, said := range map[string]installation.Announced{
		"": {Keys: []string{"a", "b"}, All: true},
		"signs with the key c, which is not here":   {Keys: []string{"c", "b"}, All: true},
		"does not know the key b, which signs here": {Keys: []string{"a"}, All: true},
	} {
		if got := said.Disagree(here); got != want {
			t.Errorf("%+v: %q, want %q", said, got, want)
		}
	}
	if got := (installation.Announced{Keys: []string{"a"}}).Disagree(here); got != "" {
		t.Errorf("a list that is cut off: %q", got)
	}
}
