package enginetest

import (
	"slices"
	"strings"

	"xiaoguan/internal/plan"
)

// The measures that a plan may read, by kind: of the person alone, and of groups, which may not be asked of a group's members.
var (
	ownMeasures = map[plan.ValueKind][]string{
		plan.KindMoney: {"credited", "some", "longer", "margin", "quota", "long_quota", "ramped", "handed_in", "worth"},
		plan.KindRatio: {"attainment", "pace", "share", "quality", "kept", "card", "mix"},
		plan.KindCount: {"number", "years", "months", "days", "deals", "customers", "products", "visits", "size"},
		plan.KindDate:  {"first", "latest"},
	}
	groupMeasures = map[plan.ValueKind][]string{
		plan.KindMoney: {"team_credited", "team_quota", "group_money"},
		plan.KindRatio: {"team_attainment", "group_ratio"},
		plan.KindCount: {"team_number", "heads", "crowd", "place"},
	}
	kinds = []plan.ValueKind{plan.KindRatio, plan.KindMoney, plan.KindCount, plan.KindDate}
)

func kindOf(id string) plan.ValueKind {
	for _, kind := range kinds {
		if slices.Contains(ownMeasures[kind], id) || slices.Contains(groupMeasures[kind], id) {
			return kind
		}
	}
	switch id {
	case "yield":
		return plan.KindRatio
	case "units":
		return plan.KindCount
	}
	return plan.KindMoney // what an earlier component pays, and what is made of it
}

// own draws a measure of one of the kinds that can be asked of anybody.
func (w *planText) own(label string, wanted ...plan.ValueKind) string {
	var ids []string
	for _, kind := range wanted {
		ids = append(ids, ownMeasures[kind]...)
	}
	if w.event == "signed" && slices.Contains(wanted, plan.KindCount) {
		ids = append(ids, "units")
	}
	return w.use(w.pick(label, ids...))
}

// any draws a measure of one of the kinds, of groups and earlier components too, unless the component is a contest.
func (w *planText) any(label string, wanted ...plan.ValueKind) string {
	if !w.part.contest {
		switch {
		case w.part.after && slices.Contains(wanted, plan.KindMoney) && w.oneIn(6, "after"):
			return w.use(w.pick(label, "before", "total"))
		case w.oneIn(4, "of groups"):
			var ids []string
			for _, kind := range wanted {
				ids = append(ids, groupMeasures[kind]...)
			}
			if len(ids) > 0 {
				return w.use(w.pick(label, ids...))
			}
		}
	}
	return w.own(label, wanted...)
}

// use writes a measure, and those that it rests on, unless that was done before.
func (w *planText) use(id string) string {
	if w.known[id] {
		return id
	}
	w.known[id] = true
	form := w.creditsForm(id)
	if form == "" {
		form = w.personForm(id)
	}
	if form == "" {
		form = w.groupForm(id)
	}
	w.measures = append(w.measures, "  "+id+": {name: {zh: "+id+", en: "+id+"}, "+form+"}")
	return id
}

// creditsForm is the form of a measure that gathers credits.
func (w *planText) creditsForm(id string) string {
	credits := func(where, what, window string) string {
		return "credits: " + w.event + ", " + w.by() + where + what + window
	}
	switch id {
	case "credited":
		return credits("", "sum: amount", ", window: period")
	case "some":
		return credits(w.where(), "sum: amount", ", window: period")
	case "margin":
		return credits(w.where(), "sum: margin", ", window: period")
	case "recent":
		return credits(w.where(), "sum: amount", ", window: "+w.pick("span", "{months: 2}", "{window: period, back: 1}"))
	case "longer":
		return credits(w.where(), "sum: amount", ", window: "+w.window())
	case "number":
		return credits(w.where(), "count: credits", ", window: "+w.window())
	case "deals", "customers", "products":
		return credits(w.where(), "count: "+id, ", window: "+w.window())
	case "units":
		return credits(w.where(), "sum: units", ", window: "+w.window())
	case "first":
		return credits(w.where(), "first: date", "")
	case "latest":
		return credits(w.where(), "last: date", "")
	case "kept":
		return "retained: " + w.event + ", " + w.by() + "before: " + w.window() + ", now: " + w.window()
	}
	return ""
}

// by draws the crediting rules that count: usually all, or one of the event's.
func (w *planText) by() string {
	rules := []string{""}
	for _, rule := range w.crediting.Rules {
		if slices.Contains(rule.Events, w.event) && rule.To != plan.ToHouse {
			rules = append(rules, "by: ["+rule.ID+"], ")
		}
	}
	if !w.oneIn(2, "by") {
		return ""
	}
	return w.pick("rule", rules...)
}

func (w *planText) window() string {
	switch {
	case w.oneIn(4, "months"):
		return "{months: " + w.pick("months", "1", "2", "3", "12") + "}"
	case w.oneIn(4, "back"):
		return "{window: " + w.pick("word", "period", "quarter_to_date", "year_to_date", "ever") + ", back: " + w.pick("back", "1", "2", "12") + "}"
	case w.oneIn(6, "months back"):
		return "{months: 2, back: 1}"
	}
	return w.pick("window", "period", "quarter_to_date", "half_year_to_date", "year_to_date", "ever")
}

// personForm is the form of another measure of one person.
func (w *planText) personForm(id string) string {
	given := func(kind string) string {
		return "given: " + id + ", kind: " + kind + ", window: " + w.window() + ", missing: " + w.pick("missing", w.orRefuse("zero", "no_value")...)
	}
	ratio := func(of, to string) string { return "ratio: [" + w.use(of) + ", " + w.use(to) + "]" }
	switch id {
	case "quota":
		return "quota: " + w.event + ", window: period"
	case "long_quota":
		return "quota: " + w.event + ", window: " + w.window()
	case "ramped":
		return "quota: " + w.event + ", window: " + w.window() + ", ramp: " + w.pick("ramp", "[25%, 50%, 75%]", "[0%, 33.3%]", "[50%]")
	case "attainment":
		return ratio("credited", "quota")
	case "pace":
		return ratio("longer", w.pick("pace of", "long_quota", "ramped"))
	case "share":
		return ratio("some", "credited")
	case "yield":
		return ratio("margin", "quota")
	case "years":
		return "tenure: full_years"
	case "months":
		return "tenure: calendar_months"
	case "days":
		return "tenure: days"
	case "handed_in":
		return given("money")
	case "quality":
		return given("ratio")
	case "visits":
		return given("count")
	case "card":
		return w.scorecard()
	case "worth", "mix", "size", "total":
		return w.formula(id)
	case "before":
		return "component: part_0"
	}
	return ""
}

func (w *planText) scorecard() string {
	var items []string
	weights := [][]string{{"100%"}, {"60%", "40%"}, {"33.3%", "33.3%", "33.4%"}}[w.upTo(2, "items")]
	for _, weight := range weights {
		of, goal := w.own("item", plan.KindMoney, plan.KindRatio, plan.KindCount), ""
		for of == "card" {
			of = "quality"
			w.use(of)
		}
		switch kindOf(of) {
		case plan.KindMoney:
			goal = w.pick("goal", "100.00", "0.07", "600.00")
		case plan.KindRatio:
			goal = w.pick("goal", "100%", "33.3%")
		default:
			goal = w.pick("goal", "3", "1")
		}
		items = append(items, "{measure: "+of+", goal: "+goal+", weight: "+weight+w.pick("least", "", ", least: 0.2", ", least: -1")+", most: "+
			w.pick("most", "none", "1.5", "1")+"}")
	}
	return "scorecard: [" + strings.Join(items, ", ") + "]"
}

// formulas are texts with the measures that they read.
var formulas = map[string][][]string{
	"worth": {
		{"credited * 50% + money(10.00)", "credited"}, {"max(credited - quota, money(0))", "credited", "quota"},
		{"if(credited > quota, credited, quota / 3)", "credited", "quota"}, {"round(credited / 3, 1)", "credited"},
		{"divide(credited, quota, 0.5) * money(100.07)", "credited", "quota"},
	},
	"mix": {
		{"credited / quota", "credited", "quota"}, {"clamp(divide(credited, quota, 0), 0.2, 1.5)", "credited", "quota"},
		{"number / 3 + 0.5", "number"}, {"value(quality, 0.7)", "quality"}, {"if(number >= 2 and not (years > 1), 1.1, 0.9)", "number", "years"},
		{"abs(quality - 1)", "quality"},
	},
	"size":  {{"floor(credited / money(100))", "credited"}, {"number + visits", "number", "visits"}, {"max(number, 2) - 1", "number"}},
	"total": {{"credited + before", "credited", "before"}, {"min(before, money(50))", "before"}},
}

func (w *planText) formula(id string) string {
	kind := map[string]string{"mix": "ratio", "size": "count"}[id]
	if kind == "" {
		kind = "money"
	}
	drawn := formulas[id][w.upTo(len(formulas[id])-1, "formula")]
	for _, name := range drawn[1:] {
		w.use(name)
	}
	return "formula: " + quoted(drawn[0]) + ", kind: " + kind
}

// groupForm is the form of a measure that looks at others.
func (w *planText) groupForm(id string) string {
	switch id {
	case "team_credited":
		return "team: {sum: " + w.use("credited") + "}"
	case "team_quota":
		return "team: {sum: " + w.use("quota") + "}"
	case "team_number":
		return "team: {sum: " + w.use("number") + w.members() + "}"
	case "team_attainment":
		return "ratio: [" + w.use("team_credited") + ", " + w.use("team_quota") + "]"
	case "group_money":
		return "team: {" + w.pick("fold", "sum", "average", "highest", "lowest") + ": " + w.own("of", plan.KindMoney) + ", of: " + w.group() + w.members() + "}"
	case "group_ratio":
		return "team: {" + w.pick("fold", "average", "highest", "lowest") + ": " + w.own("of", plan.KindRatio) + ", of: " + w.group() + w.members() + "}"
	case "heads":
		return "team: {count: people" + w.members() + "}"
	case "crowd":
		return "team: {count: people, of: " + w.group() + w.members() + "}"
	}
	return "rank: " + w.own("by", plan.KindMoney, plan.KindRatio, plan.KindCount) + ", among: " + w.group() + ", order: " +
		w.pick("order", "descending", "ascending") + ", ties: " + w.pick("ties", "best", "worst", "average")
}

func (w *planText) group() string {
	return w.pick("group", "own_team", "own_region", "company", "plan", "mentees", "led_teams")
}

// members draws conditions on members, or nothing.
func (w *planText) members() string {
	level := "{level: " + list([]string{w.pick("level", "regular", "core", "manager"), "newcomer"}) + "}"
	switch w.upTo(3, "members") {
	case 1:
		return ", where: [" + level + "]"
	case 2:
		return ", where: [" + w.condition(w.own("member", kinds...)) + "]"
	case 3:
		return ", where: [" + level + ", " + w.condition(w.own("member", kinds...)) + "]"
	}
	return ""
}

// where draws filters of credits, or nothing.
func (w *planText) where() string {
	filters := map[string]string{
		"category": "{field: product.category, " + w.pick("below", "in", "in", "within") + ": " + list([]string{"A", w.pick("category", categories[1:]...)}) + "}",
		"product":  "{field: product, in: [p0, p2]}",
		"amount":   "{field: amount, " + w.comparison(w.pick("amount", "0", "10.00", "-0.05")) + "}",
		"months":   "{field: customer.months_since_first_payment, " + w.comparison(w.pick("months", "0", "1", "12")) + "}",
		"signed":   "{field: deal.months_since_signed, " + w.comparison(w.pick("months", "0", "1", "6")) + "}",
		"new":      "{field: customer.first_payment, in: window}",
		"customer": w.pick("customer", "{field: customer, in: [c0, c1]}", "{field: customer.tier, in: [A]}", "{field: customer.region, in: [east, north]}", "{field: customer.region, within: [east]}"),
	}
	switch names := some(w.t, []string{"category", "product", "amount", "months", "signed", "new", "customer"}); {
	case len(names) == 0 || len(names) > 3:
		return ""
	case len(names) == 1:
		return "where: [" + filters[names[0]] + "], "
	default:
		return "where: [" + filters[names[0]] + ", " + filters[names[1]] + "], "
	}
}

func (w *planText) comparison(value string) string {
	return w.pick("comparison", "at_least", "above", "at_most", "below", "equals") + ": " + value
}
