package webapp

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/session"
)

// Object is a JSON object.
type Object = map[string]any

// Msg is the object of most answers.
func Msg(text string) Object { return Object{"msg": text} }

// JSON answers with an object that no cache may keep.
func JSON(w http.ResponseWriter, status int, body any) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client may have gone
}

// Reply answers with body, or with the error if there is one.
func Reply(auth *latchkey.Auth, w http.ResponseWriter, r *http.Request, err error, body Object) {
	if err != nil {
		auth.WriteError(w, r, err)
		return
	}
	JSON(w, http.StatusOK, body)
}

// maxBody is the largest body that is read.
const maxBody = 64 << 10

// ReadJSON reads a JSON object. The names of its members are taken exactly, so
// it is a map: encoding/json would take "Password" for "password" of a struct.
// When it is false the request has been answered.
func ReadJSON(w http.ResponseWriter, r *http.Request) (Object, bool) {
	bad := func(status int, code, msg string) (Object, bool) {
		w.Header().Set("Latchkey-Code", code)
		JSON(w, status, Msg(msg))
		return nil, false
	}
	if !isJSON(r.Header.Get("Content-Type")) {
		return bad(http.StatusBadRequest, "bad_request", "Send a JSON object with the header Content-Type: application/json.")
	}
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return bad(http.StatusRequestEntityTooLarge, "too_large", "The body is larger than 64 KiB.")
	}
	var body Object
	if err != nil || json.Unmarshal(text, &body) != nil || body == nil {
		return bad(http.StatusBadRequest, "bad_request", "The body is not a JSON object.")
	}
	return body, true
}

// isJSON says whether a media type is of JSON, as Flask has it. Forms of other
// sites cannot send any of these.
func isJSON(contentType string) bool {
	t, _, err := mime.ParseMediaType(contentType)
	return err == nil && (t == "application/json" || strings.HasPrefix(t, "application/") && strings.HasSuffix(t, "+json"))
}

// Whole is a member that is a whole number, else 0.
func Whole(member any) int64 {
	number, _ := member.(float64)
	if whole := int64(number); float64(whole) == number {
		return whole
	}
	return 0
}

// Text is a member that is a string, else empty.
func Text(member any) string {
	text, _ := member.(string)
	return text
}

// CheckPassword reads a JSON body with the member password and one for the
// user's name, and returns the user. When it is false the request has been
// answered, with wrong if name or password are. A name in other case is another
// name, as it is for the originals.
func (s *Settings) CheckPassword(w http.ResponseWriter, r *http.Request, name string, wrong Object) (*account.User, bool) {
	body, ok := ReadJSON(w, r)
	if !ok {
		return nil, false
	}
	user, err := s.Accounts.Authenticate(r.Context(), account.Credentials{
		Username: Text(body[name]), Password: Text(body["password"]), Client: Client(r),
	})
	if err == nil && user.Username != Text(body[name]) {
		err = account.ErrInvalidCredentials
	}
	switch {
	case errors.Is(err, account.ErrInvalidCredentials):
		JSON(w, Refusal(w, err), wrong)
	case err != nil:
		JSON(w, Refusal(w, err), Msg("Too many sign-ins at the moment. Try again shortly."))
	}
	return user, err == nil
}

// Client is where a request comes from.
func Client(r *http.Request) session.Client {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	return session.Client{Address: host, UserAgent: r.UserAgent()}
}

// Refusal is the status for an error of package account. It tells the kind in
// Latchkey-Code, and where the client is to wait sets Retry-After.
func Refusal(w http.ResponseWriter, err error) int {
	var busy *account.BusyError
	var throttled *account.ThrottledError
	status, code, wait := http.StatusServiceUnavailable, "unavailable", time.Duration(0)
	switch {
	case errors.Is(err, account.ErrInvalidCredentials):
		status, code = http.StatusUnauthorized, "invalid_credentials"
	case errors.Is(err, account.ErrUsernameTaken):
		status, code = http.StatusConflict, "username_taken"
	case len(Reasons(err)) > 0:
		status, code = http.StatusUnprocessableEntity, "invalid_input"
	case errors.As(err, &throttled):
		status, code, wait = http.StatusTooManyRequests, "throttled", throttled.RetryAfter
	case errors.As(err, &busy):
		code, wait = "busy", busy.RetryAfter
	}
	w.Header().Set("Latchkey-Code", code)
	if wait > 0 {
		w.Header().Set("Retry-After", strconv.FormatInt(int64((wait+time.Second-1)/time.Second), 10))
	}
	return status
}

// Reasons are what is wrong with each field of the input, if that is the error.
func Reasons(err error) map[string]string {
	reasons := map[string]string{}
	var invalid *account.ValidationError
	if errors.As(err, &invalid) {
		for _, f := range invalid.Fields {
			reasons[f.Field] = f.Message
		}
	}
	return reasons
}

// Token is that of a request which a guard has let pass. The answer tells the
// front end how long it still lives, so that a page that was reloaded knows.
func (s *Settings) Token(w http.ResponseWriter, r *http.Request) *latchkey.Token {
	now := time.Now
	if s.Now != nil {
		now = s.Now
	}
	token, _ := latchkey.FromContext(r.Context())
	left := max(0, token.ExpiresAt.Sub(now()))
	w.Header().Set("Latchkey-Expires-In", strconv.Itoa(int(left.Seconds())))
	return token
}

// ExpiresIn tells the front end how long an access token in the body lives.
func ExpiresIn(w http.ResponseWriter, t *latchkey.Tokens) {
	if t.Access != "" {
		w.Header().Set("Latchkey-Expires-In", strconv.Itoa(int(t.ExpiresIn.Seconds())))
	}
}
