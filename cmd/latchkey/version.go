package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// versionCommand is "latchkey version".
type versionCommand struct{ format }

// Run prints what this program was built from.
func (c versionCommand) Run(to streams) error {
	built := struct {
		Version string `json:"version"`
		Go      string `json:"go"`
		OS      string `json:"os"`
		Arch    string `json:"arch"`
	}{version(), runtime.Version(), runtime.GOOS, runtime.GOARCH}
	return c.print(to, built, fmt.Sprintf("latchkey %s (%s, %s/%s)", built.Version, built.Go, built.OS, built.Arch))
}

// version is the module's version, or the commit for a build from a checkout.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	revision, dirty := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && len(s.Value) >= 12:
			revision = "-" + s.Value[:12]
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = "+dirty"
		}
	}
	return "devel" + revision + dirty
}
