package exchanges

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"regexp"
	"strconv"
	"strings"

	"github.com/latchkey-go/latchkey/examples/internal/webtest"
)

var placeholder = regexp.MustCompile(`<[^<>]+>`)

// fill puts tokens where their names stand.
func (p *Replay) fill(text string) string {
	return placeholder.ReplaceAllStringFunc(text, func(name string) string {
		if p.issued[name] == "" {
			p.issued[name] = p.mint(name)
		}
		return p.issued[name]
	})
}

// mint makes a token that the back end did not issue, inside the session that
// has just signed in.
func (p *Replay) mint(name string) string {
	first := strings.Split(p.issued["<access#1>"], ".")
	switch name {
	case "<broken payload>":
		payload, _ := base64.RawURLEncoding.DecodeString(first[1])
		return first[0] + "." + base64.RawURLEncoding.EncodeToString(payload[:len(payload)-1]) + "." + first[2]
	case "<no signature>":
		return first[0] + "." + first[1] + "."
	case "<cut signature>":
		return strings.TrimSuffix(p.issued["<access#1>"], first[2][len(first[2])-4:])
	case "<sub changed to admin, old signature>":
		claims := webtest.Claims(p.t, p.issued["<access#1>"])
		claims["sub"] = "admin"
		forged := strings.Split(webtest.Sign(p.t, "", webtest.HS256, claims), ".")
		return forged[0] + "." + forged[1] + "." + first[2]
	}
	made := p.made(name)
	claims := maps.Clone(made.Claims)
	for claim, value := range claims {
		claims[claim] = p.value(value)
	}
	claims["sid"] = webtest.Claims(p.t, p.issued["<access#1>"])["sid"]
	secret := p.Secret
	if strings.Contains(made.Issued, "another key") {
		secret = strings.Repeat("another key, ", 4)
	}
	return webtest.Sign(p.t, secret, made.Header, claims)
}

// made is how the recording says that a token was made.
func (p *Replay) made(name string) token {
	var made token
	if err := json.Unmarshal(p.file.Tokens[name], &made); err != nil {
		p.t.Fatalf("the token %s: %v", name, err)
	}
	return made
}

// value is that of a claim: "now", "now-700" and "uuid4" stand for others.
func (p *Replay) value(v any) any {
	text, _ := v.(string)
	offset, isTime := strings.CutPrefix(text, "now")
	switch {
	case text == "uuid4":
		return webtest.UUID()
	case isTime:
		seconds, _ := strconv.ParseInt(offset, 10, 64) // "now" has none
		return p.Now().Unix() + seconds
	}
	return v
}

// lacks says whether a token is one that is refused on purpose: without a claim
// that all of ours have, or with a sub that is no string.
func (p *Replay) lacks(name string) bool {
	if p.file.Tokens[name] == nil {
		return false
	}
	made := p.made(name)
	if strings.HasPrefix(made.Issued, "by the back end") {
		return false
	}
	for _, claim := range []string{"exp", "jti", "type", "iat"} {
		if made.Claims[claim] == nil {
			return true
		}
	}
	sub, has := made.Claims["sub"]
	_, isText := sub.(string)
	return has && !isText
}
