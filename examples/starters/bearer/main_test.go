package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"testing"

	"github.com/latchkey-go/latchkey/examples/internal/starting"
)

func TestBearer(t *testing.T) {
	base := starting.Start(t, &addr, main)

	wrong, err := http.PostForm(base+"/sign-in", url.Values{"name": {"ada"}, "password": {"guess"}})
	if err != nil {
		t.Fatal(err)
	}
	wrong.Body.Close()
	if wrong.StatusCode != 401 {
		t.Errorf("a wrong password is answered with %d", wrong.StatusCode)
	}

	signedIn, err := http.PostForm(base+"/sign-in", url.Values{"name": {"ada"}, "password": {"analytical engine"}})
	if err != nil {
		t.Fatal(err)
	}
	defer signedIn.Body.Close()
	var tokens struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	if err := json.NewDecoder(signedIn.Body).Decode(&tokens); err != nil {
		t.Fatal(err)
	}

	for _, c := range []struct {
		method, path, token string
		status              int
	}{
		{"GET", "/me", "", 401},
		{"GET", "/me", tokens.Refresh, 401},
		{"GET", "/me", tokens.Access, 200},
		{"POST", "/refresh", tokens.Access, 401},
		{"POST", "/refresh", tokens.Refresh, 200},
	} {
		r, _ := http.NewRequest(c.method, base+c.path, nil)
		if c.token != "" {
			r.Header.Set("Authorization", "Bearer "+c.token)
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != c.status {
			t.Errorf("%s %s: %d %s, want %d", c.method, c.path, resp.StatusCode, body, c.status)
		}
	}
}
