package plans

import (
	"strings"

	"xiaoguan/internal/plan"
)

// ruleOf cuts, for each section of the prose, the lines of the document that say it. A part of the document is shown once: a section
// that comes back to it shows only the lines of its own paragraphs.
func ruleOf(d *plan.Document, text string, sections []plan.Section) []string {
	lines := strings.Split(text, "\n")
	seen := map[string]bool{}
	out := make([]string, len(sections))
	for i, s := range sections {
		var paths []string
		if !seen[s.Path] {
			paths = append(paths, s.Path)
		}
		if i == 0 || seen[s.Path] {
			for _, paragraph := range s.Paragraphs {
				if paragraph.Path != s.Path {
					paths = append(paths, paragraph.Path)
				}
			}
		}
		seen[s.Path] = true
		out[i] = excerpt(lines, d, paths)
	}
	return out
}

// excerpt joins the lines of several places in the order of the document.
func excerpt(lines []string, d *plan.Document, paths []string) string {
	wanted := make([]bool, len(lines))
	for _, path := range paths {
		from, to := block(lines, d.Position(path).Row)
		for i := from; i < to; i++ {
			wanted[i] = true
		}
	}
	var kept []string
	for i, line := range lines {
		if wanted[i] {
			kept = append(kept, line)
		}
	}
	return strings.TrimRight(dedent(kept), "\n")
}

// block returns the lines of the entry that begins in the row (1-based): it and what is indented deeper. An empty range when the row
// is not in the text.
func block(lines []string, row int) (from, to int) {
	if row < 1 || row > len(lines) {
		return 0, 0
	}
	from = row - 1
	depth := indent(lines[from])
	item := strings.HasPrefix(strings.TrimSpace(lines[from]), "- ")
	to = from + 1
	for end := to; end < len(lines); end++ {
		trimmed := strings.TrimSpace(lines[end])
		if trimmed == "" || strings.HasPrefix(trimmed, "#") {
			continue // belongs to the block only if something deeper follows
		}
		deeper := indent(lines[end]) > depth || (!item && indent(lines[end]) == depth && strings.HasPrefix(trimmed, "- "))
		if !deeper {
			break
		}
		to = end + 1
	}
	return from, to
}

func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// dedent takes the common indentation away.
func dedent(lines []string) string {
	least := -1
	for _, line := range lines {
		if strings.TrimSpace(line) != "" && (least < 0 || indent(line) < least) {
			least = indent(line)
		}
	}
	for i, line := range lines {
		lines[i] = line[min(max(least, 0), len(line)):]
	}
	return strings.Join(lines, "\n")
}
