package jwt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// download fetches and reads the JWKS.
func (r *RemoteKeys) download(ctx context.Context) (*KeySet, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.config.URL, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/jwk-set+json, application/json")
	resp, err := r.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the JWKS URL answered %d", resp.StatusCode)
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, MaxJWKSLength+1))
	if err != nil {
		return nil, err
	}
	return parseRemoteJWKS(data)
}

// parseRemoteJWKS reads a set that was not made for us: keys of kinds, uses and
// sizes that are not supported are left out (RFC 7517, section 5), so that an
// issuer can publish what it likes. What is a mistake is refused as a whole:
// private or symmetric keys, two keys of one kid, and no usable key at all.
func parseRemoteJWKS(data []byte) (*KeySet, error) {
	values, err := splitJWKS(data)
	if err != nil {
		return nil, err
	}
	var keys []*Key
	for _, value := range values {
		var j jwk
		if err := j.parse(string(value)); err != nil {
			continue
		}
		if j.kty == "oct" || j.private() {
			return nil, errors.New("the JWKS publishes a secret or private key")
		}
		if k, err := j.key(); err == nil {
			keys = append(keys, k)
		}
	}
	return NewKeySet(nil, keys...)
}
