package servers

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// Server is a product that people sign in to.
type Server struct {
	Name string
	*Process
	client *Client
	// The calls that are compared. Refresh returns the next refresh token,
	// which for some is the same kind as the access token.
	SignIn  func(ctx context.Context, user int) (access, refresh string, err error)
	GetUser func(ctx context.Context, access string) error
	Refresh func(ctx context.Context, refresh string) (string, error)
	// Hash names the server's password hash for Hash; empty if it hashes none.
	Hash string
}

const (
	users       = 8
	password    = "correct horse battery staple 7"
	connections = 16
)

func userName(i int) string { return fmt.Sprintf("user%d", i%users) }

// Build compiles a command of a module into dir.
func Build(ctx context.Context, module, pkg, dir, name string) (string, error) {
	program := filepath.Join(dir, name)
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", program, pkg)
	cmd.Dir, cmd.Env = module, append(cmd.Environ(), "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build %s: %w: %s", pkg, err, out)
	}
	return program, nil
}

// Options are what a `latchkey serve` is started with besides.
type Options struct {
	// Postgres is the URL of an empty database; without it it is SQLite.
	Postgres string
	// Environment is added to ours.
	Environment []string
}

// StartLatchkey starts `latchkey serve` with an empty database in dir and signs
// users up.
func StartLatchkey(ctx context.Context, program, dir string, o Options) (*Server, error) {
	addr, err := FreeAddress()
	if err != nil {
		return nil, err
	}
	args := []string{"serve", "--addr", addr, "--data", filepath.Join(dir, "latchkey-data"), "--log-level", "warn"}
	if o.Postgres != "" {
		args = append(args, "--db", o.Postgres)
	}
	p, err := Start(ctx, o.Environment, addr, "/healthz", program, args...)
	if err != nil {
		return nil, err
	}
	if o.Postgres != "" {
		if p.database, err = serverProcess(ctx, o.Postgres); err != nil {
			return nil, errors.Join(err, p.Stop())
		}
	}
	c := NewClient(p.URL, connections)
	s := &Server{Name: "latchkey serve", Process: p, client: c, Hash: argon2id}
	for i := range users {
		_, err := c.Must(ctx, "POST", "/api/v1/sign-up", "", map[string]string{"username": userName(i), "password": password, "delivery": "body"})
		if err != nil {
			return nil, errors.Join(err, p.Stop())
		}
	}
	s.SignIn = func(ctx context.Context, user int) (string, string, error) {
		answer, err := c.Must(ctx, "POST", "/api/v1/sign-in", "", map[string]string{"username": userName(user), "password": password, "delivery": "body"})
		return text(answer, "access_token"), text(answer, "refresh_token"), err
	}
	s.GetUser = func(ctx context.Context, access string) error {
		_, err := c.Must(ctx, "GET", "/api/v1/me", access, nil)
		return err
	}
	s.Refresh = func(ctx context.Context, refresh string) (string, error) {
		answer, err := c.Must(ctx, "POST", "/api/v1/refresh", "", map[string]string{"refresh_token": refresh})
		return text(answer, "refresh_token"), err
	}
	return s, nil
}

// StartPocketBase starts PocketBase with an empty database in dir and signs
// users up.
func StartPocketBase(ctx context.Context, program, dir string) (*Server, error) {
	addr, err := FreeAddress()
	if err != nil {
		return nil, err
	}
	p, err := Start(ctx, nil, addr, "/api/health", program, "serve", "--http", addr, "--dir", filepath.Join(dir, "pocketbase-data"))
	if err != nil {
		return nil, err
	}
	const collection = "/api/collections/users"
	c := NewClient(p.URL, connections)
	s := &Server{Name: "PocketBase", Process: p, client: c, Hash: bcrypt10}
	ids := make([]string, users)
	mail := func(i int) string { return userName(i) + "@example.com" }
	for i := range users {
		answer, err := c.Must(ctx, "POST", collection+"/records", "", map[string]string{"email": mail(i), "password": password, "passwordConfirm": password})
		if err != nil {
			return nil, errors.Join(err, p.Stop())
		}
		ids[i] = text(answer, "id")
	}
	s.SignIn = func(ctx context.Context, user int) (string, string, error) {
		answer, err := c.Must(ctx, "POST", collection+"/auth-with-password", "", map[string]string{"identity": mail(user), "password": password})
		token := text(answer, "token")
		return ids[user%users] + " " + token, token, err
	}
	s.GetUser = func(ctx context.Context, access string) error {
		id, token, _ := strings.Cut(access, " ")
		_, err := c.Must(ctx, "GET", collection+"/records/"+id, token, nil)
		return err
	}
	s.Refresh = func(ctx context.Context, refresh string) (string, error) {
		answer, err := c.Must(ctx, "POST", collection+"/auth-refresh", refresh, nil)
		return text(answer, "token"), err
	}
	return s, nil
}

func text(answer map[string]any, name string) string {
	s, _ := answer[name].(string)
	return s
}
