package standard

import (
	"encoding/json"
	"strings"
)

// member is one of an object: a plain one is a number, true, false or null, or a text without escapes. Any other is raw.
type member struct {
	name   string
	text   string // of a plain one, without the quotes
	quoted bool
	plain  bool
	raw    json.RawMessage
}

// members takes a JSON object apart. Data of events are nearly always flat objects without escapes, of which a million cases have ten million:
// those are read in place. Anything else is left to encoding/json, so that both read alike.
func members(data json.RawMessage) (list []member, ok bool) {
	if list, ok = flatMembers(string(data)); ok {
		return list, true
	}
	var plain map[string]json.RawMessage
	if json.Unmarshal(data, &plain) != nil {
		return nil, false
	}
	for name, raw := range plain {
		list = append(list, member{name: name, raw: raw})
	}
	return list, true
}

// flatMembers reads an object as json.Marshal writes one; ok is false for whatever it does not know, also for what is no JSON.
func flatMembers(text string) (list []member, ok bool) {
	if len(text) < 2 || text[0] != '{' || text[len(text)-1] != '}' {
		return nil, false
	}
	rest := text[1 : len(text)-1]
	if rest == "" {
		return nil, true
	}
	for {
		var m member
		if m.name, rest, ok = quoted(rest); !ok || rest == "" || rest[0] != ':' {
			return nil, false
		}
		if rest = rest[1:]; rest != "" && rest[0] == '"' {
			if m.text, rest, ok = quoted(rest); !ok {
				return nil, false
			}
			m.quoted = true
		} else if m.text, rest, ok = bare(rest); !ok {
			return nil, false
		}
		m.plain = true
		list = append(list, m)
		if rest == "" {
			return list, unique(list)
		}
		if rest[0] != ',' || len(rest) == 1 {
			return nil, false
		}
		rest = rest[1:]
	}
}

func unique(list []member) bool {
	for i := range list {
		for j := range i {
			if list[i].name == list[j].name {
				return false
			}
		}
	}
	return true
}

// quoted reads a text without escapes and control characters.
func quoted(text string) (inside, rest string, ok bool) {
	if text == "" || text[0] != '"' {
		return "", "", false
	}
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			inside = text[1:i]
			return inside, text[i+1:], strings.ToValidUTF8(inside, "") == inside
		case c == '\\' || c < ' ':
			return "", "", false
		}
	}
	return "", "", false
}

// bare reads a whole number, true or false.
func bare(text string) (word, rest string, ok bool) {
	end := strings.IndexByte(text, ',')
	if end < 0 {
		end = len(text)
	}
	word = text[:end]
	if word == "true" || word == "false" {
		return word, text[end:], true
	}
	digits := strings.TrimPrefix(word, "-")
	if digits == "" || len(digits) > 18 || digits[0] == '0' && len(digits) > 1 {
		return "", "", false
	}
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return "", "", false
		}
	}
	return word, text[end:], true
}
