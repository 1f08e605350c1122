package flaskjwt_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/flaskjwt"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/memstore"
)

var ctx = context.Background()

// settings are those of the examples: a secret that nobody else uses.
func settings() flaskjwt.Settings { return flaskjwt.Settings{"JWT_SECRET_KEY": secret} }

func clock() time.Time { return time.Unix(1800000000, 0) }

// get sends a request with a token, and prints the answer.
func get(h http.Handler, token string) {
	r := httptest.NewRequest("GET", "/", nil)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	fmt.Print(w.Code, " ", w.Body.String())
}

// hello greets the identity of the token.
func hello(m *flaskjwt.Manager) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t, _ := latchkey.FromContext(r.Context())
		fmt.Fprintln(w, "hello", m.Identity(t))
	})
}

func Example() {
	manager, err := flaskjwt.New(settings(), flaskjwt.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	auth, err := latchkey.New(manager.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	protected := auth.Required(hello(manager))

	get(protected, "")
	get(protected, "nonsense")
	token, _ := manager.CreateAccessToken(ctx, "ada", flaskjwt.TokenOptions{})
	get(protected, token)
	// Output:
	// 401 {"msg":"Missing Authorization Header"}
	// 422 {"msg":"Not enough segments"}
	// 200 hello ada
}

// All that is wrong with the settings is said at once, and no secret is in it.
func ExampleNew() {
	_, err := flaskjwt.New(flaskjwt.Settings{
		"JWT_SECRET_KEY":      "0123456789",
		"JWT_TOKEN_LOCATION":  "header",
		"JWT_COOKIE_SAMESITE": "always",
	}, flaskjwt.Options{})
	fmt.Println(err != nil)
	_, err = flaskjwt.New(flaskjwt.Settings{"JWT_SECRET_KEY": secret, "JWT_TOKEN_LOCATION": "header"}, flaskjwt.Options{})
	fmt.Println(err)
	// Output:
	// true
	// flaskjwt: the settings have mistakes:
	// JWT_TOKEN_LOCATION must be one or more of "headers", "cookies", "query_string", "json", not header
}

// Settings come from anywhere that JSON does.
func ExampleSettings() {
	var s flaskjwt.Settings
	_ = json.Unmarshal([]byte(`{"JWT_HEADER_NAME": "X-Auth", "JWT_HEADER_TYPE": "JWT"}`), &s)
	s["JWT_SECRET_KEY"] = secret
	manager, _ := flaskjwt.New(s, flaskjwt.Options{})
	auth, _ := latchkey.New(manager.Config())
	get(auth.Required(hello(manager)), "")
	// Output: 401 {"msg":"Missing X-Auth Header"}
}

// With a Store, tokens of the same shape end with their session.
func ExampleManager_Config() {
	manager, _ := flaskjwt.New(settings(), flaskjwt.Options{})
	cfg := manager.Config()
	cfg.Store = memstore.New()
	auth, _ := latchkey.New(cfg)
	protected := auth.Required(hello(manager))

	tokens, _ := auth.Issue(httptest.NewRequest("POST", "/login", nil), latchkey.Login{Subject: "ada"})
	get(protected, tokens.Access)
	_ = auth.Sessions().EndAll(ctx)
	get(protected, tokens.Access)
	// Output:
	// 200 hello ada
	// 401 {"msg":"Token has been revoked"}
}

// An application with answers of its own leaves the others to the manager.
func ExampleManager_WriteError() {
	manager, _ := flaskjwt.New(settings(), flaskjwt.Options{})
	cfg := manager.Config()
	cfg.Hooks.Error = func(w http.ResponseWriter, r *http.Request, e *latchkey.Error) {
		if e.Code == latchkey.ErrMissing.Code {
			http.Error(w, "sign in at /login", http.StatusUnauthorized)
			return
		}
		manager.WriteError(w, r, e)
	}
	auth, _ := latchkey.New(cfg)
	protected := auth.Required(hello(manager))
	get(protected, "")
	get(protected, "a.b.c")
	// Output:
	// 401 sign in at /login
	// 422 {"msg":"Invalid header padding"}
}

// The loaders of Flask-JWT-Extended are functions of Options.
func ExampleOptions() {
	revoked := map[any]bool{}
	manager, _ := flaskjwt.New(settings(), flaskjwt.Options{
		AdditionalClaims: func(context.Context, any) (map[string]any, error) {
			return map[string]any{"plan": "gold"}, nil
		},
		TokenInBlocklist: func(_ context.Context, _, payload map[string]any) (bool, error) {
			return revoked[payload["jti"]], nil
		},
		UserLookup: func(_ context.Context, _, payload map[string]any) (any, error) {
			return fmt.Sprint("user ", payload["sub"], ", ", payload["plan"]), nil
		},
		RevokedToken: func(w http.ResponseWriter, _ *http.Request, _, payload map[string]any) {
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprintln(w, "goodbye", payload["sub"])
		},
	})
	auth, _ := latchkey.New(manager.Config())
	protected := auth.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t, _ := latchkey.FromContext(r.Context())
		fmt.Fprintln(w, t.User)
	}))

	token, _ := manager.CreateAccessToken(ctx, "ada", flaskjwt.TokenOptions{})
	get(protected, token)
	_, payload, _ := manager.DecodeToken(ctx, token, flaskjwt.DecodeOptions{})
	revoked[payload["jti"]] = true
	get(protected, token)
	// Output:
	// 200 user ada, gold
	// 401 goodbye ada
}

// Keys may be chosen by the token's kid, here one for each tenant.
func ExampleOptions_decodeKey() {
	north, _ := jwt.GenerateKey(jwt.HS256)
	south, _ := jwt.GenerateKey(jwt.HS256)
	tenants := map[any]*jwt.Key{"north": north, "south": south}
	manager, _ := flaskjwt.New(settings(), flaskjwt.Options{
		EncodeKey: func(_ context.Context, identity any) (*jwt.Key, error) { return tenants[identity], nil },
		DecodeKey: func(_ context.Context, header, _ map[string]any) (*jwt.Key, error) {
			return tenants[header["kid"]], nil
		},
	})
	auth, _ := latchkey.New(manager.Config())
	protected := auth.Required(hello(manager))
	for _, kid := range []string{"north", "south", "east"} {
		token, _ := manager.CreateAccessToken(ctx, "north", flaskjwt.TokenOptions{Headers: map[string]any{"kid": kid}})
		get(protected, token)
	}
	// Output:
	// 200 hello north
	// 422 {"msg":"Signature verification failed"}
	// 422 {"msg":"Signature verification failed"}
}

func ExampleManager_CreateAccessToken() {
	manager, _ := flaskjwt.New(settings(), flaskjwt.Options{Now: clock})
	token, _ := manager.CreateAccessToken(ctx, "ada", flaskjwt.TokenOptions{
		Fresh: true, ExpiresIn: time.Hour, Claims: map[string]any{"plan": "gold"},
	})
	_, payload, _ := manager.DecodeToken(ctx, token, flaskjwt.DecodeOptions{})
	fmt.Println(payload["sub"], payload["fresh"], payload["exp"], payload["plan"])

	_, err := manager.CreateAccessToken(ctx, "ada", flaskjwt.TokenOptions{Claims: map[string]any{"sub": "admin"}})
	fmt.Println(err)
	// Output:
	// ada true 1800003600 gold
	// flaskjwt: the additional claim "sub" is one that the package sets itself
}

func ExampleManager_CreateRefreshToken() {
	manager, _ := flaskjwt.New(settings(), flaskjwt.Options{Now: clock})
	token, _ := manager.CreateRefreshToken(ctx, "ada", flaskjwt.TokenOptions{})
	_, payload, _ := manager.DecodeToken(ctx, token, flaskjwt.DecodeOptions{})
	fmt.Println(payload["type"], payload["exp"])
	// Output: refresh 1802592000
}

func ExampleManager_DecodeToken() {
	now := clock()
	manager, _ := flaskjwt.New(settings(), flaskjwt.Options{Now: func() time.Time { return now }})
	token, _ := manager.CreateAccessToken(ctx, "ada", flaskjwt.TokenOptions{})
	now = now.Add(time.Hour)
	_, _, err := manager.DecodeToken(ctx, token, flaskjwt.DecodeOptions{})
	fmt.Println(err)
	_, payload, _ := manager.DecodeToken(ctx, token, flaskjwt.DecodeOptions{AllowExpired: true})
	fmt.Println(payload["sub"])
	// Output:
	// latchkey: token_expired
	// ada
}

func ExampleManager_SetAccessCookies() {
	s := settings()
	s["JWT_COOKIE_CSRF_PROTECT"] = false
	s["JWT_COOKIE_SAMESITE"] = "Lax"
	manager, _ := flaskjwt.New(s, flaskjwt.Options{Now: clock})
	w := httptest.NewRecorder()
	_ = manager.SetAccessCookies(w, "token", flaskjwt.CookieOptions{MaxAge: time.Hour})
	_ = manager.UnsetRefreshCookies(w, "")
	for _, line := range w.Header()["Set-Cookie"] {
		fmt.Println(line)
	}
	// Output:
	// access_token_cookie=token; Path=/; Expires=Fri, 15 Jan 2027 09:00:00 GMT; Max-Age=3600; HttpOnly; SameSite=Lax
	// refresh_token_cookie=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax
}

// What an unverified header says may choose a key and nothing else.
func ExampleUnverifiedHeader() {
	manager, _ := flaskjwt.New(settings(), flaskjwt.Options{})
	token, _ := manager.CreateAccessToken(ctx, "ada", flaskjwt.TokenOptions{Headers: map[string]any{"kid": "2027-01"}})
	header, _ := flaskjwt.UnverifiedHeader(token)
	fmt.Println(header["kid"])
	// Output: 2027-01
}

// Payload, Header and Identity are get_jwt, get_jwt_header, get_jwt_identity.
func ExamplePayload() {
	manager, _ := flaskjwt.New(settings(), flaskjwt.Options{})
	auth, _ := latchkey.New(manager.Config())
	protected := auth.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t, _ := latchkey.FromContext(r.Context())
		fmt.Fprintln(w, flaskjwt.Payload(t)["type"], flaskjwt.Header(t)["alg"], manager.Identity(t))
	}))
	token, _ := manager.CreateAccessToken(ctx, "ada", flaskjwt.TokenOptions{})
	get(protected, token)
	// Output: 200 access HS256 ada
}
