package archtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The marks in ARCHITECTURE.md between which the tables are shown.
const (
	tableBegin = "<!-- layers: begin, written by go test ./internal/archtest -update -->"
	tableEnd   = "<!-- layers: end -->"
)

// directDependenciesMax is the greatest number of modules that we import ourselves.
const directDependenciesMax = 32

// renderTables writes the tables as Markdown, as ARCHITECTURE.md shows them.
func renderTables() string {
	var b strings.Builder
	b.WriteString(tableBegin + "\n| layer | packages | may import | must not |\n|---|---|---|---|\n")
	for _, layer := range Layers {
		number := fmt.Sprint(layer.Number, " ")
		if layer.Number == layerTests {
			number = ""
		}
		fmt.Fprintf(&b, "| %s%s | %s | %s | %s |\n", number, layer.Name, quoted(layer.Packages), layer.May, layer.MustNot)
	}
	fmt.Fprintf(&b, "\nEvery domain package may import %s. The other named siblings:\n\n| package | may import of its own layer |\n|---|---|\n", quoted(CommonSiblings))
	for _, from := range slices.SortedFunc(maps.Keys(Siblings), byLayer) {
		if len(Siblings[from]) > 0 {
			fmt.Fprintf(&b, "| `%s` | %s |\n", from, quoted(Siblings[from]))
		}
	}
	b.WriteString(tableEnd)
	return b.String()
}

// byLayer orders packages as Layers lists them.
func byLayer(a, b string) int { return rank(a) - rank(b) }

func rank(name string) int {
	n := 0
	for _, layer := range Layers {
		for _, p := range layer.Packages {
			if n++; p == name {
				return n
			}
		}
	}
	return n
}

func quoted(names []string) string {
	return "`" + strings.Join(names, "` `") + "`"
}

// showTables puts the tables between the marks of a document; it is an error when the marks are missing.
func showTables(document string) (string, error) {
	before, rest, found1 := strings.Cut(document, tableBegin)
	_, after, found2 := strings.Cut(rest, tableEnd)
	if !found1 || !found2 {
		return "", fmt.Errorf("archtest: the document lacks %q … %q", tableBegin, tableEnd)
	}
	return before + renderTables() + after, nil
}

// checkDependencies wants a row of docs/dependencies.md for every module that we import, and no more of them than the limit. A row
// begins with the module's path in backticks; a path ending in … stands for all modules that begin so.
func checkDependencies(document string, direct []string) (complaints []string) {
	var rows []string
	for line := range strings.Lines(document) {
		if rest, found := strings.CutPrefix(line, "| `"); found {
			name, _, _ := strings.Cut(rest, "`")
			rows = append(rows, name)
		}
	}
	for _, module := range direct {
		if !slices.ContainsFunc(rows, func(row string) bool {
			return row == module || strings.HasSuffix(row, "…") && strings.HasPrefix(module, strings.TrimSuffix(row, "…"))
		}) {
			complaints = append(complaints, fmt.Sprintf("docs/dependencies.md: no row for %s: what for, why this one, what would replace it", module))
		}
	}
	if len(direct) > directDependenciesMax {
		complaints = append(complaints, fmt.Sprintf("%d direct dependencies, at most %d: %s", len(direct), directDependenciesMax, strings.Join(direct, " ")))
	}
	return complaints
}
