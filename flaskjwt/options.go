package flaskjwt

import (
	"context"
	"net/http"
	"time"

	"github.com/latchkey-go/latchkey/jwt"
)

// Options are what Flask-JWT-Extended calls loaders: functions that change what
// happens at certain moments. Each may be nil. They must be safe for concurrent
// use.
//
// header and payload are those of the token, numbers as [encoding/json.Number];
// as get_jwt does, payload always has type, fresh and jti. They belong to the
// function that is given them.
type Options struct {
	// UserIdentity turns what CreateAccessToken and CreateRefreshToken were
	// given into the identity claim (user_identity_loader).
	UserIdentity func(ctx context.Context, identity any) (any, error)

	// AdditionalClaims returns further claims for a token of that user
	// (additional_claims_loader). Claims that the package sets itself cannot be
	// among them: issuing fails.
	AdditionalClaims func(ctx context.Context, identity any) (map[string]any, error)

	// AdditionalHeaders returns further header parameters, of which kid and typ
	// replace ours (additional_headers_loader).
	AdditionalHeaders func(ctx context.Context, identity any) (map[string]any, error)

	// EncodeKey chooses the key that signs (encode_key_loader).
	EncodeKey func(ctx context.Context, identity any) (*jwt.Key, error)

	// DecodeKey chooses the key that must have signed a token
	// (decode_key_loader). What it is given is not verified yet: choose by it
	// and do nothing else. Without a key no token verifies.
	DecodeKey func(ctx context.Context, header, payload map[string]any) (*jwt.Key, error)

	// UserLookup finds the token's user (user_lookup_loader). nil refuses the
	// request; an error is answered with 503.
	UserLookup func(ctx context.Context, header, payload map[string]any) (any, error)

	// TokenInBlocklist says whether a token was revoked
	// (token_in_blocklist_loader). Defaults to a list in the memory of this
	// process, which signing out fills; it must be set together with
	// RevokeToken.
	TokenInBlocklist func(ctx context.Context, header, payload map[string]any) (bool, error)

	// RevokeToken puts a token that no session stands behind on the list when
	// its user signs out. until is its exp; the zero time means for ever.
	RevokeToken func(ctx context.Context, jti string, until time.Time) error

	// TokenVerification is a further check of a token that passed all others
	// (token_verification_loader).
	TokenVerification func(ctx context.Context, header, payload map[string]any) (bool, error)

	// The functions below write an answer instead of the default. header and
	// payload are nil for a token that the strict reader did not accept.
	ExpiredToken            func(w http.ResponseWriter, r *http.Request, header, payload map[string]any)
	InvalidToken            func(w http.ResponseWriter, r *http.Request, message string)
	Unauthorized            func(w http.ResponseWriter, r *http.Request, message string)
	NeedsFreshToken         func(w http.ResponseWriter, r *http.Request, header, payload map[string]any)
	RevokedToken            func(w http.ResponseWriter, r *http.Request, header, payload map[string]any)
	TokenVerificationFailed func(w http.ResponseWriter, r *http.Request, header, payload map[string]any)
	UserLookupError         func(w http.ResponseWriter, r *http.Request, header, payload map[string]any)

	// NoAdoption ends the time of transition in an application with sessions:
	// refresh tokens that a Flask application issued no longer begin one.
	// Until then whoever has the signing key can make tokens that do.
	NoAdoption bool

	// Now is the clock, for tests. Defaults to time.Now.
	Now func() time.Time
}
