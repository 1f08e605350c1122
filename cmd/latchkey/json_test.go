package main

import (
	"slices"
	"testing"
)

// TestJSONEverywhere: every command takes --json, so that nobody has to know
// which do.
func TestJSONEverywhere(t *testing.T) {
	parser, err := newParser()
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range parser.Model.Leaves(false) {
		var names []string
		for _, flag := range flagsWithin(command) {
			names = append(names, flag.Name)
		}
		if !slices.Contains(names, "json") {
			t.Errorf("latchkey %s takes no --json", command.Path())
		}
	}
}
