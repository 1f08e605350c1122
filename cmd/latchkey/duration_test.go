package main

import (
	"testing"
	"time"
)

func TestDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0s": 0, "90s": 90 * time.Second, "15m": 15 * time.Minute, "1h30m": 90 * time.Minute,
		"14d": 14 * 24 * time.Hour, "0.5d": 12 * time.Hour, "0d": 0,
	} {
		var d duration
		if err := d.UnmarshalText([]byte(text)); err != nil || time.Duration(d) != want {
			t.Errorf("%s: got %v, %v", text, time.Duration(d), err)
		}
	}
	for _, text := range []string{"", "d", "14", "-1d", "-5m", "NaNd", "Infd", "1e9d", "14 d", "1d12h", "soon"} {
		var d duration
		if err := d.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is taken for %v", text, time.Duration(d))
		}
	}
}

func TestDurationString(t *testing.T) {
	for _, text := range []string{"0s", "90ms", "1m30s", "15m", "1h30m", "12h", "14d", "1h0m1s", "25h"} {
		var d duration
		if err := d.UnmarshalText([]byte(text)); err != nil || d.String() != text {
			t.Errorf("%s is written as %s, %v", text, d, err)
		}
	}
}
