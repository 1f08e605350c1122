package flaskjwt

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// pythonText is what Python's str gives for a JSON value.
func pythonText(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		if v {
			return "True"
		}
		return "False"
	case string:
		return v
	case json.Number:
		return v.String()
	}
	text, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(text)
}

// truthy is what Python's bool gives for a JSON value.
func truthy(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		return v != ""
	case json.Number:
		f, err := v.Float64()
		return err != nil || f != 0
	case []any:
		return len(v) > 0
	case map[string]any:
		return len(v) > 0
	}
	return true
}

// wholeSeconds is what Python's int gives for a JSON value that should be a
// time: numbers, texts of whole numbers, and bools have one.
func wholeSeconds(v any) (float64, bool) {
	switch v := v.(type) {
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	case json.Number:
		f, err := strconv.ParseFloat(v.String(), 64)
		if err != nil && !strings.ContainsAny(v.String(), ".eE") {
			return f, true // a whole number beyond all bounds
		}
		if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
			return 0, false
		}
		return math.Trunc(f), true
	case string:
		digits := strings.ReplaceAll(strings.TrimSpace(v), "_", "")
		if strings.Trim(digits, "+-0123456789") != "" {
			return 0, false
		}
		f, err := strconv.ParseFloat(digits, 64)
		return f, err == nil
	}
	return 0, false
}
