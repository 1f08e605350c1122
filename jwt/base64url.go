package jwt

import (
	"encoding/binary"
	"strings"
)

// base64url of RFC 7515, section 2: the URL-safe alphabet, no padding. The
// decoder of encoding/base64 skips CR and LF and, unless told, unused bits;
// here a value has exactly one spelling.

const notBase64 = 0xff

// sextets maps a character to its six bits, or to notBase64.
var sextets = func() (t [256]byte) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	for i := range t {
		t[i] = notBase64
	}
	for i := range len(alphabet) {
		t[alphabet[i]] = byte(i)
	}
	return t
}()

// groups has a table for each character of four that stand for three bytes: its
// six bits in their place among the 24, or only notInGroup.
var groups = func() (t [4][256]uint32) {
	for c, bits := range sextets {
		for i := range t {
			t[i][c] = uint32(bits) << (18 - 6*i)
			if bits == notBase64 {
				t[i][c] = notInGroup
			}
		}
	}
	return t
}()

const notInGroup = 1 << 31

// decodedLen is how many bytes n characters stand for.
func decodedLen(n int) int { return n * 6 / 8 }

// decodeSegment decodes src into dst, which must have decodedLen(len(src)) bytes
// and is a little quicker with eight more, and reports whether src is canonical.
// What dst has beyond the decoded bytes may be overwritten too.
func decodeSegment(dst []byte, src string) (int, bool) {
	var all uint32
	n := 0
	// Two groups at a time, as long as there is room for eight bytes. They stand
	// for six; the next two are overwritten by what follows, if anything does.
	for ; len(src) >= 8 && len(dst)-n >= 8; src = src[8:] {
		first := groups[0][src[0]] | groups[1][src[1]] | groups[2][src[2]] | groups[3][src[3]]
		second := groups[0][src[4]] | groups[1][src[5]] | groups[2][src[6]] | groups[3][src[7]]
		all |= first | second
		binary.BigEndian.PutUint64(dst[n:n+8], uint64(first)<<40|uint64(second)<<16)
		n += 6
	}
	for ; len(src) >= 4; src = src[4:] {
		group := groups[0][src[0]] | groups[1][src[1]] | groups[2][src[2]] | groups[3][src[3]]
		all |= group
		dst[n], dst[n+1], dst[n+2] = byte(group>>16), byte(group>>8), byte(group)
		n += 3
	}
	bad := byte(all >> 24) // notInGroup becomes the top bit, which only notBase64 has
	switch len(src) {
	case 1: // six bits are no byte
		return 0, false
	case 2:
		a, b := sextets[src[0]], sextets[src[1]]
		dst[n] = a<<2 | b>>4
		bad |= a | b | unused(b&0x0f)
		n++
	case 3:
		a, b, c := sextets[src[0]], sextets[src[1]], sextets[src[2]]
		dst[n] = a<<2 | b>>4
		dst[n+1] = b<<4 | c>>2
		bad |= a | b | c | unused(c&0x03)
		n += 2
	}
	return n, bad&0x80 == 0
}

// unused returns the bad mark if bits that stand for nothing are set.
func unused(bits byte) byte {
	if bits != 0 {
		return notBase64
	}
	return 0
}

// decodeString is decodeSegment into a string.
func decodeString(src string) (string, bool) {
	const characters, bytes = 64, 48
	var text strings.Builder
	text.Grow(decodedLen(len(src)))
	var chunk [bytes + 8]byte // decodeSegment is quicker with a little room
	for ; len(src) > characters; src = src[characters:] {
		n, ok := decodeSegment(chunk[:], src[:characters])
		if !ok {
			return "", false
		}
		text.Write(chunk[:n])
	}
	n, ok := decodeSegment(chunk[:], src)
	text.Write(chunk[:n])
	return text.String(), ok
}

// decodeText is decodeSegment into a buffer of its own.
func decodeText(src string) ([]byte, bool) {
	dst := make([]byte, decodedLen(len(src)))
	n, ok := decodeSegment(dst, src)
	return dst[:n], ok
}
