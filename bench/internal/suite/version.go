package suite

import "runtime/debug"

const latchkeyModule = "github.com/latchkey-go/latchkey"

// Version is the version of a module that this program was built with; for
// Latchkey itself, which comes from the same tree, "this commit".
func Version(module string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, dep := range info.Deps {
		if dep.Path != module {
			continue
		}
		if module == latchkeyModule {
			return "this commit"
		}
		return dep.Version
	}
	return "unknown"
}
