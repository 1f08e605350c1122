// Command lkscale measures whether what a session costs depends on how many
// there are: it fills stores of different sizes and times refreshing, revoking,
// checking (in memory, and by asking the store) and purging, in turns.
//
//	lkscale
//	lkscale -postgres postgres://postgres@localhost/scale -sizes 1000,100000,1000000
//
// In PostgreSQL it makes a schema for each size, and drops it in the end. The last
// column says by how much the worst size differs from the smallest; above
// -tolerance the exit code is 1.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey/sqlstore"
	"github.com/latchkey-go/latchkey/sqlstore/postgres"
	"github.com/latchkey-go/latchkey/sqlstore/sqlite"
)

func main() {
	dsn := flag.String("postgres", os.Getenv("LATCHKEY_TEST_POSTGRES"), "measure on this database too, a postgres:// DSN")
	sizes := flag.String("sizes", "1000,10000,100000,1000000", "numbers of sessions, rising")
	ops := flag.Int("ops", 1000, "how often each operation is timed")
	tolerance := flag.Float64("tolerance", 0.2, "by how much the time may differ from that of the first size")
	docs := flag.String("docs", "", "write the tables into this Markdown file")
	flag.Parse()
	flat, err := run(context.Background(), settings{*dsn, *sizes, *ops, *tolerance, *docs})
	if err != nil {
		log.Fatal("lkscale: ", err)
	}
	if !flat {
		os.Exit(1)
	}
}

type settings struct {
	dsn, sizes string
	ops        int
	tolerance  float64
	docs       string
}

// run measures on each database.
func run(ctx context.Context, s settings) (flat bool, err error) {
	steps, err := parseSizes(s.sizes, s.ops)
	if err != nil {
		return false, err
	}
	databases := []string{"sqlite"}
	if s.dsn != "" {
		databases = append(databases, s.dsn)
	}
	flat = true
	var tables strings.Builder
	for _, db := range databases {
		name, table, err := measureDatabase(ctx, db, steps, s.ops)
		if err != nil {
			return false, err
		}
		if !writeTable(&tables, name, table, s.tolerance) {
			flat = false
		}
		tables.WriteString("\n")
	}
	fmt.Print(tables.String())
	if s.docs != "" {
		err = os.WriteFile(s.docs, []byte(page(tables.String(), s)), 0o644)
	}
	return flat, err
}

// measureDatabase fills stores of one kind and measures on them.
func measureDatabase(ctx context.Context, db string, sizes []int, ops int) (name string, table []figures, err error) {
	worlds, remove, err := openWorlds(ctx, db, sizes)
	defer func() { err = errors.Join(err, remove()) }()
	if err != nil {
		return "", nil, err
	}
	name = string(worlds[0].st.Dialect())
	// A first round that does not count: code, caches and lists of ended
	// sessions are then those of a server at work.
	for round := range 2 {
		for i, w := range worlds {
			began := time.Now()
			if err := w.fill(ctx, sizes[i]); err != nil {
				return "", nil, err
			}
			if round == 0 {
				log.Printf("%s: %d sessions, filled in %v", name, sizes[i], time.Since(began).Round(time.Second))
			}
		}
		if table, err = measure(ctx, worlds, ops); err != nil {
			return "", nil, err
		}
	}
	return name, table, nil
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

// openWorlds makes an empty store for each size. remove takes them away, also
// after an error.
func openWorlds(ctx context.Context, db string, sizes []int) (worlds []*world, remove func() error, err error) {
	var undo []func() error
	remove = func() error {
		var errs []error
		for _, f := range slices.Backward(undo) {
			errs = append(errs, f())
		}
		return errors.Join(errs...)
	}
	open, err := opener(ctx, db, &undo)
	if err != nil {
		return nil, remove, err
	}
	for _, size := range sizes {
		st, err := open(size)
		if err != nil {
			return nil, remove, err
		}
		undo = append(undo, st.Close)
		w, err := newWorld(ctx, st)
		if err != nil {
			return nil, remove, err
		}
		worlds = append(worlds, w)
	}
	return worlds, remove, nil
}

// opener opens a store for a size: a file, or a schema.
func opener(ctx context.Context, db string, undo *[]func() error) (func(size int) (*sqlstore.Store, error), error) {
	if db == "sqlite" {
		dir, err := os.MkdirTemp("", "lkscale-")
		if err != nil {
			return nil, err
		}
		*undo = append(*undo, func() error { return os.RemoveAll(dir) })
		return func(size int) (*sqlstore.Store, error) {
			return sqlite.Open(ctx, filepath.Join(dir, fmt.Sprint(size), "latchkey.db"))
		}, nil
	}
	admin, err := postgres.OpenDB(ctx, db)
	if err != nil {
		return nil, err
	}
	*undo = append(*undo, admin.Close)
	return func(size int) (*sqlstore.Store, error) {
		schema := fmt.Sprint("lkscale_", size)
		if _, err := admin.ExecContext(ctx, `CREATE SCHEMA `+schema); err != nil {
			return nil, err
		}
		*undo = append(*undo, func() error {
			_, err := admin.ExecContext(context.WithoutCancel(ctx), `DROP SCHEMA `+schema+` CASCADE`)
			return err
		})
		separator := "?"
		if strings.Contains(db, "?") {
			separator = "&"
		}
		return postgres.Open(ctx, db+separator+"search_path="+schema)
	}, nil
}
