package flaskjwt

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
)

// canonical says whether a segment is base64url in its one spelling.
func canonical(segment string) bool {
	data, err := base64.RawURLEncoding.Strict().DecodeString(segment)
	return err == nil && base64.RawURLEncoding.EncodeToString(data) == segment
}

// strictlyFits says whether a registered claim has a type and value that
// package jwt takes (RFC 7519, section 4.1).
func strictlyFits(name string, v any) bool {
	switch name {
	case "iat", "nbf", "exp":
		n, ok := v.(json.Number)
		if !ok {
			return false
		}
		f, err := strconv.ParseFloat(n.String(), 64)
		return err == nil && n[0] != '-' && f <= 1<<53
	case "aud":
		return isAudience(v)
	}
	_, ok := v.(string)
	return ok
}

func isAudience(v any) bool {
	list, isList := v.([]any)
	if !isList {
		_, ok := v.(string)
		return ok
	}
	for _, e := range list {
		if _, ok := e.(string); !ok {
			return false
		}
	}
	return len(list) > 0
}
