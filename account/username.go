package account

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Bounds of a username, in code points of its normalised form, and of the text
// that is looked at at all, in bytes.
const (
	minUsername      = 3
	maxUsername      = 64
	maxUsernameBytes = 512
)

// usernamePunctuation may appear in a username beside letters, marks and
// digits. It covers the e-mail addresses that people have, and leaves out what
// has a meaning in URLs, HTML, shells and logs.
const usernamePunctuation = "._-+@'"

// NormalizeUsername returns the form of a username under which it is compared
// and unique: Unicode NFKC with simple case folding, so that "Ada", "ADA" and
// "Ａｄａ" (full-width letters) are one name. It is idempotent and accepts any
// text; whether a text may be a username is another matter. White space around
// the name is dropped, as keyboards of telephones add it.
func NormalizeUsername(username string) string {
	key := norm.NFKC.String(strings.TrimSpace(username))
	for range 4 {
		// Folding can make a text composable again, and composing foldable.
		next := strings.TrimSpace(norm.NFKC.String(strings.Map(foldRune, key)))
		if next == key {
			break
		}
		key = next
	}
	return key
}

// foldRune gives all the runes that differ only in case one value: the lower
// case of the smallest of them.
func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		return unicode.ToLower(r)
	}
	least := r
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		least = min(least, f)
	}
	return unicode.ToLower(least)
}

// checkUsername returns the key of a username, or what is wrong with it in
// plain words.
func checkUsername(username string) (key, problem string) {
	if len(username) > maxUsernameBytes || !utf8.ValidString(username) {
		return "", "Choose a username of 3 to 64 characters."
	}
	key = NormalizeUsername(username)
	if n := utf8.RuneCountInString(key); n < minUsername || n > maxUsername {
		return "", "Choose a username of 3 to 64 characters."
	}
	for _, r := range key {
		if !usernameRune(r) {
			return "", "A username may have letters, digits and . _ - + @ ' but no spaces or other characters."
		}
	}
	if mixesScripts(key) {
		return "", "Use letters of one alphabet: a username that mixes alphabets can pass for somebody else's."
	}
	return key, ""
}

func usernameRune(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || strings.ContainsRune(usernamePunctuation, r)
	}
	return unicode.IsLetter(r) || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Mc, r) || unicode.Is(unicode.Nd, r)
}

// eastAsian scripts are written together, and with Latin letters: Unicode
// Technical Standard 39, section 5.2, "highly restrictive".
var eastAsian = map[string]bool{
	"Latin": true, "Han": true, "Hiragana": true, "Katakana": true, "Hangul": true, "Bopomofo": true,
}

// mixesScripts says whether the letters of key come from alphabets that are
// not written together, such as a Cyrillic а among Latin letters.
func mixesScripts(key string) bool {
	seen := ""
	for _, r := range key {
		script := scriptOf(r)
		switch {
		case script == "" || script == seen:
		case seen == "":
			seen = script
		case !eastAsian[script] || !eastAsian[seen]:
			return true
		}
	}
	return false
}

// scriptOf names the script of a letter; empty for what belongs to none.
func scriptOf(r rune) string {
	if r < utf8.RuneSelf {
		if unicode.IsLetter(r) {
			return "Latin"
		}
		return ""
	}
	for name, table := range unicode.Scripts {
		if name != "Common" && name != "Inherited" && unicode.Is(table, r) {
			return name
		}
	}
	return ""
}

// reservedUsernames would let a stranger speak for the operator. RFC 2142
// names the mailboxes among them.
var reservedUsernames = []string{
	"abuse", "account", "accounts", "admin", "administrator", "anonymous", "api", "billing", "contact",
	"everyone", "guest", "help", "helpdesk", "hostmaster", "info", "latchkey", "login", "mailer-daemon",
	"moderator", "no-reply", "nobody", "noreply", "null", "official", "operator", "owner", "postmaster",
	"privacy", "root", "sales", "security", "service", "staff", "superuser", "support", "sysadmin",
	"system", "team", "undefined", "webmaster",
}
