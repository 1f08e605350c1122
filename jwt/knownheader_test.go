package jwt

import (
	"errors"
	"fmt"
	"sync"
	"testing"
)

// A token passed by a set that ignores its kid does not pass for its header
// alone afterwards, nor the other way round.
func TestKnownHeaderOfIgnoredKeyID(t *testing.T) {
	key := testKey(t, HS256)
	other := must(key.WithID("other"))
	token := must(must(NewKeySet(key)).Sign(Header{}, []byte(goodClaims)))
	set := must(NewKeySet(nil, other))
	for range 3 {
		if _, err := set.Verify(token, Expect{Now: epoch}); !errors.Is(err, ErrUnknownKey) {
			t.Errorf("with the kid of no key: %v", err)
		}
		if _, err := set.Verify(token, Expect{Now: epoch, IgnoreKeyID: true}); err != nil {
			t.Error(err)
		}
	}
}

// Where the kid is ignored, each key is tried, though the header was known with
// one.
func TestKnownHeaderTriesEachKey(t *testing.T) {
	one, two := must(GenerateKey(HS256)), must(GenerateKey(HS256))
	set := must(NewKeySet(one, two))
	must(set.Sign(Header{}, []byte(goodClaims)))
	misnamed := must(must(NewKeySet(must(two.WithID(one.ID())))).Sign(Header{}, []byte(goodClaims)))
	if _, err := set.Verify(misnamed, Expect{Now: epoch}); err != ErrSignature {
		t.Errorf("with the kid of another key: %v", err)
	}
	if _, err := set.Verify(misnamed, Expect{Now: epoch, IgnoreKeyID: true}); err != nil {
		t.Error(err)
	}
}

// The keys of a header are those of the set: another set with the same kid, or a
// known header before what another key signed, is no reason to let pass.
func TestKnownHeaderOfAnotherKey(t *testing.T) {
	for _, alg := range []Algorithm{HS256, ES256, EdDSA} {
		mine, theirs := must(must(GenerateKey(alg)).WithID("k")), must(must(GenerateKey(alg)).WithID("k"))
		my, their := must(NewKeySet(mine)), must(NewKeySet(theirs))
		for range 2 { // unknown, then known
			for _, h := range []Header{{}, {OmitKeyID: true}, {Type: "at+jwt"}} {
				good, forged := must(my.Sign(h, []byte(goodClaims))), must(their.Sign(h, []byte(goodClaims)))
				if _, err := my.Verify(good, Expect{Now: epoch}); err != nil {
					t.Errorf("%s: %v", alg, err)
				}
				if _, err := my.Verify(forged, Expect{Now: epoch}); err != ErrSignature {
					t.Errorf("%s: what another key signed: %v", alg, err)
				}
			}
		}
	}
}

// A key that only signs does not verify what the set itself has signed.
func TestKnownHeaderOfKeyThatOnlySigns(t *testing.T) {
	signer := must(ParseJWK([]byte(`{"kty":"oct","alg":"HS256","kid":"s","key_ops":["sign"],` +
		`"k":"hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg"}`)))
	if signer.CanVerify() {
		t.Fatal("the key verifies")
	}
	set := must(NewKeySet(signer, must(GenerateKey(HS256))))
	for range 2 {
		token := must(set.Sign(Header{}, []byte(goodClaims)))
		if _, err := set.Verify(token, Expect{Now: epoch}); !errors.Is(err, ErrUnknownKey) {
			t.Errorf("what a key signed that only signs: %v", err)
		}
	}
}

// More headers than are remembered, on many cores at once, are all the same read
// as what they are.
func TestKnownHeadersConcurrently(t *testing.T) {
	set := must(NewKeySet(testKey(t, HS256), must(GenerateKey(HS256))))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 3 * maxKnownHeaders {
				h := Header{Type: fmt.Sprint("type-", i), OmitKeyID: i%2 == 0}
				token, err := set.Sign(h, []byte(goodClaims))
				if err != nil {
					t.Error(err)
					return
				}
				got, err := set.Verify(token, Expect{Now: epoch, Types: []string{h.Type}})
				if err != nil || (got.KeyID == "") != h.OmitKeyID {
					t.Errorf("%s: %+v, %v", h.Type, got, err)
				}
			}
		})
	}
	wg.Wait()
	for _, known := range []*knownHeaders{&set.seen, &set.made} {
		if n := len(*known.list.Load()); n != maxKnownHeaders {
			t.Errorf("%d headers are remembered, not %d", n, maxKnownHeaders)
		}
	}
}
