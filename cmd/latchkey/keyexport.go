package main

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"

	"github.com/latchkey-go/latchkey/jwt"
)

type keyExportPublicCommand struct {
	PEM bool   `name:"pem" help:"Print PEM, for programs that cannot read a JWK Set."`
	ID  string `name:"id" help:"Only this key." placeholder:"ID"`
	keyFile
	format
}

// Run prints public keys. They are the same in the JWK Set that a server has
// under /.well-known/jwks.json.
func (c *keyExportPublicCommand) Run(to streams) error {
	if c.JSON && c.PEM {
		return usageError("--pem is not JSON; give one of --pem and --json")
	}
	ring, err := c.open()
	if err != nil {
		return err
	}
	if c.Algorithm.Symmetric() {
		return usageError("keys for %s have no public half: who can verify can sign", c.Algorithm)
	}
	set := ring.KeySet()
	if c.ID != "" {
		if set, err = onlyKey(set, c.ID); err != nil {
			return err
		}
	}
	text, err := publicText(set, c.PEM)
	if err != nil {
		return err
	}
	return c.print(to, json.RawMessage(set.JWKS()), string(text))
}

// onlyKey is the set of one of the keys.
func onlyKey(set *jwt.KeySet, id string) (*jwt.KeySet, error) {
	for _, k := range set.Keys() {
		if k.ID() == id {
			return k.KeySet(), nil
		}
	}
	return nil, notFoundError("there is no key %s; look with: latchkey key list", id)
}

func publicText(set *jwt.KeySet, asPEM bool) ([]byte, error) {
	var text bytes.Buffer
	if !asPEM {
		err := json.Indent(&text, set.JWKS(), "", "  ")
		text.WriteByte('\n')
		return text.Bytes(), err
	}
	for _, k := range set.Keys() {
		der, err := x509.MarshalPKIXPublicKey(k.Public())
		if err != nil {
			return nil, fmt.Errorf("key %s has no form in PEM: %w", k.ID(), err)
		}
		if err := pem.Encode(&text, &pem.Block{Type: "PUBLIC KEY", Bytes: der}); err != nil {
			return nil, err
		}
	}
	return text.Bytes(), nil
}
