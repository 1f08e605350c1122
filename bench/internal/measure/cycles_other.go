//go:build !linux

package measure

import "errors"

// cycles counts nothing here: only Linux has perf events.
type cycles struct{}

func openCycles() (*cycles, error) { return nil, errors.New("measure: no cycle counter") }

// Read returns 0.
func (c *cycles) Read() uint64 { return 0 }

// Close does nothing.
func (c *cycles) Close() {}
