package planedit

import (
	"encoding/json"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Quote writes a text as a YAML scalar that is read as this text: plain where that is so, otherwise in double quotes.
func Quote(text string) string {
	if text != "" && strings.TrimSpace(text) == text && !strings.ContainsAny(text, "\n\r\t{}[],#:&*!|>'\"%@`\\") && text[0] != '-' && text[0] != '?' {
		if n := oneScalar(text); n != nil && n.Value == text && plainTag(n) {
			return text
		}
	}
	if percent := strings.TrimSuffix(text, "%"); percent != text && percent != "" && strings.Trim(percent, "0123456789.") == "" {
		return text
	}
	quoted, err := json.Marshal(text) // a JSON text is a YAML text
	if err != nil {
		return `""`
	}
	return string(quoted)
}

func oneScalar(text string) *yaml.Node {
	var document yaml.Node
	if yaml.Unmarshal([]byte(text), &document) != nil || len(document.Content) != 1 || document.Content[0].Kind != yaml.ScalarNode {
		return nil
	}
	return document.Content[0]
}

// plainTag reports whether a scalar is what is written, rather than nothing, true or a time.
func plainTag(n *yaml.Node) bool {
	switch n.ShortTag() {
	case "!!str", "!!int", "!!float", "!!timestamp":
		return true
	}
	return false
}

// List writes texts as a list in brackets.
func List(items []string) string {
	quoted := make([]string, len(items))
	for i, item := range items {
		quoted[i] = Quote(item)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// Literal writes a text of several lines as a block.
func Literal(text string) string {
	head := "|"
	if strings.HasPrefix(text, " ") || strings.HasPrefix(text, "\n") {
		head += "2"
	}
	switch body := strings.TrimRight(text, "\n"); {
	case !strings.HasSuffix(text, "\n"):
		head += "-"
	case len(text)-len(body) > 1:
		head += "+"
	}
	return head + "\n" + deeper(text, 2)
}

// Tree reads places of a document.
type Tree struct {
	source *source
}

// Read reads a text. Errors: invalid when it is no YAML mapping.
func Read(text string) (*Tree, error) {
	root, err := parse(text)
	if err != nil {
		return nil, err
	}
	return &Tree{newSource(text, root)}, nil
}

func (t *Tree) at(path string) *yaml.Node {
	if path == "" {
		return t.source.root
	}
	steps, err := parsePath(path)
	if err != nil {
		return nil
	}
	if n, taken := find(t.source.root, steps); taken == len(steps) {
		return n
	}
	return nil
}

// Has reports whether something stands at the path.
func (t *Tree) Has(path string) bool { return t.at(path) != nil }

// Value is the text of a scalar as it is read, empty for anything else.
func (t *Tree) Value(path string) string {
	if n := t.at(path); n != nil && n.Kind == yaml.ScalarNode && n.ShortTag() != "!!null" {
		return n.Value
	}
	return ""
}

// IsScalar, IsList and IsMapping tell what stands at the path.
func (t *Tree) IsScalar(path string) bool { return t.kind(path) == yaml.ScalarNode }

// IsList reports whether a list stands at the path.
func (t *Tree) IsList(path string) bool { return t.kind(path) == yaml.SequenceNode }

// IsMapping reports whether a mapping stands at the path.
func (t *Tree) IsMapping(path string) bool { return t.kind(path) == yaml.MappingNode }

func (t *Tree) kind(path string) yaml.Kind {
	if n := t.at(path); n != nil {
		return n.Kind
	}
	return 0
}

// Len is the number of items of the list at the path.
func (t *Tree) Len(path string) int {
	if n := t.at(path); n != nil && n.Kind == yaml.SequenceNode {
		return len(n.Content)
	}
	return 0
}

// Values are the texts of a list of scalars.
func (t *Tree) Values(path string) (values []string) {
	if n := t.at(path); n != nil && n.Kind == yaml.SequenceNode {
		for _, item := range n.Content {
			values = append(values, item.Value)
		}
	}
	return values
}

// Keys are the keys of the mapping at the path, in their order.
func (t *Tree) Keys(path string) (keys []string) {
	if n := t.at(path); n != nil && n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			keys = append(keys, n.Content[i].Value)
		}
	}
	return keys
}

// Source is how the value at the path is written, its lines moved to the left; empty where it cannot be told.
func (t *Tree) Source(path string) string {
	n := t.at(path)
	if n == nil {
		return ""
	}
	end, ok := t.source.end(n)
	start := t.source.offset(n)
	if !ok || end < start || end > len(t.source.text) || strings.ContainsAny(t.source.text, otherBreaks) {
		return n.Value
	}
	lines := strings.Split(t.source.text[start:end], "\n")
	for i := 1; i < len(lines); i++ {
		lines[i] = lines[i][min(indent(lines[i]), n.Column-1):]
	}
	return strings.Join(lines, "\n")
}

// Line is the line on which the path stands, counted from 1; 0 when it is not there.
func (t *Tree) Line(path string) int {
	if n := t.at(path); n != nil {
		return n.Line
	}
	return 0
}
