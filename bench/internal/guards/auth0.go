package guards

import (
	"context"
	"net/http"

	auth0v2 "github.com/auth0/go-jwt-middleware/v2"
	validatorv2 "github.com/auth0/go-jwt-middleware/v2/validator"
	auth0v3 "github.com/auth0/go-jwt-middleware/v3"
	validatorv3 "github.com/auth0/go-jwt-middleware/v3/validator"

	"github.com/latchkey-go/latchkey/bench/internal/fixture"
)

// auth0Claims are the claims beyond the registered ones.
type auth0Claims struct {
	SessionID string   `json:"sid"`
	AuthTime  int64    `json:"auth_time"`
	CSRF      string   `json:"csrf"`
	Roles     []string `json:"roles"`
}

// Validate satisfies the interface of custom claims.
func (*auth0Claims) Validate(context.Context) error { return nil }

func newAuth0v2(secret []byte) (http.Handler, error) {
	v, err := validatorv2.New(
		func(context.Context) (any, error) { return secret, nil },
		validatorv2.HS256, fixture.Issuer, []string{fixture.Issuer},
		validatorv2.WithCustomClaims(func() validatorv2.CustomClaims { return &auth0Claims{} }),
	)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET "+Path, auth0v2.New(v.ValidateToken).CheckJWT(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer(w, r.Context().Value(auth0v2.ContextKey{}).(*validatorv2.ValidatedClaims).RegisteredClaims.Subject)
	})))
	return mux, nil
}

func newAuth0v3(secret []byte) (http.Handler, error) {
	v, err := validatorv3.New(
		validatorv3.WithKeyFunc(func(context.Context) (any, error) { return secret, nil }),
		validatorv3.WithAlgorithm(validatorv3.HS256),
		validatorv3.WithIssuer(fixture.Issuer), validatorv3.WithAudience(fixture.Issuer),
		validatorv3.WithCustomClaims(func() *auth0Claims { return &auth0Claims{} }),
	)
	if err != nil {
		return nil, err
	}
	guard, err := auth0v3.New(auth0v3.WithValidator(v))
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET "+Path, guard.CheckJWT(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		claims, err := auth0v3.GetClaims[*validatorv3.ValidatedClaims](r.Context())
		if err != nil {
			http.Error(w, "no claims", http.StatusInternalServerError)
			return
		}
		answer(w, claims.RegisteredClaims.Subject)
	})))
	return mux, nil
}
