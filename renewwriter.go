package latchkey

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
)

// renewingWriter adds a new token to an answer. Either it adds headers when the
// answer begins, or it holds a small JSON answer back and adds a member; any
// answer that is not fit for that passes through unchanged.
type renewingWriter struct {
	http.ResponseWriter
	issue      func() (Tokens, bool)
	addHeaders func(Tokens) // for cookies and headers
	bodyMember string       // for JSON answers

	status  int          // 0 until the answer begins
	held    bytes.Buffer // the body held back
	holding bool
}

// WriteHeader begins the answer. A 1xx is not the answer yet.
func (w *renewingWriter) WriteHeader(status int) {
	if status >= 100 && status < 200 && status != http.StatusSwitchingProtocols {
		w.ResponseWriter.WriteHeader(status)
		return
	}
	if w.holding {
		return // a mistake: the first status counts, but net/http has not seen it yet
	}
	if w.status != 0 {
		w.ResponseWriter.WriteHeader(status) // net/http logs the mistake
		return
	}
	w.status = status
	if status >= 200 && status < 400 {
		w.renewHeaders()
	}
	if w.bodyMember != "" && canCarryMember(status, w.Header()) {
		w.holding = true
		return
	}
	w.ResponseWriter.WriteHeader(status)
}

// renewHeaders adds the new token to the headers, if that is where it travels.
func (w *renewingWriter) renewHeaders() {
	if w.addHeaders == nil {
		return
	}
	if tokens, ok := w.issue(); ok {
		w.addHeaders(tokens)
	}
}

// Write holds the body back or passes it on.
func (w *renewingWriter) Write(p []byte) (int, error) {
	w.begin()
	if !w.holding {
		return w.ResponseWriter.Write(p)
	}
	if w.held.Len()+len(p) > maxRenewedBody {
		if err := w.letGo(); err != nil {
			return 0, err
		}
		return w.ResponseWriter.Write(p)
	}
	return w.held.Write(p)
}

// ReadFrom lets net/http use sendfile for answers that are not held back.
func (w *renewingWriter) ReadFrom(src io.Reader) (int64, error) {
	w.begin()
	if rf, ok := w.ResponseWriter.(io.ReaderFrom); ok && !w.holding {
		return rf.ReadFrom(src)
	}
	return io.Copy(struct{ io.Writer }{w}, src)
}

// FlushError ends the holding back: who flushes wants the client to see the
// answer now.
func (w *renewingWriter) FlushError() error {
	w.begin()
	if err := w.letGo(); err != nil {
		return err
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Flush is FlushError for code that asks for an http.Flusher.
func (w *renewingWriter) Flush() { _ = w.FlushError() }

// Hijack hands the connection over, for WebSockets.
func (w *renewingWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	if w.holding {
		return nil, nil, errors.New("latchkey: the answer has begun")
	}
	conn, buffered, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err == nil {
		w.status = http.StatusSwitchingProtocols
	}
	return conn, buffered, err
}

// Unwrap serves http.ResponseController.
func (w *renewingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// begin is what net/http does before the first byte of a body.
func (w *renewingWriter) begin() {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
}

// letGo sends what was held back, unchanged.
func (w *renewingWriter) letGo() error {
	if !w.holding {
		return nil
	}
	w.holding = false
	w.ResponseWriter.WriteHeader(w.status)
	_, err := w.ResponseWriter.Write(w.held.Bytes())
	return err
}

// finish sends an answer that was held back, with the new token if it can
// carry one. A handler that wrote nothing leaves it to net/http to begin the
// answer, which will be 200.
func (w *renewingWriter) finish() {
	if w.status == 0 {
		w.renewHeaders()
	}
	if !w.holding {
		return
	}
	body := w.held.Bytes()
	if tokens, ok := w.issue(); ok {
		var added bool
		if body, added = addMember(body, w.bodyMember, tokens.Access); added {
			w.Header().Set("Cache-Control", "no-store")
			w.Header().Set("Latchkey-Expires-In", seconds(tokens.ExpiresIn))
		}
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.holding = false
	w.ResponseWriter.WriteHeader(w.status)
	_, _ = w.ResponseWriter.Write(body) // the client may have gone
}
