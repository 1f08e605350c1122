// Command lkscale measures whether what a session costs depends on how many
// there are: it fills a store step by step, and at each size times refreshing,
// revoking, checking (in memory, and by asking the store) and purging.
//
//	lkscale -db sqlite
//	lkscale -db postgres://postgres@localhost/scale -sizes 1000,100000,1000000
//
// The database must be empty and for this alone. The last column says by how much
// the worst size differs from the smallest; above -tolerance the exit code is 1.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey/sqlstore"
	"github.com/latchkey-go/latchkey/sqlstore/postgres"
	"github.com/latchkey-go/latchkey/sqlstore/sqlite"
)

func main() {
	db := flag.String("db", "sqlite", `"sqlite" for a file that is thrown away, or a postgres:// DSN`)
	sizes := flag.String("sizes", "1000,10000,100000,1000000", "numbers of sessions, rising")
	ops := flag.Int("ops", 1000, "how often each operation is timed")
	tolerance := flag.Float64("tolerance", 0.2, "by how much the time may differ from that of the first size")
	result := flag.String("result", "", "write the figures into this file too, as JSON")
	flag.Parse()
	flat, err := run(context.Background(), *db, *sizes, *ops, *tolerance, *result)
	if err != nil {
		log.Fatal("lkscale: ", err)
	}
	if !flat {
		os.Exit(1)
	}
}

func run(ctx context.Context, db, sizes string, ops int, tolerance float64, result string) (flat bool, err error) {
	steps, err := parseSizes(sizes, ops)
	if err != nil {
		return false, err
	}
	st, remove, err := open(ctx, db)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, st.Close(), remove()) }()
	w, err := newWorld(ctx, st)
	if err != nil {
		return false, err
	}
	// A first round that does not count: code, caches and the list of ended
	// sessions, which later rounds find filled, are those of a server at work.
	if err := w.fill(ctx, steps[0]); err != nil {
		return false, err
	}
	if _, err := w.measure(ctx, steps[0], ops); err != nil {
		return false, err
	}
	var table []figures
	for _, size := range steps {
		began := time.Now()
		if err := w.fill(ctx, size); err != nil {
			return false, err
		}
		log.Printf("%d sessions, filled in %v", size, time.Since(began).Round(time.Second))
		f, err := w.measure(ctx, size, ops)
		if err != nil {
			return false, err
		}
		table = append(table, f)
	}
	if result != "" {
		text, err := json.MarshalIndent(map[string]any{"database": string(st.Dialect()), "at": time.Now().UTC(), "figures": table}, "", "  ")
		if err != nil {
			return false, err
		}
		if err := os.WriteFile(result, append(text, '\n'), 0o644); err != nil {
			return false, err
		}
	}
	return report(os.Stdout, string(st.Dialect()), table, tolerance), nil
}

// parseSizes reads rising numbers, each large enough for its operations.
func parseSizes(text string, ops int) ([]int, error) {
	var steps []int
	for field := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(field))
		if err != nil {
			return nil, err
		}
		if n < ops || len(steps) > 0 && n <= steps[len(steps)-1] {
			return nil, fmt.Errorf("-sizes must rise and begin with -ops (%d) or more", ops)
		}
		steps = append(steps, n)
	}
	return steps, nil
}

func open(ctx context.Context, db string) (st *sqlstore.Store, remove func() error, err error) {
	if db != "sqlite" {
		st, err = postgres.Open(ctx, db)
		return st, func() error { return nil }, err
	}
	dir, err := os.MkdirTemp("", "lkscale-")
	if err != nil {
		return nil, nil, err
	}
	remove = func() error { return os.RemoveAll(dir) }
	st, err = sqlite.Open(ctx, filepath.Join(dir, "latchkey.db"))
	if err != nil {
		return nil, nil, errors.Join(err, remove())
	}
	return st, remove, nil
}
