package jwt

import (
	"crypto"
	"crypto/hmac"
	"crypto/subtle"
	"encoding/base64"
	"hash"
	"sync"
)

// macPool hands out HMAC states of one secret. Setting up HMAC costs as much
// as hashing a short token, so states are reset and used again.
type macPool struct {
	pool sync.Pool
	size int // of the encoded MAC
}

// macState is an HMAC with the buffers one computation needs, so that nothing
// is allocated per token.
type macState struct {
	h     hash.Hash
	input []byte
	sum   [64]byte
	text  [86]byte // base64url of 64 bytes
}

func newMACPool(hash crypto.Hash, secret []byte) *macPool {
	return &macPool{
		pool: sync.Pool{New: func() any { return &macState{h: hmac.New(hash.New, secret)} }},
		size: base64.RawURLEncoding.EncodedLen(hash.Size()),
	}
}

// compute returns the base64url MAC of input, valid until the state goes back.
func (p *macPool) compute(s *macState, input []byte) []byte {
	s.h.Reset()
	s.h.Write(input)
	sum := s.h.Sum(s.sum[:0])
	base64.RawURLEncoding.Encode(s.text[:], sum)
	return s.text[:p.size]
}

// verify reports whether signature is the one spelling of the MAC of input.
// Comparing the encoded text means that no second spelling can pass, and
// nothing of the token is decoded before it is known to be ours.
func (p *macPool) verify(input, signature string) bool {
	if len(signature) != p.size {
		return false
	}
	s := p.pool.Get().(*macState)
	defer p.pool.Put(s)
	// A hash takes bytes; copying into our own buffer is cheaper than
	// allocating new ones.
	s.input = append(s.input[:0], input...)
	mac := p.compute(s, s.input)
	s.input = append(s.input[:0], signature...)
	return subtle.ConstantTimeCompare(mac, s.input) == 1
}

// appendSignature appends to input a dot and its base64url MAC.
func (p *macPool) appendSignature(input []byte) []byte {
	s := p.pool.Get().(*macState)
	defer p.pool.Put(s)
	mac := p.compute(s, input)
	return append(append(input, '.'), mac...)
}

// hmacKeyID derives a key id from a secret: equal for equal secrets, and of no
// help in finding one that is not guessable anyway.
func hmacKeyID(hash crypto.Hash, secret []byte) string {
	m := hmac.New(hash.New, secret)
	m.Write([]byte("latchkey jwt key id"))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil)[:16])
}
