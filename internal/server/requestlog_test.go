package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// logged runs one request through withRequestLog and returns the answer and the
// log.
func logged(t *testing.T, handler http.HandlerFunc, r *http.Request) (*httptest.ResponseRecorder, string) {
	t.Helper()
	var log bytes.Buffer
	logger := slog.New(requestLogger{slog.NewJSONHandler(&log, nil)})
	w := httptest.NewRecorder()
	withRequestLog(handler, logger, func() proxies { return nil }, nil).ServeHTTP(w, r)
	return w, log.String()
}

func TestPanicIsAnsweredAndLogged(t *testing.T) {
	w, log := logged(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Set-Cookie", "session=half-made")
		panic(errors.New("the reason"))
	}, httptest.NewRequest("GET", "/", nil))
	if w.Code != 500 || !strings.Contains(w.Body.String(), `"internal"`) {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	if w.Header().Get("Content-Encoding") != "" || w.Header().Get("Set-Cookie") != "" {
		t.Errorf("headers of the answer that did not come: %v", w.Header())
	}
	for _, inside := range []string{"the reason", "goroutine", ".go:"} {
		if strings.Contains(w.Body.String(), inside) {
			t.Errorf("the client is told %q", inside)
		}
		if !strings.Contains(log, inside) {
			t.Errorf("the log does not have %q", inside)
		}
	}
	if id := w.Header().Get(requestIDHeader); id == "" || strings.Count(log, id) != 2 {
		t.Errorf("the request id %q is not in both records:\n%s", id, log)
	}
}

func TestPanicAfterTheAnswerBegan(t *testing.T) {
	w, log := logged(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "half")
		panic("late")
	}, httptest.NewRequest("GET", "/", nil))
	if w.Code != 200 || w.Body.String() != "half" {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	if !strings.Contains(log, "late") {
		t.Error("the panic is not in the log")
	}
}

func TestAbortIsPassedOn(t *testing.T) {
	defer func() {
		if cause := recover(); cause != http.ErrAbortHandler {
			t.Errorf("recovered %v", cause)
		}
	}()
	logged(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, httptest.NewRequest("GET", "/", nil))
}

func TestRequestRecord(t *testing.T) {
	r := httptest.NewRequest("POST", "/path/"+strings.Repeat("x", 300)+"?token=secret", nil)
	r.RemoteAddr = "192.0.2.1:1234"
	_, log := logged(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "12345")
	}, r)
	var record struct {
		Method, Path, Client, Request string
		Status                        int
		Bytes                         int64
	}
	if err := json.Unmarshal([]byte(log), &record); err != nil {
		t.Fatal(err)
	}
	if record.Method != "POST" || record.Status != 418 || record.Bytes != 5 || record.Client != "192.0.2.1" || record.Request == "" {
		t.Errorf("logged %s", log)
	}
	if len(record.Path) > 300 || strings.Contains(log, "secret") {
		t.Errorf("too much is logged: %s", log)
	}
}

// Who went away before there was an answer was not answered with 200; who waited
// for a handler that says nothing was, however long that took.
func TestRequestRecordWithoutAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		ctx  func(context.Context) (context.Context, context.CancelFunc)
		gone bool
		want string
	}{
		"there": {context.WithCancel, false, `"status":200`},
		"gone":  {context.WithCancel, true, `"status":0`},
		"out of time": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 0)
		}, false, `"status":200`},
	} {
		ctx, leave := c.ctx(t.Context())
		_, log := logged(t, func(http.ResponseWriter, *http.Request) {
			if c.gone {
				leave()
			}
		}, httptest.NewRequestWithContext(ctx, "GET", "/", nil))
		leave()
		if !strings.Contains(log, c.want) {
			t.Errorf("%s: logged %s, want %s", name, log, c.want)
		}
	}
}

// Handlers must still reach what the connection can do.
func TestRecorderUnwraps(t *testing.T) {
	w, _ := logged(t, func(w http.ResponseWriter, r *http.Request) {
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
	}, httptest.NewRequest("GET", "/", nil))
	if !w.Flushed {
		t.Error("Flush did not arrive")
	}
}

// The id is in records of loggers that were made from ours, too.
func TestRequestLoggerOfOthers(t *testing.T) {
	var log bytes.Buffer
	derived := slog.New(requestLogger{slog.NewTextHandler(&log, nil)}).With("a", 1).WithGroup("g")
	ctx := context.WithValue(context.Background(), requestIDKey{}, "the-id")
	derived.InfoContext(ctx, "text", "b", 2)
	if got := log.String(); !strings.Contains(got, "a=1") || !strings.Contains(got, "g.b=2") || !strings.Contains(got, "the-id") {
		t.Errorf("logged %s", got)
	}
}
