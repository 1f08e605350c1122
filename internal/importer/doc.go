// Package importer takes accounts over from other systems, and gives them out
// again.
//
// A [Source] reads rows from a file, a [System] knows what their columns mean,
// and an [Importer] makes an account of each, one transaction each: what was
// imported when it is interrupted stays, and a second run goes on from there.
// [Export] writes accounts in a form that can be imported.
package importer
