package flaskjwt

import (
	"encoding/json"
	"slices"
	"strings"
)

// What predictions have in common. They read settings and tokens by themselves:
// a prediction that asked the code under test would predict anything.

// refuses is our answer to a refused token: of a request, or of a call.
func (v *vector) refuses(loader string, status int, message string) members {
	switch v.Kind {
	case "decode":
		return members{"error": message}
	case "cookie", "issue":
		return failed
	}
	answer := members{"status": json.Number(itoa(status)), "type": "application/json",
		"json": members{v.messageKey(): message}}
	if l, has := v.Loaders[loader]; has {
		answer["status"] = l["status"]
		body := copied(l["json"].(members))
		if l["echo"] == true {
			body["error"] = message
		}
		answer["json"] = body
	}
	if v.Request["method"] == "HEAD" {
		delete(answer, "type")
		delete(answer, "json")
	}
	return answer
}

func itoa(n int) string {
	data, _ := json.Marshal(n)
	return string(data)
}

func (v *vector) refusesToken(message string) (members, bool) {
	return v.refuses("invalid_token", 422, message), true
}

// refusesToStart is our answer to settings that we do not take.
func (v *vector) refusesToStart() (members, bool) {
	if v.Kind == "cookie" || v.Kind == "issue" || v.Kind == "decode" {
		return failed, true
	}
	return refusedAtStart, v.Kind != "config"
}

func (v *vector) messageKey() string {
	if key := text(v.Config, "JWT_ERROR_MESSAGE_KEY"); key != "" {
		return key
	}
	return "msg"
}

// setting is a setting, or what it is when it is not set.
func (v *vector) setting(key string, fallback any) any {
	if value, set := v.Config[key]; set {
		return value
	}
	return fallback
}

// token is the token text in the input of a case.
func (v *vector) token() string {
	if token := text(v.Call, "token") + text(v.Route, "token"); token != "" {
		return token
	}
	for _, where := range []string{"headers", "cookies", "query", "json"} {
		m, _ := v.Request[where].(members)
		for _, name := range sorted(m) {
			value, _ := m[name].(string)
			for _, word := range strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(" ,;=\t\"", r) && r != '=' }) {
				if strings.Count(word, ".") == 2 {
					if i := strings.Index(word, "eyJ"); i > 0 && strings.HasSuffix(word[:i], "=") {
						word = word[i:]
					}
					return word
				}
			}
		}
	}
	return ""
}

// said is what the token says to a careless reader.
func (v *vector) said() (header, payload members, ok bool) {
	t, err := readLoosely(v.token())
	return t.header, t.payload, err == nil
}

// payloadText is the JSON text of the claims.
func (v *vector) payloadText() string {
	parts := strings.Split(v.token(), ".")
	if len(parts) != 3 {
		return ""
	}
	text, _ := decodeLoosely(parts[1])
	return text
}

// guard is an argument of the guard.
func (v *vector) guard(name string) any {
	args, _ := v.Route["args"].(members)
	return args[name]
}

// header is a header of the request as one text.
func (v *vector) header(name string) string {
	headers, _ := v.Request["headers"].(members)
	for given, value := range headers {
		if !strings.EqualFold(given, name) {
			continue
		}
		if list, isList := value.([]any); isList {
			var all []string
			for _, one := range list {
				all = append(all, one.(string))
			}
			return strings.Join(all, ", ")
		}
		return value.(string)
	}
	return ""
}

// listOf is a setting that is a text or a list of texts.
func listOf(value any) ([]string, bool) {
	if one, ok := value.(string); ok {
		return []string{one}, true
	}
	list, ok := value.([]any)
	var all []string
	for _, e := range list {
		one, isText := e.(string)
		ok = ok && isText
		all = append(all, one)
	}
	return all, ok
}

// demandsCSRF says whether this request must repeat the CSRF value.
func (v *vector) demandsCSRF() bool {
	methods, _ := listOf(v.setting("JWT_CSRF_METHODS", []any{"POST", "PUT", "PATCH", "DELETE"}))
	return v.setting("JWT_COOKIE_CSRF_PROTECT", true) == true && slices.Contains(methods, text(v.Request, "method"))
}

// csrfHeader is the CSRF value in the request's header.
func (v *vector) csrfHeader() string {
	name := "JWT_ACCESS_CSRF_HEADER_NAME"
	if v.guard("refresh") == true {
		name = "JWT_REFRESH_CSRF_HEADER_NAME"
	}
	return v.header(v.setting(name, "X-CSRF-TOKEN").(string))
}

// mayNeverExpire says whether a setting asks for tokens without exp.
func (v *vector) mayNeverExpire() bool {
	for _, key := range []string{"JWT_ACCESS_TOKEN_EXPIRES", "JWT_REFRESH_TOKEN_EXPIRES"} {
		if value := v.Config[key]; value == false || value == json.Number("0") {
			return true
		}
	}
	return false
}

// tokenCookie is the cookie as we set it, by kind and value.
func (v *vector) expiredCookies() []any {
	var all []any
	for _, kind := range []string{"access", "refresh"} {
		upper := "JWT_" + strings.ToUpper(kind) + "_"
		all = append(all, v.expiredCookie(upper+"COOKIE", kind+"_token_cookie", true))
		if v.setting("JWT_COOKIE_CSRF_PROTECT", true) == true && v.setting("JWT_CSRF_IN_COOKIES", true) == true {
			all = append(all, v.expiredCookie(upper+"CSRF_COOKIE", "csrf_"+kind+"_token", false))
		}
	}
	return all
}

func (v *vector) expiredCookie(setting, name string, httpOnly bool) members {
	return members{
		"name": v.setting(setting+"_NAME", name), "path": v.setting(setting+"_PATH", "/"), "value": "",
		"domain": v.setting("JWT_COOKIE_DOMAIN", nil), "max_age": nil, "expires": "epoch",
		"secure": v.setting("JWT_COOKIE_SECURE", false), "httponly": httpOnly,
		"samesite": v.setting("JWT_COOKIE_SAMESITE", nil),
	}
}
