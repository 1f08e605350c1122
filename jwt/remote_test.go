package jwt

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// clock is a time that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func remoteClaims(issuer string) []byte {
	return []byte(`{"iss":"` + issuer + `","sub":"bob","exp":1900000000}`)
}

// remoteFixture is an issuer and remote keys with a clock of their own.
func remoteFixture(t *testing.T) (*publisher, *RemoteKeys, *clock) {
	t.Helper()
	p, c := newPublisher(t), &clock{now: epoch}
	keys := must(NewRemoteKeys(RemoteConfig{Issuer: "https://issuer.example", URL: p.server.URL, Now: c.Now}))
	return p, keys, c
}

func signedBy(k *Key) string {
	return must(k.KeySet().Sign(Header{}, remoteClaims("https://issuer.example")))
}

func TestRemoteKeys(t *testing.T) {
	p, keys, clock := remoteFixture(t)
	first, second := must(GenerateKey(EdDSA)), must(GenerateKey(ES256))
	p.publish(first.KeySet().JWKS())
	verify := func(k *Key) error {
		_, err := keys.Verify(t.Context(), signedBy(k), Expect{Now: epoch})
		return err
	}
	step := func(what string, k *Key, want error, fetches int32) {
		t.Helper()
		if err := verify(k); !errors.Is(err, want) || want == nil && err != nil {
			t.Errorf("%s: got %v, want %v", what, err, want)
		}
		if n := p.fetches.Load(); n != fetches {
			t.Errorf("%s: %d fetches, want %d", what, n, fetches)
		}
	}
	step("the first fetches", first, nil, 1)
	step("the second does not", first, nil, 1)
	step("unknown, just fetched", second, ErrUnknownKey, 1)
	clock.add(30 * time.Second)
	step("unknown, later", second, ErrUnknownKey, 2)
	step("unknown, right after", second, ErrUnknownKey, 2)
	p.publish(must(NewKeySet(nil, first, second)).JWKS())
	step("published, right after", second, ErrUnknownKey, 2)
	clock.add(30 * time.Second)
	step("published, later", second, nil, 3)
	step("both", first, nil, 3)
	set := keys.KeySet()
	clock.add(time.Hour)
	step("old keys are fetched again", first, nil, 4)
	if keys.KeySet() != set {
		t.Error("the same keys are another set")
	}
	p.publish(second.KeySet().JWKS())
	clock.add(time.Hour)
	step("withdrawn", first, ErrUnknownKey, 5)
	step("remaining", second, nil, 5)

	// The issuer fails: its keys are good for a day.
	p.serve(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	clock.add(time.Hour)
	step("failing", second, nil, 6)
	step("failing, right after", second, nil, 6)
	clock.add(22*time.Hour + 59*time.Minute)
	step("failing for long", second, nil, 7)
	clock.add(time.Minute)
	step("failing for too long", second, ErrUnavailable, 8)
	step("failing for too long, right after", second, ErrUnavailable, 8)
	p.publish(second.KeySet().JWKS())
	clock.add(30 * time.Second)
	step("back", second, nil, 9)
}

func TestRemoteIssuer(t *testing.T) {
	p, keys, _ := remoteFixture(t)
	k := must(GenerateKey(EdDSA))
	p.publish(k.KeySet().JWKS())
	for issuer, want := range map[string]error{"https://issuer.example": nil, "https://other.example": ErrIssuer, "": ErrIssuer} {
		token := must(k.KeySet().Sign(Header{}, remoteClaims(issuer)))
		if _, err := keys.Verify(t.Context(), token, Expect{Now: epoch}); !errors.Is(err, want) || want == nil && err != nil {
			t.Errorf("issuer %q: got %v, want %v", issuer, err, want)
		}
	}
	if _, err := keys.Verify(t.Context(), signedBy(k), Expect{Now: epoch, Issuer: "https://other.example"}); !errors.Is(err, ErrExpect) {
		t.Errorf("another issuer expected: got %v, want ErrExpect", err)
	}
	if _, err := keys.Verify(t.Context(), signedBy(k), Expect{Now: epoch, Issuer: "https://issuer.example"}); err != nil {
		t.Error(err)
	}
}

// TestRemoteAnswers: what is not a JWKS from the URL itself is no answer.
func TestRemoteAnswers(t *testing.T) {
	k := must(GenerateKey(EdDSA))
	jwks := string(k.KeySet().JWKS())
	elsewhere := newPublisher(t)
	elsewhere.publish([]byte(jwks))
	oct := string(must(testKey(t, HS256).fileJWK()))
	private := string(must(k.fileJWK()))
	public := string(k.publicJWK())
	write := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text) }
	}
	for name, answer := range map[string]http.HandlerFunc{
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.server.URL, http.StatusFound)
		},
		"not found":  func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404); fmt.Fprint(w, jwks) },
		"no content": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) },
		"HTML":       write("<html>"),
		"empty":      write(""),
		"no keys":    write(`{"keys":[]}`),
		"secret":     write(`{"keys":[` + oct + `,` + public + `]}`),
		"private":    write(`{"keys":[` + private + `]}`),
		"same kid":   write(`{"keys":[` + public + `,` + public + `]}`),
		"unusable":   write(`{"keys":[{"kty":"EC","crv":"secp256k1"}]}`),
		"too long":   write(`{"x":"` + strings.Repeat("x", MaxJWKSLength) + `","keys":[` + public + `]}`),
		"hangs up":   func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"half of it": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "9999")
			fmt.Fprint(w, jwks)
		},
		"deep nesting": write(strings.Repeat(`{"keys":[`, 10_000)),
	} {
		t.Run(name, func(t *testing.T) {
			p, keys, _ := remoteFixture(t)
			p.serve(answer)
			if got, err := keys.Verify(t.Context(), signedBy(k), Expect{Now: epoch}); !errors.Is(err, ErrUnavailable) || got != nil {
				t.Errorf("got %v, %v, want ErrUnavailable", got, err)
			}
		})
	}
	if n := elsewhere.fetches.Load(); n != 0 {
		t.Errorf("the redirect was followed %d times", n)
	}
}

// TestRemoteEndlessAnswer: an answer is read up to its limit and no further.
func TestRemoteEndlessAnswer(t *testing.T) {
	p, keys, _ := remoteFixture(t)
	var sent atomic.Int64
	done := make(chan struct{})
	p.serve(func(w http.ResponseWriter, _ *http.Request) {
		defer close(done)
		for chunk := make([]byte, 64<<10); ; {
			n, err := w.Write(chunk)
			if sent.Add(int64(n)); err != nil || sent.Load() > 1<<28 {
				return
			}
		}
	})
	if err := keys.Refresh(t.Context()); !errors.Is(err, ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
	<-done
	if n := sent.Load(); n > 1<<26 {
		t.Errorf("%d bytes were sent", n)
	}
}

// TestRemoteForeignKeys: an issuer may publish keys that are not for us.
func TestRemoteForeignKeys(t *testing.T) {
	p, keys, _ := remoteFixture(t)
	k := must(GenerateKey(ES256))
	small := mustRSA1024(t).PublicKey
	weak := (&Key{alg: RS256, params: RS256.parameters(), id: "weak", public: &small, verify: true}).publicJWK()
	p.publish([]byte(`{"keys":[
		{"kty":"RSA","use":"enc","alg":"RSA-OAEP","kid":"enc","n":"AQAB","e":"AQAB"},
		{"kty":"OKP","crv":"X25519","x":"AQAB"},{"kty":"EC","crv":"secp256k1","x":"AQ","y":"AQ"},
		{"kty":"new"},{"use":"sig"},{"kty":1},"text",` + string(weak) + `,` + string(k.publicJWK()) + `],"more":{}}`))
	if _, err := keys.Verify(t.Context(), signedBy(k), Expect{Now: epoch}); err != nil {
		t.Error(err)
	}
	if n := len(keys.KeySet().Keys()); n != 1 {
		t.Errorf("%d keys, want 1", n)
	}
}

// TestRemoteConcurrent: many who wait for keys make one fetch, and one that is
// given up does not end it for the others.
func TestRemoteConcurrent(t *testing.T) {
	p, keys, _ := remoteFixture(t)
	k := must(GenerateKey(EdDSA))
	entered, release := make(chan struct{}), make(chan struct{})
	p.serve(func(w http.ResponseWriter, _ *http.Request) {
		close(entered)
		<-release
		w.Write(k.KeySet().JWKS())
	})
	token := signedBy(k)
	leader, giveUp := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := keys.Verify(leader, token, Expect{Now: epoch}); err != nil {
			t.Errorf("leader: %v", err)
		}
	})
	<-entered
	giveUp()
	impatient, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := keys.Verify(impatient, token, Expect{Now: epoch}); !errors.Is(err, ErrUnavailable) || !errors.Is(err, context.Canceled) {
		t.Errorf("impatient: got %v, want ErrUnavailable and context.Canceled", err)
	}
	for range 20 {
		wg.Go(func() {
			if _, err := keys.Verify(t.Context(), token, Expect{Now: epoch}); err != nil {
				t.Errorf("follower: %v", err)
			}
		})
	}
	close(release)
	wg.Wait()
	if n := p.fetches.Load(); n != 1 {
		t.Errorf("%d fetches, want 1", n)
	}
}

// silent is a server that never answers.
type silent struct{}

func (silent) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestRemoteTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keys := must(NewRemoteKeys(RemoteConfig{Issuer: "i", URL: "https://issuer.example/jwks", Transport: silent{}}))
		start := time.Now()
		err := keys.Refresh(t.Context())
		if took := time.Since(start); !errors.Is(err, ErrUnavailable) || took != 5*time.Second {
			t.Errorf("%v after %v, want ErrUnavailable after 5s", err, took)
		}
	})
}

func TestRemoteTLS(t *testing.T) {
	k := must(GenerateKey(EdDSA))
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(k.KeySet().JWKS()) }))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // of the handshake that fails
	server.StartTLS()
	defer server.Close()
	trusting := server.Client().Transport
	distrusting := &http.Transport{TLSClientConfig: &tls.Config{}}
	for transport, want := range map[http.RoundTripper]error{trusting: nil, distrusting: ErrUnavailable} {
		keys := must(NewRemoteKeys(RemoteConfig{Issuer: "i", URL: server.URL, Transport: transport}))
		if err := keys.Refresh(t.Context()); !errors.Is(err, want) || want == nil && err != nil {
			t.Errorf("got %v, want %v", err, want)
		}
	}
}

func TestRemoteConfig(t *testing.T) {
	for url, ok := range map[string]bool{
		"https://issuer.example/jwks":     true,
		"http://localhost:8080/jwks":      true,
		"http://127.0.0.1/jwks":           true,
		"http://[::1]:80/jwks":            true,
		"http://issuer.example/jwks":      false,
		"http://127.0.0.1.example/jwks":   false,
		"http://localhost.example/":       false,
		"ftp://issuer.example/":           false,
		"file:///etc/passwd":              false,
		"//issuer.example/jwks":           false,
		"/jwks":                           false,
		"":                                false,
		"https://user:pw@issuer.example/": false,
		"https://issuer.example/#x":       false,
		"https://%zz/":                    false,
	} {
		_, err := NewRemoteKeys(RemoteConfig{Issuer: "i", URL: url})
		if (err == nil) != ok || err != nil && !errors.Is(err, ErrKey) {
			t.Errorf("%q: %v", url, err)
		}
	}
	_, err := NewRemoteKeys(RemoteConfig{Timeout: -1})
	for _, part := range []string{"Issuer", "URL", "negative"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("not all mistakes are reported: %v", err)
		}
	}
	keys := must(NewRemoteKeys(RemoteConfig{Issuer: "i", URL: "https://issuer.example/jwks"}))
	if _, err := keys.KeySet().Verify(signedBy(testKey(t, EdDSA)), Expect{Now: epoch}); err == nil {
		t.Error("keys before the first fetch")
	}
}
