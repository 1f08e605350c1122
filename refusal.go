package latchkey

import (
	"bytes"
	"encoding/json"
	"net/http"
)

// refusal is the answer of an error that says nothing but its kind, made once.
// Anybody can cause such answers as often as they like, so they should cost
// little. All answers share the values of the headers, which nobody changes in
// place: whoever adds one appends, and these have no room.
type refusal struct {
	message         string
	code, challenge []string
	body            []byte
}

// The values of headers that are the same in all answers.
var (
	headerJSON    = []string{"application/json"}
	headerNoStore = []string{"no-store"}
	headerNoSniff = []string{"nosniff"}
)

// refusals are the answers of all kinds of errors, by code.
var refusals = prepareRefusals(ErrMissing, ErrInvalid, ErrExpired, ErrSessionEnded, ErrWrongType, ErrCSRF,
	ErrCrossOrigin, ErrRejected, ErrUserGone, ErrAmbiguous)

func prepareRefusals(kinds ...*Error) map[string]*refusal {
	all := map[string]*refusal{}
	for _, e := range kinds {
		r := &refusal{message: e.Message, code: []string{e.Code}, body: errorBody(e)}
		if challenge := e.challenge(); challenge != "" {
			r.challenge = []string{challenge}
		}
		all[e.Code] = r
	}
	return all
}

// prepared is the refusal of e, or nil if e says more than its kind does.
func (e *Error) prepared() *refusal {
	r := refusals[e.Code]
	if r == nil || r.message != e.Message || e.Reason != "" || e.MaxAge != 0 {
		return nil
	}
	return r
}

// write sends the answer.
func (r *refusal) write(w http.ResponseWriter, status int) {
	h := w.Header()
	if r.challenge != nil {
		h["Www-Authenticate"] = r.challenge
	}
	h["Latchkey-Code"] = r.code
	writeJSONText(w, status, r.body)
}

// errorBody is the JSON of an error.
func errorBody(e *Error) []byte {
	var body bytes.Buffer
	err := json.NewEncoder(&body).Encode(struct {
		Msg    string `json:"msg"`
		Code   string `json:"code"`
		Reason string `json:"reason,omitempty"`
		MaxAge int64  `json:"max_age,omitempty"`
	}{e.Message, e.Code, e.Reason, wholeSeconds(e.MaxAge)})
	if err != nil { // cannot be: strings and a number
		return []byte("{}")
	}
	return body.Bytes()
}
