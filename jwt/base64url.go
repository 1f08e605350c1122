package jwt

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

// decodedLen is how many bytes n characters stand for.
func decodedLen(n int) int { return n * 6 / 8 }

// decodeSegment decodes src into dst, which must hold decodedLen(len(src))
// bytes, and reports whether src is canonical.
func decodeSegment(dst []byte, src string) (int, bool) {
	var bad byte // collects the top bits, which only notBase64 has
	n := 0
	for ; len(src) >= 4; src = src[4:] {
		a, b, c, d := sextets[src[0]], sextets[src[1]], sextets[src[2]], sextets[src[3]]
		bad |= a | b | c | d
		dst[n] = a<<2 | b>>4
		dst[n+1] = b<<4 | c>>2
		dst[n+2] = c<<6 | d
		n += 3
	}
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

// decodeText is decodeSegment into a buffer of its own.
func decodeText(src string) ([]byte, bool) {
	dst := make([]byte, decodedLen(len(src)))
	n, ok := decodeSegment(dst, src)
	return dst[:n], ok
}
