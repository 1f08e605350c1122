package account

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/session"
)

func TestResetPassword(t *testing.T) {
	f := newFixture(t, Config{})
	u := f.signUp(t, "ada")
	ctx := t.Context()
	f.store.sessions[u.ID] = []string{"here", "phone"}
	for range 5 {
		f.try("ada", otherPassword) // the account has to wait, until the reset
	}
	token, err := f.NewResetToken(ctx, u.ID)
	if err != nil || len(token.Token) != 43 || !token.ExpiresAt.Equal(f.clock.Now().Add(10*time.Minute)) {
		t.Fatalf("%+v, %v", token, err)
	}
	second, err := f.NewResetToken(ctx, u.ID)
	if err != nil {
		t.Fatal(err)
	}
	for hash := range f.store.resets {
		if strings.Contains(hash, token.Token) {
			t.Error("the store has the token")
		}
	}
	if got, err := f.ResetUser(ctx, token.Token); err != nil || got.ID != u.ID {
		t.Fatalf("%+v, %v", got, err)
	}
	var v *ValidationError
	if _, err := f.ResetPassword(ctx, token.Token, "short"); !errors.As(err, &v) || v.Fields[0].Field != "password" {
		t.Errorf("a bad password: %v", err)
	}
	f.takeEvents()
	changed, err := f.ResetPassword(ctx, token.Token, otherPassword)
	if err != nil || changed.SignInBasis() == u.SignInBasis() {
		t.Fatalf("%+v, %v", changed, err)
	}
	if !slices.Equal(f.ended, []string{"here", "phone"}) {
		t.Errorf("ended %v", f.ended)
	}
	if err := f.try("ada", otherPassword); err != nil {
		t.Errorf("the new password: %v", err)
	}
	for name, text := range map[string]string{"used": token.Token, "the other": second.Token, "unknown": newToken(), "none": ""} {
		if _, err := f.ResetPassword(ctx, text, goodPassword); err != ErrInvalidReset {
			t.Errorf("%s: %v", name, err)
		}
	}
	f.wantEvents(t, "password_reset", "signed_in", "password_reset_refused", "password_reset_refused", "password_reset_refused", "password_reset_refused")
	if _, err := f.NewResetToken(ctx, "nobody"); err != ErrUserNotFound {
		t.Errorf("nobody: %v", err)
	}
}

// TestResetDies with time, with another password, with the account.
func TestResetDies(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(*fixture, *User) error
		dies bool
	}{
		"nothing": {func(f *fixture, u *User) error { return nil }, false},
		"almost":  {func(f *fixture, u *User) error { f.clock.add(ResetLifetime - 1); return nil }, false},
		"expiry":  {func(f *fixture, u *User) error { f.clock.add(ResetLifetime); return nil }, true},
		"change": {func(f *fixture, u *User) error {
			return f.ChangePassword(context.Background(), u.ID, goodPassword, otherPassword, "")
		}, true},
		"set":      {func(f *fixture, u *User) error { return f.SetPassword(context.Background(), u.ID, otherPassword) }, true},
		"disable":  {func(f *fixture, u *User) error { return f.Disable(context.Background(), u.ID) }, true},
		"deletion": {func(f *fixture, u *User) error { return f.Delete(context.Background(), u.ID) }, true},
		"sign-in":  {func(f *fixture, u *User) error { return f.try("ada", goodPassword) }, false},
	} {
		f := newFixture(t, Config{})
		u := f.signUp(t, "ada")
		token, err := f.NewResetToken(t.Context(), u.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.do(f, u); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		_, err = f.ResetPassword(t.Context(), token.Token, "saffron ledger pylon acorn")
		if c.dies && err != ErrInvalidReset || !c.dies && err != nil {
			t.Errorf("after %s: %v", name, err)
		}
	}
	// The store is the second lock: a row that outlived its password opens nothing.
	f := newFixture(t, Config{})
	u := f.signUp(t, "ada")
	token, err := f.NewResetToken(t.Context(), u.ID)
	if err != nil {
		t.Fatal(err)
	}
	kept := f.store.resets[tokenHash(token.Token)]
	if err := f.SetPassword(t.Context(), u.ID, otherPassword); err != nil {
		t.Fatal(err)
	}
	f.store.resets[kept.TokenHash] = kept
	if _, err := f.ResetUser(t.Context(), token.Token); err != ErrInvalidReset {
		t.Errorf("a row of an earlier password: %v", err)
	}
	if err := f.Disable(t.Context(), u.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := f.NewResetToken(t.Context(), u.ID); err != ErrUserDisabled {
		t.Errorf("disabled: %v", err)
	}
	// Nor does one that was stored while the user was being disabled.
	u, err = f.User(t.Context(), u.ID)
	if err != nil {
		t.Fatal(err)
	}
	late, err := f.storeReset(t.Context(), u.ID, u.SignInBasis())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.ResetPassword(t.Context(), late.Token, "saffron ledger pylon acorn"); err != ErrInvalidReset {
		t.Errorf("a row of a disabled user: %v", err)
	}
}

// TestRequestReset: the same answer and the same writing for every name.
func TestRequestReset(t *testing.T) {
	var sent []ResetMail
	var failure error
	f := newFixture(t, Config{SendReset: func(_ context.Context, m ResetMail) error {
		sent = append(sent, m)
		return failure
	}})
	ada, bob := f.signUp(t, "ada"), f.signUp(t, "bob")
	if err := f.Disable(t.Context(), bob.ID); err != nil {
		t.Fatal(err)
	}
	f.takeEvents()
	client := session.Client{Address: "192.0.2.1"}
	for i, name := range []string{"ADA", "nobody", "bob", "not a name"} {
		before := len(f.store.attempts)
		if err := f.RequestReset(t.Context(), name, client); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if len(f.store.resets) != i+1 || i > 0 && len(f.store.attempts) != before+1 {
			t.Errorf("%s: %d resets, %d new counters", name, len(f.store.resets), len(f.store.attempts)-before)
		}
	}
	if len(sent) != 1 || sent[0].User.ID != ada.ID {
		t.Fatalf("sent %+v", sent)
	}
	events := f.wantEvents(t, "password_reset_requested", "password_reset_requested unknown_user",
		"password_reset_requested disabled", "password_reset_requested unknown_user")
	if events[0].UserID != ada.ID || events[0].Client != client {
		t.Errorf("%+v", events[0])
	}
	if _, err := f.ResetPassword(t.Context(), sent[0].Token, otherPassword); err != nil {
		t.Fatal(err)
	}
	f.takeEvents()

	// Letters to one account are limited without a word.
	failure = errors.New("no mail server")
	for range 3 {
		if err := f.RequestReset(t.Context(), "ada", client); err != nil {
			t.Fatal(err)
		}
	}
	f.wantEvents(t, "password_reset_requested mail_failed", "password_reset_requested mail_failed", "password_reset_requested too_soon")
	f.clock.add(resetRefill)
	if err := f.RequestReset(t.Context(), "ada", client); err != nil || len(sent) != 4 {
		t.Errorf("%d letters, %v", len(sent), err)
	}
	for range 200 {
		if err := f.RequestReset(t.Context(), "nobody", client); err != nil {
			if !errors.Is(err, ErrThrottled) {
				t.Error(err)
			}
			return
		}
	}
	t.Error("an address is not limited")
}

func TestNoResetMail(t *testing.T) {
	f := newFixture(t, Config{})
	if err := f.RequestReset(t.Context(), "ada", session.Client{}); err != ErrNoResetMail {
		t.Error(err)
	}
}

func TestKnownDevices(t *testing.T) {
	f := newFixture(t, Config{})
	ada, eve := f.signUp(t, "ada"), f.signUp(t, "eve")
	ctx := t.Context()
	remember := func(u *User, token string) string {
		t.Helper()
		token, err := f.RememberDevice(ctx, u.ID, token, session.Client{Address: "192.0.2.1"})
		if err != nil || len(token) != 43 {
			t.Fatalf("%q, %v", token, err)
		}
		return token
	}
	phone, other := remember(ada, ""), remember(eve, "")
	if remember(ada, phone) != phone {
		t.Error("a known device got another token")
	}
	if made := "chosen by the client"; remember(ada, made) == made || remember(eve, phone) == phone {
		t.Error("a token of somebody else's making was taken")
	}
	for range 5 {
		f.try("ada", otherPassword)
	}
	from := func(device string) error {
		_, err := f.Authenticate(ctx, Credentials{Username: "ada", Password: goodPassword, Device: device})
		return err
	}
	for name, device := range map[string]string{"none": "", "eve's": other, "unknown": newToken()} {
		if err := from(device); err != ErrInvalidCredentials {
			t.Errorf("with the device %s: %v", name, err)
		}
	}
	if err := from(phone); err != nil {
		t.Errorf("with the known device: %v", err)
	}
	f.clock.add(deviceLifetime)
	if known, err := f.IsKnownDevice(ctx, ada.ID, phone); known || err != nil {
		t.Errorf("after half a year: %v, %v", known, err)
	}
	if err := f.Purge(ctx); err != nil || len(f.store.devices) != 0 {
		t.Errorf("%d devices are left, %v", len(f.store.devices), err)
	}
	remember(ada, "")
	if all, err := f.Devices(ctx, ada.ID); err != nil || len(all) != 1 || all[0].Client.Address != "192.0.2.1" {
		t.Errorf("%+v, %v", all, err)
	}
	if err := f.ForgetDevices(ctx, ada.ID); err != nil || len(f.store.devices) != 0 {
		t.Errorf("%d devices are left, %v", len(f.store.devices), err)
	}
	f.store.err = errors.New("down")
	if known, err := f.IsKnownDevice(ctx, ada.ID, phone); known || err == nil {
		t.Errorf("a store that is down: %v, %v", known, err)
	}
}

// renewed is a store in which a sign-in renews the hash between the check of a
// reset token and its use.
type renewed struct {
	*memory
	done bool
}

func (r *renewed) SetPassword(ctx context.Context, c PasswordChange) ([]string, error) {
	r.mu.Lock()
	if !r.done {
		r.done = true
		r.users[c.UserID].PasswordHash += "renewed"
	}
	r.mu.Unlock()
	return r.memory.SetPassword(ctx, c)
}

func TestResetSurvivesARehash(t *testing.T) {
	f := newFixture(t, Config{})
	u := f.signUp(t, "ada")
	f.restart(t, func(c *Config) { c.Store = &renewed{memory: f.store} })
	token, err := f.NewResetToken(t.Context(), u.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.ResetPassword(t.Context(), token.Token, otherPassword); err != nil {
		t.Error(err)
	}
}
