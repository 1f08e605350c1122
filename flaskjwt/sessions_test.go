package flaskjwt_test

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/flaskjwt"
	"github.com/latchkey-go/latchkey/memstore"
	"github.com/latchkey-go/latchkey/session"
)

func claimText(t *testing.T, token string) string {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestSessionShape(t *testing.T) {
	a := newApp(t, nil, flaskjwt.Options{}, memstore.New())
	access, refresh := a.tokens("/login", "")
	shape := strings.Fields("fresh iat jti type sub nbf csrf exp sid")
	for _, token := range []string{access, refresh} {
		if got := a.names(token); !slices.Equal(got, shape) {
			t.Errorf("the claims are %v, not %v", got, shape)
		}
	}
	if a.claims(access)["sid"] != a.claims(refresh)["sid"] {
		t.Error("the tokens are of two sessions")
	}
}

func TestSessionRotation(t *testing.T) {
	a := newApp(t, nil, flaskjwt.Options{}, memstore.New())
	access, first := a.tokens("/login", "")
	a.now = start.Add(20 * time.Minute)
	a.wants("GET", "/protected", access, 401, `{"msg":"Token has expired"}`)
	renewed, second := a.tokens("/refresh", first)
	a.wants("GET", "/protected", renewed, 200, "ada")
	a.wants("GET", "/fresh", renewed, 401, `{"msg":"Fresh token required"}`)
	if first == second {
		t.Error("the refresh token did not rotate")
	}
	if _, again := a.tokens("/refresh", first); again != second {
		t.Error("inside the window the successor is another one")
	}
	a.now = a.now.Add(time.Minute)
	a.wants("POST", "/refresh", first, 401, `{"msg":"Token has been revoked"}`)
	a.wants("GET", "/protected", renewed, 401, `{"msg":"Token has been revoked"}`)
	a.wants("POST", "/refresh", second, 401, `{"msg":"Token has been revoked"}`)
}

func TestSessionSignOut(t *testing.T) {
	a := newApp(t, nil, flaskjwt.Options{}, memstore.New())
	access, refresh := a.tokens("/login", "")
	a.now = start.Add(time.Hour) // an expired token signs out too
	a.wants("POST", "/logout", access, 200, `{"msg":"Signed out."}`)
	a.wants("POST", "/refresh", refresh, 401, `{"msg":"Token has been revoked"}`)
}

// After everybody was signed out, new sign-ins work: tokens carry the epoch.
func TestSessionsAfterEndAll(t *testing.T) {
	a := newApp(t, nil, flaskjwt.Options{}, memstore.New())
	old, _ := a.tokens("/login", "")
	if err := a.auth.Sessions().EndAll(context.Background()); err != nil {
		t.Fatal(err)
	}
	a.wants("GET", "/protected", old, 401, `{"msg":"Token has been revoked"}`)
	access, refresh := a.tokens("/login", "")
	a.wants("GET", "/protected", access, 200, "ada")
	if renewed, _ := a.tokens("/refresh", refresh); renewed != "" {
		a.wants("GET", "/protected", renewed, 200, "ada")
	}
}

// A refresh token whose jti was made up has no MAC, and ends nothing.
func TestForgedGeneration(t *testing.T) {
	a := newApp(t, nil, flaskjwt.Options{}, memstore.New())
	access, refresh := a.tokens("/login", "")
	for _, jti := range []string{"0.AAAA", "7." + strings.Repeat("A", 43), "x", ""} {
		a.wants("POST", "/refresh", forgeRefresh(t, a.claims(refresh)["sid"].(string), jti), 422, `{"msg":"Signature verification failed"}`)
	}
	a.wants("GET", "/protected", access, 200, "ada")
}

// flaskToken is a token as a Flask application with the same secret issues it.
func flaskToken(t *testing.T, refresh bool) string {
	t.Helper()
	flask, err := flaskjwt.New(flaskjwt.Settings{"JWT_SECRET_KEY": secret}, flaskjwt.Options{Now: func() time.Time { return start }})
	if err != nil {
		t.Fatal(err)
	}
	create := flask.CreateAccessToken
	if refresh {
		create = flask.CreateRefreshToken
	}
	token, err := create(context.Background(), "ada", flaskjwt.TokenOptions{Fresh: true})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestAdoption(t *testing.T) {
	a := newApp(t, nil, flaskjwt.Options{}, memstore.New())
	flask := flaskToken(t, true)
	a.wants("GET", "/protected", flaskToken(t, false), 401, `{"msg":"Token has expired"}`) // so that clients refresh

	access, refresh := a.tokens("/refresh", flask)
	a.wants("GET", "/protected", access, 200, "ada")
	a.wants("GET", "/fresh", access, 401, `{"msg":"Fresh token required"}`)
	if again, same := a.tokens("/refresh", flask); same != refresh || a.claims(again)["sid"] != a.claims(access)["sid"] {
		t.Error("the same token begins two sessions")
	}
	a.now = a.now.Add(time.Minute)
	access, refresh = a.tokens("/refresh", refresh)
	a.wants("GET", "/protected", access, 200, "ada")
	// It is generation 0 of the session now, and used too late.
	a.wants("POST", "/refresh", flask, 401, `{"msg":"Token has been revoked"}`)
	a.wants("GET", "/protected", access, 401, `{"msg":"Token has been revoked"}`)
	a.wants("POST", "/refresh", refresh, 401, `{"msg":"Token has been revoked"}`)
}

// Signing out is not undone by the token that began the session, however long
// afterwards it comes.
func TestAdoptionHappensOnce(t *testing.T) {
	store := memstore.New()
	a := newApp(t, nil, flaskjwt.Options{}, store)
	flask := flaskToken(t, true)
	access, _ := a.tokens("/refresh", flask)
	a.wants("POST", "/logout", access, 200, `{"msg":"Signed out."}`)
	for _, later := range []time.Duration{0, time.Hour, 29 * 24 * time.Hour} {
		a.now = start.Add(later)
		if _, err := store.Purge(context.Background(), a.now, 1000); err != nil {
			t.Fatal(err)
		}
		a.wants("POST", "/refresh", flask, 401, `{"msg":"Token has been revoked"}`)
	}
	a.now = start.Add(31 * 24 * time.Hour)
	a.wants("POST", "/refresh", flask, 401, `{"msg":"Token has expired"}`)
}

// Signing out with a token that has no session yet keeps it from getting one.
func TestSignOutBeforeAdoption(t *testing.T) {
	a := newApp(t, nil, flaskjwt.Options{}, memstore.New())
	flask := flaskToken(t, true)
	a.wants("POST", "/logout", flask, 200, `{"msg":"Signed out."}`)
	a.wants("POST", "/refresh", flask, 401, `{"msg":"Token has been revoked"}`)
}

func TestGuardsAdoptToo(t *testing.T) {
	a := newApp(t, nil, flaskjwt.Options{}, memstore.New())
	flask := flaskToken(t, true)
	a.wants("GET", "/by-refresh", flask, 200, "ada")
	a.wants("GET", "/by-refresh", flask, 200, "ada")
	list, err := a.auth.Sessions().List(context.Background(), "ada")
	if err != nil || len(list) != 1 || list[0].Generation != 0 {
		t.Errorf("the guard leaves %v, %v", list, err)
	}
}

func TestNoAdoption(t *testing.T) {
	a := newApp(t, nil, flaskjwt.Options{NoAdoption: true}, memstore.New())
	a.wants("POST", "/refresh", flaskToken(t, true), 401, `{"msg":"Token has expired"}`)
}

// Only tokens whose whole life the store can remember are adopted.
func TestTokensWithoutEndAreNotAdopted(t *testing.T) {
	a := newApp(t, nil, flaskjwt.Options{}, memstore.New())
	flask, err := flaskjwt.New(flaskjwt.Settings{"JWT_SECRET_KEY": secret, "JWT_REFRESH_TOKEN_EXPIRES": false}, flaskjwt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	token, err := flask.CreateRefreshToken(context.Background(), "ada", flaskjwt.TokenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	a.now = time.Now()
	a.wants("POST", "/refresh", token, 422, `{"msg":"Token is missing the \"exp\" claim"}`)
}

// An access token for a session, as an application issues it that does not
// rotate refresh tokens.
func TestAccessTokenOfSession(t *testing.T) {
	a := newApp(t, nil, flaskjwt.Options{}, memstore.New())
	access, _ := a.tokens("/login", "")
	s, err := a.auth.Sessions().Get(context.Background(), a.claims(access)["sid"].(string))
	if err != nil {
		t.Fatal(err)
	}
	other, err := a.manager.CreateAccessToken(context.Background(), "ada", flaskjwt.TokenOptions{Session: s})
	if err != nil {
		t.Fatal(err)
	}
	a.wants("GET", "/protected", other, 200, "ada")
	if err := a.auth.Sessions().End(context.Background(), s.ID, session.EndedByUser); err != nil {
		t.Fatal(err)
	}
	a.wants("GET", "/protected", other, 401, `{"msg":"Token has been revoked"}`)
	if _, err := a.manager.CreateRefreshToken(context.Background(), "ada", flaskjwt.TokenOptions{Session: s}); err == nil {
		t.Error("a refresh token of a session was made beside its rotation")
	}
}

func TestNeverExpiringTokensNeedNoSessions(t *testing.T) {
	m, err := flaskjwt.New(flaskjwt.Settings{"JWT_SECRET_KEY": secret, "JWT_ACCESS_TOKEN_EXPIRES": false}, flaskjwt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	cfg := m.Config()
	cfg.Store = memstore.New()
	if _, err := latchkey.New(cfg); err == nil || !strings.Contains(err.Error(), "JWT_ACCESS_TOKEN_EXPIRES") {
		t.Errorf("New returns %v", err)
	}
}

// Access tokens that renew themselves inside answers, without refresh tokens.
func TestRenewalInsideAnswers(t *testing.T) {
	now := start
	m, err := flaskjwt.New(flaskjwt.Settings{"JWT_SECRET_KEY": secret, "JWT_ACCESS_TOKEN_EXPIRES": "1h"},
		flaskjwt.Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	cfg := m.Config()
	cfg.Store, cfg.RefreshTTL, cfg.RenewWithin = memstore.New(), 0, 30*time.Minute
	auth, err := latchkey.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	a := &app{T: t, manager: m, auth: auth, mux: http.NewServeMux()}
	a.mux.Handle("/profile", auth.Required(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"name":"Ada"}`))
	})))
	tokens, err := auth.Issue(httptest.NewRequest("POST", "/token", nil), latchkey.Login{Subject: "ada"})
	if err != nil || tokens.Refresh != "" {
		t.Fatalf("issuing gives %+v, %v", tokens, err)
	}
	a.wants("GET", "/profile", tokens.Access, 200, `{"name":"Ada"}`)
	now = start.Add(31 * time.Minute)
	_, body := a.do("GET", "/profile", tokens.Access)
	_, renewed, found := strings.Cut(strings.TrimSuffix(body, `"}`), `"access_token":"`)
	if !found {
		t.Fatalf("the answer is %s", body)
	}
	c := a.claims(renewed)
	if c["fresh"] != false || c["sid"] != a.claims(tokens.Access)["sid"] {
		t.Errorf("the new token says %v", c)
	}
}
