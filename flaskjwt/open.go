package flaskjwt

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey/internal/dialect"
	"github.com/latchkey-go/latchkey/jwt"
)

// verify verifies a token. The strict reader of package jwt decides whether it
// is good. What Flask-JWT-Extended asks besides comes after that, in its order;
// and of a token that is refused, diagnose finds the words. Known is there
// whenever the strict reader took the token for genuine.
func (m *Manager) verify(ctx context.Context, raw, csrf string, w dialect.Wanted) (*dialect.Known, error) {
	set, err := m.keySet(ctx, raw)
	if err != nil {
		return nil, err
	}
	token, err := set.Verify(raw, m.expect(w))
	var late *jwt.ExpiredError
	switch {
	case errors.As(err, &late):
		token = late.Token
	case err != nil:
		return nil, m.diagnose(raw, csrf, w, err)
	}
	payload := object(string(token.Claims.Payload()))
	known := m.known(raw, token, payload, w)
	if refused := m.judge(payload, csrf, w); refused != nil {
		return known, refused
	}
	if late != nil {
		return known, expired()
	}
	return known, nil
}

// expect is what the strict reader must demand. It is not asked for issuer and
// audience, which the settings may give several of; judge asks for them.
func (m *Manager) expect(w dialect.Wanted) jwt.Expect {
	return jwt.Expect{
		Now: w.Now, Leeway: m.set.leeway, ExpiryLeeway: m.set.leeway,
		InsecureAllowMissingExpiry: m.set.neverExpire(),
		SkipExpiry:                 w.AllowExpired || w.Sessions && w.Kind == dialect.Refresh,
		InsecureAnySubject:         !m.set.verifySub,
		IgnoreKeyID:                true, // Flask-JWT-Extended chooses keys by its settings or a function
	}
}

// keySet chooses the keys for a token.
func (m *Manager) keySet(ctx context.Context, raw string) (*jwt.KeySet, error) {
	if m.opt.DecodeKey != nil {
		return m.chosenKey(ctx, raw)
	}
	if m.keys.verifyErr != nil {
		return nil, m.keys.verifyErr
	}
	main := m.keys.verify[jwt.Algorithm(m.set.algorithm)]
	if len(m.keys.verify) == 1 || len(raw) > jwt.MaxTokenLength {
		return main, nil // too long: refused before anything is decoded
	}
	// Each accepted algorithm has a key of its own. What the header says only
	// chooses among them, and the chosen one accepts no other algorithm.
	head, _, _ := strings.Cut(raw, ".")
	text, _ := decodeLoosely(head)
	alg, _ := object(text)["alg"].(string)
	if set := m.keys.verify[jwt.Algorithm(alg)]; set != nil {
		return set, nil
	}
	return main, nil
}

func (m *Manager) chosenKey(ctx context.Context, raw string) (*jwt.KeySet, error) {
	if len(raw) > jwt.MaxTokenLength {
		return nil, tooLong()
	}
	t, err := readLoosely(raw)
	if err != nil {
		return nil, err
	}
	key, err := m.opt.DecodeKey(ctx, t.header, t.payload)
	switch {
	case err != nil:
		return nil, fmt.Errorf("flaskjwt: Options.DecodeKey: %w", err)
	case key == nil:
		return nil, invalid("Signature verification failed")
	case !m.accepts(string(key.Algorithm())):
		return nil, fmt.Errorf("flaskjwt: Options.DecodeKey returned a key for %s, which JWT_DECODE_ALGORITHMS does not list", key.Algorithm())
	}
	return key.KeySet(), nil
}

// accepts says whether an algorithm is among those of the settings.
func (m *Manager) accepts(alg string) bool {
	return slices.Contains(m.set.decodeAlgorithms, alg)
}

// known gathers what a genuine token says.
func (m *Manager) known(raw string, t *jwt.Token, payload map[string]any, w dialect.Wanted) *dialect.Known {
	c := t.Claims
	k := &dialect.Known{
		Raw: raw, Claims: c, ID: c.ID, IssuedAt: c.IssuedAt, ExpiresAt: c.ExpiresAt,
		IsRefresh: payload["type"] == "refresh",
	}
	if identity := payload[m.set.identityClaim]; identity != nil {
		k.Subject = pythonText(identity)
	}
	k.CSRF, _ = c.String("csrf")
	if isFresh(payload["fresh"], w.Now) {
		// Only a sign-in makes a fresh token, so it was then.
		if k.AuthTime = c.IssuedAt; k.AuthTime.IsZero() {
			k.AuthTime = w.Now
		}
	}
	m.session(k, w)
	return k
}

// isFresh reads the fresh claim: true, or the time until which it is.
func isFresh(claim any, now time.Time) bool {
	if fresh, ok := claim.(bool); ok {
		return fresh
	}
	until, ok := secondsOf(claim)
	return ok && until >= float64(now.UnixNano())/1e9
}

// session reads which session a token belongs to, or which it is to begin.
func (m *Manager) session(k *dialect.Known, w dialect.Wanted) {
	if !w.Sessions {
		return
	}
	if sid, ok := k.Claims.String("sid"); ok && sid != "" {
		k.SessionID, k.Epoch = parseSessionID(sid)
		if k.IsRefresh {
			k.Generation, k.MAC = parseRefreshID(k.ID)
		}
		return
	}
	if k.IsRefresh && !m.opt.NoAdoption && k.ID != "" && k.Subject != "" && !k.ExpiresAt.IsZero() {
		k.AdoptAs = adoptedID(k.ID)
	}
}

// headerOf decodes the header of a token that verified, or a header alone.
func headerOf(raw string) map[string]any {
	head, _, _ := strings.Cut(raw, ".")
	text, err := base64.RawURLEncoding.DecodeString(head)
	if err != nil {
		return nil
	}
	return object(string(text))
}
