package suite

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"regexp"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/latchkey-go/latchkey/bench/internal/fixture"
	"github.com/latchkey-go/latchkey/bench/internal/guards"
	"github.com/latchkey-go/latchkey/bench/internal/measure"
	"github.com/latchkey-go/latchkey/jwt"
)

// LoopbackRow is what a request over a real connection costs the server.
type LoopbackRow struct {
	Name string
	// Micros is the server's CPU time for one request, median of the rounds.
	Micros float64
	// PerSecond is the best round's requests a second.
	PerSecond float64
}

// ErrNoWrk says that the load generator wrk is not installed.
var ErrNoWrk = errors.New("wrk is not installed (apt-get install wrk)")

// Loopback measures servers on 127.0.0.1 with wrk.
func Loopback(rounds int, each time.Duration) ([]LoopbackRow, error) {
	if _, err := exec.LookPath("wrk"); err != nil {
		return nil, ErrNoWrk
	}
	key, err := fixture.NewKey(jwt.HS256)
	if err != nil {
		return nil, err
	}
	ours, err := guards.NewLatchkey(key.Latchkey, 1)
	if err != nil {
		return nil, err
	}
	defer ours.Close()
	peer := guards.Peers()[0]
	byHand, err := peer.New(key.Private.([]byte))
	if err != nil {
		return nil, err
	}
	rows := []LoopbackRow{{Name: "net/http without a guard"}, {Name: "Latchkey"}, {Name: peer.Name}}
	handlers := []http.Handler{guards.Bare(guards.NetHTTP), ours, byHand}
	micros := make([][]float64, len(rows))
	for range rounds {
		for i, h := range handlers {
			cpu, rate, err := load(h, ours.Tokens[0], each)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", rows[i].Name, err)
			}
			micros[i] = append(micros[i], cpu)
			rows[i].PerSecond = max(rows[i].PerSecond, rate)
		}
	}
	for i := range rows {
		rows[i].Micros = measure.Median(micros[i])
	}
	return rows, nil
}

var refused = regexp.MustCompile(`Non-2xx or 3xx responses: (\d+)`)

// load serves h while wrk runs, and returns the CPU time of a request in
// microseconds and the requests a second.
func load(h http.Handler, token string, d time.Duration) (micros, perSecond float64, err error) {
	var served atomic.Int64
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, 0, err
	}
	server := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		served.Add(1)
		h.ServeHTTP(w, r)
	})}
	go func() { _ = server.Serve(l) }() // until Shutdown
	defer func() { _ = server.Shutdown(context.Background()) }()

	began, before := time.Now(), measure.CPUTime()
	out, err := exec.Command("wrk", "-t1", "-c8", "-d"+strconv.Itoa(max(1, int(d/time.Second)))+"s",
		"-H", "Authorization: Bearer "+token, "http://"+l.Addr().String()+guards.Path).CombinedOutput()
	cpu, took, n := measure.CPUTime()-before, time.Since(began), float64(served.Load())
	if err != nil {
		return 0, 0, fmt.Errorf("wrk: %w: %s", err, out)
	}
	if m := refused.FindSubmatch(out); m != nil {
		return 0, 0, fmt.Errorf("%s requests were refused", m[1])
	}
	return float64(cpu.Nanoseconds()) / 1e3 / n, n / took.Seconds(), nil
}
