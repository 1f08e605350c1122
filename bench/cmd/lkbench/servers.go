package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/crypto/argon2"

	"github.com/latchkey-go/latchkey/bench/internal/measure"
	"github.com/latchkey-go/latchkey/bench/internal/report"
	"github.com/latchkey-go/latchkey/bench/internal/servers"
	"github.com/latchkey-go/latchkey/internal/pgtest"
)

const (
	serverRounds    = 5
	rotations       = 400 // in a round
	rotationRate    = 50  // a second
	simultaneous    = 500
	revocations     = 100
	megabyte        = 1 << 20
	pocketBaseTable = "pocketbase" // the module that has PocketBase, and its program's name
)

// serverTables compares whole servers.
func serverTables() ([]*report.Table, error) {
	dir, err := os.MkdirTemp("", "lkbench")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var tables []*report.Table
	for _, measured := range []func(context.Context, string) ([]*report.Table, error){sideBySide, rotationTables} {
		ts, err := measured(ctx, dir)
		if err != nil {
			return nil, err
		}
		tables = append(tables, ts...)
	}
	return tables, nil
}

// sideBySide compares latchkey serve with PocketBase.
func sideBySide(ctx context.Context, dir string) ([]*report.Table, error) {
	ours, err := servers.Build(ctx, "..", "./cmd/latchkey", dir, "latchkey")
	if err != nil {
		return nil, err
	}
	theirs, err := servers.Build(ctx, pocketBaseTable, ".", dir, pocketBaseTable)
	if err != nil {
		return nil, err
	}
	latchkey, err := servers.StartLatchkey(ctx, ours, dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = latchkey.Stop() }()
	pocketbase, err := servers.StartPocketBase(ctx, theirs, dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = pocketbase.Stop() }()
	both := []*servers.Server{latchkey, pocketbase}

	start := &report.Table{Title: "Servers: size and start", Header: []string{"", "binary", "start to first answer", "resident when idle", "after 8 sign-ups"}}
	for i, s := range both {
		if err := describe(start, s, []string{ours, theirs}[i]); err != nil {
			return nil, err
		}
	}
	hash := bareHash()
	rows, err := servers.Compare(ctx, both, serverRounds)
	if err != nil {
		return nil, err
	}
	hash = (hash + bareHash()) / 2 // what the machine can do drifts
	flood, err := floodTable(ctx, latchkey)
	if err != nil {
		return nil, err
	}
	return []*report.Table{start, callTable(rows, hash), flood}, nil
}

func describe(t *report.Table, s *servers.Server, program string) error {
	info, err := os.Stat(program)
	if err != nil {
		return err
	}
	resident, _, err := s.Memory()
	if err != nil {
		return err
	}
	t.Add(s.Name, megabytes(info.Size()), s.StartUp.Round(time.Millisecond).String(), megabytes(s.Idle), megabytes(resident))
	return nil
}

func callTable(rows []servers.Row, hash time.Duration) *report.Table {
	t := &report.Table{
		Title: "Servers: what a request costs",
		Notes: []string{"Each with its own SQLite database and its own password hash, in turns. A refresh of Latchkey rotates the token and writes; " +
			"PocketBase's is stateless."},
		Header: []string{"", "CPU time", "p50", "p99", "requests a second"},
	}
	t.Add("the hash of a sign-in alone, Argon2id", milliseconds(hash), "", "", "")
	for _, r := range rows {
		t.Add(string(r.Call)+", "+r.Server, milliseconds(r.CPU), milliseconds(r.P50), milliseconds(r.P99), fmt.Sprint(r.Rate))
	}
	return t
}

// bareHash is the CPU time of one password hash without anything around it.
func bareHash() time.Duration {
	const n = 20
	before := measure.CPUTime()
	for range n {
		argon2.IDKey([]byte("correct horse battery staple"), make([]byte, 16), 2, 19<<10, 1, 32)
	}
	return (measure.CPUTime() - before) / n
}

func floodTable(ctx context.Context, s *servers.Server) (*report.Table, error) {
	f, err := servers.SignInsAtOnce(ctx, s, simultaneous)
	if err != nil {
		return nil, err
	}
	t := &report.Table{
		Title:  fmt.Sprintf("%d sign-ins at once", simultaneous),
		Header: []string{"", "latchkey serve"},
	}
	for _, status := range []int{200, 429, 503, 0} {
		if n := f.Statuses[status]; n > 0 || status != 0 {
			t.Add(fmt.Sprintf("answered with %d", status), fmt.Sprint(n))
		}
	}
	t.Add("protected requests meanwhile, p50", milliseconds(f.Protected.Quantile(.5)))
	t.Add("protected requests meanwhile, p99", milliseconds(f.Protected.Quantile(.99)))
	t.Add("highest resident memory", megabytes(f.Highest))
	return t, nil
}

// rotationTables measures rotating refresh and revocation on both databases.
func rotationTables(ctx context.Context, dir string) ([]*report.Table, error) {
	cluster, err := pgtest.Start(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = cluster.Stop() }()
	databases := []struct{ driver, dsn string }{
		{"sqlite", filepath.Join(dir, "library.db")},
		{"postgres", cluster.DSN},
	}
	rotation := &report.Table{
		Title:  "The library: rotating refresh",
		Notes:  []string{fmt.Sprintf("CPU time of one refresh that rotates, at %d a second; SQLite is part of the server.", rotationRate)},
		Header: []string{"", "server", "database", "p50", "p99"},
	}
	revocation := &report.Table{
		Title:  "The library: how soon another process refuses an ended session",
		Header: []string{"", "p50", "p99"},
	}
	for _, d := range databases {
		if err := onDatabase(ctx, d.driver, d.dsn, dir, rotation, revocation); err != nil {
			return nil, fmt.Errorf("%s: %w", d.driver, err)
		}
	}
	return []*report.Table{rotation, revocation}, nil
}

func onDatabase(ctx context.Context, driver, dsn, dir string, rotation, revocation *report.Table) error {
	var two [2]*servers.Library
	for i := range two {
		l, err := servers.StartLibrary(ctx, driver, dsn, dir)
		if err != nil {
			return err
		}
		defer func() { _ = l.Stop() }()
		two[i] = l
	}
	r, err := two[0].Rotate(ctx, rotations, rotationRate)
	if err != nil {
		return err
	}
	rotation.Add(driver, milliseconds(r.Server), milliseconds(r.Database), milliseconds(r.P50), milliseconds(r.P99))
	took, err := servers.Revocation(ctx, two[0], two[1], revocations)
	if err != nil {
		return err
	}
	revocation.Add(driver, milliseconds(took.Quantile(.5)), milliseconds(took.Quantile(.99)))
	return nil
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.2f ms", float64(d)/float64(time.Millisecond))
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/megabyte) }
