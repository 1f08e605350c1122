package importer

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// Record is a row of a source: texts by the names of their columns. What is null
// or absent is not in it.
type Record struct {
	// Line is where the row begins in its file, from 1; of a database, which row
	// it is.
	Line   int64
	values map[string]string
}

// Source gives records, one after the other.
type Source interface {
	// Next returns the next record, or io.EOF. After a *RowError the next call
	// goes on behind the row; any other error is the end.
	Next() (*Record, error)
	// Columns are those that records have, if that is known beforehand.
	Columns() []string
	// Progress is how much has been read of how much there is, in bytes or in
	// rows; total is 0 when it is not known.
	Progress() (done, total int64)
	// Close gives everything back.
	Close() error
}

// RowError says what is wrong with one row. It holds no value of it.
type RowError struct {
	Line   int64
	Reason string
}

// Error implements error.
func (e *RowError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// Format is how a file is written.
type Format string

// The formats there are.
const (
	Detect Format = ""       // what the file looks like
	JSONL  Format = "jsonl"  // a JSON object a line
	CSV    Format = "csv"    // RFC 4180, with the names of the columns first
	SQLite Format = "sqlite" // a table of a database
)

// maxRecord is how long a row may be, in bytes: pictures kept in a column of
// users fit, a file that is something else does not.
const maxRecord = 4 << 20

// reasonNotUTF8 is of texts in another encoding.
const reasonNotUTF8 = "it is not UTF-8; convert the file, such as with: iconv -f latin1 -t utf-8"

// Open opens a file. table is that of an SQLite database.
func Open(ctx context.Context, path string, format Format, table string) (Source, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the accounts: %w", err)
	}
	size, isSQLite, err := look(f)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("cannot read the accounts from %s: %w", path, err), f.Close())
	}
	if format == SQLite || format == Detect && isSQLite {
		if err := f.Close(); err != nil {
			return nil, err
		}
		return openSQLite(ctx, path, table)
	}
	source, err := Read(f, size, format)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return source, nil
}

// look says how long a file is, and whether it is an SQLite database. Of a pipe
// it reads nothing: that could not be read again.
func look(f *os.File) (size int64, isSQLite bool, err error) {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return 0, false, err
	}
	start := make([]byte, 16)
	if n, err := f.ReadAt(start, 0); err != nil && !errors.Is(err, io.EOF) {
		return 0, false, err
	} else if n < len(start) {
		start = nil
	}
	return info.Size(), string(start) == "SQLite format 3\x00", nil
}

// Read reads a stream, such as standard input, as JSONL or CSV. size is how long
// it is, or 0. If it is an io.Closer, Close of the source closes it.
func Read(r io.Reader, size int64, format Format) (Source, error) {
	in := &input{stream: r, size: size}
	in.buffered = bufio.NewReaderSize(in, 64<<10)
	start, err := in.buffered.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("cannot read the accounts: %w", err)
	}
	if bytes.HasPrefix(start, []byte("\xff\xfe")) || bytes.HasPrefix(start, []byte("\xfe\xff")) {
		return nil, errors.New("the file is UTF-16; convert it with: iconv -f utf-16 -t utf-8")
	}
	if bytes.HasPrefix(start, []byte("\xef\xbb\xbf")) {
		_, _ = in.buffered.Discard(3) // they are there
		start, _ = in.buffered.Peek(1)
	}
	switch {
	case len(start) == 0:
		return nil, errors.New("the file is empty")
	case format == SQLite:
		return nil, errors.New("an SQLite database cannot be read from standard input; give its file")
	case start[0] == '[':
		return nil, errors.New("the file is one JSON array; make lines of it with: jq -c '.[]'")
	case format == JSONL || format == Detect && start[0] == '{':
		return &jsonSource{input: in}, nil
	}
	return newCSV(in)
}

// input is a stream that is read, with a count of what was.
type input struct {
	stream   io.Reader
	buffered *bufio.Reader
	size     int64
	read     int64
}

func (in *input) Read(p []byte) (int, error) {
	n, err := in.stream.Read(p)
	in.read += int64(n)
	return n, err
}

// Progress implements Source.
func (in *input) Progress() (done, total int64) { return in.read, in.size }

// Close implements Source.
func (in *input) Close() error {
	if c, ok := in.stream.(io.Closer); ok {
		return c.Close()
	}
	return nil
}
