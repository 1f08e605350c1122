package main

import (
	"io"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestServerForgetsTheCommandLine looks at how many objects a server that is
// about to serve keeps alive.
func TestServerForgetsTheCommandLine(t *testing.T) {
	commandLine := heapObjects()
	parser, err := newParser()
	if err != nil {
		t.Fatal(err)
	}
	commandLine = heapObjects() - commandLine
	runtime.KeepAlive(parser)

	to := streams{in: strings.NewReader(""), out: io.Discard, log: io.Discard}
	begin := func() {
		t.Helper()
		var rest remainder
		args := []string{"serve", "--addr", "127.0.0.1:0", "--data", filepath.Join(t.TempDir(), "data"), "--log-level", "error"}
		if err := runCommand(t.Context(), args, to, &rest); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { // by then the context has ended
			if err := rest.run(); err != nil {
				t.Error(err)
			}
		})
	}
	begin() // with what is made once in a process
	before := heapObjects()
	begin()
	server := heapObjects() - before
	t.Logf("a server keeps %d objects alive; the command line has %d", server, commandLine)
	if server > commandLine/2 {
		t.Errorf("a server keeps %d objects alive; the command line has %d", server, commandLine)
	}
}

// heapObjects is how many objects there are that something refers to.
func heapObjects() int64 {
	runtime.GC()
	runtime.GC() // what finalizers held
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapObjects)
}
