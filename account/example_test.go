package account_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/session"
)

// openStore opens the database; a program calls sqlite.Open or postgres.Open.
func openStore() account.Store { return account.NewMemory() }

// weak makes examples quick. A program leaves Config.Hash empty.
var weak = account.HashParams{Memory: 64, Time: 1, Parallelism: 1, InsecureWeak: true}

// newService returns a service with the account "ada" in it.
func newService(c account.Config) (*account.Service, *account.User) {
	c.Store, c.Hash = openStore(), weak
	accounts, err := account.New(c)
	if err != nil {
		log.Fatal(err)
	}
	ada, err := accounts.SignUp(context.Background(), account.SignUp{Username: "ada", Password: "lantern gravel mitten thicket"})
	if err != nil {
		log.Fatal(err)
	}
	return accounts, ada
}

func ExampleNew() {
	accounts, err := account.New(account.Config{
		Store:  openStore(),
		Policy: account.Policy{ServiceNames: []string{"Acme"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("a password needs", accounts.Policy().MinimumLength(), "characters")
	// Output: a password needs 15 characters
}

// All mistakes come at once.
func ExampleNew_mistakes() {
	_, err := account.New(account.Config{Policy: account.Policy{MinLength: 6}})
	fmt.Println(err)
	// Output:
	// account: Config.Store is required: sqlstore keeps users in SQLite or PostgreSQL
	// account: Config.Policy: MinLength 6 is not 15 to 64; less than 15 needs InsecureMinLength
}

func ExampleService_SignUp() {
	accounts, _ := newService(account.Config{})
	u, err := accounts.SignUp(context.Background(), account.SignUp{
		Username: "grace@example.org",
		Name:     "Grace Hopper",
		Password: "orchid basalt tandem plywood",
		Client:   session.Client{Address: "192.0.2.1"},
	})
	fmt.Println(u.Username, u.Name, err)
	// Output: grace@example.org Grace Hopper <nil>
}

// Everything that is wrong with the input comes at once, in words for the
// person.
func ExampleValidationError() {
	accounts, _ := newService(account.Config{})
	_, err := accounts.SignUp(context.Background(), account.SignUp{Username: "gh", Password: "passwordpassword1"})
	var invalid *account.ValidationError
	if errors.As(err, &invalid) {
		for _, f := range invalid.Fields {
			fmt.Printf("%s: %s\n", f.Field, f.Message)
		}
	}
	// Output:
	// username: Choose a username of 3 to 64 characters.
	// password: This password is made of a few very common words and patterns, so it is among the first to be guessed. Choose another, such as a few unrelated words.
}

func ExampleService_Authenticate() {
	accounts, _ := newService(account.Config{})
	u, err := accounts.Authenticate(context.Background(), account.Credentials{
		Username: "Ada",
		Password: "lantern gravel mitten thicket",
		Client:   session.Client{Address: "192.0.2.1"},
	})
	switch {
	case errors.Is(err, account.ErrInvalidCredentials):
		fmt.Println("wrong name or password") // 401, whatever the cause
	case errors.Is(err, account.ErrThrottled):
		fmt.Println("too many attempts") // 429
	case errors.Is(err, account.ErrBusy):
		fmt.Println("come back soon") // 503
	case err != nil:
		fmt.Println("nothing is known") // 503
	default:
		fmt.Println("hello,", u.Username) // now start a session
	}
	// Output: hello, ada
}

// Comparing hashes by hand looks simple. It lets disabled people in, answers
// unknown names sooner than known ones, lets anybody guess as often and as many
// at a time as they like, and never renews a hash.
func ExampleService_Authenticate_incorrect() {
	accounts, _ := newService(account.Config{})
	ctx := context.Background()
	grace, err := accounts.AddUser(ctx, account.NewUser{Username: "grace", PasswordHash: recordedHash})
	if err != nil {
		log.Fatal(err)
	}
	if err := accounts.Disable(ctx, grace.ID); err != nil {
		log.Fatal(err)
	}

	byHand := func(username, password string) bool {
		u, err := accounts.UserByUsername(ctx, username)
		return err == nil && bcrypt.CompareHashAndPassword([]byte(u.PasswordHash), []byte(password)) == nil
	}
	fmt.Println("by hand:", byHand("grace", "correct horse battery staple é"))

	_, err = accounts.Authenticate(ctx, account.Credentials{Username: "grace", Password: "correct horse battery staple é"})
	fmt.Println("Authenticate:", err)
	// Output:
	// by hand: true
	// Authenticate: account: invalid username or password
}

// recordedHash is of "correct horse battery staple é", by htpasswd.
const recordedHash = "$2y$05$In0Iir.VHXjdCg412.vWCeLYEPT//5qXSk5UI47lCTbGGX1quDR/m"

// The owner of an account that strangers guess at gets in from a device that
// signed in before.
func ExampleCredentials_knownDevice() {
	accounts, _ := newService(account.Config{})
	ctx := context.Background()
	for range 5 {
		_, _ = accounts.Authenticate(ctx, account.Credentials{Username: "ada", Password: "a stranger's guess"})
	}
	_, err := accounts.Authenticate(ctx, account.Credentials{Username: "ada", Password: "lantern gravel mitten thicket"})
	fmt.Println("some device:", err)
	_, err = accounts.Authenticate(ctx, account.Credentials{
		Username: "ada", Password: "lantern gravel mitten thicket",
		KnownDevice: "c29tZSBkZXZpY2U", // from a cookie whose signature was checked
	})
	fmt.Println("known device:", err)
	// Output:
	// some device: account: invalid username or password
	// known device: <nil>
}

func ExampleThrottledError() {
	accounts, _ := newService(account.Config{Throttle: account.Throttle{ClientBurst: 1, ClientRefill: time.Hour}})
	var err error
	for range 2 {
		_, err = accounts.Authenticate(context.Background(), account.Credentials{
			Username: "ada", Password: "a guess", Client: session.Client{Address: "2001:db8::1"},
		})
	}
	var throttled *account.ThrottledError
	if errors.As(err, &throttled) {
		fmt.Println("Retry-After:", throttled.RetryAfter > 59*time.Minute)
	}
	// Output: Retry-After: true
}

func ExampleService_CheckPassword() {
	accounts, ada := newService(account.Config{})
	fmt.Println(accounts.CheckPassword(context.Background(), ada.ID, "lantern gravel mitten thicket"))
	fmt.Println(accounts.CheckPassword(context.Background(), ada.ID, "something else"))
	// Output:
	// <nil>
	// account: invalid username or password
}

func ExampleService_ChangePassword() {
	accounts, ada := newService(account.Config{
		// Sessions that ended are refused at once in this process.
		OnSessionsEnded: func(ids ...string) { fmt.Println("ended:", ids) }, // manager.Ended
	})
	ada, err := accounts.ChangePassword(context.Background(), ada.ID,
		"lantern gravel mitten thicket", "orchid basalt tandem plywood", "the-session-that-stays")
	fmt.Println(ada.Username, err)
	// Output: ada <nil>
}

// A sign-in rests on the password that was checked. If it is changed before the
// session begins, none does.
func ExampleUser_SignInBasis() {
	accounts, _ := newService(account.Config{})
	ctx := context.Background()
	u, err := accounts.Authenticate(ctx, account.Credentials{Username: "ada", Password: "lantern gravel mitten thicket"})
	if err != nil {
		log.Fatal(err)
	}
	begin := session.Start{Subject: u.ID, Basis: u.SignInBasis()} // for session.Manager.Start

	changed, err := accounts.ChangePassword(ctx, u.ID, "lantern gravel mitten thicket", "orchid basalt tandem plywood", "")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("still the same:", begin.Basis == changed.SignInBasis())
	// Output: still the same: false
}

func ExampleService_SetPassword() {
	accounts, ada := newService(account.Config{})
	// The person came with a reset link that was made for ada.
	if err := accounts.SetPassword(context.Background(), ada.ID, "orchid basalt tandem plywood"); err != nil {
		log.Fatal(err)
	}
	_, err := accounts.Authenticate(context.Background(), account.Credentials{Username: "ada", Password: "orchid basalt tandem plywood"})
	fmt.Println(err)
	// Output: <nil>
}

func ExampleService_Disable() {
	accounts, ada := newService(account.Config{})
	ctx := context.Background()
	signIn := func() error {
		_, err := accounts.Authenticate(ctx, account.Credentials{Username: "ada", Password: "lantern gravel mitten thicket"})
		return err
	}
	fmt.Println(accounts.Disable(ctx, ada.ID), signIn())
	fmt.Println(accounts.Enable(ctx, ada.ID), signIn())
	fmt.Println(accounts.Delete(ctx, ada.ID), signIn())
	// Output:
	// <nil> account: invalid username or password
	// <nil> <nil>
	// <nil> account: invalid username or password
}

func ExampleService_Unlock() {
	accounts, ada := newService(account.Config{Throttle: account.Throttle{Stop: 5}})
	ctx := context.Background()
	for range 5 {
		_, _ = accounts.Authenticate(ctx, account.Credentials{Username: "ada", Password: "a guess"})
	}
	if err := accounts.Unlock(ctx, ada.ID); err != nil {
		log.Fatal(err)
	}
	_, err := accounts.Authenticate(ctx, account.Credentials{Username: "ada", Password: "lantern gravel mitten thicket"})
	fmt.Println(err)
	// Output: <nil>
}

// Users of another system keep their passwords; each hash is replaced when its
// owner first signs in.
func ExampleService_AddUser() {
	accounts, _ := newService(account.Config{})
	ctx := context.Background()
	_, err := accounts.AddUser(ctx, account.NewUser{Username: "grace", PasswordHash: recordedHash})
	if err != nil {
		log.Fatal(err)
	}
	u, err := accounts.Authenticate(ctx, account.Credentials{Username: "grace", Password: "correct horse battery staple é"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(u.PasswordHash[:9])
	// Output: $argon2id
}

func ExampleService_User() {
	accounts, ada := newService(account.Config{})
	byID, _ := accounts.User(context.Background(), ada.ID)
	byName, _ := accounts.UserByUsername(context.Background(), "ADA")
	fmt.Println(byID.Username, byName.Username)
	_, err := accounts.User(context.Background(), "somebody else")
	fmt.Println(err)
	// Output:
	// ada ada
	// account: no such user
}

func ExampleService_Purge() {
	accounts, _ := newService(account.Config{})
	fmt.Println(accounts.Purge(context.Background())) // every ten minutes
	// Output: <nil>
}

func ExampleWithClient() {
	accounts, ada := newService(account.Config{OnEvent: func(_ context.Context, e account.Event) {
		if e.Kind == account.EventConfirmed {
			fmt.Println(e.Kind, "by", e.Username, "from", e.Client.Address)
		}
	}})
	ctx := account.WithClient(context.Background(), session.Client{Address: "192.0.2.1"})
	if err := accounts.CheckPassword(ctx, ada.ID, "lantern gravel mitten thicket"); err != nil {
		log.Fatal(err)
	}
	// Output: password_confirmed by ada from 192.0.2.1
}

// The hook learns why an attempt failed; the person who made it does not.
func ExampleEvent() {
	accounts, _ := newService(account.Config{OnEvent: func(_ context.Context, e account.Event) {
		if e.Kind == account.EventSignInFailed {
			fmt.Println(e.Kind, e.Reason)
		}
	}})
	_, err := accounts.Authenticate(context.Background(), account.Credentials{Username: "nobody", Password: "a guess"})
	fmt.Println(err)
	// Output:
	// sign_in_failed unknown_user
	// account: invalid username or password
}

func ExamplePolicy_Check() {
	policy := account.Policy{ServiceNames: []string{"Acme"}}
	for _, password := range []string{"hunter2", "1234567890qwerty", "acme-2026-acme-2026", "zebra kiln orchid"} {
		fmt.Println(policy.Check(password, "ada") == nil)
	}
	// Output:
	// false
	// false
	// false
	// true
}

func ExampleParseHash() {
	h, err := account.ParseHash("$2b$12$Qbm295h48dZ1R8.c4PnFmu.S/bzU6g9L7ImZS/l1Y0QtQ9ZXZZF7m")
	fmt.Println(h.Algorithm(), err)
	_, err = account.ParseHash("$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$W8KOZKfuzUUfAPPuPa4DiA6fv1tGGiM7DVnhxIwSCe0")
	fmt.Println(err)
	// Output:
	// bcrypt <nil>
	// account: unsupported password hash: it asks for more memory or time than is allowed
}

func ExampleNormalizeUsername() {
	for _, username := range []string{"Ada@Example.org", "ａｄａ@example.ORG", " ada@example.org "} {
		fmt.Println(account.NormalizeUsername(username))
	}
	// Output:
	// ada@example.org
	// ada@example.org
	// ada@example.org
}
