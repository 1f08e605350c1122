package jwt

// Token is a token whose signature has been verified. It is read-only once
// returned, so it may be shared and kept.
type Token struct {
	Algorithm Algorithm // alg of the header, which is the key's
	KeyID     string    // kid of the header; empty if it has none
	Type      string    // typ of the header; empty if it has none
	Claims    *Claims   // nil from VerifyJWS
}

// verified is a Token with its Claims in one piece of memory.
type verified struct {
	Token
	claims Claims
}

// Verify checks a token: its form and header, its signature, its claims, and
// then everything that e asks for. It returns a token or an error, never both.
// The error is one of the package's, and of several that would fit it is the
// first in the order in which errors.go lists them: a token with a bad
// signature is only ErrSignature, whatever else is wrong with it.
func (s *KeySet) Verify(token string, e Expect) (*Token, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	h, payload, err := s.open(token, e.IgnoreKeyID)
	if err != nil {
		return nil, err
	}
	text, ok := decodePayload(payload)
	if !ok {
		return nil, ErrMalformed
	}
	v := &verified{Token: Token{Algorithm: h.alg, KeyID: h.kid, Type: h.typ}}
	rules := claimRules{anySubject: e.InsecureAnySubject}
	if err := rules.parse(&v.claims, text); err != nil {
		return nil, err
	}
	v.Token.Claims = &v.claims
	if err := e.judge(&v.Token); err != nil {
		return nil, err
	}
	return &v.Token, nil
}

// VerifyJWS checks form, header and signature only, and returns the payload,
// which may be anything. It is the layer below tokens, for signed messages that
// are not JWTs and for test harnesses: nothing is known of the claims, not even
// whether there are any.
func (s *KeySet) VerifyJWS(token string) (Token, []byte, error) {
	h, payload, err := s.open(token, false)
	if err != nil {
		return Token{}, nil, err
	}
	text, ok := decodeText(payload)
	if !ok {
		return Token{}, nil, ErrMalformed
	}
	return Token{Algorithm: h.alg, KeyID: h.kid, Type: h.typ}, text, nil
}

// open does everything up to and including the signature, and returns the
// payload still encoded. A header that this set has seen on a good token is
// not decoded again, and nothing else is decoded before the signature.
func (s *KeySet) open(token string, ignoreKeyID bool) (header, string, error) {
	parts, ok := split(token)
	if !ok {
		return header{}, "", ErrMalformed
	}
	h, known := s.seen.find(parts.header)
	if !known {
		var err error
		if h, err = parseHeader(parts.header); err != nil {
			return header{}, "", err
		}
	}
	keys, err := s.candidates(h, ignoreKeyID)
	if err != nil {
		return header{}, "", err
	}
	for _, k := range keys {
		if k.verifySignature(parts.input, parts.signature) {
			if !known {
				s.seen.learn(parts.header, h)
			}
			return h, parts.payload, nil
		}
	}
	return header{}, "", ErrSignature
}

// decodePayload is decodeText into a string: one allocation for most tokens.
func decodePayload(segment string) (string, bool) {
	var buf [1536]byte
	if decodedLen(len(segment)) > len(buf) {
		text, ok := decodeText(segment)
		return string(text), ok
	}
	n, ok := decodeSegment(buf[:], segment)
	return string(buf[:n]), ok
}
