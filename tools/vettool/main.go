// Command vettool holds the analyzers that make lint runs beside staticcheck,
// as a tool for go vet -vettool, which keeps its results in the build cache.
//
// errcheck, sqlclosecheck, nilness and unusedwrite come from other modules.
// The rest are rules of this repository. Any of them is set aside for one line
// by a comment on it, or on the line above, that gives the reason:
//
//	//latchkey:allow RULE because …
package main

import (
	"github.com/kisielk/errcheck/errcheck"
	sqlclose "github.com/ryanrolds/sqlclosecheck/pkg/analyzer"
	"golang.org/x/tools/go/analysis/passes/nilness"
	"golang.org/x/tools/go/analysis/passes/unusedwrite"
	"golang.org/x/tools/go/analysis/unitchecker"
)

// uncheckedIsFine lists functions whose error nobody can act on: the caller is
// leaving already, or the other end has gone.
var uncheckedIsFine = []string{
	"(io.Closer).Close",
	"(io.ReadCloser).Close",
	"(net.Conn).Close",
	"(net.Listener).Close",
	"(net/http.ResponseWriter).Write",
	"(*database/sql.DB).Close",
	"(*database/sql.Conn).Close",
	"(*database/sql.Rows).Close",
	"(*database/sql.Stmt).Close",
	"(*database/sql.Tx).Rollback",
	"fmt.Fprint",
	"fmt.Fprintf",
	"fmt.Fprintln",
	"os.Remove",
	"os.RemoveAll",
}

func main() {
	errcheck.DefaultExcludedSymbols = append(errcheck.DefaultExcludedSymbols, uncheckedIsFine...)
	unitchecker.Main(
		outsideTests(outsideDefer(allowing(errcheck.Analyzer))),
		outsideTests(allowing(sqlclose.NewAnalyzer())),
		allowing(nilness.Analyzer),
		allowing(unusedwrite.Analyzer),
		allowing(secretCompare),
		allowing(sqlText),
		allowing(skipReason),
		allowing(libraryManners),
		allowComments,
	)
}
