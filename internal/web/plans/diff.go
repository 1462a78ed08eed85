package plans

import "strings"

// change is a run of lines that two texts share, or that one of them lacks.
type change struct {
	kind  changeKind
	lines []string
}

type changeKind int

const (
	same changeKind = iota
	removed
	added
)

// cellsMax bounds the work of a comparison: beyond it, what lies between the common beginning and end is shown as replaced.
const cellsMax = 4 << 20

// compareLines compares two texts line by line: the longest common subsequence stays, removals stand before additions.
func compareLines(before, after string) []change {
	a, b := splitLines(before), splitLines(after)
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var out changes
	out.add(same, a[:head]...)
	middle(&out, a[head:len(a)-tail], b[head:len(b)-tail])
	out.add(same, a[len(a)-tail:]...)
	return out
}

func splitLines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// changes gathers runs; a run of the same kind goes on with the last one.
type changes []change

func (c *changes) add(kind changeKind, lines ...string) {
	if len(lines) == 0 {
		return
	}
	if n := len(*c); n > 0 && (*c)[n-1].kind == kind {
		(*c)[n-1].lines = append((*c)[n-1].lines, lines...)
		return
	}
	*c = append(*c, change{kind: kind, lines: append([]string(nil), lines...)})
}

// middle compares what is left between the common beginning and end.
func middle(out *changes, a, b []string) {
	if len(a) == 0 || len(b) == 0 || (len(a)+1)*(len(b)+1) > cellsMax {
		out.add(removed, a...)
		out.add(added, b...)
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
			out.add(same, a[i])
			i, j = i+1, j+1
		case common[(i+1)*width+j] >= common[i*width+j+1]:
			out.add(removed, a[i])
			i++
		default:
			out.add(added, b[j])
			j++
		}
	}
	out.add(removed, a[i:]...)
	out.add(added, b[j:]...)
}
