package jwt

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Header is what the caller decides of a token's JOSE header; alg and kid come
// from the key.
type Header struct {
	// Type is the typ, such as "at+jwt" (RFC 9068). Empty: none.
	Type string
	// OmitKeyID leaves kid out, for readers that cannot bear it.
	OmitKeyID bool
	// Extra holds further parameters, encoded as JSON. Parameters that other
	// readers act upon are refused: alg, typ, kid, crit, b64, cty, jwk, jku, x5u,
	// x5c, x5t, x5t#S256, those of encryption, and their case variants.
	Extra map[string]any
	// InsecureAnySubject lets sub be any JSON value, for readers that expect
	// what RFC 7519, section 4.1.2, does not allow.
	InsecureAnySubject bool
}

// Sign makes a token with the set's signing key. claims is the JSON text of an
// object; it must satisfy what Verify demands of claims (ErrClaims), and the
// token must not be longer than [MaxTokenLength] (ErrMalformed). A set without
// a signing key gives ErrKey.
func (s *KeySet) Sign(h Header, claims []byte) (string, error) {
	if s.signing == nil {
		return "", fmt.Errorf("%w: the set has no signing key", ErrKey)
	}
	if len(claims) > MaxTokenLength {
		return "", fmt.Errorf("%w: the claims have %d bytes; a token has at most %d", ErrMalformed, len(claims), MaxTokenLength)
	}
	if err := checkClaims(claims, claimRules{anySubject: h.InsecureAnySubject}); err != nil {
		return "", err
	}
	head, err := s.encodeHeader(h)
	if err != nil {
		return "", err
	}
	return s.signing.signText(head, claims)
}

// checkClaims demands of claims what Verify will.
func checkClaims(claims []byte, rules claimRules) error {
	c := claimsPool.Get().(*Claims)
	defer claimsPool.Put(c)
	err := rules.parse(c, string(claims))
	*c = Claims{} // nobody's claims stay in the pool
	return err
}

var claimsPool = sync.Pool{New: func() any { return new(Claims) }}

// tokenPool has buffers to build tokens in.
var tokenPool = sync.Pool{New: func() any { return new([]byte) }}

// signText puts a token together from an encoded header and a payload.
func (k *Key) signText(head string, payload []byte) (string, error) {
	buf := tokenPool.Get().(*[]byte)
	defer tokenPool.Put(buf)
	token := append(append((*buf)[:0], head...), '.')
	token = base64.RawURLEncoding.AppendEncode(token, payload)
	token, err := k.appendSignature(token)
	if err != nil {
		return "", err
	}
	*buf = token
	if len(token) > MaxTokenLength {
		return "", fmt.Errorf("%w: the token would have %d bytes; at most %d are allowed", ErrMalformed, len(token), MaxTokenLength)
	}
	return string(token), nil
}

// encodeHeader returns the encoded header, from memory if it has no extras and
// was made before.
func (s *KeySet) encodeHeader(h Header) (string, error) {
	own := header{alg: s.signing.alg, kid: s.signing.id, typ: h.Type}
	if h.OmitKeyID {
		own.kid = ""
	}
	if len(h.Extra) == 0 {
		if segment, ok := s.made.encoded(own); ok {
			return segment, nil
		}
	}
	text, err := own.marshal(h.Extra)
	if err != nil {
		return "", err
	}
	segment := base64.RawURLEncoding.EncodeToString(text)
	if len(h.Extra) == 0 {
		known := knownHeader{segment: segment, header: own}
		known.keys, _ = s.candidates(own, false) // none if the key only signs
		s.made.learn(known)
		s.seen.learn(known)
	}
	return segment, nil
}

// marshal writes the header as JSON: alg, kid, typ, then the extras by name.
func (h header) marshal(extra map[string]any) ([]byte, error) {
	if h.typ != "" && !validType(h.typ) {
		return nil, fmt.Errorf("%w: Type is not a media type", ErrMalformed)
	}
	text := append([]byte(`{"alg":"`), h.alg...)
	if h.kid != "" {
		text = append(append(text, `","kid":"`...), h.kid...)
	}
	if h.typ != "" {
		text = append(append(text, `","typ":"`...), h.typ...)
	}
	text = append(text, '"')
	for _, name := range sortedNames(extra) {
		if slices.ContainsFunc(headerNames, func(n string) bool { return strings.EqualFold(n, name) }) {
			return nil, fmt.Errorf("%w: Extra must not hold the parameter %q", ErrMalformed, name)
		}
		quoted, err := jsontext.AppendQuote(nil, name)
		if err != nil {
			return nil, fmt.Errorf("%w: Extra has a name that is not UTF-8", ErrMalformed)
		}
		value, err := json.Marshal(extra[name], json.Deterministic(true))
		if err != nil {
			return nil, fmt.Errorf("%w: Extra: parameter %q cannot be written as JSON: %w", ErrMalformed, name, err)
		}
		text = append(append(append(append(text, ','), quoted...), ':'), value...)
	}
	text = append(text, '}')
	if _, err := parseHeader(base64.RawURLEncoding.EncodeToString(text)); err != nil {
		return nil, err
	}
	return text, nil
}

func sortedNames(m map[string]any) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
