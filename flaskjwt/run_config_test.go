package flaskjwt

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// playConfig reads properties of the settings, as Flask-JWT-Extended's config
// object has them.
func (v *vector) playConfig() members {
	s := v.Config.read()
	answer := members{}
	for _, property := range v.Properties {
		if value, raw := v.handedOn(property); raw {
			answer[property] = value
			continue
		}
		value, err := s.property(property)
		if err != nil {
			answer[property] = failed
			continue
		}
		answer[property] = normal(value)
	}
	return answer
}

// handedOn are settings that the original's config object hands on as they are
// and that ours turns into something else, or refuses, when it reads them.
func (v *vector) handedOn(property string) (any, bool) {
	value, set := v.Config[map[string]string{
		"encode_audience": "JWT_ENCODE_AUDIENCE", "decode_audience": "JWT_DECODE_AUDIENCE",
		"encode_issuer": "JWT_ENCODE_ISSUER", "decode_issuer": "JWT_DECODE_ISSUER",
		"cookie_domain": "JWT_COOKIE_DOMAIN", "cookie_samesite": "JWT_COOKIE_SAMESITE",
		"header_type": "JWT_HEADER_TYPE", "leeway": "JWT_DECODE_LEEWAY",
	}[property]]
	return value, set
}

func (v *vector) recordedConfig() members {
	answer := members{}
	values, _ := v.recorded["values"].(members)
	for name, value := range values {
		if raised, is := value.(members); is && raised["error"] != nil {
			value = failed
		}
		answer[name] = value
	}
	return answer
}

// property is the value of a property of the config object, or what is wrong
// with the setting it comes from.
func (s *settings) property(name string) (any, error) {
	p, known := s.properties()[name]
	if !known {
		return "unknown property", nil
	}
	return p.value, p.err
}

type property struct {
	value any
	err   error
}

// properties are those of the config object by name. Each fails if its setting
// cannot be read, and keys if they are not set.
func (s *settings) properties() map[string]property {
	has := func(location string) bool { return slices.Contains(s.locations, location) }
	all := map[string]property{}
	add := func(name, key string, value any) { all[name] = property{value, s.errs[key]} }
	locations := func(name string, value any) { add(name, "JWT_TOKEN_LOCATION", value) }
	locations("token_location", s.locations)
	locations("jwt_in_headers", has("headers"))
	locations("jwt_in_cookies", has("cookies"))
	locations("jwt_in_query_string", has("query_string"))
	locations("jwt_in_json", has("json"))
	add("header_name", "JWT_HEADER_NAME", s.headerName)
	add("header_type", "JWT_HEADER_TYPE", s.headerType)
	add("query_string_name", "JWT_QUERY_STRING_NAME", s.queryName)
	add("query_string_value_prefix", "JWT_QUERY_STRING_VALUE_PREFIX", s.queryPrefix)
	add("encode_issuer", "JWT_ENCODE_ISSUER", orNil(s.encodeIssuer))
	add("decode_issuer", "JWT_DECODE_ISSUER", asWritten(s.decodeIssuer))
	add("encode_audience", "JWT_ENCODE_AUDIENCE", s.encodeAudience)
	add("decode_audience", "JWT_DECODE_AUDIENCE", asWritten(s.decodeAudience))
	add("cookie_secure", "JWT_COOKIE_SECURE", s.secure)
	add("cookie_domain", "JWT_COOKIE_DOMAIN", orNil(s.domain))
	add("cookie_samesite", "JWT_COOKIE_SAMESITE", orNil(s.sameSite))
	add("session_cookie", "JWT_SESSION_COOKIE", s.session)
	add("cookie_max_age", "JWT_SESSION_COOKIE", s.cookieMaxAge())
	add("cookie_csrf_protect", "JWT_COOKIE_CSRF_PROTECT", s.csrfProtect)
	add("csrf_request_methods", "JWT_CSRF_METHODS", s.csrfMethodList)
	add("csrf_in_cookies", "JWT_CSRF_IN_COOKIES", s.csrfInCookies)
	add("csrf_check_form", "JWT_CSRF_CHECK_FORM", s.csrfForm)
	add("access_expires", "JWT_ACCESS_TOKEN_EXPIRES", asDelta(s.accessExpires))
	add("refresh_expires", "JWT_REFRESH_TOKEN_EXPIRES", asDelta(s.refreshExpires))
	add("algorithm", "JWT_ALGORITHM", s.algorithm)
	add("decode_algorithms", "JWT_DECODE_ALGORITHMS", s.decodeAlgorithms)
	add("is_asymmetric", "JWT_ALGORITHM", s.isAsymmetric())
	add("identity_claim_key", "JWT_IDENTITY_CLAIM", s.identityClaim)
	add("error_msg_key", "JWT_ERROR_MESSAGE_KEY", s.messageKey)
	add("leeway", "JWT_DECODE_LEEWAY", json.Number(strconv.FormatFloat(s.leeway.Seconds(), 'f', -1, 64)))
	add("verify_sub", "JWT_VERIFY_SUB", s.verifySub)
	add("encode_nbf", "JWT_ENCODE_NBF", s.encodeNBF)
	add("exempt_methods", "", []string{"OPTIONS"})
	s.keyProperties(all)
	for kind, k := range map[string]*kindSettings{"access": &s.access, "refresh": &s.refresh} {
		upper := map[string]string{"access": "JWT_ACCESS_", "refresh": "JWT_REFRESH_"}[kind]
		add(kind+"_cookie_name", upper+"COOKIE_NAME", k.cookieName)
		add(kind+"_cookie_path", upper+"COOKIE_PATH", k.cookiePath)
		add(kind+"_csrf_cookie_name", upper+"CSRF_COOKIE_NAME", k.csrfName)
		add(kind+"_csrf_cookie_path", upper+"CSRF_COOKIE_PATH", k.csrfPath)
		add(kind+"_csrf_header_name", upper+"CSRF_HEADER_NAME", k.csrfHeader)
		add(kind+"_csrf_field_name", upper+"CSRF_FIELD_NAME", k.csrfField)
	}
	add("json_key", "JWT_JSON_KEY", s.access.jsonKey)
	add("refresh_json_key", "JWT_REFRESH_JSON_KEY", s.refresh.jsonKey)
	return all
}

// keyProperties are the two keys, by the text they are set with.
func (s *settings) keyProperties(all map[string]property) {
	encode, decode := s.secret, s.secret
	if s.isAsymmetric() {
		encode, decode = s.privateKey, s.publicKey
	}
	for name, key := range map[string]string{"encode_key": encode, "decode_key": decode} {
		p := property{value: key}
		if key == "" {
			p.err = errNotSet
		}
		all[name] = p
	}
}

var errNotSet = missing("no key is set")

func (s *settings) cookieMaxAge() any {
	if s.session {
		return nil
	}
	return int(yearAndABit / time.Second)
}

// asDelta is how a timedelta is recorded.
func asDelta(l lifetime) any {
	if l.off {
		return false
	}
	return members{"seconds": l.d.Seconds()}
}

// asWritten undoes that one choice became a list.
func asWritten(choices []string) any {
	switch len(choices) {
	case 0:
		return nil
	case 1:
		return choices[0]
	}
	return choices
}
