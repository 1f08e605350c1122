package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/latchkey-go/latchkey/internal/doctor"
	"github.com/latchkey-go/latchkey/internal/server"
)

// doctorCommand is "latchkey doctor": it takes the flags of serve.
type doctorCommand struct {
	serveSettings
	format
}

// Run prints what is wrong. It fails if something does not work or is not safe.
func (c *doctorCommand) Run(ctx context.Context, to streams) error {
	cfg, err := c.checked(to)
	if err != nil {
		return err
	}
	found := doctor.Installation(ctx, server.DoctorSettings(cfg))
	if err := c.tell(to, found); err != nil {
		return err
	}
	if doctor.Worst(found) == doctor.Problem {
		return &exitError{exitFailed, errors.New("something does not work or is not safe; each line marked PROBLEM says what to do")}
	}
	return nil
}

// tell prints the findings, the good ones too.
func (c *doctorCommand) tell(to streams, found []doctor.Finding) error {
	if c.JSON {
		list := c.table(to)
		for _, f := range found {
			if err := list.row(f); err != nil {
				return err
			}
		}
		return list.end("")
	}
	var text strings.Builder
	for _, f := range found {
		fmt.Fprintf(&text, "%-8s %s\n", strings.ToUpper(string(f.Level)), printable(f.What))
		if f.Do != "" {
			fmt.Fprintf(&text, "%-8s -> %s\n", "", printable(f.Do))
		}
	}
	return c.print(to, nil, text.String())
}
