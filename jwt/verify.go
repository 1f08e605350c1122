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
	text, ok := decodeString(payload)
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
	known := s.seen.find(parts.header)
	isNew := known == nil
	if isNew {
		h, err := parseHeader(parts.header)
		if err != nil {
			return header{}, "", err
		}
		known = &knownHeader{segment: parts.header, header: h}
		known.keys, _ = s.candidates(h, false) // if there are none, the error comes below
	}
	keys := known.keys
	if keys == nil || ignoreKeyID {
		var err error
		if keys, err = s.candidates(known.header, ignoreKeyID); err != nil {
			return header{}, "", err
		}
	}
	if !anyVerifies(keys, parts) {
		return header{}, "", ErrSignature
	}
	if isNew {
		s.seen.learn(*known)
	}
	return known.header, parts.payload, nil
}

func anyVerifies(keys []*Key, parts segments) bool {
	for _, k := range keys {
		if k.verifySignature(parts.input, parts.signature) {
			return true
		}
	}
	return false
}
