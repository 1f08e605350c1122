package session_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/latchkey-go/latchkey/memstore"
	"github.com/latchkey-go/latchkey/session"
)

// A session from sign-in to sign-out. Package latchkey does this for you, and
// puts what is needed into tokens.
func Example() {
	ctx := context.Background()
	sessions, err := session.NewManager(session.Config{Store: memstore.New()})
	if err != nil {
		fmt.Println(err)
		return
	}

	s, err := sessions.Start(ctx, session.Start{
		Subject: "user-1",
		Client:  session.Client{Address: "192.0.2.7", UserAgent: "Firefox"},
		AMR:     []string{"pwd"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	access := session.Access{SessionID: s.ID, TokenID: session.NewID(), Epoch: s.Epoch}
	fmt.Println("signed in:", sessions.Check(ctx, access))

	s, err = sessions.Refresh(ctx, session.Presented{
		ID: s.ID, Generation: s.Generation, MAC: session.RefreshMAC(s, s.Generation), ExpiresAt: s.ExpiresAt,
	})
	fmt.Println("refreshed:", s.Generation, err)

	err = sessions.End(ctx, s.ID, session.EndedBySignOut)
	fmt.Println("signed out:", err)
	fmt.Println("after that:", sessions.Check(ctx, access))
	// Output:
	// signed in: <nil>
	// refreshed: 1 <nil>
	// signed out: <nil>
	// after that: session: session has ended
}

// All mistakes are reported at once.
func ExampleNewManager() {
	_, err := session.NewManager(session.Config{
		AccessTTL:   time.Hour,
		IdleTimeout: 10 * time.Minute,
	})
	fmt.Println(err)
	// Output:
	// session: Config.Store is required: use memstore.New(), sqlite.Open or postgres.Open
	// session: Config.IdleTimeout (10m0s) is below AccessTTL (1h0m0s): access tokens would outlive an idle session
}

// Two tabs renew with the same token and both go on. Somebody who uses the
// token again later has a copy: the session ends.
func ExampleManager_Refresh() {
	ctx := context.Background()
	now := time.Now()
	sessions, err := session.NewManager(session.Config{
		Store: memstore.New(),
		Now:   func() time.Time { return now },
		OnEvent: func(_ context.Context, e session.Event) {
			if e.Reason == session.EndedByReuse {
				fmt.Println("tell", e.Subject, "about", e.Client.Address)
			}
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := sessions.Start(ctx, session.Start{Subject: "user-1"})
	if err != nil {
		fmt.Println(err)
		return
	}
	token := session.Presented{ID: s.ID, Generation: 0, MAC: session.RefreshMAC(s, 0), ExpiresAt: s.ExpiresAt}

	for range 2 {
		s, err = sessions.Refresh(ctx, token)
		fmt.Println("tab:", s.Generation, err)
		now = now.Add(time.Second)
	}
	now = now.Add(time.Hour)
	token.Client.Address = "198.51.100.9"
	_, err = sessions.Refresh(ctx, token)
	fmt.Println(err, errors.Is(err, session.ErrReused))
	// Output:
	// tab: 1 <nil>
	// tab: 1 <nil>
	// tell user-1 about 198.51.100.9
	// session: session has ended: reuse true
}

// Two processes share a store. What one ends the other knows from its next poll
// of the feed, which Run does four times a second.
func ExampleManager_Poll() {
	ctx := context.Background()
	store := memstore.New()
	var processes []*session.Manager
	for range 2 {
		m, err := session.NewManager(session.Config{Store: store})
		if err != nil {
			fmt.Println(err)
			return
		}
		processes = append(processes, m)
	}
	s, err := processes[0].Start(ctx, session.Start{Subject: "user-1"})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := processes[0].End(ctx, s.ID, session.EndedByAdmin); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(processes[1].Poll(ctx))
	fmt.Println(processes[1].Check(ctx, session.Access{SessionID: s.ID, Epoch: s.Epoch}))
	fmt.Println(processes[1].Status().Fresh, processes[1].Status().Entries)
	// Output:
	// <nil>
	// session: session has ended
	// true 1
}

// A stream that must stop when its session ends.
func ExampleManager_AfterEnd() {
	sessions, err := session.NewManager(session.Config{Store: memstore.New()})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	s, err := sessions.Start(ctx, session.Start{Subject: "user-1"})
	if err != nil {
		fmt.Println(err)
		return
	}
	stop := sessions.AfterEnd(session.Access{SessionID: s.ID, Epoch: s.Epoch}, func() { cancel(session.ErrEnded) })
	defer stop()

	n, err := sessions.EndSubject(context.Background(), "user-1", session.EndedByAdmin)
	fmt.Println(n, err)
	<-ctx.Done()
	fmt.Println(context.Cause(ctx))
	// Output:
	// 1 <nil>
	// session: session has ended
}

// The sessions page: this device, the others, and a button for each.
func ExampleManager_List() {
	ctx := context.Background()
	sessions, err := session.NewManager(session.Config{Store: memstore.New()})
	if err != nil {
		fmt.Println(err)
		return
	}
	var current *session.Session
	for _, device := range []string{"Firefox on Linux", "Safari on an iPhone"} {
		current, err = sessions.Start(ctx, session.Start{Subject: "user-1", Client: session.Client{UserAgent: device}})
		if err != nil {
			fmt.Println(err)
			return
		}
	}
	all, err := sessions.List(ctx, "user-1")
	fmt.Println(len(all), err)
	n, err := sessions.EndOthers(ctx, "user-1", current.ID)
	fmt.Println(n, err)
	all, err = sessions.List(ctx, "user-1")
	fmt.Println(all[0].Client.UserAgent, err)
	// Output:
	// 2 <nil>
	// 1 <nil>
	// Safari on an iPhone <nil>
}
