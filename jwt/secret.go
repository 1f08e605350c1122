package jwt

import "fmt"

func checkSecret(alg Algorithm, secret []byte, size int) error {
	if len(secret) < size {
		return &WeakSecretError{Rule: "short", Reason: fmt.Sprintf("%s needs at least %d bytes", alg, size)}
	}
	return nil
}
