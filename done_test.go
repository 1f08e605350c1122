package latchkey_test

import (
	"bufio"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/memstore"
	"github.com/latchkey-go/latchkey/session"
)

// streams serves a stream of server-sent events and a WebSocket that live as
// long as the token.
func streams(auth *latchkey.Auth) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/events", auth.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := latchkey.FromContext(r.Context())
		w.Header().Set("Content-Type", "text/event-stream")
		io.WriteString(w, "data: hello\n\n")
		http.NewResponseController(w).Flush()
		select {
		case <-token.Done():
			io.WriteString(w, "data: ended\n\n")
		case <-r.Context().Done():
		}
	})))
	mux.HandleFunc("/socket", func(w http.ResponseWriter, r *http.Request) {
		token, err := auth.Authenticate(r)
		if err != nil {
			auth.WriteError(w, r, err)
			return
		}
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		accept := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
		fmt.Fprintf(rw, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
			base64.StdEncoding.EncodeToString(accept[:]))
		rw.Write([]byte{0x81, 5, 'h', 'e', 'l', 'l', 'o'}) // a text frame
		rw.Flush()
		<-token.Done()
		rw.Write([]byte{0x88, 2, 4000 >> 8, 4000 & 0xff}) // a close frame, code 4000
		rw.Flush()
	})
	return mux
}

func streamingServer(t *testing.T, change func(*latchkey.Config)) (*latchkey.Auth, *httptest.Server, latchkey.Tokens) {
	t.Helper()
	cfg := goodConfig(t)
	cfg.Now = nil // streams end by real timers
	if change != nil {
		change(&cfg)
	}
	auth, err := latchkey.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(streams(auth))
	t.Cleanup(server.Close)
	tokens, err := auth.Issue(newRequest("POST"), latchkey.Login{Subject: "ada"})
	if err != nil {
		t.Fatal(err)
	}
	return auth, server, tokens
}

func openEvents(t *testing.T, server *httptest.Server, token string) *bufio.Reader {
	t.Helper()
	r, _ := http.NewRequestWithContext(t.Context(), "GET", server.URL+"/events", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	in := bufio.NewReader(resp.Body)
	if line, err := in.ReadString('\n'); line != "data: hello\n" {
		t.Fatalf("the stream begins with %q, %v", line, err)
	}
	return in
}

func TestStreamsEndWithTheSession(t *testing.T) {
	for name, end := range map[string]func(*latchkey.Auth, latchkey.Tokens) error{
		"session": func(a *latchkey.Auth, tk latchkey.Tokens) error {
			return a.Sessions().End(context.Background(), tk.Session.ID, session.EndedByUser)
		},
		"user": func(a *latchkey.Auth, _ latchkey.Tokens) error {
			_, err := a.Sessions().EndSubject(context.Background(), "ada", session.EndedByAdmin)
			return err
		},
		"everybody": func(a *latchkey.Auth, _ latchkey.Tokens) error { return a.Sessions().EndAll(context.Background()) },
	} {
		t.Run(name, func(t *testing.T) {
			auth, server, tokens := streamingServer(t, nil)
			events := openEvents(t, server, tokens.Access)
			conn, socket := openSocket(t, server, tokens.Access)
			defer conn.Close()
			if err := end(auth, tokens); err != nil {
				t.Fatal(err)
			}
			if rest, _ := io.ReadAll(events); !strings.Contains(string(rest), "data: ended") {
				t.Errorf("the stream ends with %q", rest)
			}
			if rest, _ := io.ReadAll(socket); len(rest) != 4 || rest[0] != 0x88 {
				t.Errorf("the socket ends with %x", rest)
			}
		})
	}
}

func TestStreamsEndWithTheToken(t *testing.T) {
	_, server, tokens := streamingServer(t, func(c *latchkey.Config) { c.AccessTTL = time.Second })
	if rest, _ := io.ReadAll(openEvents(t, server, tokens.Access)); !strings.Contains(string(rest), "data: ended") {
		t.Errorf("the stream ends with %q", rest)
	}
}

// Another process on the same store ends the session.
func TestStreamsEndWhenAnotherProcessEndsTheSession(t *testing.T) {
	store := memstore.New()
	auth, server, tokens := streamingServer(t, func(c *latchkey.Config) { c.Store = store })
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan error)
	go func() { stopped <- auth.Run(ctx) }()
	events := openEvents(t, server, tokens.Access)

	cfg := goodConfig(t)
	cfg.Store, cfg.Now = store, nil
	other, err := latchkey.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Sessions().End(ctx, tokens.Session.ID, session.EndedByUser); err != nil {
		t.Fatal(err)
	}
	if rest, _ := io.ReadAll(events); !strings.Contains(string(rest), "data: ended") {
		t.Errorf("the stream ends with %q", rest)
	}
	stop()
	if err := <-stopped; err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("Run returns %v", err)
	}
}

func openSocket(t *testing.T, server *httptest.Server, token string) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "GET /socket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer %s\r\n\r\n", token)
	in := bufio.NewReader(conn)
	resp, err := http.ReadResponse(in, nil)
	if err != nil || resp.StatusCode != 101 || resp.Header.Get("Sec-WebSocket-Accept") != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" {
		t.Fatalf("the handshake is answered with %v, %v", resp, err)
	}
	frame := make([]byte, 7)
	if _, err := io.ReadFull(in, frame); err != nil || string(frame[2:]) != "hello" {
		t.Fatalf("the first frame is %q, %v", frame, err)
	}
	return conn, in
}
