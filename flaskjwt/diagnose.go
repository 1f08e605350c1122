package flaskjwt

import (
	"errors"
	"strconv"

	"github.com/latchkey-go/latchkey/internal/dialect"
	"github.com/latchkey-go/latchkey/jwt"
)

// maxDiagnosed is the longest token of which the original's words are sought.
const maxDiagnosed = 4 * jwt.MaxTokenLength

func tooLong() error {
	return invalid("Invalid token: longer than " + strconv.Itoa(jwt.MaxTokenLength) + " bytes")
}

// diagnose finds the words for a token that the strict reader has refused with
// err: those of the original if it refuses the token too, at the same point of
// its order of checks, else our own. It cannot let a token pass.
func (m *Manager) diagnose(raw, csrf string, w dialect.Wanted, err error) error {
	if errors.Is(err, jwt.ErrUnavailable) || errors.Is(err, jwt.ErrExpect) {
		return err // a fault of ours
	}
	if len(raw) > maxDiagnosed {
		return tooLong()
	}
	t, refused := readLoosely(raw)
	if refused != nil {
		return refused
	}
	alg, has := t.header["alg"]
	switch name, _ := alg.(string); {
	case !has:
		return invalid("Algorithm not specified")
	case !m.accepts(name):
		return invalid("The specified alg value is not allowed")
	case isOneOf(err, jwt.ErrSignature, jwt.ErrAlgorithm, jwt.ErrUnknownKey):
		return invalid("Signature verification failed")
	case t.signature == "" || !canonical(t.signature) || !canonical(t.head):
		return invalid("Signature verification failed")
	case len(raw) > jwt.MaxTokenLength:
		return tooLong()
	case !canonical(t.body):
		return invalid("Invalid payload padding")
	}
	// The signature is good, or was not looked at because of the header.
	if refused := m.judge(t.payload, csrf, w); refused != nil {
		return refused
	}
	return strictWords(t, err)
}

func isOneOf(err error, kinds ...error) bool {
	for _, kind := range kinds {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// strictWords says what the strict reader dislikes in a token that the original
// would accept.
func strictWords(t looseToken, err error) error {
	if errors.Is(err, jwt.ErrMissingClaim) {
		return invalid(`Token is missing the "exp" claim`)
	}
	if errors.Is(err, jwt.ErrMalformed) {
		return invalid("Invalid header string: a parameter is malformed or not supported")
	}
	for _, c := range []struct{ name, message string }{
		{"iat", "Issued At claim (iat) must be an integer."},
		{"nbf", "Not Before claim (nbf) must be an integer."},
		{"exp", "Expiration Time claim (exp) must be an integer."},
		{"iss", "Payload Issuer (iss) must be a string"},
		{"aud", "Invalid claim format in token"},
		{"sub", "Subject must be a string"},
	} {
		if v, has := t.payload[c.name]; has && !strictlyFits(c.name, v) {
			return invalid(c.message)
		}
	}
	return invalid("Invalid payload string: must be strict JSON")
}
