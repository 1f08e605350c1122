package latchkey_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/memstore"
	"github.com/latchkey-go/latchkey/session"
)

// The code of docs/guides/keys.md for moving to another algorithm, and a test
// that nobody is signed out by it.

// keyMove has the keys of a program that moves from a shared secret to a key
// pair. They cannot be in one set, so each request is judged by one of them.
type keyMove struct {
	old, next jwt.KeySource
	signs     jwt.KeySource // the one of both that new sessions get
}

type keysOfRequest struct{}

// handler goes around every route but sign-in.
func (m keyMove) handler(routes http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := context.WithValue(r.Context(), keysOfRequest{}, m.keysFor(r))
		routes.ServeHTTP(w, r.WithContext(ctx))
	})
}

// keys is for latchkey.Hooks.Keys. A sign-in has no keys of the request.
func (m keyMove) keys(ctx context.Context) (jwt.KeySource, error) {
	if keys, ok := ctx.Value(keysOfRequest{}).(jwt.KeySource); ok {
		return keys, nil
	}
	return m.signs, nil
}

// keysFor goes by the algorithm that the token names. Anybody can write any name
// there: it decides who judges the token, not what the judgement is.
func (m keyMove) keysFor(r *http.Request) jwt.KeySource {
	for _, text := range presented(r) {
		token, err := jwt.InsecureParse(text)
		switch {
		case err != nil: // not a token
		case token.Algorithm == string(m.old.KeySet().SigningKey().Algorithm()):
			return m.old
		case token.Algorithm == string(m.next.KeySet().SigningKey().Algorithm()):
			return m.next
		}
	}
	return m.signs
}

// presented are the places where this program takes tokens from.
func presented(r *http.Request) []string {
	texts := []string{strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")}
	for _, c := range r.Cookies() {
		texts = append(texts, c.Value)
	}
	if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" {
		return texts
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 64<<10))
	r.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), r.Body)) // for the route
	var refresh struct {
		Token string `json:"refresh_token"`
	}
	if err == nil && json.Unmarshal(body, &refresh) == nil {
		texts = append(texts, refresh.Token)
	}
	return texts
}

// newMovingServer is the program while it moves.
func newMovingServer(m keyMove, store session.Store) http.Handler {
	auth, err := latchkey.New(latchkey.Config{
		Issuer: "https://app.example.com",
		Keys:   m.next, // for JWKSHandler: a secret is never published
		Store:  store,
		Hooks:  latchkey.Hooks{Keys: m.keys},
	})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /sign-in", func(w http.ResponseWriter, r *http.Request) { signIn(auth, w, r) })
	mux.Handle("/", m.handler(routes(auth)))
	return mux
}

// signIn lets somebody in.
func signIn(auth *latchkey.Auth, w http.ResponseWriter, r *http.Request) {
	_, err := auth.SignIn(w, r, latchkey.Login{Subject: "ada", Deliver: latchkey.Location(r.URL.Query().Get("deliver"))})
	if err != nil {
		auth.WriteError(w, r, err)
	}
}

func routes(auth *latchkey.Auth) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /me", auth.Required(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})))
	mux.Handle("POST /refresh", auth.RefreshHandler())
	return mux
}

// newStillServer is the program before or after: one kind of key.
func newStillServer(keys jwt.KeySource, store session.Store) http.Handler {
	auth, err := latchkey.New(latchkey.Config{Issuer: "https://app.example.com", Keys: keys, Store: store})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /sign-in", func(w http.ResponseWriter, r *http.Request) { signIn(auth, w, r) })
	mux.Handle("/", routes(auth))
	return mux
}

// fleet is servers behind a balancer that asks each in turn.
type fleet struct {
	servers [2]atomic.Pointer[http.Handler]
	turn    atomic.Int64
}

func (f *fleet) replace(i int, h http.Handler) { f.servers[i].Store(&h) }

func (f *fleet) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	(*f.servers[f.turn.Add(1)%2].Load()).ServeHTTP(w, r)
}

// TestMovingToAnotherAlgorithm goes from HS256 to EdDSA, one server after the
// other, while people are at work. None of their requests is refused.
func TestMovingToAnotherAlgorithm(t *testing.T) {
	secret, err := jwt.GenerateKey(jwt.HS256)
	if err != nil {
		t.Fatal(err)
	}
	ring, err := jwt.NewKeyring(jwt.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	store := memstore.New()
	var f fleet
	f.replace(0, newStillServer(secret, store))
	f.replace(1, newStillServer(secret, store))

	const people = 6
	rounds := make(chan round)
	for i := range people {
		go work(t, &f, i, rounds)
	}
	for _, stage := range []struct {
		server http.Handler
		until  string // what everybody's tokens are signed with in the end
	}{
		{newMovingServer(keyMove{old: secret, next: ring, signs: secret}, store), "HS256"},
		{newMovingServer(keyMove{old: secret, next: ring, signs: ring}, store), "EdDSA"},
		{newStillServer(ring, store), "EdDSA"},
	} {
		for i := range 2 {
			f.replace(i, stage.server)
			for range 5 * people {
				(<-rounds).check(t)
			}
		}
		latest := map[int]string{}
		for done := false; !done; {
			r := <-rounds
			r.check(t)
			latest[r.person] = r.algorithm
			done = len(latest) == people
			for _, algorithm := range latest {
				done = done && algorithm == stage.until
			}
		}
	}
}

// round is what somebody did: a few requests.
type round struct {
	person    int
	algorithm string // of the tokens they have afterwards
	refused   string
}

func (r round) check(t *testing.T) {
	t.Helper()
	if r.refused != "" {
		t.Fatalf("person %d was refused: %s", r.person, r.refused)
	}
}

// work signs in, and in anew every fourth round, reads and refreshes. Half of
// the people have their tokens in cookies.
func work(t *testing.T, h http.Handler, person int, rounds chan<- round) {
	p := &worker{handler: h, cookies: person%2 == 0, jar: map[string]string{}}
	for n := 0; ; n++ {
		r := round{person: person}
		if n%4 == 0 {
			r.refused += p.signIn()
		}
		for range 3 {
			r.refused += p.do("GET", "/me")
		}
		r.refused += p.do("POST", "/refresh")
		r.refused += p.do("GET", "/me")
		if token, err := jwt.InsecureParse(p.access); err == nil {
			r.algorithm = token.Algorithm
		}
		select {
		case rounds <- r:
		case <-t.Context().Done():
			return
		}
	}
}

// worker is a person's program.
type worker struct {
	handler               http.Handler
	cookies               bool
	jar                   map[string]string
	access, refresh, csrf string
}

func (p *worker) signIn() (refused string) {
	p.access, p.refresh = "", ""
	if p.cookies {
		return p.do("POST", "/sign-in?deliver=cookie")
	}
	return p.do("POST", "/sign-in?deliver=json")
}

// do sends a request with what the person has, and keeps what it brings.
func (p *worker) do(method, path string) (refused string) {
	body := ""
	if path == "/refresh" && !p.cookies {
		body = `{"refresh_token":"` + p.refresh + `"}`
	}
	r := httptest.NewRequest(method, "https://app.example.com"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	switch {
	case p.access == "":
	case p.cookies:
		for name, value := range p.jar {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
		r.Header.Set("X-CSRF-TOKEN", p.csrf)
	case path != "/refresh":
		r.Header.Set("Authorization", "Bearer "+p.access)
	}
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		return method + " " + path + ": " + w.Body.String()
	}
	p.keep(w)
	return ""
}

func (p *worker) keep(w *httptest.ResponseRecorder) {
	for _, c := range w.Result().Cookies() {
		p.jar[c.Name] = c.Value
		switch {
		case strings.HasSuffix(c.Name, "_access"):
			p.access = c.Value
		case strings.HasSuffix(c.Name, "_csrf"):
			p.csrf = c.Value
		}
	}
	var tokens struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	if !p.cookies && json.Unmarshal(w.Body.Bytes(), &tokens) == nil && tokens.Access != "" {
		p.access, p.refresh = tokens.Access, tokens.Refresh
	}
}

func TestKeysGuideShowsThisCode(t *testing.T) {
	guide, err := os.ReadFile(filepath.Join("docs", "guides", "keys.md"))
	if err != nil {
		t.Fatal(err)
	}
	code, err := os.ReadFile("keymove_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, recipe, found := strings.Cut(string(guide), "## Moving to another algorithm")
	if !found {
		t.Fatal("the guide has no such chapter")
	}
	recipe, _, _ = strings.Cut(recipe, "\n## ")
	shown := 0
	for i, block := range strings.Split(recipe, "```") {
		text, isGo := strings.CutPrefix(block, "go\n")
		if i%2 == 0 || !isGo {
			continue
		}
		shown++
		if !bytes.Contains(code, []byte(text)) {
			t.Errorf("this code of the guide is not here:\n%s", text)
		}
	}
	if shown == 0 {
		t.Error("the guide shows no code")
	}
}
