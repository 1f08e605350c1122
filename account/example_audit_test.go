package account_test

import (
	"context"
	"fmt"
	"log"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/session"
)

// The audit trail of accounts and sessions.
func ExampleNewAuditLog() {
	store := openStore()
	audit, err := account.NewAuditLog(account.AuditConfig{Store: store})
	if err != nil {
		log.Fatal(err)
	}
	// go audit.Run(ctx)
	// sessions: session.Config{…, OnEvent: audit.Session}
	accounts, err := account.New(account.Config{Store: store, Audit: audit, Hash: weak})
	if err != nil {
		log.Fatal(err)
	}

	ctx := account.WithActor(context.Background(), "cli")
	if _, err := accounts.AddUser(ctx, account.NewUser{Username: "ada"}); err != nil {
		log.Fatal(err)
	}
	found, err := audit.Query(ctx, account.AuditQuery{Kinds: []string{string(account.EventUserAdded)}})
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range found {
		fmt.Println(r.Kind, r.Username, "by", r.Actor)
	}
	// Output: user_added ada by cli
}

func ExampleAuditLog_Session() {
	audit, err := account.NewAuditLog(account.AuditConfig{Store: openStore()})
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	// What a session.Manager reports.
	audit.Session(ctx, session.Event{Kind: session.EventEnded, Reason: session.EndedByReuse, Subject: "user-1", SessionID: "s"})
	found, err := audit.Query(ctx, account.AuditQuery{UserID: "user-1"})
	fmt.Println(found[0].Kind, found[0].Reason, err)
	// Output: session_ended reuse <nil>
}

// A program's own events, in the same trail.
func ExampleAuditLog_Record() {
	audit, err := account.NewAuditLog(account.AuditConfig{Store: openStore()})
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	fmt.Println(audit.Record(ctx, account.AuditRecord{Kind: "invoice_paid", UserID: "user-1"}))
	fmt.Printf("%+v\n", audit.Status())
	// Output:
	// <nil>
	// {Waiting:0 Lost:0}
}
