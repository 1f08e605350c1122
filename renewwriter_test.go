package latchkey_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey"
)

// TestTheFirstStatusCounts: a second WriteHeader changes nothing, as with
// net/http itself, although the answer is still held back.
func TestTheFirstStatusCounts(t *testing.T) {
	auth, tokens, _ := renewing(t, nil)
	server := httptest.NewServer(auth.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		w.WriteHeader(http.StatusInternalServerError)
		io.WriteString(w, `{}`)
	})))
	defer server.Close()
	r, _ := http.NewRequest("GET", server.URL, nil)
	r.Header.Set("Authorization", "Bearer "+tokens.Access)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusCreated || !strings.Contains(string(text), "access_token") {
		t.Errorf("answered %d %s, %v", resp.StatusCode, text, err)
	}
}

// TestAnEmptyAnswerRenews: a handler need not write anything for its answer to be
// 200.
func TestAnEmptyAnswerRenews(t *testing.T) {
	nothing := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	auth, tokens, _ := renewing(t, func(c *latchkey.Config) { c.Deliver = latchkey.InCookie })
	if w := serve(auth.Required(nothing), "GET", "/", "Cookie", "__Host-latchkey_access="+tokens.Access); setsAccess(w) == "" {
		t.Errorf("in cookies: %v", w.Header())
	}
	auth, tokens, _ = renewing(t, func(c *latchkey.Config) { c.Deliver = latchkey.InHeader })
	if w := serve(auth.Required(nothing), "GET", "/", "Authorization", "Bearer "+tokens.Access); w.Header().Get("Authorization") == "" {
		t.Errorf("in headers: %v", w.Header())
	}
}

// TestRefusedHijack: where connections cannot be taken over, as in HTTP/2, a
// handler may go on with an answer like any other.
func TestRefusedHijack(t *testing.T) {
	auth, tokens, _ := renewing(t, nil)
	w := serve(auth.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, _, err := http.NewResponseController(w).Hijack(); err == nil {
			t.Error("hijacked")
		}
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{}`)
	})), "GET", "/", "Authorization", "Bearer "+tokens.Access)
	if !strings.Contains(w.Body.String(), "access_token") {
		t.Errorf("answered %d %s", w.Code, w.Body)
	}
}

// TestTrustedOriginsRenew: requests of pages that the configuration trusts prove
// that somebody is active; those of others do not.
func TestTrustedOriginsRenew(t *testing.T) {
	auth, tokens, _ := renewing(t, func(c *latchkey.Config) {
		c.Deliver = latchkey.InCookie
		c.TrustedOrigins = []string{"https://listed.example"}
		c.TrustOrigin = func(origin string) bool { return origin == "https://asked.example" }
		c.Logger = slog.New(slog.DiscardHandler)
	})
	for origin, want := range map[string]bool{
		"https://listed.example": true, "https://asked.example": true, "https://other.example": false, "null": false,
		"https://app.example.com": true,
	} {
		w := serve(auth.Required(jsonHandler(`{}`)), "GET", "https://app.example.com/",
			"Cookie", "__Host-latchkey_access="+tokens.Access, "Origin", origin)
		if got := setsAccess(w) != ""; got != want {
			t.Errorf("from %s: renewed is %v", origin, got)
		}
	}
}

// TestFingerprintedAnswersAreLeftAlone: what a header says of a body stays true.
func TestFingerprintedAnswersAreLeftAlone(t *testing.T) {
	auth, tokens, _ := renewing(t, nil)
	for _, name := range []string{"ETag", "Content-Digest", "Repr-Digest", "Digest", "Content-MD5", "Content-Encoding", "Trailer"} {
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set(name, "x")
			jsonHandler(`{"a":1}`).ServeHTTP(w, r)
		})
		if w := serve(auth.Required(h), "GET", "/", "Authorization", "Bearer "+tokens.Access); w.Body.String() != `{"a":1}` {
			t.Errorf("%s: the body is %s", name, w.Body)
		}
	}
}

// TestNobodyIsLeftToRenew: a client that goes away is not an error worth a line
// in the log.
func TestNobodyIsLeftToRenew(t *testing.T) {
	var log strings.Builder
	auth, tokens, _ := renewing(t, func(c *latchkey.Config) {
		c.Deliver = latchkey.InCookie
		c.Logger = slog.New(slog.NewTextHandler(&log, nil))
	})
	ctx, leave := context.WithCancel(t.Context())
	r := httptest.NewRequestWithContext(ctx, "GET", "https://app.example.com/", nil)
	r.Header.Set("Cookie", "__Host-latchkey_access="+tokens.Access)
	w := httptest.NewRecorder()
	auth.Required(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { leave() })).ServeHTTP(w, r)
	if setsAccess(w) != "" || log.Len() > 0 {
		t.Errorf("%v %s", w.Header(), log.String())
	}
}
