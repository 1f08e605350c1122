package jwt

import (
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// Unverified is what a token says of itself. Anybody can write anything there.
type Unverified struct {
	Algorithm string // alg of the header, which need not be one of this package
	KeyID     string // kid of the header; empty if it has none
	Type      string // typ of the header; empty if it has none
	Header    []byte // JSON text of the header
	Payload   []byte // the payload, which need not be JSON
}

// InsecureParse reads a token without verifying it, for choosing a key by what
// the token says before it is verified with that key, and for showing a token
// to a person. Nothing it returns may decide anything else. The errors are
// ErrMalformed and ErrAlgorithm, as from [KeySet.Verify].
func InsecureParse(token string) (*Unverified, error) {
	parts, ok := split(token)
	if !ok {
		return nil, ErrMalformed
	}
	h, err := parseHeader(parts.header)
	if err != nil {
		return nil, err
	}
	payload, ok := decodeText(parts.payload)
	if !ok {
		return nil, ErrMalformed
	}
	head, _ := decodeText(parts.header)
	return &Unverified{
		Algorithm: string(h.alg), KeyID: h.kid, Type: h.typ, Header: head, Payload: payload,
	}, nil
}

// Claim returns the JSON text of a member of the payload, if that is a strict
// JSON object and has such a member.
func (u *Unverified) Claim(name string) ([]byte, bool) {
	var found jsontext.Value
	err := readObject(string(u.Payload), func(_ member, n string, value jsontext.Value) error {
		if n == name {
			found = value.Clone()
		}
		return nil
	})
	return found, err == nil && found != nil
}

// String warns whoever prints it.
func (u *Unverified) String() string {
	return fmt.Sprintf("jwt.Unverified(alg %q)", u.Algorithm)
}
