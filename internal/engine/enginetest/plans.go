package enginetest

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"

	"xiaoguan/internal/engine"
	"xiaoguan/internal/plan"
)

// Input draws a whole run: a month, its facts, a crediting document and up to three plans. No plan refuses to compute, so a run of it
// has a result.
func Input(t *rapid.T) engine.Input {
	month := Month(t)
	in := engine.Input{Period: month, Crediting: Crediting(t), Facts: Facts(t, month)}
	for i := range rapid.IntRange(1, 3).Draw(t, "plans") {
		in.Plans = append(in.Plans, Plan(t, fmt.Sprintf("plan_%d", i), in.Facts))
	}
	return in
}

// Crediting draws a crediting document for payments and deals.
func Crediting(t *rapid.T) *plan.Crediting {
	share := rapid.SampledFrom([]string{"by_split, remainder: largest, tie: first", "by_split, remainder: largest, tie: first", "full_each"})
	text := fmt.Sprintf(`xiaoguan: crediting/1
id: random
effective: {from: 2000-01-01}
events:
  collected: {fact: payment, date: paid_on, amount: amount}
  signed: {fact: deal, date: signed_on, amount: amount}
rules:
  - {id: money, event: collected, to: deal.sellers, share: %s}
  - {id: contracts, event: signed, to: deal.sellers, share: %s}
`, share.Draw(t, "share of payments"), share.Draw(t, "share of deals"))
	c, err := plan.DecodeCrediting("random crediting", []byte(text))
	if err != nil {
		t.Fatalf("enginetest: %v\n%s", err, text)
	}
	return c
}

// Plan draws a valid plan over every form of measure, component and statement that is in use. It fails the test when the decoder
// refuses what was drawn.
func Plan(t *rapid.T, id string, facts *engine.Facts) *plan.Plan {
	text := PlanText(t, id, facts)
	p, err := plan.DecodePlan("random "+id, []byte(text))
	if err != nil {
		t.Fatalf("enginetest: %v\n%s", err, text)
	}
	return p
}

// PlanText is Plan as the document.
func PlanText(t *rapid.T, id string, facts *engine.Facts) string {
	w := &planText{t: t, event: rapid.SampledFrom([]string{"collected", "collected", "signed"}).Draw(t, "event")}
	w.line("xiaoguan: plan/1")
	w.line("id: %s", id)
	w.line("name: {zh: 随机, en: random}")
	w.line("layer: other")
	w.line("currency: CNY")
	w.line("period: month")
	w.line("effective: {from: 2000-01-01}")
	w.participants(facts)
	w.statements()
	w.measures()
	w.line("components:")
	for i := range rapid.IntRange(1, 5).Draw(t, "components") {
		w.component(i)
	}
	return w.String()
}

type planText struct {
	strings.Builder
	t     *rapid.T
	event string
}

func (w *planText) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

func (w *planText) pick(label string, words ...string) string {
	return rapid.SampledFrom(words).Draw(w.t, label)
}

// oneIn draws true at most once in n: low numbers are drawn most, and a failing case shrinks to them, so to the plan without.
func (w *planText) oneIn(n int, label string) bool { return rapid.IntRange(1, n).Draw(w.t, label) == n }

func list(words []string) string { return "[\"" + strings.Join(words, "\", \"") + "\"]" }

func (w *planText) participants(facts *engine.Facts) {
	var parts []string
	add := func(key string, n int, all []string) {
		if subset := some(w.t, all); w.oneIn(n, key) && len(subset) > 0 {
			parts = append(parts, key+": "+list(subset))
		}
	}
	var teams, persons []string
	for _, team := range facts.Teams {
		teams = append(teams, team.Key)
	}
	for _, person := range facts.Persons {
		persons = append(persons, person.Key)
	}
	add("level", 2, levels)
	add("role", 6, roles)
	add("team", 6, teams)
	add("region", 6, regions)
	add("person", 8, persons)
	add("excluding", 6, persons)
	w.line("participants: {%s}", strings.Join(parts, ", "))
}

func (w *planText) statements() {
	w.line("statements:")
	w.line("  earned_on: %s", w.event)
	w.line("  payable_on: period_close")
	w.line("  refund: negative_credit_when_refunded")
	w.line("  negative_result: %s", w.pick("negative", "stands", "zero"))
	w.line("  zero_quota: %s", w.pick("zero quota", "attainment_zero", "not_applicable"))
	w.line("  level_at: period_end")
	w.line("  team_at: period_end")
	w.line("  joiner: %s", w.pick("joiner", "full_period", "by_day"))
	w.line("  leaver: %s", w.pick("leaver", "full_period", "by_day"))
	w.line("  leaver_later_collections: %s", w.pick("later", "unpaid", "paid"))
	w.line("  attainment_rounding: exact")
}

// measures writes one of each form; components use some of them.
func (w *planText) measures() {
	credits := func(id, where, what, window string) {
		w.line("  %s: {name: {zh: %s, en: %s}, credits: %s, %s%s%s}", id, id, id, w.event, where, what, window)
	}
	other := func(id, form string) { w.line("  %s: {name: {zh: %s, en: %s}, %s}", id, id, id, form) }
	window := func() string {
		return ", window: " + w.pick("window", "period", "quarter_to_date", "year_to_date", "ever")
	}
	w.line("measures:")
	credits("credited", "", "sum: amount", ", window: period")
	credits("some", w.where(), "sum: amount", ", window: period")
	credits("longer", w.where(), "sum: amount", window())
	credits("number", w.where(), "count: credits", window())
	credits("first", w.where(), "first: date", "")
	other("quota", "quota: "+w.event+", window: period")
	other("long_quota", "quota: "+w.event+window())
	other("attainment", "ratio: [credited, quota]")
	other("pace", "ratio: [longer, long_quota]")
	other("share", "ratio: [some, credited]")
	other("years", "tenure: full_years")
	other("months", "tenure: calendar_months")
	other("team_credited", "team: {sum: credited}")
	other("team_quota", "team: {sum: quota}")
	other("team_number", "team: {sum: number}")
	other("team_attainment", "ratio: [team_credited, team_quota]")
	member := "{level: " + list([]string{w.pick("level", levels...), "core"}) + "}"
	if strings.Contains(member, `"core", "core"`) {
		member = "{level: [core]}"
	}
	other("heads", "team: {count: people, where: ["+member+", "+w.condition(w.pick("member", "attainment", "credited", "years", "first"))+"]}")
}

// where draws filters of credits, or nothing.
func (w *planText) where() string {
	filters := map[string]string{
		"category": "{field: product.category, in: " + list([]string{"A", w.pick("category", categories[1:]...)}) + "}",
		"product":  "{field: product, in: [p0, p2]}",
		"amount":   "{field: amount, " + w.comparison(w.pick("amount", "0", "10.00", "-0.05")) + "}",
		"months":   "{field: customer.months_since_first_payment, " + w.comparison(w.pick("months", "0", "1", "12")) + "}",
	}
	switch names := some(w.t, []string{"category", "product", "amount", "months"}); {
	case len(names) == 0 || len(names) > 2:
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
