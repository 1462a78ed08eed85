package ui

import (
	"strings"

	"xiaoguan/internal/i18n"
)

// LineChange is a run of lines that two texts share, or that one of them lacks.
type LineChange struct {
	Kind  DiffKind
	Lines []string
}

// cellsMax bounds the work of a comparison: beyond it, what lies between the common beginning and end is shown as replaced.
const cellsMax = 4 << 20

// CompareLines compares two texts line by line: the longest common subsequence stays, removals stand before additions.
func CompareLines(before, after string) []LineChange {
	a, b := splitLines(before), splitLines(after)
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var out lineChanges
	out.add(DiffSame, a[:head]...)
	middle(&out, a[head:len(a)-tail], b[head:len(b)-tail])
	out.add(DiffSame, a[len(a)-tail:]...)
	return out
}

func splitLines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// lineChanges gathers runs; a run of the same kind goes on with the last one.
type lineChanges []LineChange

func (c *lineChanges) add(kind DiffKind, lines ...string) {
	if len(lines) == 0 {
		return
	}
	if n := len(*c); n > 0 && (*c)[n-1].Kind == kind {
		(*c)[n-1].Lines = append((*c)[n-1].Lines, lines...)
		return
	}
	*c = append(*c, LineChange{Kind: kind, Lines: append([]string(nil), lines...)})
}

// middle compares what is left between the common beginning and end.
func middle(out *lineChanges, a, b []string) {
	if len(a) == 0 || len(b) == 0 || (len(a)+1)*(len(b)+1) > cellsMax {
		out.add(DiffRemoved, a...)
		out.add(DiffAdded, b...)
		return
	}
	width := len(b) + 1
	common := make([]int32, (len(a)+1)*width) // length of the longest common subsequence of a[i:] and b[j:]
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i*width+j] = common[(i+1)*width+j+1] + 1
			} else {
				common[i*width+j] = max(common[(i+1)*width+j], common[i*width+j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			out.add(DiffSame, a[i])
			i, j = i+1, j+1
		case common[(i+1)*width+j] >= common[i*width+j+1]:
			out.add(DiffRemoved, a[i])
			i++
		default:
			out.add(DiffAdded, b[j])
			j++
		}
	}
	out.add(DiffRemoved, a[i:]...)
	out.add(DiffAdded, b[j:]...)
}

// contextLines is how many unchanged lines are shown around a change.
const contextLines = 3

// LineParts writes changes with a mark in the first column; long unchanged runs are folded.
func LineParts(p *i18n.Printer, list []LineChange) (parts []DiffPart) {
	for i, c := range list {
		switch c.Kind {
		case DiffRemoved:
			parts = append(parts, DiffPart{Kind: DiffRemoved, Text: markedLines("- ", c.Lines)}, DiffPart{Text: "\n"})
		case DiffAdded:
			parts = append(parts, DiffPart{Kind: DiffAdded, Text: markedLines("+ ", c.Lines)}, DiffPart{Text: "\n"})
		default:
			head, tail := contextLines, contextLines
			if i == 0 {
				head = 0
			}
			if i == len(list)-1 {
				tail = 0
			}
			if len(c.Lines) <= head+tail+1 {
				parts = append(parts, DiffPart{Text: markedLines("  ", c.Lines) + "\n"})
				continue
			}
			folded := p.T("plans.diff_skipped", "Count", len(c.Lines)-head-tail)
			text := ""
			if head > 0 {
				text = markedLines("  ", c.Lines[:head]) + "\n"
			}
			text += folded + "\n"
			if tail > 0 {
				text += markedLines("  ", c.Lines[len(c.Lines)-tail:]) + "\n"
			}
			parts = append(parts, DiffPart{Text: text})
		}
	}
	return parts
}

func markedLines(mark string, lines []string) string {
	return mark + strings.Join(lines, "\n"+mark)
}
