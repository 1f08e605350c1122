package suite

import (
	"fmt"
	"time"

	"github.com/latchkey-go/latchkey/bench/internal/fixture"
	"github.com/latchkey-go/latchkey/bench/internal/floor"
	"github.com/latchkey-go/latchkey/bench/internal/libs"
	"github.com/latchkey-go/latchkey/bench/internal/measure"
	"github.com/latchkey-go/latchkey/jwt"
)

// LibraryRow is what a library needs to verify and to sign one token.
type LibraryRow struct {
	Name    string
	Version string
	// Verify and Sign are by algorithm.
	Verify, Sign map[jwt.Algorithm]Cost
}

// Libraries measures JWT libraries without a server around them.
func Libraries(o measure.Options) ([]LibraryRow, error) {
	all := libs.All()
	rows := make([]LibraryRow, len(all))
	for i, lib := range all {
		rows[i] = LibraryRow{lib.Name, Version(lib.Module), map[jwt.Algorithm]Cost{}, map[jwt.Algorithm]Cost{}}
	}
	for _, alg := range fixture.Algorithms {
		results, err := libraries(all, alg, o)
		if err != nil {
			return nil, err
		}
		for i := range all {
			rows[i].Verify[alg], rows[i].Sign[alg] = costOf(results[2*i]), costOf(results[2*i+1])
		}
	}
	return rows, nil
}

// libraries measures all libraries with one algorithm: for each, verify and
// then sign.
func libraries(all []libs.Library, alg jwt.Algorithm, o measure.Options) ([]measure.Result, error) {
	key, err := fixture.NewKey(alg)
	if err != nil {
		return nil, err
	}
	claims := fixture.NewClaims()
	token, err := key.Sign(claims)
	if err != nil {
		return nil, err
	}
	var cases []measure.Case
	for _, lib := range all {
		codec, err := lib.New(key)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", lib.Name, err)
		}
		cases = append(cases,
			measure.Case{Name: lib.Name + " verify", Op: repeat(func() error {
				_, err := codec.Verify(token)
				return err
			})},
			measure.Case{Name: lib.Name + " sign", Op: repeat(func() error {
				_, err := codec.Sign(claims)
				return err
			})})
	}
	return measure.Run(cases, o)
}

func repeat(op func() error) func(int) error {
	return func(n int) error {
		for range n {
			if err := op(); err != nil {
				return err
			}
		}
		return nil
	}
}

func costOf(r measure.Result) Cost {
	return Cost{Nanos: r.Nanos, WithGC: r.Process, Allocs: r.Allocs, Bytes: r.Bytes, Cycles: r.Cycles}
}

// FloorRow is one way down to the least that is possible, or our own.
type FloorRow struct {
	Name string
	Cost Cost
}

// The rows of Floor that are compared with each other.
const (
	FloorScan  = "floor: signature, then a one-pass scanner"
	FloorSign  = "floor: base64 and a MAC"
	OursVerify = "jwt.KeySet.Verify"
	OursSign   = "jwt.KeySet.Sign"
)

// Floor compares package jwt with the least that HS256 can cost.
func Floor(o measure.Options) ([]FloorRow, error) {
	key, err := fixture.NewKey(jwt.HS256)
	if err != nil {
		return nil, err
	}
	claims := fixture.NewClaims()
	token, err := key.Sign(claims)
	if err != nil {
		return nil, err
	}
	keys, err := jwt.NewKeySet(key.Latchkey)
	if err != nil {
		return nil, err
	}
	f := floor.New(key.Private.([]byte))
	text := claims.JSON()
	header := token[:36] // {"alg":"HS256","typ":"JWT"}
	expect := jwt.Expect{Types: []string{"JWT"}, Issuer: fixture.Issuer, Audience: fixture.Issuer, Now: time.Now(), RequireSubject: true}
	cases := []measure.Case{
		{Name: "floor: signature alone", Op: repeat(func() error { _, err := f.Signature(token); return err })},
		{Name: FloorScan, Op: repeat(func() error { _, err := f.Scan(token); return err })},
		{Name: "floor: signature, then json/v2", Op: repeat(func() error { _, err := f.JSONv2(token); return err })},
		{Name: "floor: signature, then encoding/json", Op: repeat(func() error { _, err := f.JSON(token); return err })},
		{Name: OursVerify, Op: repeat(func() error { _, err := keys.Verify(token, expect); return err })},
		{Name: FloorSign, Op: repeat(func() error { _ = f.Sign(header, text); return nil })},
		{Name: OursSign, Op: repeat(func() error {
			_, err := keys.Sign(jwt.Header{Type: "JWT", OmitKeyID: true}, text)
			return err
		})},
	}
	results, err := measure.Run(cases, o)
	if err != nil {
		return nil, err
	}
	rows := make([]FloorRow, len(results))
	for i, r := range results {
		rows[i] = FloorRow{r.Name, costOf(r)}
	}
	return rows, nil
}
