package sop

import (
	"strings"

	"xiaoguan/internal/ruledoc"
)

// String writes the deadline as the document does.
func (d Deadline) String() string {
	text, _ := d.MarshalText()
	return string(text)
}

// SetRuleValue writes a plain value of a rule anew and leaves everything else of the text as it is. The text comes back unchanged where there is
// no such rule, the rule has no such key, or its value is not written plainly.
func SetRuleValue(text, rule, key, written string) string {
	r := ruledoc.NewReader(&language, "")
	top, ok := r.Parse([]byte(text))
	if !ok || strings.ContainsAny(written, "\n#:{}[],&*!|>'\"%@`") {
		return text
	}
	rules := under(top, "rules")
	if rules.Node == nil {
		return text
	}
	for _, item := range rules.Node.Content {
		v := value{Node: item}
		if id := under(v, "id"); id.Node == nil || id.Node.Value != rule {
			continue
		}
		found := under(v, key)
		if found.Node == nil {
			return text
		}
		return splice(text, found.Node.Line, found.Node.Column, found.Node.Value, written)
	}
	return text
}

// under is the value of a key; its Node is nil when there is none.
func under(v value, key string) (found value) {
	for i := 0; i+1 < len(v.Node.Content); i += 2 {
		if v.Node.Content[i].Value == key {
			found.Node = v.Node.Content[i+1]
		}
	}
	return found
}

// splice puts a value in the place of the one that stands at a row and column, counted from 1 in characters.
func splice(text string, row, column int, was, written string) string {
	lines := strings.Split(text, "\n")
	if row < 1 || row > len(lines) {
		return text
	}
	line := []rune(lines[row-1])
	at := column - 1
	end := at + len([]rune(was))
	if at < 0 || end > len(line) || string(line[at:end]) != was {
		return text
	}
	lines[row-1] = string(line[:at]) + written + string(line[end:])
	return strings.Join(lines, "\n")
}
