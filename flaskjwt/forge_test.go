package flaskjwt_test

import (
	"encoding/json"
	"testing"

	"github.com/latchkey-go/latchkey/jwt"
)

// forgeRefresh signs a refresh token of a session with a jti of one's own, as
// somebody could who has the signing key alone.
func forgeRefresh(t *testing.T, sid, jti string) string {
	t.Helper()
	k, err := jwt.NewHMACKey(jwt.HS256, []byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	claims, err := json.Marshal(map[string]any{
		"sub": "ada", "type": "refresh", "sid": sid, "jti": jti, "csrf": "x",
		"iat": start.Unix(), "exp": start.Unix() + 3600,
	})
	if err != nil {
		t.Fatal(err)
	}
	token, err := k.KeySet().Sign(jwt.Header{Type: "JWT", OmitKeyID: true}, claims)
	if err != nil {
		t.Fatal(err)
	}
	return token
}
