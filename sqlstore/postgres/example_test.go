package postgres_test

import (
	"context"
	"fmt"
	"os"

	"github.com/latchkey-go/latchkey/session"
	"github.com/latchkey-go/latchkey/sqlstore/postgres"
)

func ExampleOpen() {
	ctx := context.Background()
	store, err := postgres.Open(ctx, os.Getenv("DATABASE_URL"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close()
	sessions, err := session.NewManager(session.Config{Store: store})
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := sessions.Start(ctx, session.Start{Subject: "user-1"})
	fmt.Println(s.Subject, s.Generation, err)
}
