package sqlite_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/session"
	"github.com/latchkey-go/latchkey/sqlstore/sqlite"
)

// BenchmarkRefresh is a refresh that rotates: one row read, one changed and on
// the disk.
func BenchmarkRefresh(b *testing.B) {
	st, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "db", "latchkey.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer st.Close()
	now := time.Now()
	m, err := session.NewManager(session.Config{Store: st, Now: func() time.Time { return now }})
	if err != nil {
		b.Fatal(err)
	}
	s, err := m.Start(b.Context(), session.Start{Subject: "u"})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		now = now.Add(time.Minute)
		s, err = m.Refresh(b.Context(), session.Presented{
			ID: s.ID, Generation: s.Generation, MAC: session.RefreshMAC(s, s.Generation), ExpiresAt: now.Add(time.Hour),
		})
		if err != nil {
			b.Fatal(err)
		}
		if s.Generation%10_000 == 0 {
			now = s.CreatedAt // or the session would reach its end
		}
	}
}
