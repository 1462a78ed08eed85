package admin

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/web/ui"
)

// insideFields are what the program counts and numbers for itself, or works out of what stands beside it; of a kind alone where its name comes first.
var insideFields = fieldSet("id", "by_id", "revision", "current_run", "running_run", "targetplan.unit", "targetplan.parent", "decision.metric", "decision.unit", "decision.part_unit",
	"decision.numerator", "decision.denominator", "decision.version")

// inside reports whether a field says nothing to people.
func (w wording) inside(key string) bool { return within(insideFields, w.kind, fieldKey(key)) }

// within reports whether a set has a field, be it in any kind of action or in this one.
func within(set map[string]bool, kind, name string) bool { return set[name] || set[kind+"."+name] }

// Fields whose numbers are no counts.
var (
	// references are numbers of records: 0 is none.
	references = fieldSet("problem", "initiative", "decision", "merged_into", "review", "change", "run", "effect", "copy_of", "by", "passage", "comment", "invitation", "service_case", "survivor",
		"merged", "plan", "customer", "reassign.customers", "problems", "goals", "needs", "chosen", "pilot", "comparison", "product_ids", "teams", "regions", "batch", "recorded", "undo_batch")
	// years are written without a separator.
	years = fieldSet("year", "fiscal_year", "port", "seed")
	// tenths are counted by the tenth of an hour or of a person-day.
	tenths = fieldSet("training.tenths", "priority.effort", "priority.capacity", "priority.short_effort", "priority.mid_effort")
	// percents are whole percents, in kinds where the label does not say so.
	percents = fieldSet("priority.confidence", "review.adjust_from", "review.adjust_most", "review.from")
	// measures are amounts in the unit of the metric that stands beside them.
	measures = fieldSet("goal.asked", "goal.target", "goal.baseline", "goal.amount", "risk.limit", "board_alert.limit", "board.goal")
	// clocks are minutes of a day.
	clocks = fieldSet("service_rules.opens", "service_rules.closes")
	// levels are counted by the hundredth; shares in parts per million.
	levels = fieldSet("maturity.overall")
	shares = fieldSet("maturity.bounds")
)

// What a whole is divided into.
const (
	partsPerMillion = 1_000_000
	levelParts      = 100
)

func (w wording) number(name string, n json.Number) string {
	whole, err := n.Int64()
	if err != nil {
		return n.String()
	}
	if word, known := w.word(name, n.String()); known {
		return word
	}
	is := func(set map[string]bool) bool { return within(set, w.kind, name) }
	switch {
	case strings.HasSuffix(name, "minor"):
		return w.p.Amount(whole, w.currency)
	case strings.HasSuffix(name, "_fen"):
		return w.p.Amount(whole, money.CNY)
	case strings.HasSuffix(name, "_ppm"):
		if whole < 0 {
			return i18n.Unknown // no limit
		}
		return w.p.Percent(big.NewRat(whole, partsPerMillion))
	case is(personFields) && w.named.persons[whole] != "":
		return w.named.persons[whole]
	case is(percents):
		return strconv.FormatInt(whole, 10) + "%"
	case is(personFields) || is(references) || strings.HasSuffix(name, "_id"):
		return reference(whole)
	case name == "basis_points":
		return strconv.FormatInt(whole/100, 10) + "%"
	case is(years):
		return strconv.FormatInt(whole, 10)
	case name == "bytes":
		return w.p.FileSize(whole)
	case is(tenths):
		return w.p.Decimal(big.NewRat(whole, 10), 1)
	case is(clocks):
		return fmt.Sprintf("%02d:%02d", whole/60, whole%60)
	case is(levels):
		return w.p.Decimal(big.NewRat(whole, levelParts), 2)
	case is(shares) && w.state["unit"] != "hours":
		return w.p.Percent(big.NewRat(whole, partsPerMillion))
	case is(measures):
		return w.inUnit(name, whole)
	}
	return w.p.Int(whole)
}

// reference is the number of a record; 0 is none.
func reference(number int64) string {
	if number == 0 {
		return i18n.Unknown
	}
	return strconv.FormatInt(number, 10)
}

// inUnit writes an amount in the unit of the metric that stands beside it, or around it.
func (w wording) inUnit(name string, amount int64) string {
	unit := unitOf(w.state)
	if name == "asked" {
		switch w.state["kind"] {
		case "relative":
			unit = metric.UnitPercent
		case "points":
			return w.p.Points(big.NewRat(amount, metric.Whole))
		}
	}
	if unit == "" {
		return w.p.Int(amount)
	}
	v := metric.Value{Unit: unit, Numerator: amount, Denominator: 1, Scale: 1, Known: true}
	switch unit {
	case metric.UnitPercent:
		v.Denominator = metric.Whole
	case metric.UnitDays:
		v.Denominator = 10
	}
	return ui.MetricText(w.p, w.currency, v)
}

// unitOf is the unit of the metric of a state; what a programme measures by itself are shares.
func unitOf(state map[string]any) metric.Unit {
	var id any
	for key, value := range state {
		switch fieldKey(key) {
		case "metric":
			if value != "" {
				id = value
			}
		case "metrics":
			if list, _ := value.([]any); len(list) > 0 {
				id = list[0]
			}
		case "source":
			if value != "" {
				return metric.UnitPercent
			}
		}
	}
	for _, d := range metric.Shipped() {
		if string(d.ID) == id || string(d.Family) == id {
			return d.Unit
		}
	}
	return ""
}

// has reports whether a state has just these fields, and the first of them.
func (w wording) has(first string, others ...string) bool {
	for key := range w.state {
		if key != first && !slices.Contains(others, key) {
			return false
		}
	}
	_, there := w.state[first]
	return there
}

// place writes where something is: its name, or what it is and its number.
func (w wording) place() (string, bool) {
	kind, _ := w.state["kind"].(string)
	if !w.has("kind", "id", "name") || !w.p.Has("metric.place."+kind) {
		return "", false
	}
	if name, _ := w.state["name"].(string); name != "" {
		return name, true
	}
	text := w.p.T("metric.place." + kind)
	if id, _ := w.state["id"].(json.Number); id != "" && id != "0" {
		return w.p.T("trail.numbered", "What", text, "Number", id.String()), true
	}
	return text, true
}

// span writes a period as its first and last day.
func (w wording) span() (string, bool) {
	from, _ := w.state["from"].(string)
	to, _ := w.state["to"].(string)
	if from == "" || to == "" || !w.has("from", "to", "kind", "first", "last", "to_date") {
		return "", false
	}
	return w.p.T("trail.span", "From", from, "To", to), true
}

// measured writes a value of the metric book.
func (w wording) measured() (string, bool) {
	if _, there := w.state["numerator"].(json.Number); !there || w.state["denominator"] == nil || w.state["scale"] == nil {
		return "", false
	}
	text, err := json.Marshal(w.state)
	var v metric.Value
	if err != nil || json.Unmarshal(text, &v) != nil {
		return "", false
	}
	return ui.MetricText(w.p, w.currency, v), true
}

// alone says what became of a state that is one value.
func (w wording) alone(before, after any) ui.Fact {
	was, is := w.value("", before), w.value("", after)
	switch {
	case before == nil:
		return ui.Fact{Term: w.p.T("trail.field_value"), Text: is}
	case after == nil:
		return ui.Fact{Term: w.p.T("trail.field_value"), Text: was}
	}
	return ui.Fact{Term: w.p.T("trail.field_value"), Text: w.p.T("trail.from_to", "Before", was, "After", is)}
}
