package importer

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"
)

// csvSource reads CSV with the names of the columns in the first row.
type csvSource struct {
	*input
	reader  *csv.Reader
	bound   *boundedReader
	columns []string
}

// newCSV reads the names of the columns.
func newCSV(in *input) (*csvSource, error) {
	bound := &boundedReader{from: in.buffered}
	s := &csvSource{input: in, bound: bound, reader: csv.NewReader(bound)}
	s.reader.ReuseRecord = true
	s.reader.Comma = separator(in.buffered)
	bound.left = maxRecord
	names, err := s.reader.Read()
	if err != nil {
		return nil, fmt.Errorf("cannot read the names of the columns in the first line: %w", csvCause(err))
	}
	for i, name := range names {
		if name == "" || !utf8.ValidString(name) || slices.Contains(names[:i], name) {
			return nil, fmt.Errorf("the first line must have the names of the columns, each once; column %d has no good name", i+1)
		}
	}
	s.columns = slices.Clone(names)
	return s, nil
}

// separator is what the first line has more of: some programs write semicolons
// or tabs.
func separator(r *bufio.Reader) rune {
	start, _ := r.Peek(4096) // shorter files give what they have
	best, most := ',', 0
	for _, candidate := range ",;\t" {
		n := 0
		for _, b := range string(start) {
			if b == '\n' {
				break
			}
			if b == candidate {
				n++
			}
		}
		if n > most {
			best, most = candidate, n
		}
	}
	return best
}

// Columns implements Source.
func (s *csvSource) Columns() []string { return s.columns }

// Next implements Source.
func (s *csvSource) Next() (*Record, error) {
	s.bound.left = maxRecord
	values, err := s.reader.Read()
	if failure, ok := errors.AsType[*csv.ParseError](err); ok {
		return nil, s.rowError(failure)
	}
	if err != nil {
		return nil, err
	}
	line, _ := s.reader.FieldPos(0)
	r := &Record{Line: int64(line), values: make(map[string]string, len(values))}
	for i, value := range values {
		if !utf8.ValidString(value) {
			return nil, &RowError{r.Line, reasonNotUTF8}
		}
		if value != "" {
			r.values[s.columns[i]] = value
		}
	}
	return r, nil
}

// rowError is what is wrong with a row. After a quotation that does not end
// nothing can be told of what follows.
func (s *csvSource) rowError(e *csv.ParseError) error {
	reason := "its quotation marks do not fit: a field with one in it is put in quotation marks, and the mark doubled"
	switch {
	case errors.Is(e.Err, csv.ErrFieldCount):
		reason = fmt.Sprintf("it has not %d fields, as the first line has", len(s.columns))
	case e.Line != e.StartLine:
		return fmt.Errorf("line %d: a quotation begins there and does not end where it should; mend it and run this again", e.StartLine)
	}
	return &RowError{int64(e.StartLine), reason}
}

func csvCause(err error) error {
	if failure, ok := errors.AsType[*csv.ParseError](err); ok {
		return failure.Err
	}
	return err
}

// boundedReader keeps a row from filling the memory: a quotation that does not
// end would swallow the file.
type boundedReader struct {
	from io.Reader
	left int
}

func (b *boundedReader) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errors.New("a row is longer than 4 MiB: a quotation begins in it and does not end; mend it and run this again")
	}
	n, err := b.from.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
