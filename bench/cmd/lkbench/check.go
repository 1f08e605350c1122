package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/latchkey-go/latchkey/bench/internal/measure"
	"github.com/latchkey-go/latchkey/bench/internal/report"
	"github.com/latchkey-go/latchkey/bench/internal/suite"
)

// Many short rounds: the median of them stays the same on a machine that does
// other work meanwhile.
var (
	checkOptions = measure.Options{Rounds: 41, Sample: 15 * time.Millisecond}
	checkScaling = struct {
		rounds int
		sample time.Duration
	}{30, 50 * time.Millisecond}
)

// outcome is the file that check writes.
type outcome struct {
	Date    string      `json:"date"`
	Go      string      `json:"go"`
	Machine string      `json:"machine"`
	Met     bool        `json:"met"`
	Bars    []suite.Bar `json:"bars"`
}

// check measures bars 1 to 3 afresh.
func check(file string) error {
	guards, err := suite.Guards(checkOptions)
	if err != nil {
		return err
	}
	floor, err := suite.Floor(checkOptions)
	if err != nil {
		return err
	}
	scaling, err := suite.Scaling(checkScaling.rounds, checkScaling.sample)
	if err != nil {
		return err
	}
	o := outcome{Date: time.Now().UTC().Format(time.RFC3339), Go: runtime.Version(), Machine: report.Machine(), Met: true}
	o.Bars = append(append(suite.GuardBars(guards), suite.FloorBars(floor)...), suite.ScalingBars(scaling)...)
	missed := 0
	for _, b := range o.Bars {
		fmt.Println(b)
		if !b.Met {
			missed++
		}
	}
	o.Met = missed == 0
	text, err := json.MarshalIndent(o, "", "\t")
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, append(text, '\n'), 0o644); err != nil {
		return err
	}
	if missed > 0 {
		return fmt.Errorf("%d of %d demands are missed", missed, len(o.Bars))
	}
	return nil
}
