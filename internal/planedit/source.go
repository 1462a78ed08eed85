package planedit

import (
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// source is a text with its tree and the places of the tree's nodes in it.
type source struct {
	text  string
	lines []int // where each line begins
	root  *yaml.Node
}

func newSource(text string, root *yaml.Node) *source {
	s := &source{text: text, root: root, lines: []int{0}}
	for i := range len(text) {
		if text[i] == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	return s
}

// line returns a line without its end, counted from 0.
func (s *source) line(i int) string {
	end := len(s.text)
	if i+1 < len(s.lines) {
		end = s.lines[i+1] - 1
	}
	return s.text[s.lines[i]:end]
}

// lineEnd is where the line of an offset ends: at its line break, or at the end of the text.
func (s *source) lineEnd(offset int) int {
	if i := strings.IndexByte(s.text[offset:], '\n'); i >= 0 {
		return offset + i
	}
	return len(s.text)
}

// offset is where a node begins.
func (s *source) offset(n *yaml.Node) int {
	if n.Line < 1 || n.Line > len(s.lines) {
		return 0
	}
	at := s.lines[n.Line-1]
	for range n.Column - 1 {
		if at >= len(s.text) {
			break
		}
		_, size := utf8.DecodeRuneInString(s.text[at:])
		at += size
	}
	return at
}

// end is where a node's text ends; false where it cannot be told from the text.
func (s *source) end(n *yaml.Node) (int, bool) {
	start := s.offset(n)
	switch {
	case n.Kind == yaml.ScalarNode:
		return s.scalarEnd(n, start)
	case n.Kind != yaml.MappingNode && n.Kind != yaml.SequenceNode:
		return 0, false
	case n.Style&yaml.FlowStyle != 0:
		return s.flowEnd(start)
	case len(n.Content) == 0:
		return 0, false
	}
	return s.end(n.Content[len(n.Content)-1])
}

func (s *source) scalarEnd(n *yaml.Node, start int) (int, bool) {
	switch {
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return s.blockEnd(n.Line), true
	case n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		end := s.quoteEnd(start)
		return end, end > start
	case n.Value == "" || !strings.HasPrefix(s.text[start:], n.Value):
		return 0, false // nothing is written, or over several lines
	}
	return start + len(n.Value), true
}

// blockEnd is where a block of text ends whose head stands on the line (counted from 1).
func (s *source) blockEnd(head int) int {
	last, depth := min(head, len(s.lines))-1, -1
	for i := head; i < len(s.lines); i++ {
		line := s.line(i)
		if strings.TrimSpace(line) == "" {
			continue
		}
		if depth < 0 {
			depth = indent(line)
		}
		if indent(line) < depth || depth == 0 {
			break
		}
		last = i
	}
	return s.lines[last] + len(s.line(last))
}

// quoteEnd is where the quoted text that begins at an offset ends.
func (s *source) quoteEnd(start int) int {
	if start >= len(s.text) {
		return start
	}
	quote := s.text[start]
	for i := start + 1; i < len(s.text); i++ {
		switch {
		case s.text[i] == '\\' && quote == '"':
			i++
		case s.text[i] == quote && quote == '\'' && strings.HasPrefix(s.text[i+1:], "'"):
			i++
		case s.text[i] == quote:
			return i + 1
		}
	}
	return start
}

// flowEnd is where a mapping or list in braces or brackets ends.
func (s *source) flowEnd(start int) (int, bool) {
	depth, before := 0, byte(0)
	for i := start; i < len(s.text); i++ {
		c := s.text[i]
		switch {
		case (c == '"' || c == '\'') && strings.IndexByte("{[,:", before) >= 0:
			end := s.quoteEnd(i)
			if end == i {
				return 0, false
			}
			i = end - 1
		case c == '#' && i > 0 && (s.text[i-1] == ' ' || s.text[i-1] == '\n'):
			i = s.lineEnd(i)
			continue
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return i + 1, true
			}
		}
		if c != ' ' && c != '\n' && c != '\t' {
			before = c
		}
	}
	return 0, false
}

func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// above moves the start of a line up over the comments that stand directly above it, as far in as the line is.
func (s *source) above(line int) int {
	depth := indent(s.line(line))
	for line > 0 {
		before := s.line(line - 1)
		if indent(before) != depth || !strings.HasPrefix(before[min(depth, len(before)):], "#") {
			break
		}
		line--
	}
	return line
}
