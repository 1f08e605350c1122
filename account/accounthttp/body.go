package accounthttp

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxBodyBytes is the largest request body that is read.
const maxBodyBytes = 64 << 10

// readBody decodes a JSON request body into v, strictly: one object, members of
// exactly the names that v has and each at most once, valid UTF-8, nothing
// after it. Two programs that read such a body cannot take it for two different
// things.
func readBody(w http.ResponseWriter, r *http.Request, v any) error {
	body, err := readJSONText(w, r)
	if err != nil {
		return err
	}
	return decode(body, v)
}

// readJSONText reads a body that is declared as JSON.
func readJSONText(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if !isJSON(r) {
		return nil, &problem{status: http.StatusUnsupportedMediaType, code: "unsupported_media_type",
			msg: "Send the body as JSON, with the header Content-Type: application/json."}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodyBytes))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, &problem{status: http.StatusRequestEntityTooLarge, code: "too_large",
			msg: "The body is larger than 64 KiB. Send less."}
	case err != nil:
		return nil, badRequest("The body did not arrive whole. Send it again.")
	}
	return body, nil
}

// isJSON says whether the body is declared as JSON. A page of another site can
// declare it only after asking (CORS), which is the point of the demand.
func isJSON(r *http.Request) bool {
	values := r.Header["Content-Type"]
	if len(values) != 1 {
		return false
	}
	mediaType, params, err := mime.ParseMediaType(values[0])
	if err != nil || mediaType != "application/json" {
		return false
	}
	charset, given := params["charset"]
	return !given || strings.EqualFold(charset, "utf-8")
}

// decode is the part of readBody after the bytes are there.
func decode(body []byte, v any) error {
	if jsontext.Value(body).Kind() != '{' {
		return badRequest("Send a JSON object, such as {\"name\": \"value\"}.")
	}
	err := json.Unmarshal(body, v, json.RejectUnknownMembers(true))
	if err == nil {
		return nil
	}
	// Names are repeated to the client, values never: they may be passwords.
	var semantic *json.SemanticError
	var syntactic *jsontext.SyntacticError
	switch {
	case errors.As(err, &syntactic) && syntactic.Err == jsontext.ErrDuplicateName:
		return badRequest("The JSON object has a member twice. Send each once.")
	case errors.As(err, &semantic) && errors.Is(semantic.Err, json.ErrUnknownName):
		return badRequest("The JSON object has a member that is not known here. Check the spelling: names are in lower case.")
	case errors.As(err, &semantic):
		return badRequest("The member " + memberName(semantic.JSONPointer) + " must be a string.")
	}
	return badRequest("The body is not valid JSON in UTF-8. Check it and send it again.")
}

// memberName is the last part of a JSON pointer. It is one of ours: the names of
// unknown members are refused before their values are looked at.
func memberName(p jsontext.Pointer) string { return `"` + p.LastToken() + `"` }

// text is a JSON string. Unlike a string it does not take null for "".
type text string

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (t *text) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	token, err := d.ReadToken()
	if err != nil {
		return err
	}
	if token.Kind() != '"' {
		return errors.New("not a string")
	}
	*t = text(token.String())
	return nil
}
