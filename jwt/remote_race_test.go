package jwt

import (
	"errors"
	"net/http"
	"testing"
	"time"
)

// TestRemoteFetchedMeanwhile: a token whose key another request has just fetched
// is good, although it is too soon for another fetch.
func TestRemoteFetchedMeanwhile(t *testing.T) {
	p, c := newPublisher(t), &clock{now: epoch}
	first, second := must(GenerateKey(EdDSA)), must(GenerateKey(EdDSA))
	p.publish(first.KeySet().JWKS())
	var between func()
	keys := must(NewRemoteKeys(RemoteConfig{
		Issuer: "https://issuer.example", URL: p.server.URL,
		Now: func() time.Time {
			if f := between; f != nil { // once the keys of before have been looked up
				between = nil
				f()
			}
			return c.Now()
		},
	}))
	if _, err := keys.Verify(t.Context(), signedBy(first), Expect{Now: epoch}); err != nil {
		t.Fatal(err)
	}
	between = func() {
		p.publish(second.KeySet().JWKS())
		if err := keys.Refresh(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if _, err := keys.Verify(t.Context(), signedBy(second), Expect{Now: epoch}); err != nil {
		t.Errorf("the key that has just been fetched: %v", err)
	}
	if n := p.fetches.Load(); n != 2 {
		t.Errorf("%d fetches, want 2", n)
	}
}

// TestRemoteUnknownAndDown: while the issuer cannot be reached nothing is known
// of a token with an unknown key, in the seconds without a fetch too.
func TestRemoteUnknownAndDown(t *testing.T) {
	p, keys, clock := remoteFixture(t)
	first, second := must(GenerateKey(EdDSA)), must(GenerateKey(EdDSA))
	p.publish(first.KeySet().JWKS())
	if _, err := keys.Verify(t.Context(), signedBy(first), Expect{Now: epoch}); err != nil {
		t.Fatal(err)
	}
	p.server.Close()
	clock.add(time.Minute)
	for range 2 {
		if _, err := keys.Verify(t.Context(), signedBy(second), Expect{Now: epoch}); !errors.Is(err, ErrUnavailable) {
			t.Errorf("unknown key: got %v, want ErrUnavailable", err)
		}
		if _, err := keys.Verify(t.Context(), signedBy(first), Expect{Now: epoch}); err != nil {
			t.Errorf("known key: %v", err)
		}
	}
}

// panicking is a Transport with a bug.
type panicking struct{}

func (panicking) RoundTrip(*http.Request) (*http.Response, error) { panic("a bug") }

// TestRemoteTransportPanics: net/http recovers from it, and so do the keys: the
// requests after it are answered.
func TestRemoteTransportPanics(t *testing.T) {
	keys := must(NewRemoteKeys(RemoteConfig{
		Issuer: "https://issuer.example", URL: "https://issuer.example/jwks", Transport: panicking{},
	}))
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_ = keys.Refresh(t.Context())
	}()
	if _, err := keys.Verify(t.Context(), "a.b.c", Expect{Now: epoch}); !errors.Is(err, ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
}
