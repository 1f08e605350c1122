package jwt

import (
	"bytes"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// MaxJWKSLength is the longest JSON Web Key Set read, in bytes.
const MaxJWKSLength = 512 << 10

// ParseJWKS reads a JSON Web Key Set (RFC 7517, section 5) into a set that only
// verifies; to sign, read the signing key with [ParseJWK] and use [NewKeySet].
//
// Every key must be one that [ParseJWK] takes, and all must fit together as
// NewKeySet says. To read sets of other issuers, which may hold keys for other
// purposes, use [RemoteKeys].
func ParseJWKS(data []byte) (*KeySet, error) {
	values, err := splitJWKS(data)
	if err != nil {
		return nil, err
	}
	keys := make([]*Key, 0, len(values))
	for i, value := range values {
		k, err := ParseJWK(value)
		if err != nil {
			return nil, fmt.Errorf("key %d of the set: %w", i+1, err)
		}
		keys = append(keys, k)
	}
	return NewKeySet(nil, keys...)
}

// splitJWKS returns the text of each key of a set.
func splitJWKS(data []byte) ([]jsontext.Value, error) {
	if len(data) > MaxJWKSLength {
		return nil, fmt.Errorf("%w: the JWKS is longer than %d bytes", ErrKey, MaxJWKSLength)
	}
	var keys jsontext.Value
	err := readLargeObject(string(data), func(name string, value jsontext.Value) error {
		if name == "keys" {
			keys = value.Clone()
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%w: JWKS: %w", ErrKey, err)
	}
	values, ok := arrayElements(keys)
	if !ok {
		return nil, fmt.Errorf("%w: the JWKS has no member \"keys\" that is an array", ErrKey)
	}
	if len(values) > MaxKeys {
		return nil, fmt.Errorf("%w: the JWKS has more than %d keys", ErrKey, MaxKeys)
	}
	return values, nil
}

// arrayElements returns the texts of an array's elements.
func arrayElements(array jsontext.Value) ([]jsontext.Value, bool) {
	if array.Kind() != '[' {
		return nil, false
	}
	dec := jsontext.NewDecoder(bytes.NewBuffer(array))
	if _, err := dec.ReadToken(); err != nil {
		return nil, false
	}
	var list []jsontext.Value
	for dec.PeekKind() != ']' {
		value, err := dec.ReadValue()
		if err != nil {
			return nil, false
		}
		list = append(list, value.Clone())
	}
	return list, true
}

// marshalJWKS writes the public keys among keys, in their order.
func marshalJWKS(keys []*Key) []byte {
	text := []byte(`{"keys":[`)
	for _, k := range keys {
		if k.public == nil || !k.verify {
			continue
		}
		if text[len(text)-1] == '}' {
			text = append(text, ',')
		}
		text = append(text, k.publicJWK()...)
	}
	return append(text, `]}`...)
}

// publicJWK writes a public key with what says how to use it: the members of a
// thumbprint, then use, alg and kid. A kid needs no escapes.
func (k *Key) publicJWK() []byte {
	members := requiredMembers(k.public)
	text := members[:len(members)-1]
	text = append(text, `,"use":"sig","alg":"`...)
	text = append(text, k.alg...)
	text = append(text, `","kid":"`...)
	text = append(text, k.id...)
	return append(text, `"}`...)
}
