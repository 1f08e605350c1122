package accounthttp_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// TestResetMailWithHostileHost: what is mailed says nothing of the Host that the
// request named, for whoever asks for a letter to somebody else may name any.
func TestResetMailWithHostileHost(t *testing.T) {
	const foreign = "evil.example"
	p := newParts(t)
	sent := p.letters(t)
	mux := p.mount(t)
	signUp(t, mux)
	status, answer, header := call(mux, "POST", "/auth/password/forgot", "", map[string]string{"username": "ada"}, func(r *http.Request) {
		r.Host = foreign
		r.URL.Host, r.URL.Scheme = foreign, "http"
		for _, name := range []string{"X-Forwarded-Host", "X-Host", "X-Forwarded-Server"} {
			r.Header.Set(name, foreign)
		}
		r.Header.Set("Forwarded", "host="+foreign)
	})
	if status != http.StatusAccepted || len(*sent) != 1 {
		t.Fatalf("got %d %v and %d letters", status, answer, len(*sent))
	}
	letter, err := json.Marshal((*sent)[0])
	if err != nil {
		t.Fatal(err)
	}
	said, err := json.Marshal([]any{answer, header})
	if err != nil {
		t.Fatal(err)
	}
	if text := string(letter) + string(said); strings.Contains(text, foreign) || !strings.Contains(text, (*sent)[0].Token) {
		t.Errorf("the letter or the answer has the name: %s", text)
	}
}
