package audit

// isCanonical reports whether JSON that was just encoded, so that it has no spaces, is canonical as it stands: the keys of every object rise, and no
// string has an escape. Most states are maps of plain values, and are: they need not be read back.
func isCanonical(text []byte) bool {
	if string(text) == "null" {
		return false
	}
	var open []scope
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '{', '[':
			open = append(open, scope{object: c == '{', key: c == '{'})
		case '}', ']':
			open = open[:len(open)-1]
		case ',':
			at := &open[len(open)-1]
			at.key = at.object
		case '"':
			end := i + 1
			for end < len(text) && text[end] != '"' {
				if text[end] == '\\' {
					return false
				}
				end++
			}
			if len(open) > 0 && !open[len(open)-1].rises(text[i+1:end]) {
				return false
			}
			i = end
		}
	}
	return true
}

// scope is an object or list that is being read.
type scope struct {
	object bool
	key    bool // what comes next is a key
	any    bool // it had one
	last   string
}

// rises takes the next string of a scope and reports whether it is a value, or a key after the last one.
func (s *scope) rises(text []byte) bool {
	if !s.key {
		return true
	}
	if s.any && string(text) <= s.last {
		return false
	}
	s.key, s.any, s.last = false, true, string(text)
	return true
}
