//go:build unix

package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/latchkey-go/latchkey/jwt"
)

// visitor is somebody who uses a server without pause.
type visitor struct {
	url             string
	client          *http.Client
	access, refresh string
	first           string          // the first access token, which lives to the end of the test
	signers         map[string]bool // the keys that signed what was given out
}

// post sends JSON and takes the tokens of the answer.
func (v *visitor) post(path, body string) error {
	response, err := v.client.Post(v.url+path, "application/json", strings.NewReader(body))
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		return errors.Join(fmt.Errorf("POST %s: %s %s", path, response.Status, text), err)
	}
	var tokens struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	if err := json.Unmarshal(text, &tokens); err != nil {
		return err
	}
	v.access, v.refresh = tokens.Access, tokens.Refresh
	v.first = cmp.Or(v.first, v.access)
	for _, token := range []string{v.access, v.refresh} {
		said, err := jwt.InsecureParse(token)
		if err != nil {
			return err
		}
		v.signers[said.KeyID] = true
	}
	return nil
}

func (v *visitor) signIn() error {
	return v.post("/api/v1/sign-in", strings.Replace(someone, "}", `,"delivery":"body"}`, 1))
}

// round is what a visitor does again and again: ask with the token at hand, get
// others, and ask with those before and after, and with the first.
func (v *visitor) round() error {
	before := v.access
	if err := v.post("/api/v1/refresh", fmt.Sprintf(`{"refresh_token":%q}`, v.refresh)); err != nil {
		return err
	}
	for _, token := range []string{v.first, before, v.access, v.access} {
		r, err := http.NewRequest(http.MethodGet, v.url+"/api/v1/me", nil)
		if err != nil {
			return err
		}
		r.Header.Set("Authorization", "Bearer "+token)
		response, err := v.client.Do(r)
		if err != nil {
			return err
		}
		text, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if err != nil || response.StatusCode != http.StatusOK {
			return errors.Join(fmt.Errorf("GET /api/v1/me: %s %s", response.Status, text), err)
		}
	}
	return nil
}

// TestRotateUnderLoad: a real server, on the real clock and under load, while an
// operator rotates the keys again and again. Not one request is refused. Each
// rotation waits until every visitor has gone on with it.
func TestRotateUnderLoad(t *testing.T) {
	const visitors, rotations = 3, 4
	data := filepath.Join(t.TempDir(), "data")
	p := serve(t, data, `exec latchkey "$@"`)
	if got := p.post("/api/v1/sign-up", someone); got != http.StatusCreated {
		t.Fatalf("sign-up: %d", got)
	}
	var wg sync.WaitGroup
	stop, failed := make(chan struct{}), make(chan error, visitors)
	rounds := make([]chan struct{}, visitors)
	signers := make([]map[string]bool, visitors)
	for i := range visitors {
		rounds[i], signers[i] = make(chan struct{}), map[string]bool{}
		v := &visitor{url: p.url, client: &http.Client{Transport: &http.Transport{}}, signers: signers[i]}
		wg.Go(func() {
			defer v.client.CloseIdleConnections()
			err := v.signIn()
			for n := 1; err == nil; n++ {
				select {
				case <-stop:
					return
				case rounds[i] <- struct{}{}:
				default: // nobody waits
				}
				// One of them comes and goes; the others stay.
				if i == 0 && n%5 == 0 {
					err = v.signIn()
				} else {
					err = v.round()
				}
			}
			failed <- fmt.Errorf("visitor %d: %w", i, err)
		})
	}
	// allGoOn waits until each visitor has done a whole round.
	allGoOn := func() {
		t.Helper()
		for _, round := range rounds {
			for range 2 {
				select {
				case <-round:
				case err := <-failed:
					t.Fatal(err)
				}
			}
		}
	}
	allGoOn()
	for range rotations {
		if out, err := exec.Command("latchkey", "key", "rotate", "--now", "--data", data).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		reloads := strings.Count(p.log.String(), "reloaded: keys")
		if err := p.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		for strings.Count(p.log.String(), "reloaded: keys") == reloads {
			allGoOn()
		}
		allGoOn()
	}
	close(stop)
	wg.Wait()
	all := map[string]bool{}
	for i, seen := range signers {
		// Who stays has tokens of the key before and after.
		if len(seen) < 2 {
			t.Errorf("visitor %d has met %d keys", i, len(seen))
		}
		for id := range seen {
			all[id] = true
		}
	}
	if len(all) != rotations+1 {
		t.Errorf("%d keys have signed, want %d", len(all), rotations+1)
	}
	if code := p.end(syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d\n%s", code, p.log)
	}
}
