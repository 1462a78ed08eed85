package metric

import (
	"strconv"
	"strings"
)

// TextOf writes a definition as the document that Decode reads, to begin a further version from.
func TextOf(d Definition) string {
	var b strings.Builder
	b.WriteString("xiaoguan: " + Header + "\nmetrics:\n  - id: " + string(d.ID) + "\n")
	line := func(key, value string) { b.WriteString("    " + key + ": " + value + "\n") }
	if d.Family != d.ID {
		line("family", string(d.Family))
	}
	line("name", "{zh: "+strconv.Quote(d.Name.Zh)+", en: "+strconv.Quote(d.Name.En)+"}")
	line("basis", "{zh: "+strconv.Quote(d.Basis.Zh)+", en: "+strconv.Quote(d.Basis.En)+"}")
	side := func(terms []Term) string {
		texts := make([]string, len(terms))
		for i, t := range terms {
			text := string(t.Measure)
			if t.When != During {
				text += "@" + string(t.When)
			}
			if t.Minus {
				text = "-" + text
			}
			texts[i] = strconv.Quote(text)
		}
		return "[" + strings.Join(texts, ", ") + "]"
	}
	switch d.Formula.Kind {
	case FormulaSum:
		line("formula", "{sum: "+side(d.Formula.Of)+"}")
	case FormulaAge:
		line("formula", "{age: {}}")
	default:
		line("formula", "{"+string(d.Formula.Kind)+": {of: "+side(d.Formula.Of)+", over: "+side(d.Formula.Over)+"}}")
	}
	line("unit", string(d.Unit))
	line("good", string(d.Good))
	line("owner", d.Owner)
	sources := make([]string, len(d.Sources))
	for i, s := range d.Sources {
		sources[i] = string(s)
	}
	line("sources", "["+strings.Join(sources, ", ")+"]")
	line("fresh_hours", strconv.Itoa(d.FreshHours))
	if d.MaturesDays > 0 {
		line("matures_days", strconv.Itoa(d.MaturesDays))
	}
	return b.String()
}
