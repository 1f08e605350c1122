// Package floor has the least that verifying and signing a token can cost with
// the cryptography of the standard library: not for use, for comparison. Much
// that a library must check is missing here.
package floor

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"hash"
	"strings"
	"sync"

	jsonv2 "github.com/go-json-experiment/json"

	"github.com/latchkey-go/latchkey/bench/internal/fixture"
)

var errForged = errors.New("floor: forged")

// HS256 holds a secret.
type HS256 struct{ pool sync.Pool }

type state struct {
	mac  hash.Hash
	in   []byte
	sum  [sha256.Size]byte
	text [43]byte
}

// New returns the floor for a secret.
func New(secret []byte) *HS256 {
	return &HS256{pool: sync.Pool{New: func() any { return &state{mac: hmac.New(sha256.New, secret)} }}}
}

func (s *state) sign(input string) []byte {
	s.in = append(s.in[:0], input...)
	s.mac.Reset()
	s.mac.Write(s.in)
	base64.RawURLEncoding.Encode(s.text[:], s.mac.Sum(s.sum[:0]))
	return s.text[:]
}

// Signature checks the signature alone and returns the encoded payload.
func (f *HS256) Signature(token string) (string, error) {
	last := strings.LastIndexByte(token, '.')
	first := strings.IndexByte(token, '.')
	if first < 0 || first == last || len(token)-last-1 != 43 {
		return "", errForged
	}
	s := f.pool.Get().(*state)
	defer f.pool.Put(s)
	want := s.sign(token[:last])
	s.in = append(s.in[:0], token[last+1:]...)
	if subtle.ConstantTimeCompare(want, s.in) != 1 {
		return "", errForged
	}
	return token[first+1 : last], nil
}

// JSON is Signature and then encoding/json into a struct.
func (f *HS256) JSON(token string) (*fixture.Claims, error) {
	return f.decode(token, json.Unmarshal)
}

// JSONv2 is Signature and then encoding/json/v2 into a struct.
func (f *HS256) JSONv2(token string) (*fixture.Claims, error) {
	return f.decode(token, func(text []byte, v any) error { return jsonv2.Unmarshal(text, v) })
}

func (f *HS256) decode(token string, unmarshal func([]byte, any) error) (*fixture.Claims, error) {
	payload, err := f.Signature(token)
	if err != nil {
		return nil, err
	}
	text, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil {
		return nil, err
	}
	c := new(fixture.Claims)
	return c, unmarshal(text, c)
}

// Scan is Signature and then one pass over the payload, which finds the
// registered claims and steps over the others.
func (f *HS256) Scan(token string) (*Scanned, error) {
	payload, err := f.Signature(token)
	if err != nil {
		return nil, err
	}
	var buf [1024]byte
	n, err := base64.RawURLEncoding.Decode(buf[:], []byte(payload))
	if err != nil {
		return nil, err
	}
	s := &Scanned{text: string(buf[:n])}
	if !s.scan() {
		return nil, errForged
	}
	return s, nil
}

// Sign is base64 and a MAC, in one buffer.
func (f *HS256) Sign(header string, payload []byte) string {
	token := make([]byte, 0, len(header)+2+base64.RawURLEncoding.EncodedLen(len(payload))+43)
	token = append(append(token, header...), '.')
	token = base64.RawURLEncoding.AppendEncode(token, payload)
	s := f.pool.Get().(*state)
	defer f.pool.Put(s)
	s.mac.Reset()
	s.mac.Write(token)
	base64.RawURLEncoding.Encode(s.text[:], s.mac.Sum(s.sum[:0]))
	return string(append(append(token, '.'), s.text[:]...))
}
