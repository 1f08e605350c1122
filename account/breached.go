package account

import (
	"bytes"
	"crypto/sha1" // the format of the lists; nothing is protected by it
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
)

// BreachedPasswords is a list of passwords known from breaches, in a file on
// disk: nothing leaves the machine, and the list may be larger than memory. It is
// safe for concurrent use.
//
// The file has one password a line, as its SHA-1 in hexadecimal, in rising order,
// with anything behind a colon: what the Pwned Passwords downloader writes with
// the hashes ordered.
type BreachedPasswords struct {
	file *os.File
	size int64
}

// What a line is made of.
const (
	sha1Hex       = 2 * sha1.Size
	maxListedLine = 128
)

// OpenBreachedPasswords opens a list and looks whether it is one. The caller
// closes it when the Service is no longer used.
func OpenBreachedPasswords(path string) (*BreachedPasswords, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("account: breached passwords: %w", err)
	}
	b := &BreachedPasswords{file: file}
	if err := b.check(); err != nil {
		return nil, errors.Join(fmt.Errorf("account: breached passwords: %s: %w", path, err), file.Close())
	}
	return b, nil
}

// check reads lines at even distances. A file that is no list, or in another
// order, would let every password pass.
func (b *BreachedPasswords) check() error {
	info, err := b.file.Stat()
	if err != nil {
		return err
	}
	b.size = info.Size()
	const samples = 64
	last := ""
	for i := range int64(samples) {
		hash, _, err := b.line(b.size / samples * i)
		if errors.Is(err, io.EOF) && i > 0 {
			break
		}
		if err != nil {
			return fmt.Errorf("it is not a list of SHA-1 hashes: %w", err)
		}
		if hash < last {
			return errors.New("the hashes are not in rising order: sort the file")
		}
		last = hash
	}
	return nil
}

// Close closes the file.
func (b *BreachedPasswords) Close() error { return b.file.Close() }

// Contains says whether the list has a password. It reads about thirty lines.
func (b *BreachedPasswords) Contains(password string) (bool, error) {
	sum := sha1.Sum([]byte(password)) // the format of the lists; nothing is protected by it
	want := fmt.Sprintf("%X", sum)
	// The line that decides begins after low and not after high.
	low, high := int64(0), b.size
	for low < high {
		middle := low + (high-low)/2
		hash, end, err := b.line(middle)
		switch {
		case errors.Is(err, io.EOF):
			high = middle // the last line begins before
		case err != nil:
			return false, fmt.Errorf("account: breached passwords: %w", err)
		case hash == want:
			return true, nil
		case hash < want:
			low = end
		default:
			high = middle
		}
	}
	return false, nil
}

// Refuse is for Policy.Refuse. A list that cannot be read refuses too: a password
// is not called good when nobody has looked.
func (b *BreachedPasswords) Refuse(password string) (reason string) {
	switch found, err := b.Contains(password); {
	case err != nil:
		return "This password cannot be checked against known breaches at the moment. Try again later."
	case found:
		return "This password is known from a breach of some service, so it is among the first to be guessed. Choose another, such as a few unrelated words."
	}
	return ""
}

// line returns the hash, in capitals, of the first line that begins at from or
// after it, and where the line after that begins. io.EOF: there is none.
func (b *BreachedPasswords) line(from int64) (hash string, end int64, err error) {
	// One byte earlier: a line begins at from if another ends there.
	start := max(0, from-1)
	buffer := make([]byte, 2*maxListedLine)
	n, err := b.file.ReadAt(buffer, start)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", 0, err
	}
	atEnd := errors.Is(err, io.EOF)
	buffer = buffer[:n]
	begin := 0
	if from > 0 {
		newline := bytes.IndexByte(buffer, '\n')
		if newline < 0 && !atEnd {
			return "", 0, fmt.Errorf("a line is longer than %d bytes", maxListedLine)
		}
		if newline < 0 {
			return "", 0, io.EOF
		}
		begin = newline + 1
	}
	text := buffer[begin:]
	length := bytes.IndexByte(text, '\n')
	switch {
	case length >= 0:
		end = start + int64(begin+length) + 1
	case !atEnd:
		return "", 0, fmt.Errorf("a line is longer than %d bytes", maxListedLine)
	case len(text) == 0 && from > 0:
		return "", 0, io.EOF
	default:
		length, end = len(text), b.size
	}
	return parseListed(text[:length], end)
}

// parseListed reads the hash at the beginning of a line.
func parseListed(line []byte, end int64) (string, int64, error) {
	line = bytes.TrimRight(line, "\r")
	hash, _, _ := bytes.Cut(line, []byte(":"))
	if len(hash) != sha1Hex {
		return "", 0, errors.New("a line does not begin with a SHA-1 in hexadecimal")
	}
	if _, err := hex.Decode(make([]byte, sha1.Size), hash); err != nil {
		return "", 0, errors.New("a line does not begin with a SHA-1 in hexadecimal")
	}
	return string(bytes.ToUpper(hash)), end, nil
}
