package jwt

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The rules for HMAC secrets. They refuse what people type, copy or derive from
// something public. What a random generator makes passes, whatever its
// encoding: each rule that could hit a random secret does so with a chance
// below 2^-20, and TestRandomSecretsPass tries.

// checkSecret returns a *WeakSecretError unless secret may key alg, whose hash
// has size bytes.
func checkSecret(alg Algorithm, secret []byte, size int) error {
	rule, reason := secretFault(secret, size)
	if rule == "" {
		return nil
	}
	return &WeakSecretError{Rule: rule, Reason: fmt.Sprintf(
		"%s. Make a random one, for example with: openssl rand -base64 %d", fmt.Sprintf(reason, alg, size), size)}
}

// secretFault returns the first rule that secret breaks, or "".
func secretFault(secret []byte, size int) (rule, reason string) {
	text := string(secret)
	switch {
	case len(secret) < size:
		return "short", "%s needs a secret of at least %d bytes"
	case isKeyText(secret):
		return "public-key", "the secret for %[1]s is the text of a key or certificate, whose public half is no secret"
	case isToken(text):
		return "token", "the secret for %[1]s is itself a token, which others have seen"
	case isUUIDs(text):
		return "uuid", "the secret for %[1]s is made of UUIDs, which are identifiers and need not be random"
	case isWellKnown(text):
		return "well-known", "the secret for %[1]s is printed in documentation or a tutorial"
	case distinct(secret) < 8:
		return "low-diversity", "the secret for %[1]s has fewer than 8 different bytes"
	case isRepeated(secret):
		return "repeated", "the secret for %[1]s repeats a shorter one"
	case isGuessable(text) || isGuessable(decodedSecret(text)):
		return "guessable", "the secret for %[1]s is made of words, dates, sequences or other things a person would think of"
	}
	return "", ""
}

// keyMarks begin or mark the texts of keys that are public or have a public
// half: PEM, OpenSSH and JWK (CVE-2022-29217 and CVE-2026-48526 are programs
// that took such text for a secret).
var keyMarks = []string{"-----BEGIN ", "ssh-rsa ", "ssh-dss ", "ssh-ed25519 ", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"}

func isKeyText(secret []byte) bool {
	text := strings.TrimSpace(string(secret))
	for _, mark := range keyMarks {
		if strings.Contains(text, mark) {
			return true
		}
	}
	if strings.HasPrefix(text, "{") && strings.Contains(text, `"kty"`) {
		return true
	}
	if isKeyDER(secret) {
		return true
	}
	// The body of a PEM block without its frame.
	body := strings.Join(strings.Fields(text), "")
	der, err := base64.StdEncoding.DecodeString(body)
	return err == nil && isKeyDER(der)
}

func isKeyDER(der []byte) bool {
	parsers := []func([]byte) error{
		func(b []byte) error { _, err := x509.ParsePKIXPublicKey(b); return err },
		func(b []byte) error { _, err := x509.ParsePKCS1PublicKey(b); return err },
		func(b []byte) error { _, err := x509.ParseCertificate(b); return err },
		func(b []byte) error { _, err := x509.ParsePKCS8PrivateKey(b); return err },
		func(b []byte) error { _, err := x509.ParsePKCS1PrivateKey(b); return err },
		func(b []byte) error { _, err := x509.ParseECPrivateKey(b); return err },
	}
	for _, parse := range parsers {
		if parse(der) == nil {
			return true
		}
	}
	block, _ := pem.Decode(der)
	return block != nil
}

// isToken reports whether text is a compact JWS or JWE.
func isToken(text string) bool {
	return strings.HasPrefix(text, "eyJ") && strings.Count(text, ".") >= 2
}

// uuidPattern is one or more UUIDs in their usual form (RFC 9562, section 4),
// in braces or not, next to each other or with something between. 32 hex digits
// without dashes are not told from random ones.
var uuidPattern = regexp.MustCompile(`(?i)^(\W*(urn:uuid:)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\W*)+$`)

func isUUIDs(text string) bool { return uuidPattern.MatchString(text) }

func distinct(secret []byte) int {
	var seen [256]bool
	n := 0
	for _, b := range secret {
		if !seen[b] {
			seen[b] = true
			n++
		}
	}
	return n
}

// isRepeated reports whether secret is a shorter text written at least twice,
// the last time perhaps not in full.
func isRepeated(secret []byte) bool {
	for period := 1; period <= len(secret)/2; period++ {
		if bytes.Equal(secret[period:], secret[:len(secret)-period]) {
			return true
		}
	}
	return false
}

// decodedSecret returns the text that a hex or base64 secret stands for, or "".
// Encoding a phrase does not make it random. Random bytes decode to printable
// text with a chance below 2^-20.
func decodedSecret(text string) string {
	trimmed := strings.TrimRight(text, "=")
	for _, decode := range []func(string) ([]byte, error){
		hex.DecodeString, base64.RawStdEncoding.DecodeString, base64.RawURLEncoding.DecodeString,
	} {
		if decoded, err := decode(trimmed); err == nil && isTyped(string(decoded)) {
			return string(decoded)
		}
	}
	return ""
}

// isTyped reports whether text is of characters that a person can type.
func isTyped(text string) bool {
	if text == "" || !utf8.ValidString(text) {
		return false
	}
	return !strings.ContainsFunc(strings.TrimRight(text, "\r\n"), func(r rune) bool {
		return !unicode.IsPrint(r)
	})
}

// isGuessable reports whether text is typed and has a description much shorter
// than that of a random text of its alphabet.
func isGuessable(text string) bool {
	if !isTyped(text) {
		return false
	}
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return true // text in some script: no generator of secrets makes that
		}
	}
	text = text[:min(len(text), maxDescribed)]
	random, described := literalBits(text), describedBits(text)
	saved := random - described
	return saved >= minSavedBits && (saved >= minSavedShare*random || described < minDescribedBits)
}

// A random text is described in b bits less than its own by at most one in 2^b,
// whatever the description is; so 28 bits are less than one in 10^8.
const (
	minSavedBits     = 28
	minSavedShare    = 0.15 // a random secret may have a telling prefix
	minDescribedBits = 112  // but must still be a secret without it
	maxDescribed     = 512  // characters looked at: enough to tell
)
