package importer

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// jsonSource reads a JSON object a line.
type jsonSource struct {
	*input
	line int64
}

// Columns implements Source: they may differ from line to line.
func (s *jsonSource) Columns() []string { return nil }

// Next implements Source.
func (s *jsonSource) Next() (*Record, error) {
	for {
		s.line++
		text, err := s.readLine()
		if err != nil {
			return nil, err
		}
		if text = bytes.TrimSpace(text); len(text) > 0 {
			return s.record(text)
		}
	}
}

// readLine reads a line; one that is too long it reads to its end all the same.
func (s *jsonSource) readLine() ([]byte, error) {
	var line []byte
	tooLong := false
	for {
		piece, err := s.buffered.ReadSlice('\n')
		if tooLong = tooLong || len(line)+len(piece) > maxRecord; !tooLong {
			line = append(line, piece...)
		}
		switch {
		case err == nil, errors.Is(err, io.EOF) && (len(line) > 0 || tooLong):
			if tooLong {
				return nil, &RowError{s.line, "it is longer than 4 MiB"}
			}
			return line, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		}
	}
}

// record reads an object. Names that appear twice and what is not UTF-8 are
// errors of the JSON package.
func (s *jsonSource) record(text []byte) (*Record, error) {
	var members map[string]jsontext.Value
	if err := json.Unmarshal(text, &members); err != nil || members == nil {
		return nil, &RowError{s.line, "it is not a JSON object in UTF-8 with each name once"}
	}
	r := &Record{Line: s.line, values: make(map[string]string, len(members))}
	for name, value := range members {
		switch value.Kind() {
		case 'n': // null is as good as absent
		case '"':
			var text string
			if err := json.Unmarshal(value, &text); err != nil {
				return nil, &RowError{s.line, reasonNotUTF8}
			}
			r.values[name] = text
		default:
			r.values[name] = string(value)
		}
	}
	return r, nil
}
