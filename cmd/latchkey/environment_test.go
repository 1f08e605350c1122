package main

import (
	"slices"
	"testing"
)

func TestUnknownVariables(t *testing.T) {
	parser, err := newParser()
	if err != nil {
		t.Fatal(err)
	}
	got := unknownVariables(parser.Model, []string{
		"LATCHKEY_REFRESH_TLL=secret", "LATCHKEY_ACCES_TTL=5m", "LATCHKEY_ACCESS_TTL=5m", "LATCHKEY_CONFIG=x", "LATCHKEY_DB=x",
		"LATCHKEY_PORT=tcp://10.0.0.1", "LATCHKEY_PORT_80_TCP=x", "LATCHKEY_SERVICE_HOST=x", "PATH=/bin",
	})
	if want := []string{"LATCHKEY_ACCES_TTL", "LATCHKEY_REFRESH_TLL"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
