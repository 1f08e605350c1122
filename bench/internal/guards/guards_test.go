package guards

import (
	"net/http"
	"testing"

	"github.com/latchkey-go/latchkey/bench/internal/fixture"
)

// Each guard lets the good token pass and refuses the forged one and none, and
// the bare route of its framework answers as the guarded one does.
func TestGuardsDoTheWork(t *testing.T) {
	key, err := fixture.NewKey("HS256")
	if err != nil {
		t.Fatal(err)
	}
	ours, err := NewLatchkey(key.Latchkey, 3)
	if err != nil {
		t.Fatal(err)
	}
	defer ours.Close()
	all := append(Peers(), Guard{Name: "Latchkey", Framework: NetHTTP,
		New: func([]byte) (http.Handler, error) { return ours, nil }})
	for _, g := range all {
		t.Run(g.Name, func(t *testing.T) {
			h, err := g.New(key.Private.([]byte))
			if err != nil {
				t.Fatal(err)
			}
			guarded, err := NewCaller(h)
			if err != nil {
				t.Fatal(err)
			}
			bare, err := NewCaller(Bare(g.Framework))
			if err != nil {
				t.Fatal(err)
			}
			for _, token := range ours.Tokens {
				for range 2 {
					if status := guarded.Call("Bearer " + token); status != 200 || guarded.w.written == 0 {
						t.Errorf("a good token is answered with %d and %d bytes", status, guarded.w.written)
					}
				}
				if status := bare.Call("Bearer " + token); status != 200 || bare.w.written != guarded.w.written {
					t.Errorf("the bare route answers %d with %d bytes", status, bare.w.written)
				}
				if status := guarded.Call("Bearer " + fixture.Forge(token)); status != 401 {
					t.Errorf("a forged token is answered with %d", status)
				}
			}
			if status := guarded.Call(""); status < 400 || status > 401 {
				t.Errorf("no token is answered with %d", status)
			}
		})
	}
}
