package flaskjwt

import (
	"encoding/json"

	"github.com/latchkey-go/latchkey"
)

// Payload returns the claims of a token, as get_jwt does: type, fresh and jti
// are always there. Numbers are json.Number. The map is the caller's.
func Payload(t *latchkey.Token) map[string]any {
	var text json.RawMessage
	if err := t.Claims(&text); err != nil {
		return nil
	}
	return filled(object(string(text)))
}

// Header returns the JOSE header of a token, as get_jwt_header does.
func Header(t *latchkey.Token) map[string]any {
	return headerOf(t.Header)
}

// Identity returns the identity claim of a token, as get_jwt_identity does: a
// string, unless JWT_IDENTITY_CLAIM names a claim of your own.
func (m *Manager) Identity(t *latchkey.Token) any { return Payload(t)[m.set.identityClaim] }

// object reads JSON text that is known to be an object.
func object(text string) map[string]any {
	v, err := readJSON(text)
	if err != nil {
		return nil
	}
	members, _ := v.(map[string]any)
	return members
}

// filled puts the defaults of Flask-JWT-Extended into claims that lack them.
func filled(payload map[string]any) map[string]any {
	if payload == nil {
		payload = map[string]any{}
	}
	for name, value := range map[string]any{"type": "access", "fresh": false, "jti": nil} {
		if _, has := payload[name]; !has {
			payload[name] = value
		}
	}
	return payload
}
