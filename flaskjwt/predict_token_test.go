package flaskjwt

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Predictions about tokens.

func predictNoExpiry(v *vector) (members, bool) {
	_, payload, ok := v.said()
	if _, has := payload["exp"]; !ok || has || v.mayNeverExpire() {
		return nil, false
	}
	return v.refusesToken(`Token is missing the "exp" claim`)
}

func predictNeverExpires(v *vector) (members, bool) {
	zero, _ := v.Call["expires_seconds"].(json.Number)
	asked := v.Call["expires_false"] == true || zero == "0" || zero == "0.0"
	return failed, v.Kind == "issue" && asked && !v.mayNeverExpire()
}

func predictTimes(v *vector) (members, bool) {
	_, payload, ok := v.said()
	if !ok {
		return nil, false
	}
	for _, c := range []struct{ name, title string }{
		{"iat", "Issued At"}, {"nbf", "Not Before"}, {"exp", "Expiration Time"},
	} {
		value, has := payload[c.name]
		if has && !isNumericDate(value) {
			return v.refusesToken(c.title + " claim (" + c.name + ") must be an integer.")
		}
	}
	return nil, false
}

// isNumericDate says whether a value is a number from 0 to 2^53.
func isNumericDate(value any) bool {
	n, ok := value.(json.Number)
	f, err := n.Float64()
	return ok && err == nil && !strings.HasPrefix(n.String(), "-") && f <= 1<<53
}

func predictNames(v *vector) (members, bool) {
	_, payload, ok := v.said()
	if iss, has := payload["iss"]; ok && has && v.Config["JWT_DECODE_ISSUER"] == nil {
		if _, isText := iss.(string); !isText {
			return v.refusesToken("Payload Issuer (iss) must be a string")
		}
	}
	if aud, has := payload["aud"]; ok && has && v.Config["JWT_DECODE_AUDIENCE"] == nil {
		if texts, fine := listOf(aud); !fine || len(texts) == 0 {
			return v.refusesToken("Invalid claim format in token")
		}
	}
	return nil, false
}

func predictStrictJSON(v *vector) (members, bool) {
	claims := v.payloadText()
	switch {
	case claims == "":
		return nil, false
	case depth(claims) > 400:
		return v.refusesToken("Invalid payload string: nested too deep")
	case !json.Valid([]byte(claims)), strings.Contains(claims, `\u0000`), !utf8.ValidString(claims),
		depth(claims) > 32, loneSurrogate(claims), repeats(claims), variants(claims):
		return v.refusesToken("Invalid payload string: must be strict JSON")
	}
	return nil, false
}

// depth is how deep JSON text without brackets in strings nests.
func depth(text string) int {
	open, deepest := 0, 0
	for _, r := range text {
		switch r {
		case '[', '{':
			open++
			deepest = max(deepest, open)
		case ']', '}':
			open--
		}
	}
	return deepest
}

var (
	surrogatePair = regexp.MustCompile(`(?i)\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}`)
	surrogate     = regexp.MustCompile(`(?i)\\ud[89a-f][0-9a-f]{2}`)
)

func loneSurrogate(text string) bool {
	return surrogate.MatchString(surrogatePair.ReplaceAllString(text, ""))
}

// names are the member names of the outermost object, in order.
func names(text string) []string {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	if _, err := d.Token(); err != nil {
		return nil
	}
	var all []string
	for d.More() {
		name, err := d.Token()
		if err != nil {
			break
		}
		all = append(all, name.(string))
		var value json.RawMessage
		if d.Decode(&value) != nil {
			break
		}
	}
	return all
}

// repeats says whether a member comes twice.
func repeats(text string) bool {
	seen := map[string]bool{}
	for _, name := range names(text) {
		if seen[name] {
			return true
		}
		seen[name] = true
	}
	return false
}

// variants says whether a name differs from one that decides something only in
// letter case.
func variants(text string) bool {
	for _, name := range names(text) {
		for _, decides := range append(reserved, "alg", "kid", "crit", "auth_time", "ep", "gen", "mac", "typ", "scope", "roles") {
			if name != decides && strings.EqualFold(name, decides) {
				return true
			}
		}
	}
	return false
}

var (
	mediaTypeForm = regexp.MustCompile(`^[A-Za-z0-9!#$&^_.+/-]{1,127}$`)
	keyIDForm     = regexp.MustCompile(`^[ !#-\[\]-~]{1,256}$`)
)

func predictHeader(v *vector) (members, bool) {
	header, _, ok := v.said()
	if !ok {
		return nil, false
	}
	_, hasB64 := header["b64"]
	_, hasCrit := header["crit"]
	typ, hasType := header["typ"]
	typText, typIsText := typ.(string)
	kid, hasKid := header["kid"].(string)
	_, hasZip := header["zip"]
	_, hasEnc := header["enc"]
	odd := hasB64 || hasCrit || hasZip || hasEnc || hasType && (!typIsText || !mediaTypeForm.MatchString(typText)) ||
		hasKid && !keyIDForm.MatchString(kid)
	head, _, _ := strings.Cut(v.token(), ".")
	headText, _ := decodeLoosely(head)
	strict := !repeats(headText) && !variants(headText) && !loneSurrogate(headText) &&
		json.Valid([]byte(headText)) && !strings.Contains(headText, `\u0000`)
	if !odd && strict {
		return nil, false
	}
	return v.refusesToken("Invalid header string: a parameter is malformed or not supported")
}

// oneSpelling is what base64url looks like.
var oneSpelling = regexp.MustCompile(`^[A-Za-z0-9_-]*$`)

func predictSpelling(v *vector) (members, bool) {
	parts := strings.Split(v.token(), ".")
	isOne := func(part string) bool { return oneSpelling.MatchString(part) && canonical(part) }
	if len(parts) != 3 || isOne(parts[0]) && isOne(parts[2]) {
		return nil, false
	}
	return v.refusesToken("Signature verification failed")
}

func predictLength(v *vector) (members, bool) {
	if len(v.token()) <= 16384 {
		return nil, false
	}
	return v.refusesToken("Invalid token: longer than 16384 bytes")
}

func predictEmptyKey(v *vector) (members, bool) {
	l, has := v.Loaders["decode_key"]
	header, payload, _ := v.said()
	if !has || chosen(l, header["kid"], payload[text(l, "claim")]) != "" {
		return nil, false
	}
	return v.refusesToken("Signature verification failed")
}
