package databasetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/internal/pgtest"
	"github.com/latchkey-go/latchkey/internal/sessionmodel"
	"github.com/latchkey-go/latchkey/session"
	"github.com/latchkey-go/latchkey/sqlstore/postgres"
	"github.com/latchkey-go/latchkey/storetest"
)

// TestBouncer holds the contract of stores, and the model of sessions, through
// pgbouncer in transaction mode, which gives the transactions of one connection
// to several of the server.
func TestBouncer(t *testing.T) {
	pgtest.DSN(t) // skips or fails where there is no server
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cluster, err := pgtest.Start(ctx)
	if err != nil {
		pgtest.CannotTest(t, "where pgbouncer cannot be started", err)
	}
	t.Cleanup(func() { _ = cluster.Stop() })
	bouncer, err := cluster.StartBouncer(ctx)
	if err != nil {
		pgtest.CannotTest(t, "where pgbouncer cannot be started", err)
	}
	t.Cleanup(func() { _ = bouncer.Stop() })
	admin, err := postgres.OpenDB(ctx, cluster.DSN)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = admin.Close() })

	made := 0
	d := database{
		name: "bouncer",
		place: func(t *testing.T) string {
			made++
			name := fmt.Sprint("b", made)
			if _, err := admin.ExecContext(t.Context(), "CREATE DATABASE "+name); err != nil {
				t.Fatal(err)
			}
			return bouncer.DSN(name)
		},
		open: databases[1].open,
	}
	t.Run("Sessions", func(t *testing.T) {
		storetest.Sessions(t, func(t *testing.T) session.Store { return d.must(t, d.place(t)) })
	})
	t.Run("Accounts", func(t *testing.T) {
		storetest.Accounts(t, func(t *testing.T) account.Store { return d.must(t, d.place(t)) })
	})
	t.Run("Model", func(t *testing.T) {
		sessionmodel.Run(t, stores(d), 3, steps)
	})
}
