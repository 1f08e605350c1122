package guards

import "net/http"

// Caller calls a handler in process, without anything of a server around it.
type Caller struct {
	h       http.Handler
	request *http.Request
	token   []string
	w       writer
}

// NewCaller returns a Caller for the protected route of h.
func NewCaller(h http.Handler) (*Caller, error) {
	r, err := http.NewRequest(http.MethodGet, "https://app.example.com"+Path, nil)
	if err != nil {
		return nil, err
	}
	r.RequestURI, r.RemoteAddr = Path, "192.0.2.1:1234"
	r.Header.Set("User-Agent", "lkbench")
	r.Header.Set("Authorization", "")
	return &Caller{h: h, request: r, token: r.Header["Authorization"], w: writer{header: http.Header{}}}, nil
}

// Call sends one request with this Authorization header and returns the status
// of the answer.
func (c *Caller) Call(authorization string) int {
	c.token[0] = authorization
	clear(c.w.header)
	c.w.status, c.w.written = http.StatusOK, 0
	c.h.ServeHTTP(&c.w, c.request)
	return c.w.status
}

// writer is an http.ResponseWriter that keeps the status alone.
type writer struct {
	header  http.Header
	status  int
	written int
}

func (w *writer) Header() http.Header    { return w.header }
func (w *writer) WriteHeader(status int) { w.status = status }
func (w *writer) Write(p []byte) (int, error) {
	w.written += len(p)
	return len(p), nil
}
