package flaskjwt

import (
	"encoding/json"
	"reflect"
	"strings"
	"unicode"
)

// Predictions about requests and cookies.

// onlyCookies says whether tokens are looked for in cookies and nowhere else.
func (v *vector) onlyCookies() bool {
	list, _ := listOf(v.setting("JWT_TOKEN_LOCATION", []any{"headers"}))
	return reflect.DeepEqual(list, []string{"cookies"}) && v.Route["locations"] == nil
}

func predictPlantedCookie(v *vector) (members, bool) {
	kind := "access"
	if v.guard("refresh") == true {
		kind = "refresh"
	}
	name, _ := v.setting("JWT_"+strings.ToUpper(kind)+"_COOKIE_NAME", kind+"_token_cookie").(string)
	sent := strings.Split(v.header("Cookie"), ";")
	given, _ := v.Request["cookies"].(members)
	for other := range given {
		sent = append(sent, other+"=")
	}
	seen, times := map[string]bool{}, 0
	for _, pair := range sent {
		other, _, _ := strings.Cut(strings.TrimSpace(pair), "=")
		if strings.EqualFold(other, name) {
			seen[other] = true
			times++
		}
	}
	if !v.onlyCookies() || times < 2 && (times == 0 || seen[name]) {
		return nil, false
	}
	answer := v.refuses("unauthorized", 401, `Missing cookie "`+name+`"`)
	if v.guard("optional") == true {
		answer = v.anonymous()
	}
	var cleared []any
	for _, other := range sorted(seen) {
		cleared = append(cleared, members{
			"name": other, "value": "", "path": "/", "domain": nil, "max_age": json.Number("0"), "expires": nil,
			"secure": v.setting("JWT_COOKIE_SECURE", false), "httponly": true, "samesite": "Lax",
		})
	}
	answer["set_cookies"] = cleared
	return answer, true
}

// anonymous is what the recorded handler answers without a token.
func (v *vector) anonymous() members {
	return members{"status": json.Number("200"), "type": "application/json", "json": members{
		"verified": true, "identity": nil, "claims": members{}, "header": members{}, "location": nil,
	}}
}

func predictMultipart(v *vector) (members, bool) {
	if !strings.HasPrefix(text(v.Request, "content_type"), "multipart/") || !v.demandsCSRF() || v.csrfHeader() != "" {
		return nil, false
	}
	return v.refuses("unauthorized", 401, "Missing CSRF token"), true
}

func predictOddCSRF(v *vector) (members, bool) {
	_, payload, ok := v.said()
	if !ok || !v.demandsCSRF() || v.csrfHeader() == "" {
		return nil, false
	}
	claim, isText := payload["csrf"].(string)
	switch {
	case !isText:
		return v.refusesToken("Missing claim: csrf")
	case !isASCII(claim) || !isASCII(v.csrfHeader()):
		return v.refuses("unauthorized", 401, "CSRF double submit tokens do not match"), true
	}
	return nil, false
}

func predictOddFresh(v *vector) (members, bool) {
	_, payload, ok := v.said()
	fresh, has := payload["fresh"]
	if !ok || !has || v.guard("fresh") != true {
		return nil, false
	}
	switch fresh.(type) {
	case bool, json.Number:
		return nil, false
	}
	return v.refuses("needs_fresh_token", 401, "Fresh token required"), true
}

func predictBlankField(v *vector) (members, bool) {
	name, _ := v.setting("JWT_HEADER_NAME", "Authorization").(string)
	typ, _ := v.setting("JWT_HEADER_TYPE", "Bearer").(string)
	value := strings.Trim(strings.TrimSpace(v.header(name)), ",")
	first, _, _ := strings.Cut(value, ",")
	if typ == "" || value == "" || first == "" || strings.TrimSpace(first) != "" {
		return nil, false
	}
	return v.refusesToken("Bad " + name + " header. Expected '" + name + ": " + typ + " <JWT>'")
}

func predictJSONBody(v *vector) (members, bool) {
	value, has := v.Request["json"]
	if text, isText := v.Request["body"].(string); isText {
		var err error
		value, err = readJSON(text)
		has = err == nil
	}
	if _, isObject := value.(members); !has || isObject || !truthy(value) {
		return nil, false
	}
	return v.refusesToken("Invalid json data: must be a json object")
}

func predictNoGuard(v *vector) (members, bool) {
	handler := text(v.Route, "handler")
	needsUser := handler == "get_current_user" || handler == "current_user_attribute" ||
		handler == "template" && v.Route["add_context_processor"] == true
	unguarded := v.Route["guard"] == "none" || v.Request["method"] == "OPTIONS"
	return members{"status": json.Number("401"), "type": "application/json", "json": members{"msg": "no user"}},
		needsUser && unguarded
}

func predictLogout(v *vector) (members, bool) {
	_, implicit := v.Route["implicit_refresh_seconds"]
	return members{"status": json.Number("200"), "type": "application/json", "json": members{"logout": true},
		"set_cookies": v.expiredCookies()}, implicit && text(v.Route, "handler") == "logout"
}

func predictOddCookie(v *vector) (members, bool) {
	if v.Kind != "cookie" || !strings.HasPrefix(text(v.Call, "fn"), "set_") {
		return nil, false
	}
	age, _ := v.Call["max_age"].(json.Number)
	_, payload, _ := v.said()
	csrf, _ := payload["csrf"].(string)
	odd := strings.ContainsAny(csrf, "\";\\") || !isASCII(csrf) || strings.IndexFunc(csrf, unicode.IsControl) >= 0
	return failed, strings.HasPrefix(age.String(), "-") || odd || len(text(v.Call, "token")) > 4000
}

func predictFreshArgument(v *vector) (members, bool) {
	switch v.Call["fresh"].(type) {
	case nil, bool, json.Number:
		return nil, false
	}
	return failed, v.Kind == "issue"
}
