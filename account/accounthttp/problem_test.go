package accounthttp

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/session"
)

func TestInWords(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "a second", time.Nanosecond: "a second", time.Second: "a second", 1001 * time.Millisecond: "2 seconds",
		119 * time.Second: "119 seconds", 2 * time.Minute: "2 minutes", 121 * time.Second: "3 minutes",
	} {
		if got := inWords(d); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
}

// Whatever goes wrong is one of latchkey's errors in the end, and what is not
// known is never read as no.
func TestTokenError(t *testing.T) {
	for _, c := range []struct {
		err  error
		want *latchkey.Error
	}{
		{latchkey.ErrCSRF, latchkey.ErrCSRF},
		{fmt.Errorf("wrapped: %w", latchkey.ErrNotFresh), latchkey.ErrNotFresh},
		{&session.EndedError{Reason: session.EndedByIdle}, latchkey.ErrSessionEnded},
		{session.ErrUnknown, latchkey.ErrSessionEnded},
		{account.ErrUserNotFound, latchkey.ErrUserGone},
		{session.ErrUnavailable, latchkey.ErrUnavailable},
		{errors.New("disk on fire"), latchkey.ErrUnavailable},
	} {
		if got := tokenError(c.err); !errors.Is(got, c.want) {
			t.Errorf("%v became %v, want %v", c.err, got, c.want)
		}
	}
}

// Who waits until time is up is told so, whatever ended the question in between;
// who has gone is told nothing.
func TestClientGone(t *testing.T) {
	gone, leave := context.WithCancel(t.Context())
	leave()
	late, give := context.WithTimeout(t.Context(), 0)
	defer give()
	stopped := fmt.Errorf("the question was given up: %w", context.Canceled)
	for name, c := range map[string]struct {
		ctx  context.Context
		err  error
		want bool
	}{
		"there":                        {t.Context(), stopped, false},
		"gone":                         {gone, stopped, true},
		"gone, and for another reason": {gone, latchkey.ErrCSRF, false},
		"out of time":                  {late, stopped, false},
	} {
		if got := clientGone(httptest.NewRequestWithContext(c.ctx, "GET", "/", nil), c.err); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// A store at fault must not make half an answer.
func TestWriteJSONThatCannotBe(t *testing.T) {
	w := httptest.NewRecorder()
	writeJSON(w, 200, struct {
		Name string `json:"name"`
	}{"\xff"})
	if w.Code != 500 || w.Body.String() != `{"msg":"Something went wrong on our side.","code":"internal"}` {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}
