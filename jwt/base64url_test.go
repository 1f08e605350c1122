package jwt

import (
	"bytes"
	"encoding/base64"
	"testing"
)

// reference is what encoding/base64 makes of text. It skips CR and LF, which
// have no place here.
func reference(text []byte) ([]byte, bool) {
	if bytes.ContainsAny(text, "\r\n") {
		return nil, false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(string(text))
	return b, err == nil
}

// agrees compares all ways to decode text with the reference.
func agrees(t *testing.T, text []byte) {
	t.Helper()
	want, canonical := reference(text)
	s := string(text)
	if got, ok := decodeText(s); ok != canonical || ok && !bytes.Equal(got, want) {
		t.Fatalf("decodeText(%q) = %x, %v; want %x, %v", s, got, ok, want, canonical)
	}
	if got, ok := decodeString(s); ok != canonical || ok && got != string(want) {
		t.Fatalf("decodeString(%q) = %x, %v; want %x, %v", s, got, ok, want, canonical)
	}
}

// encoded is some canonical text of a length that has one; nil if it has none.
func encoded(length int) []byte {
	if length%4 == 1 {
		return nil
	}
	b := make([]byte, decodedLen(length))
	for i := range b {
		b[i] = byte(i*37 + length)
	}
	return []byte(base64.RawURLEncoding.EncodeToString(b))
}

// Every byte there is, in every place of texts that reach through all loops, and
// in those of other lengths the bytes at the borders of the alphabet.
func TestBase64URL(t *testing.T) {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	const borders = "\x00\n\r +,-./09:=@AZ[^_`az{\x7f\x80\xff"
	for length := range 101 {
		text := encoded(length)
		if text == nil {
			agrees(t, bytes.Repeat([]byte("A"), length))
			continue
		}
		agrees(t, text)
		others := []byte(borders)
		if length <= 24 || length >= 63 && length <= 70 { // decodeString cuts at 64
			others = all
		}
		for at, was := range text {
			for _, c := range others {
				text[at] = c
				agrees(t, text)
			}
			text[at] = was
		}
	}
	for _, text := range []string{"AA=", "AA==", "AAA=", "AA\n", "AAAA\n", "AA AA", "é", "AAAA\xff\xff\xff\xff"} {
		agrees(t, []byte(text))
	}
}

// However much room there is, what is decoded is the same, and so is what lies
// beyond the room.
func TestBase64URLRoom(t *testing.T) {
	for length := range 101 {
		text := encoded(length)
		if text == nil {
			continue
		}
		want, _ := reference(text)
		for room := range 20 {
			space := bytes.Repeat([]byte{0xee}, len(want)+room+8)
			n, ok := decodeSegment(space[:len(want)+room], string(text))
			if !ok || !bytes.Equal(space[:n], want) {
				t.Fatalf("%q with %d more: %x, %v; want %x", text, room, space[:n], ok, want)
			}
			if beyond := space[len(want)+room:]; !bytes.Equal(beyond, bytes.Repeat([]byte{0xee}, 8)) {
				t.Fatalf("%q with %d more: %x is written beyond", text, room, beyond)
			}
		}
	}
}
