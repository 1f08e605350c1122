// Package webui holds the built front end, so that the binary needs no files
// beside it and nobody needs Node to build it.
//
// The folder dist is the output of `npm ci && npm run build` in web/ and is
// committed. Do not edit it: continuous integration builds it again and fails
// on a difference.
package webui

import (
	"embed"
	"io/fs"
)

// The prefix "all:" keeps files whose names begin with a dot or an underscore,
// which the build may produce.
//
//go:embed all:dist
var dist embed.FS

// FS returns the built app, read-only: index.html at its root, and under
// assets/ files whose names change with their content.
func FS() fs.FS {
	app, _ := fs.Sub(dist, "dist") // fails on an invalid name only, which this is not
	return app
}
