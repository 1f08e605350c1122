package main

import (
	"testing"

	"github.com/latchkey-go/latchkey/examples/internal/exchanges"
	"github.com/latchkey-go/latchkey/examples/internal/webtest"
)

// TestTheOriginalsExchanges replays what the original back end answered, in
// headers mode.
func TestTheOriginalsExchanges(t *testing.T) {
	file := exchanges.Load(t, "spa-headers.json")
	site, a, clock := start(t, "headers")
	secret, err := a.Secret()
	if err != nil {
		t.Fatal(err)
	}
	replay := &exchanges.Replay{
		Site: site, Secret: secret, Now: clock.Now, Users: []string{"testuser"}, Gone: 401, Origin: a.CORS,
		Change: func(s *exchanges.Step) bool {
			if s.Name == "refresh by POST" { // it exists, and rotates
				s.Response = exchanges.Response{Status: 200, JSON: map[string]any{"msg": "New Acccess Token Generated Successfully"}}
			}
			return true
		},
	}
	replay.Run(t, file)
}

// TestFreshness: only a login makes a fresh token.
func TestFreshness(t *testing.T) {
	site, _, _ := start(t, "headers")
	in := login(t, site)
	got := site.Do("GET", "/refresh", "", "Authorization", in.Header.Get("Refresh-Token"))
	rotated := site.Do("POST", "/refresh", "", "Authorization", in.Header.Get("Refresh-Token"))
	for _, c := range []struct {
		token string
		fresh bool
	}{
		{in.Bearer("Authorization"), true},
		{in.Bearer("Refresh-Token"), false},
		{got.Bearer("Authorization"), false},
		{rotated.Bearer("Authorization"), false},
		{rotated.Bearer("Refresh-Token"), false},
	} {
		if claims := webtest.Claims(t, c.token); claims["fresh"] != c.fresh {
			t.Errorf("fresh is %v in %v", claims["fresh"], claims)
		}
	}
}
