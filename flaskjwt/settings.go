package flaskjwt

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Settings are the JWT_* keys of a Flask configuration, and SECRET_KEY, by
// name, as encoding/json decodes them or as Go writes them: strings, bools,
// numbers, nil for None, []any or []string for lists, time.Duration for a
// timedelta. Keys of other extensions are passed over; a JWT_* key that
// Flask-JWT-Extended 4.7 does not have is an error.
//
// JWT_ACCESS_TOKEN_EXPIRES and JWT_REFRESH_TOKEN_EXPIRES are whole seconds, a
// duration ("15m", time.Hour), or false or 0 for tokens that never expire.
// JWT_DECODE_LEEWAY is in seconds or a duration, one minute at most.
type Settings map[string]any

// lifetime is how long tokens live.
type lifetime struct {
	d     time.Duration
	never bool // no exp
	off   bool // because the setting is false rather than 0
}

// settings are Settings with their defaults, by kind of value. What could not
// be read is in errs under its key.
type settings struct {
	secret, publicKey, privateKey string
	algorithm                     string
	decodeAlgorithms              []string

	accessExpires, refreshExpires lifetime
	identityClaim, messageKey     string
	encodeAudience                any // string or []string; nil: none
	encodeIssuer                  string
	decodeAudience, decodeIssuer  []string // nil: not checked
	leeway                        time.Duration
	encodeNBF, verifySub          bool

	locations              []string
	headerName, headerType string
	queryName, queryPrefix string

	access, refresh kindSettings
	secure, session bool
	domain          string
	sameSite        string // Strict, Lax, None; empty: left out

	csrfProtect, csrfInCookies, csrfForm bool
	csrfMethods                          func(method string) bool
	csrfMethodList                       any // as it was set

	errs map[string]error
}

// kindSettings are those that access and refresh tokens have each.
type kindSettings struct {
	jsonKey                                    string
	cookieName, cookiePath, csrfName, csrfPath string
	csrfHeader, csrfField                      string
}

// settingNames are the keys there are, 43 of them besides Flask's own secret.
var settingNames = strings.Fields(`SECRET_KEY
	JWT_SECRET_KEY JWT_ALGORITHM JWT_DECODE_ALGORITHMS JWT_PRIVATE_KEY JWT_PUBLIC_KEY
	JWT_ACCESS_TOKEN_EXPIRES JWT_REFRESH_TOKEN_EXPIRES JWT_IDENTITY_CLAIM
	JWT_ENCODE_AUDIENCE JWT_DECODE_AUDIENCE JWT_ENCODE_ISSUER JWT_DECODE_ISSUER
	JWT_DECODE_LEEWAY JWT_ENCODE_NBF JWT_VERIFY_SUB JWT_ERROR_MESSAGE_KEY JWT_TOKEN_LOCATION
	JWT_HEADER_NAME JWT_HEADER_TYPE JWT_QUERY_STRING_NAME JWT_QUERY_STRING_VALUE_PREFIX
	JWT_JSON_KEY JWT_REFRESH_JSON_KEY
	JWT_ACCESS_COOKIE_NAME JWT_REFRESH_COOKIE_NAME JWT_ACCESS_COOKIE_PATH JWT_REFRESH_COOKIE_PATH
	JWT_COOKIE_SECURE JWT_COOKIE_DOMAIN JWT_COOKIE_SAMESITE JWT_SESSION_COOKIE
	JWT_COOKIE_CSRF_PROTECT JWT_CSRF_METHODS JWT_CSRF_IN_COOKIES JWT_CSRF_CHECK_FORM
	JWT_ACCESS_CSRF_COOKIE_NAME JWT_REFRESH_CSRF_COOKIE_NAME
	JWT_ACCESS_CSRF_COOKIE_PATH JWT_REFRESH_CSRF_COOKIE_PATH
	JWT_ACCESS_CSRF_HEADER_NAME JWT_REFRESH_CSRF_HEADER_NAME
	JWT_ACCESS_CSRF_FIELD_NAME JWT_REFRESH_CSRF_FIELD_NAME`)

// read reads all settings and collects what is wrong with them.
func (in Settings) read() *settings {
	r := reader{in: in, errs: map[string]error{}}
	s := &settings{
		secret:     r.text("JWT_SECRET_KEY", ""),
		publicKey:  r.text("JWT_PUBLIC_KEY", ""),
		privateKey: r.text("JWT_PRIVATE_KEY", ""),
		algorithm:  r.required("JWT_ALGORITHM", "HS256"),

		accessExpires:  r.lifetime("JWT_ACCESS_TOKEN_EXPIRES", 15*time.Minute),
		refreshExpires: r.lifetime("JWT_REFRESH_TOKEN_EXPIRES", 30*24*time.Hour),
		identityClaim:  r.required("JWT_IDENTITY_CLAIM", "sub"),
		messageKey:     r.required("JWT_ERROR_MESSAGE_KEY", "msg"),
		encodeAudience: r.audience("JWT_ENCODE_AUDIENCE"),
		encodeIssuer:   r.text("JWT_ENCODE_ISSUER", ""),
		decodeAudience: r.choices("JWT_DECODE_AUDIENCE"),
		decodeIssuer:   r.choices("JWT_DECODE_ISSUER"),
		leeway:         r.leeway("JWT_DECODE_LEEWAY"),
		encodeNBF:      r.flag("JWT_ENCODE_NBF", true),
		verifySub:      r.flag("JWT_VERIFY_SUB", true),

		locations:   r.locations("JWT_TOKEN_LOCATION"),
		headerName:  r.required("JWT_HEADER_NAME", "Authorization"),
		headerType:  r.text("JWT_HEADER_TYPE", "Bearer"),
		queryName:   r.required("JWT_QUERY_STRING_NAME", "jwt"),
		queryPrefix: r.text("JWT_QUERY_STRING_VALUE_PREFIX", ""),

		access:   r.kind("ACCESS", "JWT_JSON_KEY", "access"),
		refresh:  r.kind("REFRESH", "JWT_REFRESH_JSON_KEY", "refresh"),
		secure:   r.flag("JWT_COOKIE_SECURE", false),
		session:  r.flag("JWT_SESSION_COOKIE", true),
		domain:   r.text("JWT_COOKIE_DOMAIN", ""),
		sameSite: r.sameSite("JWT_COOKIE_SAMESITE"),

		csrfProtect:   r.flag("JWT_COOKIE_CSRF_PROTECT", true),
		csrfInCookies: r.flag("JWT_CSRF_IN_COOKIES", true),
		csrfForm:      r.flag("JWT_CSRF_CHECK_FORM", false),
	}
	s.csrfMethodList, s.csrfMethods = r.methods("JWT_CSRF_METHODS")
	s.decodeAlgorithms = r.algorithms("JWT_DECODE_ALGORITHMS", s.algorithm)
	if s.secret == "" {
		s.secret = r.text("SECRET_KEY", "")
	}
	r.unknown()
	s.errs = r.errs
	return s
}

// mistakes are all errors, in the order of the keys.
func (s *settings) mistakes() error {
	var all []error
	for _, key := range sorted(s.errs) {
		all = append(all, fmt.Errorf("%s %w", key, s.errs[key]))
	}
	return errors.Join(all...)
}

func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// isAsymmetric says whether the algorithm works with a pair of PEM keys rather
// than with a secret.
func (s *settings) isAsymmetric() bool { return isAsymmetric(s.algorithm) }

func isAsymmetric(algorithm string) bool {
	return slices.Contains([]string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
		"ES256", "ES256K", "ES384", "ES512", "ES521", "EdDSA"}, algorithm)
}

// of gives the settings of one kind of token.
func (s *settings) of(isRefresh bool) *kindSettings {
	if isRefresh {
		return &s.refresh
	}
	return &s.access
}

// expires gives the lifetime of one kind of token.
func (s *settings) expires(isRefresh bool) lifetime {
	if isRefresh {
		return s.refreshExpires
	}
	return s.accessExpires
}

// neverExpire says whether there are tokens without exp.
func (s *settings) neverExpire() bool { return s.accessExpires.never || s.refreshExpires.never }
