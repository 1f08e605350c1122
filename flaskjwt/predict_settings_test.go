package flaskjwt

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"slices"
	"strings"
)

// Predictions about settings.

func predictLeeway(v *vector) (members, bool) {
	n, ok := v.Config["JWT_DECODE_LEEWAY"].(json.Number)
	f, err := n.Float64()
	if !ok || err != nil || f >= 0 && f <= 60 {
		return nil, false
	}
	return v.refusesToStart()
}

var (
	secretAlgorithms = []string{"HS256", "HS384", "HS512"}
	pairAlgorithms   = []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)

func predictKeys(v *vector) (members, bool) {
	main, _ := v.setting("JWT_ALGORITHM", "HS256").(string)
	algorithms, _ := listOf(v.setting("JWT_DECODE_ALGORITHMS", []any{}))
	family := secretAlgorithms
	if slices.Contains(pairAlgorithms, main) {
		family = pairAlgorithms
	}
	for _, algorithm := range append(algorithms, main) {
		if !slices.Contains(family, algorithm) {
			return v.refusesToStart()
		}
	}
	public := text(v.Config, "JWT_PUBLIC_KEY")
	_, chooses := v.Loaders["decode_key"]
	switch {
	case slices.Contains(secretAlgorithms, main):
		if text(v.Config, "JWT_SECRET_KEY")+text(v.Config, "SECRET_KEY") == "" && !chooses {
			return v.refusesToStart()
		}
	case public == "" && !chooses, public != "" && !isPublicKeyFor(main, public):
		return v.refusesToStart()
	}
	return nil, false
}

// curves are those of the algorithms.
var curves = map[string]string{"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}

func isPublicKeyFor(algorithm, text string) bool {
	block, _ := pem.Decode([]byte(text))
	if block == nil || strings.Contains(block.Type, "PRIVATE") {
		return false
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return false
	}
	switch key := key.(type) {
	case *ecdsa.PublicKey:
		return key.Params().Name == curves[algorithm]
	case *rsa.PublicKey:
		return key.N.BitLen() >= 2048 && (strings.HasPrefix(algorithm, "RS") || strings.HasPrefix(algorithm, "PS"))
	case ed25519.PublicKey:
		return algorithm == "EdDSA"
	}
	return false
}

func predictLocations(v *vector) (members, bool) {
	places := []any{v.setting("JWT_TOKEN_LOCATION", []any{"headers"})}
	if l := v.Route["locations"]; l != nil {
		if list, isList := l.([]any); !isList || len(list) > 0 {
			places = append(places, l)
		}
	}
	for _, place := range places {
		list, ok := listOf(place)
		if !ok || len(list) == 0 || slices.ContainsFunc(list, func(l string) bool {
			return !slices.Contains([]string{"headers", "cookies", "query_string", "json"}, l)
		}) {
			return v.refusesToStart()
		}
	}
	return nil, false
}

// needed are the settings that must be texts that are not empty.
var needed = []string{"JWT_HEADER_NAME", "JWT_QUERY_STRING_NAME", "JWT_IDENTITY_CLAIM", "JWT_ERROR_MESSAGE_KEY",
	"JWT_JSON_KEY", "JWT_REFRESH_JSON_KEY", "JWT_ACCESS_COOKIE_NAME", "JWT_REFRESH_COOKIE_NAME",
	"JWT_ACCESS_CSRF_COOKIE_NAME", "JWT_REFRESH_CSRF_COOKIE_NAME", "JWT_ACCESS_CSRF_HEADER_NAME", "JWT_REFRESH_CSRF_HEADER_NAME",
	"JWT_ACCESS_CSRF_FIELD_NAME", "JWT_REFRESH_CSRF_FIELD_NAME"}

func predictSettings(v *vector) (members, bool) {
	for _, key := range needed {
		if value, set := v.Config[key]; set {
			if name, isText := value.(string); !isText || name == "" {
				return v.refusesToStart()
			}
		}
	}
	for _, key := range []string{"JWT_ACCESS_TOKEN_EXPIRES", "JWT_REFRESH_TOKEN_EXPIRES"} {
		value, set := v.Config[key]
		n, isNumber := value.(json.Number)
		if set && value != false && (!isNumber || strings.ContainsAny(n.String(), ".eE")) {
			return v.refusesToStart()
		}
		// Tokens that have expired when they are issued are for tests only.
		if key == "JWT_ACCESS_TOKEN_EXPIRES" && v.Kind == "request" && strings.HasPrefix(n.String(), "-") {
			return v.refusesToStart()
		}
	}
	if site, set := v.Config["JWT_COOKIE_SAMESITE"]; set && site != nil {
		name, _ := site.(string)
		if !slices.Contains([]string{"strict", "lax", "none"}, strings.ToLower(name)) {
			return v.refusesToStart()
		}
	}
	return nil, false
}

func predictReserved(v *vector) (members, bool) {
	if v.Kind != "issue" {
		return nil, false
	}
	identity, _ := v.setting("JWT_IDENTITY_CLAIM", "sub").(string)
	added, _ := v.Call["additional_claims"].(members)
	byLoader, _ := v.Loaders["additional_claims"]["claims"].(members)
	for _, claims := range []members{added, byLoader, {text(v.Loaders["additional_claims"], "claim"): true}} {
		for name := range claims {
			if name == identity || slices.ContainsFunc(decisive, func(n string) bool { return strings.EqualFold(n, name) }) &&
				!slices.Contains(free, name) {
				return failed, true
			}
		}
	}
	return nil, false
}

// decisive are claims on which something is decided; of these free may be added,
// but not in another letter case.
var (
	decisive = []string{"sub", "type", "exp", "jti", "fresh", "csrf", "iat", "nbf", "iss", "aud", "sid",
		"auth_time", "ep", "gen", "mac", "typ", "scope", "roles"}
	free = []string{"auth_time", "ep", "gen", "mac", "typ", "scope", "roles"}
)

// actedUpon are header parameters that other readers act upon.
var actedUpon = []string{"alg", "typ", "kid", "cty", "crit", "b64", "jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256",
	"enc", "zip", "epk", "apu", "apv", "p2s", "p2c", "iv", "tag"}

func predictHeaderAlgorithm(v *vector) (members, bool) {
	main, _ := v.setting("JWT_ALGORITHM", "HS256").(string)
	added, _ := v.Call["additional_headers"].(members)
	byLoader, _ := v.Loaders["additional_headers"]["headers"].(members)
	for _, headers := range []members{added, byLoader} {
		if alg, has := headers["alg"]; has && alg != main {
			return failed, v.Kind == "issue"
		}
		if typ, has := headers["typ"]; has && typ != "" {
			if name, isText := typ.(string); !isText || !mediaTypeForm.MatchString(name) {
				return failed, v.Kind == "issue"
			}
		}
		for name := range headers {
			if slices.ContainsFunc(actedUpon, func(n string) bool { return strings.EqualFold(n, name) }) &&
				!slices.Contains([]string{"alg", "typ", "kid"}, name) {
				return failed, v.Kind == "issue"
			}
		}
	}
	return nil, false
}
