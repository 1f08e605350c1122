package floor

// Scanned are the registered claims of a payload.
type Scanned struct {
	Issuer, Subject, Audience, ID  string
	ExpiresAt, NotBefore, IssuedAt int64
	// members are all names and values, as offsets into text.
	members [16][4]uint16
	n       int
	text    string
}

// scan reads compact JSON objects with members that are strings without
// escapes, integers, and arrays of strings.
func (s *Scanned) scan() bool {
	pos := 0
	if len(s.text) < 2 || s.text[0] != '{' {
		return false
	}
	for s.text[pos] != '}' {
		pos++ // '{' or ','
		name, next := s.str(pos)
		if next == 0 || next >= len(s.text) || s.text[next] != ':' {
			return false
		}
		end := s.value(name, next+1)
		if end == 0 || end >= len(s.text) || s.n == len(s.members) {
			return false
		}
		s.members[s.n] = [4]uint16{uint16(pos + 1), uint16(next - 1), uint16(next + 1), uint16(end)}
		s.n++
		pos = end
	}
	return pos == len(s.text)-1
}

// str reads the string at pos and returns what follows it; 0 if there is none.
func (s *Scanned) str(pos int) (string, int) {
	if pos >= len(s.text) || s.text[pos] != '"' {
		return "", 0
	}
	for i := pos + 1; i < len(s.text); i++ {
		switch s.text[i] {
		case '"':
			return s.text[pos+1 : i], i + 1
		case '\\':
			return "", 0
		}
	}
	return "", 0
}

func (s *Scanned) number(pos int) (int64, int) {
	n, i := int64(0), pos
	for i < len(s.text) && '0' <= s.text[i] && s.text[i] <= '9' {
		n = n*10 + int64(s.text[i]-'0')
		i++
	}
	if i == pos {
		return 0, 0
	}
	return n, i
}

func (s *Scanned) value(name string, pos int) (end int) {
	switch name {
	case "iss":
		s.Issuer, end = s.str(pos)
	case "sub":
		s.Subject, end = s.str(pos)
	case "aud":
		s.Audience, end = s.str(pos)
	case "jti":
		s.ID, end = s.str(pos)
	case "exp":
		s.ExpiresAt, end = s.number(pos)
	case "nbf":
		s.NotBefore, end = s.number(pos)
	case "iat":
		s.IssuedAt, end = s.number(pos)
	default:
		end = s.skip(pos)
	}
	return end
}

func (s *Scanned) skip(pos int) (end int) {
	switch {
	case pos >= len(s.text):
		return 0
	case s.text[pos] == '"':
		_, end = s.str(pos)
	case s.text[pos] == '[':
		for end = pos; end < len(s.text) && s.text[end] != ']'; {
			if _, end = s.str(end + 1); end == 0 {
				return 0
			}
		}
		end++
	default:
		_, end = s.number(pos)
	}
	return end
}
