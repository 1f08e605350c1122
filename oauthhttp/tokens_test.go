package oauthhttp_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/oauthhttp"
	"github.com/latchkey-go/latchkey/session"
)

// claims are those of an access token of a session, with changes; nil removes.
func (w *world) claims(s *session.Session, changes map[string]any) map[string]any {
	now := w.clock()
	all := map[string]any{
		"iss": issuer, "aud": issuer, "sub": s.Subject, "jti": session.NewID(), "sid": s.ID,
		"iat": now.Unix(), "exp": now.Add(time.Minute).Unix(), "auth_time": now.Unix(), "ep": s.Epoch,
	}
	maps.Copy(all, changes)
	maps.DeleteFunc(all, func(_ string, v any) bool { return v == nil })
	return all
}

// sign makes a token as somebody who has the key could.
func sign(t testing.TB, key *jwt.Key, typ string, claims map[string]any) string {
	t.Helper()
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	token, err := key.KeySet().Sign(jwt.Header{Type: typ}, payload)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// handlers are handlers of the same world, to be mounted by hand.
func (w *world) handlers() *oauthhttp.Handlers {
	w.t.Helper()
	h, err := oauthhttp.New(oauthhttp.Config{Auth: w.auth, Clients: clients})
	if err != nil {
		w.t.Fatal(err)
	}
	return h
}

// headerText is all of an answer but its body.
func headerText(answer *httptest.ResponseRecorder) string {
	var text bytes.Buffer
	_ = answer.Result().Header.Write(&text)
	return fmt.Sprint(answer.Code, " ", text.String())
}
