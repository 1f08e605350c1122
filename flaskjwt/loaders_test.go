package flaskjwt

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"time"

	"github.com/latchkey-go/latchkey/jwt"
)

// clock is the time at which a case is played.
func (v *vector) clock() time.Time {
	if v.Now == "" {
		return time.Unix(1760000000, 0) // any time from 2024 to 2099 will do
	}
	f, err := v.Now.Float64()
	if err != nil {
		return time.Time{}
	}
	return time.Unix(0, int64(f*1e9))
}

// knownSecret takes the secrets of recorded cases, which are known to everybody.
func knownSecret(alg jwt.Algorithm, secret []byte) (*jwt.Key, error) {
	k, err := jwt.NewHMACKey(alg, secret)
	if errors.Is(err, jwt.ErrWeakSecret) {
		return jwt.InsecureHMACKey(alg, secret)
	}
	return k, err
}

// manager makes the Manager of a case.
func (v *vector) manager() (*Manager, error) {
	o := Options{Now: v.clock}
	for name, l := range v.Loaders {
		v.load(&o, name, l)
	}
	return newManager(v.Config, o, knownSecret)
}

// load sets the function of Options that a recorded loader describes.
func (v *vector) load(o *Options, name string, l members) {
	switch name {
	case "token_in_blocklist":
		o.TokenInBlocklist = predicate(l)
	case "token_verification":
		o.TokenVerification = predicate(l)
	case "user_lookup":
		o.UserLookup = v.userLookup(l)
	case "decode_key":
		o.DecodeKey = func(_ context.Context, header, payload map[string]any) (*jwt.Key, error) {
			return v.key(chosen(l, header["kid"], payload[text(l, "claim")]))
		}
	case "encode_key":
		o.EncodeKey = func(_ context.Context, identity any) (*jwt.Key, error) { return v.key(chosen(l, identity, identity)) }
	case "additional_claims":
		o.AdditionalClaims = additions(l, "claims")
	case "additional_headers":
		o.AdditionalHeaders = additions(l, "headers")
	case "user_identity":
		o.UserIdentity = func(_ context.Context, identity any) (any, error) { return converted(l, identity), nil }
	case "invalid_token":
		o.InvalidToken = messageLoader(l)
	case "unauthorized":
		o.Unauthorized = messageLoader(l)
	case "expired_token":
		o.ExpiredToken = tokenLoader(l)
	case "needs_fresh_token":
		o.NeedsFreshToken = tokenLoader(l)
	case "revoked_token":
		o.RevokedToken = tokenLoader(l)
	case "token_verification_failed":
		o.TokenVerificationFailed = tokenLoader(l)
	case "user_lookup_error":
		o.UserLookupError = tokenLoader(l)
	}
}

func predicate(l members) func(context.Context, map[string]any, map[string]any) (bool, error) {
	return func(_ context.Context, header, payload map[string]any) (bool, error) {
		switch text(l, "mode") {
		case "jti_in":
			return slices.Contains(l["jtis"].([]any), payload["jti"]), nil
		case "type_is":
			return payload["type"] == l["type"], nil
		case "claim_equals":
			return reflect.DeepEqual(payload[text(l, "claim")], l["value"]), nil
		case "header_equals":
			name := text(l, "header") + text(l, "name") + text(l, "key")
			return reflect.DeepEqual(header[name], l["value"]), nil
		}
		return truthy(l["value"]), nil
	}
}

func (v *vector) userLookup(l members) func(context.Context, map[string]any, map[string]any) (any, error) {
	return func(_ context.Context, _, payload map[string]any) (any, error) {
		claim := text(l, "claim")
		if claim == "" {
			claim = "sub"
		}
		switch text(l, "mode") {
		case "claims":
			return members{"username": payload[claim]}, nil
		case "table":
			name, _ := payload[claim].(string)
			return l["table"].(members)[name], nil
		}
		return l["value"], nil
	}
}

// chosen is the key that a recorded key loader chooses.
func chosen(l members, kid, claim any) string {
	by := kid
	switch text(l, "mode") {
	case "static":
		return text(l, "key")
	case "by_claim":
		by = claim
	}
	name, _ := by.(string)
	keys, _ := l["keys"].(members)
	if key, has := keys[name].(string); has {
		return key
	}
	return text(l, "default")
}

// key makes a key for the algorithm of the settings.
func (v *vector) key(material string) (*jwt.Key, error) {
	alg := jwt.Algorithm(v.Config.read().algorithm)
	if alg.Symmetric() {
		if material == "" {
			return nil, nil // no secret, no key
		}
		return knownSecret(alg, []byte(material))
	}
	return jwt.ParsePEM(alg, []byte(material))
}

// additions are the claims or headers of a recorded loader.
func additions(l members, what string) func(context.Context, any) (map[string]any, error) {
	return func(_ context.Context, identity any) (map[string]any, error) {
		switch text(l, "mode") {
		case "static":
			return l[what].(members), nil
		case "field":
			return map[string]any{text(l, "claim"): field(l, identity)}, nil
		}
		return nil, errors.New("not a dict") // which Go's types rule out
	}
}

func field(l members, identity any) any {
	of, _ := identity.(members)
	return of[text(l, "field")]
}

// converted is the identity that a recorded user_identity loader gives.
func converted(l members, identity any) any {
	switch text(l, "mode") {
	case "field":
		return field(l, identity)
	case "string":
		return pythonText(identity)
	case "static":
		return l["value"]
	}
	return identity
}

func messageLoader(l members) func(http.ResponseWriter, *http.Request, string) {
	return func(w http.ResponseWriter, _ *http.Request, message string) {
		writeLoader(w, l, members{"error": message})
	}
}

func tokenLoader(l members) func(http.ResponseWriter, *http.Request, map[string]any, map[string]any) {
	return func(w http.ResponseWriter, _ *http.Request, header, payload map[string]any) {
		writeLoader(w, l, members{"jwt_header": header, "jwt_payload": payload})
	}
}

// writeLoader writes the answer of a recorded response loader.
func writeLoader(w http.ResponseWriter, l, arguments members) {
	body := members{}
	maps.Copy(body, l["json"].(members))
	if l["echo"] == true {
		maps.Copy(body, arguments)
	}
	status, _ := l["status"].(json.Number).Int64()
	writeTestJSON(w, int(status), body)
}

func writeTestJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
