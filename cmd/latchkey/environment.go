package main

import (
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// environmentPrefix is that of all our variables.
const environmentPrefix = "LATCHKEY_"

// unknownVariables are the names of variables that look like settings and are
// none: one that is misspelt would be passed over in silence. They are no reason
// to refuse, for others may use the prefix too, such as Kubernetes for a service
// called latchkey.
func unknownVariables(app *kong.Application, environ []string) []string {
	var unknown []string
	known := variableNames(app)
	for _, entry := range environ {
		name, _, _ := strings.Cut(entry, "=")
		rest, ours := strings.CutPrefix(name, environmentPrefix)
		ofKubernetes := rest == "PORT" || strings.HasPrefix(rest, "PORT_") || strings.HasPrefix(rest, "SERVICE_")
		if ours && !ofKubernetes && !known[name] {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	return unknown
}

// variableNames are the variables of all flags of all commands.
func variableNames(app *kong.Application) map[string]bool {
	names := map[string]bool{}
	for _, command := range app.Leaves(false) {
		for _, flag := range flagsWithin(command) {
			for _, name := range flag.Envs {
				names[name] = true
			}
		}
	}
	return names
}

// flagsWithin are the flags of a command and of those around it.
func flagsWithin(command *kong.Node) []*kong.Flag {
	return slices.Concat(command.AllFlags(false)...)
}

// strangeVariables says which variables of this process are not known; empty:
// none.
func strangeVariables(app *kong.Application) string {
	return strings.Join(unknownVariables(app, os.Environ()), " ")
}
