package importer

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"time"
	"unicode/utf8"
)

// FuzzRead: whatever a file has in it, reading ends, and rows are UTF-8 and in
// order.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"a,b\n1,2\n", "a;b\n1;\"2\n3\"", "\xef\xbb\xbf{\"username\":\"ada\"}\n{}", "{\"a\":[1,{}]}\nnull\n", "username\n\"x", "a,b\n\"x\"y,2\n",
	} {
		f.Add([]byte(seed))
	}
	systems := Systems()
	f.Fuzz(func(t *testing.T, data []byte) {
		source, err := Read(bytes.NewReader(data), int64(len(data)), Detect)
		if err != nil {
			return
		}
		var last int64
		for rows := 0; ; rows++ {
			r, err := source.Next()
			if _, ok := errors.AsType[*RowError](err); err != nil && !ok {
				if errors.Is(err, io.EOF) && rows > len(data) {
					t.Fatalf("%d rows in %d bytes", rows, len(data))
				}
				return
			}
			if err != nil {
				continue
			}
			if r.Line <= last {
				t.Fatalf("line %d after line %d", r.Line, last)
			}
			last = r.Line
			for name, value := range r.values {
				if !utf8.ValidString(name) || !utf8.ValidString(value) || value == "" && source.Columns() != nil {
					t.Fatalf("%q: %q", name, value)
				}
			}
			for _, s := range systems {
				if p, err := s.Person(r, time.Unix(0, 0)); err == nil && p.Username == "" {
					t.Fatalf("%s: nobody", s.Name)
				}
			}
		}
	})
}
