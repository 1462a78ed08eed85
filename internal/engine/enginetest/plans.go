package enginetest

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"

	"xiaoguan/internal/engine"
	"xiaoguan/internal/plan"
)

// Input draws a whole run: a month, its facts, a crediting document, up to three plans and what they paid before. No plan refuses to
// compute, so a run of it has a result.
func Input(t *rapid.T) engine.Input { return input(t, false) }

// Refusing is Input of one plan that may refuse to compute: it demands quotas, given values, costs, units and rows that may be missing.
func Refusing(t *rapid.T) engine.Input { return input(t, true) }

func input(t *rapid.T, refuses bool) engine.Input {
	month := Month(t)
	in := engine.Input{Period: month, Facts: Facts(t, month)}
	most := 3
	if refuses {
		most = 1
		gaps(t, in.Facts)
	}
	in.Crediting = Crediting(t, in.Facts)
	for i := range rapid.IntRange(1, most).Draw(t, "plans") {
		in.Plans = append(in.Plans, Plan(t, fmt.Sprintf("plan_%d", i), in.Facts, in.Crediting, refuses))
	}
	earlier(t, &in)
	return in
}

// Plan draws a valid plan over every form of measure, component and statement that is in use. It fails the test when the decoder
// refuses what was drawn.
func Plan(t *rapid.T, id string, facts *engine.Facts, crediting *plan.Crediting, refuses bool) *plan.Plan {
	text := PlanText(t, id, facts, crediting, refuses)
	p, err := plan.DecodePlan("random "+id, []byte(text))
	if err != nil {
		t.Fatalf("enginetest: %v\n%s", err, text)
	}
	return p
}

// PlanText is Plan as the document. It holds the measures that its components read and no others.
func PlanText(t *rapid.T, id string, facts *engine.Facts, crediting *plan.Crediting, refuses bool) string {
	w := &planText{t: t, facts: facts, crediting: crediting, known: map[string]bool{}, refuses: refuses}
	w.event = w.pick("event", "collected", "collected", "signed", "invoiced")
	w.line("components:")
	for i := range rapid.IntRange(1, 5).Draw(t, "components") {
		w.component(i)
	}
	components := w.String()
	w.Reset()
	w.line("xiaoguan: plan/1")
	w.line("id: %s", id)
	w.line("name: {zh: 随机, en: random}")
	w.line("layer: other")
	w.line("currency: CNY")
	w.line("period: month")
	w.line("effective: {from: 2000-01-01}")
	w.participants()
	w.statements()
	w.use("credited")
	w.line("measures:\n%s", strings.Join(w.measures, "\n"))
	w.conversion()
	if w.oneIn(6, "plan cap") {
		w.line("cap: {amount: %s, over: %s, excess: %s}", w.pick("amount", "20.00", "700.00"), w.pick("over", "period", "quarter", "year"),
			w.pick("excess", "dropped", "carried"))
	}
	return w.String() + components
}

// conversion says how facts in other currencies count: always where there are any, but for plans that may refuse.
func (w *planText) conversion() {
	says := w.oneIn(6, "converts nothing")
	if len(w.facts.Exchange) > 0 {
		says = !w.refuses || !w.oneIn(8, "does not convert")
	}
	if says {
		w.line("currencies: {rate: %s, on: %s, convert: %s}", w.pick("kind", rateKinds...), w.pick("on", "event_date", "signed_on", "period_end"),
			w.pick("convert", "before_rate", "after_rate"))
	}
}

// planText writes a document.
type planText struct {
	strings.Builder
	t         *rapid.T
	facts     *engine.Facts
	crediting *plan.Crediting
	event     string
	measures  []string        // that were written because something reads them
	known     map[string]bool // their ids
	part      partText
	refuses   bool
}

// orRefuse adds the word for a refusal where the plan may refuse.
func (w *planText) orRefuse(words ...string) []string {
	if w.refuses {
		words = append(words, "refuse")
	}
	return words
}

func (w *planText) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

func (w *planText) pick(label string, words ...string) string {
	return rapid.SampledFrom(words).Draw(w.t, label)
}

// oneIn draws true at most once in n: low numbers are drawn most, and a failing case shrinks to them, so to the plan without.
func (w *planText) oneIn(n int, label string) bool { return rapid.IntRange(1, n).Draw(w.t, label) == n }

func list(words []string) string { return "[\"" + strings.Join(words, "\", \"") + "\"]" }

func (w *planText) participants() {
	var parts []string
	add := func(key string, n int, all []string) {
		if subset := some(w.t, all); w.oneIn(n, key) && len(subset) > 0 {
			parts = append(parts, key+": "+list(subset))
		}
	}
	var persons []string
	for _, person := range w.facts.Persons {
		persons = append(persons, person.Key)
	}
	add("level", 2, levels)
	add("role", 6, roles)
	add("team", 6, w.teams())
	add("region", 6, regions)
	add("person", 8, persons)
	add("excluding", 6, persons)
	w.line("participants: {%s}", strings.Join(parts, ", "))
}

func (w *planText) teams() (keys []string) {
	for _, team := range w.facts.Teams {
		keys = append(keys, team.Key)
	}
	return keys
}

func (w *planText) statements() {
	w.line("statements:")
	w.line("  earned_on: %s", w.event)
	w.line("  payable_on: period_close")
	w.line("  refund: %s", w.pick("refund", "negative_credit_when_refunded", "negative_credit_when_refunded", "kept_until_clawback"))
	w.line("  negative_result: %s", w.pick("negative", "stands", "zero"))
	w.line("  zero_quota: %s", w.pick("zero quota", w.orRefuse("attainment_zero", "not_applicable")...))
	w.line("  level_at: period_end")
	w.line("  team_at: period_end")
	w.line("  joiner: %s", w.pick("joiner", "full_period", "by_day"))
	w.line("  leaver: %s", w.pick("leaver", "full_period", "by_day"))
	w.line("  leaver_later_collections: %s", w.pick("later", "unpaid", "paid"))
	w.line("  attainment_rounding: exact")
}
