package libs

import (
	"encoding/json"
	"time"

	"github.com/latchkey-go/latchkey/bench/internal/fixture"
	"github.com/latchkey-go/latchkey/jwt"
)

type latchkeyCodec struct{ keys *jwt.KeySet }

func newLatchkey(k fixture.Key) (Codec, error) {
	keys, err := jwt.NewKeySet(k.Latchkey)
	return latchkeyCodec{keys}, err
}

func (c latchkeyCodec) Verify(token string) (string, error) {
	t, err := c.keys.Verify(token, jwt.Expect{Types: types, Issuer: fixture.Issuer, Audience: fixture.Issuer, Now: time.Now()})
	if err != nil {
		return "", err
	}
	return t.Claims.Subject, nil
}

var types = []string{"JWT"}

func (c latchkeyCodec) Sign(claims fixture.Claims) (string, error) {
	text, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	return c.keys.Sign(jwt.Header{Type: "JWT"}, text)
}
