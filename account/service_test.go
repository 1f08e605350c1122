package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/session"
)

func TestNewReportsAllMistakes(t *testing.T) {
	_, err := New(Config{
		Policy:   Policy{MinLength: 8, InsecureMinLength: 7},
		Hash:     HashParams{Memory: 1024, Time: 1, Parallelism: 1},
		Workers:  -1,
		Queue:    -1,
		Throttle: Throttle{Stop: 101, DelayFrom: -1, FirstDelay: time.Hour},
	})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{
		"Store is required", "MinLength 8", "InsecureMinLength 7", "not both", "too weak", "Workers", "Queue",
		"negative", "at most 100", "FirstDelay",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in: %v", want, err)
		}
	}
	for name, c := range map[string]Config{
		"half of the parameters": {Hash: HashParams{Memory: 19456}},
		"too much memory":        {Hash: HashParams{Memory: 1 << 20, Time: 1, Parallelism: 1}},
		"too much work":          {Hash: HashParams{Memory: 1 << 18, Time: 17, Parallelism: 1}},
		"lanes":                  {Hash: HashParams{Memory: 19456, Time: 2, Parallelism: 17}},
		"delay after the stop":   {Throttle: Throttle{DelayFrom: 11, Stop: 10}},
	} {
		c.Store = newMemory()
		if _, err := New(c); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestDefaults(t *testing.T) {
	s, err := New(Config{Store: newMemory()})
	if err != nil {
		t.Fatal(err)
	}
	if p := s.config.Hash; p != (HashParams{Memory: 19 * 1024, Time: 2, Parallelism: 1}) {
		t.Errorf("%+v", p)
	}
	if s.config.Queue != 32 || cap(s.workers.places) < 1 || s.Policy().MinimumLength() != 15 {
		t.Errorf("queue %d, workers %d", s.config.Queue, cap(s.workers.places))
	}
}

func TestSignUp(t *testing.T) {
	f := newFixture(t, Config{})
	client := session.Client{Address: "192.0.2.1", UserAgent: "test"}
	u, err := f.SignUp(t.Context(), SignUp{Username: " Ada ", Name: " Ada Lovelace\t", Password: goodPassword, Client: client})
	if err != nil {
		t.Fatal(err)
	}
	if u.Username != "Ada" || u.UsernameKey != "ada" || u.Name != "Ada Lovelace" || len(u.ID) != 22 || u.Disabled() ||
		!u.CreatedAt.Equal(f.clock.Now()) || !u.PasswordChangedAt.Equal(f.clock.Now()) || len(u.Scopes) != 0 {
		t.Errorf("%+v", u)
	}
	if e := f.wantEvents(t, "signed_up")[0]; e.UserID != u.ID || e.Client != client {
		t.Errorf("%+v", e)
	}
	if got, err := f.User(t.Context(), u.ID); err != nil || got.Username != "Ada" {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := f.UserByUsername(t.Context(), "ADA"); err != nil || got.ID != u.ID {
		t.Errorf("%v, %v", got, err)
	}
	for _, name := range []string{"nobody", "not a name"} {
		if _, err := f.UserByUsername(t.Context(), name); err != ErrUserNotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := f.SignUp(t.Context(), SignUp{Username: "ADA", Password: goodPassword}); err != ErrUsernameTaken {
		t.Errorf("taken: %v", err)
	}
	if costs := f.takeCosts(); !slices.Equal(costs, []int64{fastHash.work(), fastHash.work()}) {
		t.Errorf("hashing of %v", costs)
	}
}

// TestSignUpReportsAllMistakes: one answer names every field, and nothing is
// hashed, counted or stored.
func TestSignUpReportsAllMistakes(t *testing.T) {
	f := newFixture(t, Config{})
	_, err := f.SignUp(t.Context(), SignUp{Username: "a", Name: "x\ny", Password: "hunter2"})
	var v *ValidationError
	if !errors.As(err, &v) {
		t.Fatal(err)
	}
	var fields []string
	for _, field := range v.Fields {
		fields = append(fields, field.Field)
		if field.Message == "" {
			t.Errorf("%s: no reason", field.Field)
		}
	}
	if !slices.Equal(fields, []string{"username", "name", "password"}) {
		t.Errorf("%q", fields)
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the error shows the password: %v", err)
	}
	if len(f.takeCosts()) != 0 || len(f.store.attempts) != 0 || len(f.store.users) != 0 {
		t.Error("refused input left traces")
	}
}

func TestNames(t *testing.T) {
	for name, ok := range map[string]bool{
		"": true, "Ada": true, "Николай Иванович": true, "علی\u200cرضا": true, "👩\u200d🚀": true, strings.Repeat("é", 128): true,
		strings.Repeat("é", 129): false, "a\nb": false, "a\x00": false, "a\u202eb": false, "a\u2028b": false, "\xff": false,
		strings.Repeat("a", 513): false,
	} {
		if problem := checkName(name); (problem == "") != ok {
			t.Errorf("%q: %q", name, problem)
		}
	}
}

func TestAddUser(t *testing.T) {
	f := newFixture(t, Config{})
	u, err := f.AddUser(t.Context(), NewUser{Username: "admin", Scopes: []string{"admin"}})
	if err != nil || u.PasswordHash != "" || !u.PasswordChangedAt.IsZero() || !slices.Equal(u.Scopes, []string{"admin"}) {
		t.Fatalf("%+v, %v", u, err)
	}
	f.wantEvents(t, "user_added")
	const secret = "md5:5f4dcc3b5aa765d61d8327deb882cf99"
	if _, err := f.AddUser(t.Context(), NewUser{Username: "bob", PasswordHash: secret}); !errors.Is(err, ErrUnsupportedHash) || strings.Contains(err.Error(), "5f4dcc") {
		t.Errorf("unknown format: %v", err)
	}
	if _, err := f.AddUser(t.Context(), NewUser{Username: "ADMIN"}); err != ErrUsernameTaken {
		t.Errorf("taken: %v", err)
	}
	var v *ValidationError
	if _, err := f.AddUser(t.Context(), NewUser{Username: "no name"}); !errors.As(err, &v) {
		t.Errorf("bad name: %v", err)
	}
	if err := f.SetPassword(t.Context(), u.ID, goodPassword); err != nil {
		t.Fatal(err)
	}
	if err := f.try("admin", goodPassword); err != nil {
		t.Errorf("first password: %v", err)
	}
}

func TestCheckPassword(t *testing.T) {
	f := newFixture(t, Config{})
	u := f.signUp(t, "ada")
	client := session.Client{Address: "192.0.2.1"}
	ctx := WithClient(t.Context(), client)
	if err := f.CheckPassword(ctx, u.ID, goodPassword); err != nil {
		t.Error(err)
	}
	if err := f.CheckPassword(ctx, u.ID, otherPassword); err != ErrInvalidCredentials {
		t.Error(err)
	}
	if err := f.CheckPassword(ctx, "nobody", goodPassword); err != ErrInvalidCredentials {
		t.Error(err)
	}
	if costs := f.takeCosts(); !slices.Equal(costs, []int64{fastHash.work(), fastHash.work(), fastHash.work()}) {
		t.Errorf("hashing of %v", costs)
	}
	for _, e := range f.wantEvents(t, "password_confirmed", "password_check_failed wrong_password", "password_check_failed unknown_user") {
		if e.Client != client {
			t.Errorf("%s from %v", e.Kind, e.Client)
		}
	}
}

func TestChangePassword(t *testing.T) {
	f := newFixture(t, Config{})
	u := f.signUp(t, "ada")
	f.store.sessions[u.ID] = []string{"here", "phone", "tablet"}
	f.clock.add(time.Hour)
	if err := f.ChangePassword(t.Context(), u.ID, otherPassword, otherPassword+"!", "here"); err != ErrInvalidCredentials {
		t.Errorf("wrong password: %v", err)
	}
	for _, chosen := range []string{"short", "passwordpassword", "ada.ada.ada.ada.ada", goodPassword, strings.Repeat("x", 2000)} {
		var v *ValidationError
		if err := f.ChangePassword(t.Context(), u.ID, goodPassword, chosen, "here"); !errors.As(err, &v) || v.Fields[0].Field != "new_password" {
			t.Errorf("%.20s: %v", chosen, err)
		}
	}
	if len(f.ended) != 0 || f.store.users[u.ID].PasswordHash != u.PasswordHash {
		t.Error("a refused change changed something")
	}
	f.takeEvents()
	if err := f.ChangePassword(t.Context(), u.ID, goodPassword, otherPassword, "here"); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(f.ended, []string{"phone", "tablet"}) || !slices.Equal(f.store.sessions[u.ID], []string{"here"}) {
		t.Errorf("ended %v, left %v", f.ended, f.store.sessions[u.ID])
	}
	if e := f.wantEvents(t, "password_confirmed", "password_changed")[1]; !slices.Equal(e.Ended, f.ended) {
		t.Errorf("the event has %v", e.Ended)
	}
	if got := f.store.users[u.ID].PasswordChangedAt; !got.Equal(f.clock.Now()) {
		t.Errorf("changed at %v", got)
	}
	if f.try("ada", goodPassword) != ErrInvalidCredentials || f.try("ada", otherPassword) != nil {
		t.Error("the old password is still the password")
	}
	if err := f.ChangePassword(t.Context(), "nobody", goodPassword, otherPassword, ""); err != ErrUserNotFound {
		t.Errorf("nobody: %v", err)
	}
}

func TestSetPassword(t *testing.T) {
	f := newFixture(t, Config{})
	u := f.signUp(t, "ada")
	f.store.sessions[u.ID] = []string{"here", "phone"}
	var v *ValidationError
	if err := f.SetPassword(t.Context(), u.ID, "short"); !errors.As(err, &v) || v.Fields[0].Field != "password" {
		t.Error(err)
	}
	if err := f.SetPassword(t.Context(), "nobody", otherPassword); err != ErrUserNotFound {
		t.Error(err)
	}
	if err := f.SetPassword(t.Context(), u.ID, otherPassword); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(f.ended, []string{"here", "phone"}) {
		t.Errorf("ended %v", f.ended)
	}
	f.wantEvents(t, "password_set")
	if err := f.try("ada", otherPassword); err != nil {
		t.Error(err)
	}
}

// raced is a store in which somebody else changes the password between the
// check and the change.
type raced struct{ *memory }

func (r raced) SetPassword(ctx context.Context, c PasswordChange) ([]string, error) {
	r.mu.Lock()
	r.users[c.UserID].PasswordHash = "changed meanwhile"
	r.mu.Unlock()
	return r.memory.SetPassword(ctx, c)
}

func TestChangePasswordLosesARace(t *testing.T) {
	f := newFixture(t, Config{})
	u := f.signUp(t, "ada")
	f.restart(t, func(c *Config) { c.Store = raced{f.store} })
	if err := f.ChangePassword(t.Context(), u.ID, goodPassword, otherPassword, ""); err != ErrUserChanged {
		t.Errorf("change: %v", err)
	}
	f.wantEvents(t, "password_confirmed")
}

// TestInvisibleName: a name of which nothing can be seen is none; what breaks a
// line is refused all the same, and joiners inside a name stay.
func TestInvisibleName(t *testing.T) {
	f := newFixture(t, Config{})
	for i, c := range []struct{ name, want string }{
		{"\u200b", ""}, {" \u200d\ufeff \u2060", ""}, {"\u00ad", ""}, {"\u3164", ""}, {"\u2800\u2800", ""}, {"\u034f\ufe0f", ""},
		{"\U000e0041", ""}, {"\u3000", ""},
		{"\u0646\u200c\u0627", "\u0646\u200c\u0627"}, {"\u200b!", "\u200b!"}, {"\U0001f469\u200d\U0001f692", "\U0001f469\u200d\U0001f692"},
	} {
		u, err := f.AddUser(t.Context(), NewUser{Username: fmt.Sprint("user", i), Name: c.name})
		if err != nil || u.Name != c.want {
			t.Errorf("%+q: %+v, %v; want %+q", c.name, u, err, c.want)
		}
	}
	for _, name := range []string{"\x00", "\u202e", "\u200b\n\u200b"} {
		if _, err := f.AddUser(t.Context(), NewUser{Username: "mallory", Name: name}); !errors.As(err, new(*ValidationError)) {
			t.Errorf("%+q: %v", name, err)
		}
	}
}

func TestDisableEnableDelete(t *testing.T) {
	f := newFixture(t, Config{})
	u := f.signUp(t, "ada")
	ctx := t.Context()
	f.store.sessions[u.ID] = []string{"here"}
	for range 2 {
		if err := f.Disable(ctx, u.ID); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(f.ended, []string{"here"}) {
		t.Errorf("ended %v", f.ended)
	}
	if err := f.try("ada", goodPassword); err != ErrInvalidCredentials {
		t.Errorf("disabled: %v", err)
	}
	if err := f.CheckPassword(ctx, u.ID, goodPassword); err != ErrInvalidCredentials {
		t.Errorf("disabled, signed in: %v", err)
	}
	if err := f.ChangePassword(ctx, u.ID, goodPassword, otherPassword, ""); err != ErrInvalidCredentials {
		t.Errorf("disabled, change: %v", err)
	}
	for range 2 {
		if err := f.Enable(ctx, u.ID); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.try("ada", goodPassword); err != nil {
		t.Errorf("enabled: %v", err)
	}
	f.store.sessions[u.ID] = []string{"there"}
	if err := f.Delete(ctx, u.ID); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(f.ended, []string{"here", "there"}) {
		t.Errorf("ended %v", f.ended)
	}
	if err := f.try("ada", goodPassword); err != ErrInvalidCredentials {
		t.Errorf("deleted: %v", err)
	}
	for key := range f.store.attempts {
		if strings.Contains(key, u.ID) {
			t.Errorf("%s outlives the user", key)
		}
	}
	f.wantEvents(t, "user_disabled", "sign_in_failed disabled", "password_check_failed disabled",
		"password_check_failed disabled", "user_enabled", "signed_in", "user_deleted", "sign_in_failed unknown_user")
	for name, do := range map[string]func(context.Context, string) error{
		"Disable": f.Disable, "Enable": f.Enable, "Delete": f.Delete, "Unlock": f.Unlock,
	} {
		if err := do(ctx, u.ID); err != ErrUserNotFound {
			t.Errorf("%s of nobody: %v", name, err)
		}
	}
}

// TestNoSecretsAnywhere: whatever happens, no event and no error shows a
// password or a hash.
func TestNoSecretsAnywhere(t *testing.T) {
	f := newFixture(t, Config{})
	const canary = "canary-7f3a lantern gravel"
	ctx := t.Context()
	u, err := f.SignUp(ctx, SignUp{Username: "ada", Password: canary})
	if err != nil {
		t.Fatal(err)
	}
	f.store.users[u.ID].PasswordHash += "broken-canary"
	f.store.users["x"] = &User{ID: "x", Username: "bob", UsernameKey: "bob"}
	_, signUp := f.SignUp(ctx, SignUp{Username: canary, Name: canary + "\n", Password: canary + "\xff"})
	_, add := f.AddUser(ctx, NewUser{Username: "carol", PasswordHash: canary})
	_, long := ParseHash("$argon2id$v=19$m=1,t=1,p=1$canary$canary")
	all := []error{
		signUp, add, long,
		f.try("ada", canary), f.try(canary, "x"), f.try("bob", canary),
		f.CheckPassword(ctx, u.ID, canary), f.ChangePassword(ctx, u.ID, canary, canary, canary),
		f.SetPassword(ctx, "x", "canary"),
	}
	for i, err := range all {
		if err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("error %d: %v", i, err)
		}
	}
	if text := fmt.Sprintf("%+v", f.takeEvents()); strings.Contains(text, "canary") || strings.Contains(text, "argon2") {
		t.Error(text)
	}
}
