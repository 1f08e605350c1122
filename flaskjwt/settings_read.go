package flaskjwt

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// reader takes values out of Settings and notes what is wrong with them.
type reader struct {
	in   Settings
	errs map[string]error
}

func (r *reader) bad(key, format string, args ...any) {
	r.errs[key] = fmt.Errorf(format, args...)
}

// text is a string; None is the empty one.
func (r *reader) text(key, fallback string) string {
	v, set := r.in[key]
	if !set {
		return fallback
	}
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	r.bad(key, "must be a string")
	return fallback
}

// required is a string that is not empty.
func (r *reader) required(key, fallback string) string {
	v := r.text(key, fallback)
	if v == "" {
		r.bad(key, "cannot be empty")
	}
	return v
}

func (r *reader) flag(key string, fallback bool) bool {
	v, set := r.in[key]
	if !set {
		return fallback
	}
	if b, ok := v.(bool); ok {
		return b
	}
	r.bad(key, "must be true or false")
	return fallback
}

// number is a JSON or Go number.
func number(v any) (f float64, whole, ok bool) {
	switch v := v.(type) {
	case int:
		return float64(v), true, true
	case int64:
		return float64(v), true, true
	case float64:
		return v, v == math.Trunc(v), true
	case json.Number:
		f, err := v.Float64()
		return f, !strings.ContainsAny(v.String(), ".eE"), err == nil
	}
	return 0, false, false
}

func seconds(f float64) time.Duration { return time.Duration(f * float64(time.Second)) }

// lifetime reads JWT_*_TOKEN_EXPIRES: whole seconds, a duration, or false.
func (r *reader) lifetime(key string, fallback time.Duration) lifetime {
	v, set := r.in[key]
	if !set {
		return lifetime{d: fallback}
	}
	d, ok := duration(v, true)
	switch {
	case v == false, ok && d == 0:
		return lifetime{never: true, off: v == false}
	case ok:
		return lifetime{d: d}
	}
	r.bad(key, `must be whole seconds, a duration such as "15m", or false for tokens that never expire`)
	return lifetime{d: fallback}
}

// duration reads seconds, a Go duration, or the text of one.
func duration(v any, wholeOnly bool) (time.Duration, bool) {
	switch v := v.(type) {
	case time.Duration:
		return v, true
	case string:
		d, err := time.ParseDuration(v)
		return d, err == nil
	}
	f, whole, ok := number(v)
	return seconds(f), ok && (whole || !wholeOnly) && math.Abs(f) < 1<<33
}

func (r *reader) leeway(key string) time.Duration {
	v, set := r.in[key]
	if !set {
		return 0
	}
	d, ok := duration(v, false)
	if !ok || d < 0 || d > time.Minute {
		r.bad(key, "must be from 0 seconds to one minute: a longer one keeps expired tokens alive")
		return 0
	}
	return d
}

// list reads a string or a sequence of strings.
func (r *reader) list(key string) (list []string, single, ok bool) {
	switch v := r.in[key].(type) {
	case string:
		return []string{v}, true, true
	case []string:
		return slices.Clone(v), false, true
	case []any:
		list = make([]string, 0, len(v))
		for _, e := range v {
			s, ok := e.(string)
			if !ok {
				return nil, false, false
			}
			list = append(list, s)
		}
		return list, false, true
	}
	return nil, false, false
}

// audience reads what becomes the aud claim; what is empty becomes none.
func (r *reader) audience(key string) any {
	if r.in[key] == nil {
		return nil
	}
	list, single, ok := r.list(key)
	switch {
	case !ok:
		r.bad(key, "must be a string or a list of strings")
		return nil
	case len(list) == 0 || single && list[0] == "":
		return nil
	case single:
		return list[0]
	}
	return list
}

// choices reads what a claim may be; nil, and only nil, means anything.
func (r *reader) choices(key string) []string {
	if r.in[key] == nil {
		return nil
	}
	list, _, ok := r.list(key)
	if !ok {
		r.bad(key, "must be a string or a list of strings")
	}
	if list == nil {
		list = []string{}
	}
	return list
}

// tokenLocations are the values of JWT_TOKEN_LOCATION.
var tokenLocations = []string{"headers", "cookies", "query_string", "json"}

func (r *reader) locations(key string) []string {
	v, set := r.in[key]
	if !set {
		return []string{"headers"}
	}
	list, _, ok := r.list(key)
	if !ok || len(list) == 0 || slices.ContainsFunc(list, func(l string) bool { return !slices.Contains(tokenLocations, l) }) {
		r.bad(key, `must be one or more of "headers", "cookies", "query_string", "json", not %v`, v)
		return []string{"headers"}
	}
	return list
}

// algorithms reads JWT_DECODE_ALGORITHMS, to which JWT_ALGORITHM always belongs.
func (r *reader) algorithms(key, main string) []string {
	if r.in[key] == nil {
		return []string{main}
	}
	list, _, ok := r.list(key)
	if !ok {
		r.bad(key, "must be a list of algorithms")
	}
	if !slices.Contains(list, main) {
		list = append(list, main)
	}
	return list
}

// sameSite reads JWT_COOKIE_SAMESITE; None, the value, leaves the attribute out.
func (r *reader) sameSite(key string) string {
	v, set := r.in[key]
	if !set || v == nil {
		return ""
	}
	text, _ := v.(string)
	for _, mode := range []string{"Strict", "Lax", "None"} {
		if strings.EqualFold(mode, text) {
			return mode
		}
	}
	r.bad(key, `must be "Strict", "Lax" or "None"`)
	return ""
}

// methods reads JWT_CSRF_METHODS. A string counts as Python's "in" does: each
// method that is a part of it.
func (r *reader) methods(key string) (as any, has func(string) bool) {
	v, set := r.in[key]
	if !set {
		v = []string{"POST", "PUT", "PATCH", "DELETE"}
		r = &reader{in: Settings{key: v}, errs: r.errs}
	}
	if text, ok := v.(string); ok {
		return v, func(method string) bool { return strings.Contains(text, method) }
	}
	list, _, ok := r.list(key)
	if !ok {
		r.bad(key, "must be a list of methods")
	}
	return v, func(method string) bool { return slices.Contains(list, method) }
}

// kind reads the settings of one kind of token.
func (r *reader) kind(name, jsonKey, word string) kindSettings {
	return kindSettings{
		jsonKey:    r.required(jsonKey, word+"_token"),
		cookieName: r.required("JWT_"+name+"_COOKIE_NAME", word+"_token_cookie"),
		cookiePath: r.path("JWT_" + name + "_COOKIE_PATH"),
		csrfName:   r.required("JWT_"+name+"_CSRF_COOKIE_NAME", "csrf_"+word+"_token"),
		csrfPath:   r.path("JWT_" + name + "_CSRF_COOKIE_PATH"),
		csrfHeader: r.required("JWT_"+name+"_CSRF_HEADER_NAME", "X-CSRF-TOKEN"),
		csrfField:  r.required("JWT_"+name+"_CSRF_FIELD_NAME", "csrf_token"),
	}
}

// path reads the path of a cookie. Some look for a way to give several: a
// cookie has one, and a second cookie of the same name is none of ours.
func (r *reader) path(key string) string {
	if _, isList := r.in[key].([]any); isList {
		r.bad(key, `must be one path: a cookie has only one; use the longest that all routes share, such as "/"`)
		return "/"
	}
	path := r.text(key, "/")
	if path != "" && path[0] != '/' {
		r.bad(key, "must begin with a slash")
	}
	return path
}

// unknown refuses JWT_* keys that do not exist: a misspelt setting would
// silently be the default.
func (r *reader) unknown() {
	for key := range r.in {
		if strings.HasPrefix(key, "JWT_") && !slices.Contains(settingNames, key) {
			r.errs[key] = errors.New("is no setting of Flask-JWT-Extended 4.7")
		}
	}
}
