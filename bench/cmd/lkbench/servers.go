package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/latchkey-go/latchkey/bench/internal/report"
	"github.com/latchkey-go/latchkey/bench/internal/servers"
	"github.com/latchkey-go/latchkey/internal/pgtest"
)

const (
	serverRounds    = 5
	rotations       = 200 // in a round
	rotationRate    = 50  // a second
	simultaneous    = 500
	floods          = 5
	revocations     = 100
	restarts        = 20
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
	ours, err := servers.Build(ctx, "..", "./cmd/latchkey", dir, "latchkey")
	if err != nil {
		return nil, err
	}
	var tables []*report.Table
	for _, measured := range []func(ctx context.Context, program, dir string) ([]*report.Table, error){sideBySide, floodTable, onDatabases} {
		ts, err := measured(ctx, ours, dir)
		tables = append(tables, ts...)
		if err != nil {
			return tables, err
		}
	}
	return tables, nil
}

// sideBySide compares latchkey serve with PocketBase.
func sideBySide(ctx context.Context, ours, dir string) ([]*report.Table, error) {
	theirs, err := servers.Build(ctx, pocketBaseTable, ".", dir, pocketBaseTable)
	if err != nil {
		return nil, err
	}
	latchkey, err := servers.StartLatchkey(ctx, ours, dir, servers.Options{})
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
	rows, err := servers.Compare(ctx, both, serverRounds)
	if err != nil {
		return nil, err
	}
	return []*report.Table{start, callTable(rows), signInTable(rows)}, nil
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

func callTable(rows []servers.Row) *report.Table {
	t := &report.Table{
		Title: "Servers: what a request costs",
		Notes: []string{"Each with its own SQLite database and its own password hash, in turns; CPU times are medians of the rounds. " +
			"A refresh of Latchkey rotates the token and writes; PocketBase's is stateless."},
		Header: []string{"", "CPU time", "p50", "p99", "requests a second"},
	}
	for _, r := range rows {
		t.Add(string(r.Call)+", "+r.Server, milliseconds(r.CPU), milliseconds(r.P50), milliseconds(r.P99), fmt.Sprint(r.Rate))
	}
	return t
}

// signInTable compares sign-ins as if both servers had the same hash.
func signInTable(rows []servers.Row) *report.Table {
	t := &report.Table{
		Title: "Servers: a sign-in at equal hash cost",
		Notes: []string{"Latchkey hashes with Argon2id (19 MiB, 2 passes), PocketBase with bcrypt (cost 10). The hash alone is done by a process of its own " +
			"in turns with the sign-ins; what is above it is what a sign-in would cost with the same hash in both, or with none."},
		Header: []string{"CPU time", "sign-in", "hash alone", "above the hash", "in percent of it"},
	}
	for _, r := range rows {
		if r.Call == servers.SignIn {
			t.Add(r.Server, milliseconds(r.CPU), milliseconds(r.Hash), milliseconds(r.Above),
				fmt.Sprintf("%.1f %%", 100*float64(r.Above)/float64(r.Hash)))
		}
	}
	return t
}

// memoryLimit is what a server on a machine of 256 MB is told, so that Go's
// collector keeps below it.
const memoryLimit = "GOMEMLIMIT=200MiB"

func floodTable(ctx context.Context, program, dir string) ([]*report.Table, error) {
	if err := os.Mkdir(filepath.Join(dir, "flood"), 0o700); err != nil {
		return nil, err
	}
	s, err := servers.StartLatchkey(ctx, program, filepath.Join(dir, "flood"), servers.Options{Environment: []string{memoryLimit}})
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.Stop() }()
	all := servers.Flood{Statuses: map[int]int{}}
	for range floods {
		f, err := servers.SignInsAtOnce(ctx, s, simultaneous)
		if err != nil {
			return nil, err
		}
		for status, n := range f.Statuses {
			all.Statuses[status] += n
		}
		all.Protected, all.Highest = append(all.Protected, f.Protected...), f.Highest
	}
	t := &report.Table{
		Title:  fmt.Sprintf("%d sign-ins at once", simultaneous),
		Notes:  []string{fmt.Sprintf("%d times, with %s: for a machine, or a container, of 256 MB. The clients are on the same machine.", floods, memoryLimit)},
		Header: []string{"", "latchkey serve"},
	}
	for _, status := range slices.Sorted(maps.Keys(all.Statuses)) {
		name := fmt.Sprintf("answered with %d", status)
		if status == 0 {
			name = "not answered"
		}
		t.Add(name, fmt.Sprint(all.Statuses[status]))
	}
	t.Add("protected requests meanwhile", fmt.Sprint(len(all.Protected)))
	t.Add("their p50", milliseconds(all.Protected.Quantile(.5)))
	t.Add("their p99", milliseconds(all.Protected.Quantile(.99)))
	t.Add("highest resident memory", megabytes(all.Highest))
	return []*report.Table{t}, nil
}

// onDatabases measures rotating refresh and revocation on both databases.
func onDatabases(ctx context.Context, program, dir string) ([]*report.Table, error) {
	cluster, err := pgtest.Start(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = cluster.Stop() }()
	rotation, err := rotationTable(ctx, program, dir, cluster)
	if err != nil {
		return nil, err
	}
	revocation, err := revocationTable(ctx, dir, cluster)
	if err != nil {
		return nil, err
	}
	return []*report.Table{rotation, revocation}, nil
}

func rotationTable(ctx context.Context, program, dir string, cluster *pgtest.Cluster) (*report.Table, error) {
	t := &report.Table{
		Title:  "Rotating refresh",
		Notes:  []string{fmt.Sprintf("CPU time of one refresh that rotates, at %d a second; SQLite is part of the server.", rotationRate)},
		Header: []string{"", "server", "database", "p50", "p99"},
	}
	own := func(name string) string { return filepath.Join(dir, name) }
	for _, subject := range []struct {
		name  string
		start func() (*servers.Server, error)
	}{
		{"library, SQLite", func() (*servers.Server, error) {
			return servers.StartLibrary(ctx, "sqlite", own("rotated.db"), dir)
		}},
		{"library, PostgreSQL", func() (*servers.Server, error) { return servers.StartLibrary(ctx, "postgres", cluster.DSN, dir) }},
		{"latchkey serve, SQLite", func() (*servers.Server, error) {
			return servers.StartLatchkey(ctx, program, own("rotated"), servers.Options{})
		}},
		{"latchkey serve, PostgreSQL", func() (*servers.Server, error) {
			return servers.StartLatchkey(ctx, program, own("rotated-postgres"), servers.Options{Postgres: cluster.DSN})
		}},
	} {
		r, err := rotate(ctx, subject.start)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", subject.name, err)
		}
		t.Add(subject.name, milliseconds(r.Server), milliseconds(r.Database), milliseconds(r.P50), milliseconds(r.P99))
	}
	return t, nil
}

func rotate(ctx context.Context, start func() (*servers.Server, error)) (servers.Rotation, error) {
	s, err := start()
	if err != nil {
		return servers.Rotation{}, err
	}
	defer func() { _ = s.Stop() }()
	return servers.Rotate(ctx, s, rotations, rotationRate, serverRounds)
}

func revocationTable(ctx context.Context, dir string, cluster *pgtest.Cluster) (*report.Table, error) {
	t := &report.Table{
		Title: "The library: how soon another process refuses an ended session",
		Notes: []string{"From the answer that it has ended. Restarted: PostgreSQL is killed at that moment and starts again. " +
			"What is not accepted is answered with 401, or with 503 while the database cannot be asked."},
		Header: []string{"", "not accepted, p50", "p99", "answered with 401, p50", "p99"},
	}
	restart := &servers.Disturbance{Begin: cluster.Kill, Over: cluster.Wait}
	for _, c := range []struct {
		name, driver, dsn string
		n                 int
		disturbed         *servers.Disturbance
	}{
		{"SQLite", "sqlite", filepath.Join(dir, "revoked.db"), revocations, nil},
		{"PostgreSQL", "postgres", cluster.DSN, revocations, nil},
		{"PostgreSQL, restarted", "postgres", cluster.DSN, restarts, restart},
	} {
		seen, err := revoke(ctx, c.driver, c.dsn, dir, c.n, c.disturbed)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		t.Add(c.name, milliseconds(seen.Closed.Quantile(.5)), milliseconds(seen.Closed.Quantile(.99)),
			milliseconds(seen.Refused.Quantile(.5)), milliseconds(seen.Refused.Quantile(.99)))
	}
	return t, nil
}

func revoke(ctx context.Context, driver, dsn, dir string, n int, d *servers.Disturbance) (servers.Seen, error) {
	var two [2]*servers.Server
	for i := range two {
		s, err := servers.StartLibrary(ctx, driver, dsn, dir)
		if err != nil {
			return servers.Seen{}, err
		}
		defer func() { _ = s.Stop() }()
		two[i] = s
	}
	return servers.Revocation(ctx, two[0], two[1], n, d)
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.2f ms", float64(d)/float64(time.Millisecond))
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/megabyte) }
