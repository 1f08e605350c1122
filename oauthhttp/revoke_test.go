package oauthhttp_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/session"
)

// wantRevoked checks for the one answer there is to a revocation.
func wantRevoked(t *testing.T, answer *httptest.ResponseRecorder) {
	t.Helper()
	if answer.Code != 200 || answer.Body.Len() != 0 {
		t.Errorf("%d %q, want 200 without a body", answer.Code, answer.Body)
	}
	if got := answer.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control is %q", got)
	}
}

// TestRevocationEndsTheSession sends each token of a session: whichever it is,
// all of them are dead before the answer.
func TestRevocationEndsTheSession(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *world) {
		for _, c := range []struct {
			name  string
			token func(latchkey.Tokens) string
			hint  string
			after time.Duration
		}{
			{name: "access", token: func(t latchkey.Tokens) string { return t.Access }},
			{name: "access, hinted", token: func(t latchkey.Tokens) string { return t.Access }, hint: "access_token"},
			{name: "access, hinted wrongly", token: func(t latchkey.Tokens) string { return t.Access }, hint: "refresh_token"},
			{name: "access, hinted nonsense", token: func(t latchkey.Tokens) string { return t.Access }, hint: "saml\x00"},
			{name: "access, expired", token: func(t latchkey.Tokens) string { return t.Access }, after: time.Hour},
			{name: "access, expired, hinted wrongly", token: func(t latchkey.Tokens) string { return t.Access }, after: time.Hour, hint: "refresh_token"},
			{name: "refresh", token: func(t latchkey.Tokens) string { return t.Refresh }},
			{name: "refresh, hinted", token: func(t latchkey.Tokens) string { return t.Refresh }, hint: "refresh_token"},
			{name: "refresh, hinted wrongly", token: func(t latchkey.Tokens) string { return t.Refresh }, hint: "access_token"},
			{name: "refresh, expired", token: func(t latchkey.Tokens) string { return t.Refresh }, after: 20 * 24 * time.Hour},
		} {
			t.Run(c.name, func(t *testing.T) {
				tokens, other := w.signIn(), w.signIn()
				id := tokens.Session.ID
				w.advance(c.after)
				if _, err := w.auth.Sessions().Get(t.Context(), id); err != nil {
					t.Fatalf("before: %v", err)
				}
				wantRevoked(t, w.revoke(c.token(tokens), "token_type_hint", c.hint))
				if _, err := w.auth.Sessions().Get(t.Context(), id); err == nil {
					t.Error("the session lives")
				}
				if w.pass(tokens.Access) || w.refresh(tokens.Refresh) != "" {
					t.Error("a token of the session is still good")
				}
				if _, err := w.auth.Sessions().Get(t.Context(), other.Session.ID); err != nil {
					t.Errorf("another session: %v", err)
				}
				wantRevoked(t, w.revoke(c.token(tokens))) // again
			})
		}
	})
}

// TestRevocationOfAnOldRefreshToken: the whole family ends, also by a token that
// was rotated away.
func TestRevocationOfAnOldRefreshToken(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *world) {
		first := w.signIn()
		w.advance(time.Minute)
		second := w.refresh(first.Refresh)
		if second == "" {
			t.Fatal("no second token")
		}
		w.advance(time.Minute)
		wantRevoked(t, w.revoke(first.Refresh))
		if w.refresh(second) != "" || w.pass(first.Access) {
			t.Error("the family lives on")
		}
	})
}

// TestRevocationOfUnknownTokens: the answer to all of them is that to a good
// one, and none of them ends a session.
func TestRevocationOfUnknownTokens(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *world) {
		tokens := w.signIn()
		answers := map[string]bool{}
		for name, token := range badTokens(t, w, tokens) {
			answer := w.revoke(token)
			wantRevoked(t, answer)
			answers[headerText(answer)] = true
			if !w.pass(tokens.Access) {
				t.Fatalf("%s: the session has ended", name)
			}
		}
		answer := w.revoke(tokens.Access)
		wantRevoked(t, answer)
		answers[headerText(answer)] = true
		if len(answers) != 1 {
			t.Errorf("the answers differ: %v", answers)
		}
	})
}

// TestRevocationNeedsTheStore: what could not be stored is not reported as done.
func TestRevocationNeedsTheStore(t *testing.T) {
	store := openSQLite(t)
	w := newWorld(t, store)
	exec := func(statement string) {
		t.Helper()
		if _, err := store.DB().ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	tokens := w.signIn()
	exec(`CREATE TRIGGER fault BEFORE UPDATE ON latchkey_sessions BEGIN SELECT RAISE(ABORT, 'injected fault'); END`)
	for _, token := range []string{tokens.Access, tokens.Refresh} {
		wantError(t, w.revoke(token), 503, "temporarily_unavailable")
		if !w.pass(tokens.Access) {
			t.Error("the token is dead here, and elsewhere alive")
		}
	}
	exec(`DROP TRIGGER fault`)
	exec(`ALTER TABLE latchkey_sessions RENAME TO gone`)
	// Of a refresh token it cannot even be said whether it is ours.
	wantError(t, w.revoke(tokens.Refresh), 503, "temporarily_unavailable")
	exec(`ALTER TABLE gone RENAME TO latchkey_sessions`)
	wantRevoked(t, w.revoke(tokens.Refresh))
	if w.pass(tokens.Access) {
		t.Error("the session lives")
	}
}

// TestRevocationWithoutASession: a token from the time when the program was
// stateless can be revoked too.
func TestRevocationWithoutASession(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *world) {
		token := sign(t, w.keys, "at+jwt", w.claims(w.signIn().Session, map[string]any{"sid": nil}))
		if !w.pass(token) {
			t.Fatal("the token is no good")
		}
		wantRevoked(t, w.revoke(token))
		if w.pass(token) {
			t.Error("the token is still good")
		}
	})
}

// TestRevocationWhenStateless: the route is not there, and a handler mounted by
// hand says that it cannot, of tokens that are still good.
func TestRevocationWhenStateless(t *testing.T) {
	w := newWorld(t, latchkey.Stateless)
	tokens := w.signIn()
	if answer := w.revoke(tokens.Access); answer.Code != 404 {
		t.Errorf("%d", answer.Code)
	}
	w.mux.Handle("/by-hand", w.handlers().Revoke())
	wantError(t, w.as("signout", "/by-hand", "token", tokens.Access), 400, "unsupported_token_type")
	for name, token := range badTokens(t, w, tokens) {
		t.Log(name)
		wantRevoked(t, w.as("signout", "/by-hand", "token", token))
	}
	w.advance(time.Hour)
	wantRevoked(t, w.as("signout", "/by-hand", "token", tokens.Access))
}

// TestRevocationIsToldAsASignOut: who watches events sees one.
func TestRevocationIsToldAsASignOut(t *testing.T) {
	store := openSQLite(t)
	w := newWorld(t, store)
	tokens := w.signIn()
	wantRevoked(t, w.revoke(tokens.Refresh))
	row, err := store.Get(t.Context(), tokens.Session.ID)
	if err != nil || row.EndReason != session.EndedBySignOut {
		t.Errorf("%+v, %v", row, err)
	}
}

// badTokens are tokens that are no good, and that end nothing when revoked.
func badTokens(t *testing.T, w *world, good latchkey.Tokens) map[string]string {
	t.Helper()
	stranger, err := jwt.GenerateKey(jwt.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	row := good.Session
	if row == nil {
		row = &session.Session{ID: session.NewID(), Subject: "ada"}
	}
	bad := map[string]string{
		"garbage":                 "45ghiukldjahdnhzdauz",
		"not UTF-8":               "\xff\xfe",
		"NUL":                     "a\x00b",
		"dots":                    "..",
		"spaces around it":        " " + good.Access + " ",
		"altered":                 good.Access[:len(good.Access)-4] + "AAAA",
		"of another key":          sign(t, stranger, "at+jwt", w.claims(row, nil)),
		"of another issuer":       sign(t, w.keys, "at+jwt", w.claims(row, map[string]any{"iss": "https://other.example.com"})),
		"for another audience":    sign(t, w.keys, "at+jwt", w.claims(row, map[string]any{"aud": "https://other.example.com"})),
		"of another kind":         sign(t, w.keys, "reset+jwt", w.claims(row, nil)),
		"without a subject":       sign(t, w.keys, "at+jwt", w.claims(row, map[string]any{"sub": nil})),
		"a refresh without a MAC": sign(t, w.keys, "rt+jwt", w.claims(row, nil)),
	}
	// Made by somebody who has the signing key, but not the session's secret.
	bad["a refresh with a forged MAC"] = sign(t, w.keys, "rt+jwt", w.claims(row, map[string]any{"gen": 0, "mac": "AAAA"}))
	bad["a refresh of no session"] = sign(t, w.keys, "rt+jwt", w.claims(row, map[string]any{"gen": 0, "mac": "AAAA", "sid": session.NewID()}))
	return bad
}
