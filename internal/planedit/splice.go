package planedit

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// splice makes the edit in the text; false where the text doesn't allow for it. What comes out is only a proposal: apply compares it.
func (e Edit) splice(s *source, steps []step) (string, bool) {
	if strings.ContainsAny(s.text, otherBreaks) {
		return "", false
	}
	switch e.Op {
	case OpSet:
		return s.set(steps, strings.TrimRight(e.Value, "\n"))
	case OpInsert:
		list, taken := find(s.root, steps)
		value := strings.TrimRight(e.Value, "\n")
		if taken < len(steps) {
			return s.set(steps, "- "+strings.ReplaceAll(value, "\n", "\n  "))
		}
		return s.insert(list, e.To, value)
	case OpRemove:
		return s.remove(steps)
	}
	list, _ := find(s.root, steps[:len(steps)-1])
	if e.Op == OpMove {
		return s.move(list, steps[len(steps)-1].index, e.To)
	}
	return s.duplicate(list, steps[len(steps)-1].index)
}

// otherBreaks end lines for YAML, but not here: places in a text that has any cannot be told.
const otherBreaks = "\r\u0085\u2028\u2029"

// cut puts a text between two offsets. Where they make no sense the text stays as it was, and what is proposed is found to be wrong.
func (s *source) cut(from, to int, put string) string {
	if from < 0 || to < from || to > len(s.text) {
		return s.text
	}
	return s.text[:from] + put + s.text[to:]
}

// isBlock reports whether a value to be written takes lines of its own.
func isBlock(value string) bool {
	return strings.Contains(value, "\n") || strings.HasPrefix(value, "- ")
}

func isLiteral(value string) bool { return strings.HasPrefix(value, "|") }

// deeper indents every line but empty ones.
func deeper(text string, by int) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = strings.Repeat(" ", by) + line
		}
	}
	return strings.Join(lines, "\n")
}

// behindKey is what is written behind a key and its colon. depth is the indentation of the key.
func behindKey(value string, depth int) string {
	switch {
	case isLiteral(value):
		head, rest, _ := strings.Cut(value, "\n")
		return " " + head + "\n" + deeper(rest, depth)
	case isBlock(value):
		return "\n" + deeper(value, depth+2)
	}
	return " " + value
}

func (s *source) set(steps []step, value string) (string, bool) {
	n, taken := find(s.root, steps[:len(steps)-1])
	rest := steps[taken:]
	for i := len(rest) - 1; i > 0; i-- {
		if isBlock(value) {
			value = rest[i].key + ":" + behindKey(value, 0)
			continue
		}
		value = "{" + keyText(rest[i].key) + ": " + value + "}"
	}
	at := place(n, rest[0])
	switch {
	case at >= 0 && rest[0].isKey():
		return s.replace(n.Content[at-1], n.Content[at], value)
	case at >= 0:
		return s.replaceItem(n.Content[at], value)
	case !rest[0].isKey():
		return "", false
	case n.Style&yaml.FlowStyle != 0:
		return s.addInFlow(n, rest[0].key, value)
	}
	return s.addKey(n, rest[0].key, value)
}

// replace writes a value in the place of another one.
func (s *source) replace(key, old *yaml.Node, value string) (string, bool) {
	from, end := s.offset(old), 0
	end, ok := s.end(old)
	keyEnd, keyOK := s.end(key)
	if !ok || !keyOK || !strings.HasPrefix(s.text[keyEnd:], ":") {
		return "", false
	}
	if isBlock(value) || strings.Contains(s.text[keyEnd:from], "\n") && !strings.Contains(s.text[keyEnd:from], "#") {
		return s.cut(keyEnd+1, end, behindKey(value, key.Column-1)), true
	}
	return s.cut(from, end, value), true
}

func (s *source) replaceItem(old *yaml.Node, value string) (string, bool) {
	end, ok := s.end(old)
	if !ok || isBlock(value) {
		return "", false
	}
	return s.cut(s.offset(old), end, value), true
}

func keyText(key string) string { return Quote(key) }

func (s *source) addInFlow(n *yaml.Node, key, value string) (string, bool) {
	if isBlock(value) {
		return "", false
	}
	text := keyText(key) + ": " + value
	if len(n.Content) == 0 {
		at := s.offset(n) + 1
		return s.cut(at, at, text), true
	}
	after := behind(n, key)
	if after < 0 {
		at := s.offset(n.Content[0])
		return s.cut(at, at, text+", "), true
	}
	at, ok := s.end(n.Content[2*after+1])
	return s.cut(at, at, ", "+text), ok
}

func (s *source) addKey(n *yaml.Node, key, value string) (string, bool) {
	if len(n.Content) == 0 {
		return "", false
	}
	depth := n.Content[0].Column - 1
	text := strings.Repeat(" ", depth) + keyText(key) + ":" + behindKey(value, depth)
	after := behind(n, key)
	if after < 0 {
		at := s.offset(n.Content[0])
		return s.cut(at, at, strings.TrimLeft(text, " ")+"\n"+strings.Repeat(" ", depth)), true
	}
	end, ok := s.end(n.Content[2*after+1])
	if !ok {
		return "", false
	}
	at := s.lineEnd(end)
	return s.cut(at, at, "\n"+text), true
}

func (s *source) remove(steps []step) (string, bool) {
	holder, _ := find(s.root, steps[:len(steps)-1])
	last := steps[len(steps)-1]
	at := place(holder, last)
	if !last.isKey() {
		if holder.Style&yaml.FlowStyle != 0 {
			return s.removeInFlow(holder.Content, at, 1)
		}
		chunks, ok := s.chunks(holder)
		if !ok {
			return "", false
		}
		return s.cut(chunks[at], chunks[at+1], ""), true
	}
	if holder.Style&yaml.FlowStyle != 0 {
		return s.removeInFlow(holder.Content, at-1, 2)
	}
	key := holder.Content[at-1]
	end, ok := s.end(holder.Content[at])
	line := key.Line - 1
	if !ok || strings.TrimLeft(s.text[s.lines[line]:s.offset(key)], " ") != "" {
		return "", false
	}
	if at > 1 {
		line = s.above(line)
	}
	return s.cut(s.lines[line], min(s.lineEnd(end)+1, len(s.text)), ""), true
}

// removeInFlow takes width nodes from an entry or item on out of braces or brackets, with the comma that they leave.
func (s *source) removeInFlow(content []*yaml.Node, at, width int) (string, bool) {
	if next := at + width; next < len(content) {
		return s.cut(s.offset(content[at]), s.offset(content[next]), ""), true
	}
	if at == 0 {
		return "", false // nothing would be left
	}
	from, ok := s.end(content[at-1])
	to, also := s.end(content[len(content)-1])
	return s.cut(from, to, ""), ok && also
}

// chunks cuts a list of lines into its items: where each begins, with the comments above it, and where the last one ends.
func (s *source) chunks(list *yaml.Node) ([]int, bool) {
	var starts []int
	for i, item := range list.Content {
		line := item.Line - 1
		before := strings.TrimSpace(s.text[s.lines[line]:s.offset(item)])
		if before != "-" {
			return nil, false
		}
		if i > 0 {
			line = s.above(line)
		}
		starts = append(starts, s.lines[line])
	}
	if len(starts) == 0 {
		return nil, false
	}
	end, ok := s.end(list)
	return append(starts, min(s.lineEnd(end)+1, len(s.text))), ok
}

// ended is a chunk that ends its line.
func ended(chunk string) string { return strings.TrimSuffix(chunk, "\n") + "\n" }

func (s *source) insert(list *yaml.Node, to int, value string) (string, bool) {
	if list.Style&yaml.FlowStyle != 0 {
		switch {
		case isBlock(value):
			return "", false
		case len(list.Content) == 0:
			at := s.offset(list) + 1
			return s.cut(at, at, value), true
		case to == len(list.Content):
			at, ok := s.end(list.Content[to-1])
			return s.cut(at, at, ", "+value), ok
		}
		at := s.offset(list.Content[to])
		return s.cut(at, at, value+", "), true
	}
	chunks, ok := s.chunks(list)
	if !ok {
		return "", false
	}
	depth := indent(s.line(list.Content[0].Line - 1))
	text := strings.Repeat(" ", depth) + "- " + strings.TrimLeft(deeper(value, depth+2), " ") + "\n"
	at := chunks[to]
	if at > 0 && s.text[at-1] != '\n' {
		text = "\n" + text
	}
	return s.cut(at, at, text), true
}

// parts are the texts of the items of a list, where the first begins and the last ends, and what stands between them.
func (s *source) parts(list *yaml.Node) (items []string, from, to int, between []string, ok bool) {
	if list.Style&yaml.FlowStyle == 0 {
		chunks, ok := s.chunks(list)
		if !ok {
			return nil, 0, 0, nil, false
		}
		for i := range list.Content {
			items, between = append(items, ended(s.text[chunks[i]:chunks[i+1]])), append(between, "")
		}
		return items, chunks[0], chunks[len(chunks)-1], between, true
	}
	last := 0
	for i, item := range list.Content {
		start := s.offset(item)
		end, ok := s.end(item)
		if !ok {
			return nil, 0, 0, nil, false
		}
		if i > 0 {
			between = append(between, s.text[last:start])
		}
		items, last = append(items, s.text[start:end]), end
	}
	return items, s.offset(list.Content[0]), last, append(between, ""), true
}

func (s *source) move(list *yaml.Node, from, to int) (string, bool) {
	items, start, end, between, ok := s.parts(list)
	if !ok || from >= len(items) || to >= len(items) {
		return "", false
	}
	moved := items[from]
	rest := append(append([]string{}, items[:from]...), items[from+1:]...)
	rest = append(append(append([]string{}, rest[:to]...), moved), rest[to:]...)
	var text strings.Builder
	for i, item := range rest {
		text.WriteString(item + between[i])
	}
	return s.cut(start, end, text.String()), true
}

func (s *source) duplicate(list *yaml.Node, at int) (string, bool) {
	if list.Style&yaml.FlowStyle != 0 {
		end, ok := s.end(list.Content[at])
		if !ok {
			return "", false
		}
		return s.cut(end, end, ", "+s.text[s.offset(list.Content[at]):end]), true
	}
	chunks, ok := s.chunks(list)
	if !ok {
		return "", false
	}
	own := s.lines[list.Content[at].Line-1] // without the comments above
	chunk := s.text[own:chunks[at+1]]
	if !strings.HasSuffix(s.text[:chunks[at+1]], "\n") {
		chunk = "\n" + chunk
	}
	return s.cut(chunks[at+1], chunks[at+1], chunk), true
}
