package guards

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/bench/internal/fixture"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/memstore"
)

// Latchkey is an application with live sessions and a route behind
// latchkey.Required.
type Latchkey struct {
	http.Handler
	Tokens []string // access tokens, each of a session of its own

	auth *latchkey.Auth
	keys *keys
	stop context.CancelFunc
}

// keys are one key in two sets. To the cache of verified tokens they are two
// generations: after Forget nothing is known of any token.
type keys struct {
	sets [2]*jwt.KeySet
	now  atomic.Int32
}

// KeySet returns the set in force.
func (k *keys) KeySet() *jwt.KeySet { return k.sets[k.now.Load()] }

// NewLatchkey signs in as many users as there shall be tokens. Call Close when
// done.
func NewLatchkey(key *jwt.Key, tokens int) (*Latchkey, error) {
	l := &Latchkey{keys: &keys{}}
	for i := range l.keys.sets {
		set, err := jwt.NewKeySet(key)
		if err != nil {
			return nil, err
		}
		l.keys.sets[i] = set
	}
	auth, err := latchkey.New(latchkey.Config{
		Issuer: fixture.Issuer, Keys: l.keys, Store: memstore.New(),
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Hooks: latchkey.Hooks{Claims: func(context.Context, string) (map[string]any, error) {
			return map[string]any{"roles": []string{"editor", "reviewer"}}, nil
		}},
	})
	if err != nil {
		return nil, err
	}
	l.auth = auth
	if l.Tokens, err = signIn(auth, tokens); err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	l.stop = stop
	if err := auth.Sessions().Poll(ctx); err != nil {
		return nil, err
	}
	go func() { _ = auth.Run(ctx) }() // until Close

	mux := http.NewServeMux()
	mux.Handle("GET "+Path, auth.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t, _ := latchkey.FromContext(r.Context())
		answer(w, t.Subject)
	})))
	l.Handler = mux
	return l, nil
}

func signIn(auth *latchkey.Auth, n int) ([]string, error) {
	tokens := make([]string, n)
	subject := fixture.NewClaims().Subject
	for i := range tokens {
		r := httptest.NewRequest(http.MethodPost, fixture.Issuer+"/sign-in", nil)
		issued, err := auth.Issue(r, latchkey.Login{Subject: subject[:len(subject)-4] + strconv.Itoa(1000+i)})
		if err != nil {
			return nil, err
		}
		tokens[i] = issued.Access
	}
	return tokens, nil
}

// Forget makes every token one that was not seen before.
func (l *Latchkey) Forget() { l.keys.now.Store(1 - l.keys.now.Load()) }

// Misses is how many tokens had to be verified so far.
func (l *Latchkey) Misses() uint64 {
	_, misses := l.auth.TokenCacheStats()
	return misses
}

// Close ends what NewLatchkey has started.
func (l *Latchkey) Close() { l.stop() }
