package jwt

import "errors"

// Errors of this package, for errors.Is. Their texts never hold any part of a
// token or of a key.
var (
	// ErrMalformed: the text is not a compact JWS as this package accepts it:
	// too long, not three canonical base64url parts, or a header that is not
	// strict JSON or asks for something that is not supported (crit, b64, enc).
	ErrMalformed = errors.New("jwt: malformed token")
	// ErrAlgorithm: the header's alg is not that of the key. "none" always
	// ends here.
	ErrAlgorithm = errors.New("jwt: algorithm not allowed")
	// ErrUnknownKey: no key of the set has the header's kid.
	ErrUnknownKey = errors.New("jwt: unknown key")
	// ErrSignature: the signature is not that of a key of the set. A token
	// with this error has told nothing else: not even whether it has expired.
	ErrSignature = errors.New("jwt: signature is not valid")

	// ErrClaims: the payload is not a strict JSON object, or a registered
	// claim has the wrong type or an impossible value.
	ErrClaims = errors.New("jwt: malformed claims")
	// ErrMissingClaim: a claim that Expect requires is absent.
	ErrMissingClaim = errors.New("jwt: required claim missing")
	// ErrType: the header's typ is none of Expect.Types.
	ErrType = errors.New("jwt: wrong type of token")
	// ErrIssuer: iss is not Expect.Issuer.
	ErrIssuer = errors.New("jwt: wrong issuer")
	// ErrAudience: no element of aud is the expected audience.
	ErrAudience = errors.New("jwt: wrong audience")
	// ErrNotYetValid: nbf or iat is in the future by more than the leeway.
	ErrNotYetValid = errors.New("jwt: token is not yet valid")
	// ErrLifetime: exp − iat is above Expect.MaxLifetime.
	ErrLifetime = errors.New("jwt: token lives too long")
	// ErrExpired: the token has expired and everything else holds. The error
	// is an *ExpiredError, which has the token.
	ErrExpired = errors.New("jwt: token has expired")

	// ErrExpect: the caller's Expect cannot be used: Now is not set or a
	// leeway is out of range. It is a mistake in the program, not the token.
	ErrExpect = errors.New("jwt: unusable Expect")
	// ErrKey: a key or key set cannot be used, and the text says why.
	ErrKey = errors.New("jwt: key refused")
	// ErrWeakSecret: an HMAC secret is too short or too easy to guess. The
	// error is a *WeakSecretError. It is an ErrKey too.
	ErrWeakSecret = errors.New("jwt: weak secret")
	// ErrUnavailable: the keys of a remote issuer could not be fetched, so
	// nothing is known of the token.
	ErrUnavailable = errors.New("jwt: keys unavailable")
)

// ExpiredError says that a token has expired, that its signature is good, and
// that everything else [Expect] asks for holds.
type ExpiredError struct {
	// Token is the expired token. It grants nothing; it is for callers that
	// want to know whose session ended.
	Token *Token
}

// Error implements error.
func (e *ExpiredError) Error() string { return ErrExpired.Error() }

// Is reports that the error is ErrExpired.
func (e *ExpiredError) Is(target error) bool { return target == ErrExpired }

// WeakSecretError says which rule a secret broke.
type WeakSecretError struct {
	// Rule is the name of the rule: "short", "repeated", "low-diversity",
	// "well-known", "uuid", "public-key", "token" or "guessable".
	Rule string
	// Reason says in plain words what is wrong and how to make a good secret.
	// It never holds the secret or a part of it.
	Reason string
}

// Error implements error.
func (e *WeakSecretError) Error() string {
	return ErrWeakSecret.Error() + " (rule " + e.Rule + "): " + e.Reason
}

// Is reports that the error is ErrWeakSecret and ErrKey.
func (e *WeakSecretError) Is(target error) bool {
	return target == ErrWeakSecret || target == ErrKey
}
