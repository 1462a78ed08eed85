package plancase

import (
	"slices"
	"strings"

	"xiaoguan/internal/money"
	"xiaoguan/internal/planbook"
)

// Accept writes what an example came to in the place of what it wanted, for the differences of the example under the title: the amounts of
// its lists alone change, and a line that was missing is added. text is the page of examples as a document carries it. Where a list of the
// amounts stands above all cases, it stays as it is, as other cases read it, too.
func Accept(text, title string, differences []planbook.ExampleDifference) string {
	lines := strings.Split(text, "\n")
	from, to := section(lines, title)
	for _, d := range differences {
		head, end := listIn(lines[from:to], d.List)
		if head < 0 {
			continue
		}
		head, end = from+head, from+end
		columns := strings.Split(lines[head], ",")
		at := slices.IndexFunc(lines[head+1:end], func(line string) bool { return says(columns, line, d) })
		if at >= 0 {
			lines[head+1+at] = withAmount(columns, lines[head+1+at], money.Format(d.GotFen, d.Currency))
			continue
		}
		lines = slices.Insert(lines, end, fresh(columns, d))
		to++
	}
	return strings.Join(lines, "\n")
}

// section is where the case under a title stands: from its heading to the next one. The empty title is the page of a single case.
func section(lines []string, title string) (from, to int) {
	if title == "" {
		return 0, len(lines)
	}
	for i, line := range lines {
		if !strings.HasPrefix(line, "## ") || strings.TrimSpace(line[len("## "):]) != title {
			continue
		}
		for to = i + 1; to < len(lines) && !strings.HasPrefix(lines[to], "## "); to++ {
		}
		return i, to
	}
	return 0, 0
}

// listIn is where the named list has its head and where it ends, −1 when it is not there.
func listIn(lines []string, name string) (head, end int) {
	for i, line := range lines {
		words := strings.Fields(strings.TrimLeft(line, "`"))
		if !strings.HasPrefix(line, "```") || len(words) < 2 || words[1] != name || i+1 >= len(lines) {
			continue
		}
		for end = i + 1; end < len(lines) && !strings.HasPrefix(lines[end], "```"); end++ {
		}
		return i + 1, end
	}
	return -1, -1
}

// cell is a column of a line.
func cell(columns []string, line string, names ...string) string {
	cells := strings.Split(line, ",")
	for i, column := range columns {
		if i < len(cells) && slices.Contains(names, strings.TrimSpace(column)) {
			return strings.TrimSpace(cells[i])
		}
	}
	return ""
}

// lineColumns name what an amount is of: a component, or the kind of an open item.
var lineColumns = []string{"component", "kind"}

// says reports whether a line is that of the amount that differs.
func says(columns []string, line string, d planbook.ExampleDifference) bool {
	month := cell(columns, line, "period")
	return cell(columns, line, "payee") == d.Payee && (month == "" || month == d.Month.String()) && cell(columns, line, lineColumns...) == d.Line
}

func withAmount(columns []string, line, amount string) string {
	cells := strings.Split(line, ",")
	for i, column := range columns {
		if strings.TrimSpace(column) == "amount" && i < len(cells) {
			cells[i] = amount
		}
	}
	return strings.Join(cells, ",")
}

// fresh is a line for an amount that the list did not have.
func fresh(columns []string, d planbook.ExampleDifference) string {
	cells := make([]string, len(columns))
	for i, column := range columns {
		switch name := strings.TrimSpace(column); {
		case name == "payee":
			cells[i] = d.Payee
		case name == "period":
			cells[i] = d.Month.String()
		case slices.Contains(lineColumns, name):
			cells[i] = d.Line
		case name == "amount":
			cells[i] = money.Format(d.GotFen, d.Currency)
		}
	}
	return strings.Join(cells, ",")
}
