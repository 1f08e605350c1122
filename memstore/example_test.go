package memstore_test

import (
	"context"
	"fmt"

	"github.com/latchkey-go/latchkey/memstore"
	"github.com/latchkey-go/latchkey/session"
)

func ExampleNew() {
	sessions, err := session.NewManager(session.Config{Store: memstore.New()})
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := sessions.Start(context.Background(), session.Start{Subject: "user-1"})
	fmt.Println(s.Subject, s.Generation, err)
	// Output: user-1 0 <nil>
}
