package flaskjwt

import (
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/latchkey-go/latchkey/session"
)

// With sessions a token has one claim more than those of Flask-JWT-Extended:
// sid. The rest of what package session must know stands inside claims that are
// there anyway, so that the shape stays the original's: the epoch, where it is
// not zero, behind the id in sid; a refresh token's generation and MAC in jti.

func sessionIDClaim(s *session.Session) string {
	if s.Epoch == 0 {
		return s.ID
	}
	return s.ID + "." + strconv.FormatInt(s.Epoch, 10)
}

func parseSessionID(sid string) (id string, epoch int64) {
	id, tail, _ := strings.Cut(sid, ".")
	epoch, err := strconv.ParseInt(tail, 10, 64)
	if err != nil {
		epoch = 0
	}
	return id, epoch
}

func refreshIDClaim(s *session.Session) string {
	mac := session.RefreshMAC(s, s.Generation)
	return strconv.FormatInt(s.Generation, 10) + "." + base64.RawURLEncoding.EncodeToString(mac)
}

// parseRefreshID reads a jti of refreshIDClaim. Of any other the MAC does not
// verify.
func parseRefreshID(jti string) (generation int64, mac string) {
	head, mac, _ := strings.Cut(jti, ".")
	generation, err := strconv.ParseInt(head, 10, 64)
	if err != nil {
		return 0, ""
	}
	return generation, mac
}

// isSessionRefreshID says whether a jti claim has the form of refreshIDClaim.
func isSessionRefreshID(jti any) bool {
	text, _ := jti.(string)
	_, mac := parseRefreshID(text)
	return mac != ""
}

// adoptedID is the id of the session that a refresh token of a Flask
// application begins: always the same one for the same token.
func adoptedID(jti string) string {
	sum := sha256.Sum256([]byte("latchkey flask adoption v1\x00" + jti))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}
