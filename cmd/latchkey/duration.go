package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// duration is a time.Duration that can be given in days, such as "14d": nobody
// counts the life of a session in hours.
type duration time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *duration) UnmarshalText(text []byte) error {
	s := string(text)
	if number, ok := strings.CutSuffix(s, "d"); ok {
		if days, err := strconv.ParseFloat(number, 64); err == nil && days >= 0 && days <= 36500 {
			*d = duration(days * 24 * float64(time.Hour))
			return nil
		}
	} else if parsed, err := time.ParseDuration(s); err == nil && parsed >= 0 {
		*d = duration(parsed)
		return nil
	}
	return fmt.Errorf("%q is not a length of time; write it as 90s, 15m, 12h or 14d", s)
}

// String is the duration as it would be given.
func (d duration) String() string {
	const day = 24 * time.Hour
	if whole := time.Duration(d); whole != 0 && whole%day == 0 {
		return fmt.Sprintf("%dd", whole/day)
	}
	text := time.Duration(d).String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zero) {
			text = text[:len(text)-2]
		}
	}
	return text
}
