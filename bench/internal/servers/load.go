package servers

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Client calls a server's JSON API.
type Client struct {
	http *http.Client
	url  string
}

// NewClient returns a client with so many connections at most.
func NewClient(url string, connections int) *Client {
	return &Client{&http.Client{Transport: &http.Transport{MaxConnsPerHost: connections, MaxIdleConnsPerHost: connections}}, url}
}

// Call sends one request. body is sent as JSON unless it is nil, and the answer
// is decoded into a map.
func (c *Client) Call(ctx context.Context, method, path, bearer string, body any) (status int, answer map[string]any, err error) {
	var text []byte
	if body != nil {
		if text, err = json.Marshal(body); err != nil {
			return 0, nil, err
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, c.url+path, bytes.NewReader(text))
	if err != nil {
		return 0, nil, err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if bearer != "" {
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	if text, err = io.ReadAll(resp.Body); err != nil {
		return 0, nil, err
	}
	_ = json.Unmarshal(text, &answer) // an answer without JSON is an empty map
	return resp.StatusCode, answer, nil
}

// Must is Call for what has to be answered with 200 or 201.
func (c *Client) Must(ctx context.Context, method, path, bearer string, body any) (map[string]any, error) {
	status, answer, err := c.Call(ctx, method, path, bearer, body)
	if err == nil && status != http.StatusOK && status != http.StatusCreated {
		err = fmt.Errorf("%s %s is answered with %d: %v", method, path, status, answer)
	}
	return answer, err
}

// Latencies are the times that requests took.
type Latencies []time.Duration

// Quantile returns the time within which that part of all requests was
// answered.
func (l Latencies) Quantile(q float64) time.Duration {
	if len(l) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(l))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

// AtRate calls send n times at a fixed rate, whether earlier calls are answered
// or not. A call's time counts from when it was due, so a server that stalls
// does not hide it. The first error ends the sending.
func AtRate(ctx context.Context, perSecond float64, n int, send func(ctx context.Context, i int) error) (Latencies, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	took := make(Latencies, n)
	began := time.Now()
	var wg sync.WaitGroup
	for i := range n {
		due := began.Add(time.Duration(float64(i) / perSecond * float64(time.Second)))
		time.Sleep(time.Until(due))
		if ctx.Err() != nil {
			break
		}
		wg.Go(func() {
			if err := send(ctx, i); err != nil {
				stop(err)
			}
			took[i] = time.Since(due)
		})
	}
	wg.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return took, nil
}
