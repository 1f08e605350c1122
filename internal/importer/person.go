package importer

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Person is somebody as a row describes them.
type Person struct {
	Line     int64
	ID       string // empty: a new one
	Username string
	Name     string
	// PasswordHash is one of account.ParseHash, or empty for no password.
	PasswordHash       string
	Scopes             []string
	MustChangePassword bool
	CreatedAt          time.Time // zero: now
	PasswordChangedAt  time.Time // zero: when created
	DisabledAt         time.Time
}

// The layouts of times that databases write. What has no zone is UTC.
var timeLayouts = []string{
	time.RFC3339Nano,
	"2006-01-02 15:04:05.999999999Z07:00",
	"2006-01-02 15:04:05.999999999-07",
	"2006-01-02 15:04:05.999999999 -0700 MST",
	"2006-01-02 15:04:05.999999999",
	"2006-01-02T15:04:05.999999999",
	time.DateOnly,
}

// parseTime reads a moment: text, or seconds or milliseconds since 1970.
func parseTime(text string) (time.Time, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range timeLayouts {
		t, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		if t.Year() < 1970 || t.After(latest) {
			return time.Time{}, errors.New("is not between 1970 and 2261")
		}
		return t.UTC().Truncate(time.Microsecond), nil
	}
	n, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil || !(n >= 0 && n < 9e12): // NaN is neither
		return time.Time{}, errors.New("is no time; write it as 2026-01-31T12:00:00Z")
	case n >= 1e11:
		return time.UnixMilli(int64(n)).UTC(), nil
	}
	return time.UnixMicro(int64(n * 1e6)).UTC(), nil
}

// latest is the last moment that an account can have: nanoseconds since 1970 go
// no further.
var latest = time.Date(2261, 12, 31, 23, 59, 59, 0, time.UTC)

// parseUntil reads the end of a time, which may be so far away that it means
// forever.
func parseUntil(text string) (time.Time, error) {
	text = strings.TrimSpace(text)
	if text == "infinity" {
		return latest, nil
	}
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, text); err == nil && t.After(latest) {
			return latest, nil
		}
	}
	return parseTime(text)
}

// parseFlag reads a truth value as databases write it.
func parseFlag(text string) (bool, error) {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "", "0", "f", "false", "n", "no", "off":
		return false, nil
	case "1", "t", "true", "y", "yes", "on":
		return true, nil
	}
	return false, errors.New("is neither true nor false")
}

// parseScopes reads a JSON array, or words with spaces between them.
func parseScopes(text string) ([]string, error) {
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, "[") {
		return strings.Fields(text), nil
	}
	var scopes []string
	if json.Unmarshal([]byte(text), &scopes) != nil {
		return nil, errors.New("is no list of words")
	}
	return scopes, nil
}

// maxID is the longest subject of a session, in bytes.
const maxID = 255

// checkID says what is wrong with an id that comes from elsewhere.
func checkID(id string) error {
	switch {
	case len(id) > maxID:
		return errors.New("is longer than 255 bytes")
	case !utf8.ValidString(id) || strings.ContainsFunc(id, unicode.IsControl):
		return errors.New("has characters that are no text")
	}
	return nil
}
