package account_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/session"
)

// An operator hands a link to somebody who has forgotten their password.
func ExampleService_NewResetToken() {
	accounts, ada := newService(account.Config{})
	ctx := context.Background()
	reset, err := accounts.NewResetToken(ctx, ada.ID)
	if err != nil {
		log.Fatal(err)
	}
	link := "https://example.org/reset#" + reset.Token // shown once

	_, token, _ := cut(link)
	u, err := accounts.ResetPassword(ctx, token, "orchid basalt tandem plywood")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(u.Username)
	_, err = accounts.ResetPassword(ctx, token, "saffron ledger pylon acorn")
	fmt.Println(errors.Is(err, account.ErrInvalidReset))
	// Output:
	// ada
	// true
}

func cut(link string) (page, token string, ok bool) {
	for i := range link {
		if link[i] == '#' {
			return link[:i], link[i+1:], true
		}
	}
	return link, "", false
}

// The person asks for the link. The answer is the same for every name.
func ExampleService_RequestReset() {
	accounts, _ := newService(account.Config{
		SendReset: func(_ context.Context, m account.ResetMail) error {
			fmt.Println("a letter to", m.User.Username) // put it into a queue
			return nil
		},
	})
	client := session.Client{Address: "192.0.2.1"}
	fmt.Println(accounts.RequestReset(context.Background(), "ada", client))
	fmt.Println(accounts.RequestReset(context.Background(), "nobody", client))
	// Output:
	// a letter to ada
	// <nil>
	// <nil>
}

// After a sign-in the device gets a token for a cookie; with it the owner of the
// account gets in while strangers guess.
func ExampleService_RememberDevice() {
	accounts, ada := newService(account.Config{})
	ctx := context.Background()
	device, err := accounts.RememberDevice(ctx, ada.ID, "", session.Client{Address: "192.0.2.1"})
	if err != nil {
		log.Fatal(err)
	}
	for range 5 {
		_, _ = accounts.Authenticate(ctx, account.Credentials{Username: "ada", Password: "a stranger's guess"})
	}
	credentials := account.Credentials{Username: "ada", Password: "lantern gravel mitten thicket"}
	_, err = accounts.Authenticate(ctx, credentials)
	fmt.Println("without:", err)
	credentials.Device = device // from the cookie
	_, err = accounts.Authenticate(ctx, credentials)
	fmt.Println("with:", err)
	// Output:
	// without: account: invalid username or password
	// with: <nil>
}
