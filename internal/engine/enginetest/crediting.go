package enginetest

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"

	"xiaoguan/internal/engine"
	"xiaoguan/internal/plan"
)

// events are the events of generated crediting documents, with the facts that they are made of.
var events = []string{"collected", "signed", "invoiced"}

// Crediting draws a crediting document for payments, deals and invoices, with rules of every kind.
func Crediting(t *rapid.T, facts *engine.Facts) *plan.Crediting {
	w := &planText{t: t, facts: facts}
	w.line("xiaoguan: crediting/1")
	w.line("id: random")
	w.line("effective: {from: 2000-01-01}")
	if w.oneIn(3, "no match") {
		w.line("no_match: ignore")
	}
	body := &planText{t: t, facts: facts}
	body.line("events:")
	for i, event := range events {
		fact := [][2]string{{"payment", "paid_on"}, {"deal", "signed_on"}, {"invoice", "invoiced_on"}}[i]
		tax := ""
		if w.oneIn(4, "tax") {
			tax = ", tax: {rate: " + w.pick("rate", "13%", "6%", "3.5%") + ", form: " + w.pick("form", "divided", "share_of_gross") + "}"
		}
		body.line("  %s: {fact: %s, date: %s, amount: amount%s}", event, fact[0], fact[1], tax)
	}
	body.line("rules:")
	if body.rules() {
		w.line("precedence: %s", w.pick("precedence", "first_in_sequence", "most_specific"))
	}
	text := w.String() + body.String()
	c, err := plan.DecodeCrediting("random crediting", []byte(text))
	if err != nil {
		t.Fatalf("enginetest: %v\n%s", err, text)
	}
	return c
}

// rules writes the rules in a random sequence, and reports whether some of them compete.
func (w *planText) rules() (compete bool) {
	rules := []func(){w.plainRule}
	add := func(n int, label string, write func()) {
		if w.oneIn(n, label) {
			rules = append(rules, write)
		}
	}
	add(3, "referral", func() { w.percentRule("referral", "deal.referrer") })
	add(3, "house", func() { w.percentRule("house", "house") })
	add(4, "boss", func() { w.percentRule("boss", "{person: "+quoted(w.somebody())+"}") })
	add(3, "chain", w.chainRule)
	add(3, "overlay", w.roleRule)
	add(6, "full referral", func() { w.rule("scout", "deal.referrer", "share: full_each") })
	if compete = w.oneIn(3, "compete"); compete {
		for i := range rapid.IntRange(2, 3).Draw(w.t, "competitors") {
			rules = append(rules, func() {
				w.rule(fmt.Sprintf("rival_%d", i), "deal.sellers", "group: rivals, "+w.sellersShare())
			})
		}
	}
	for _, write := range rapid.Permutation(rules).Draw(w.t, "sequence") {
		write()
	}
	return compete
}

func (w *planText) somebody() string {
	return w.facts.Persons[rapid.IntRange(0, len(w.facts.Persons)-1).Draw(w.t, "somebody")].Key
}

// plainRule credits the sellers with every fact.
func (w *planText) plainRule() {
	w.line("  - {id: sale, event: %s, to: deal.sellers, %s}", list(events), w.sellersShare())
}

func (w *planText) sellersShare() string {
	return "share: " + w.pick("share", "by_split, remainder: largest, tie: first", "by_split, remainder: largest, tie: first", "full_each")
}

// rule writes a rule of some events, perhaps with filters.
func (w *planText) rule(id, to, rest string) {
	of := some(w.t, events)
	if len(of) == 0 {
		of = events[:1]
	}
	w.line("  - {id: %s, event: %s, to: %s, %s%s}", id, list(of), to, w.factWhere(), rest)
}

func (w *planText) percentRule(id, to string) {
	w.rule(id, to, fmt.Sprintf("share: {percent: %s, of: %s}, deducts: %s", w.pick("percent", "10%", "30%", "33.3%", "100%"),
		w.pick("of", "full", "rest"), w.pick("deducts", "true", "false")))
}

func (w *planText) chainRule() {
	w.rule("chain", "manager_chain", fmt.Sprintf("levels: %s, base: %s", w.pick("levels", "[100%]", "[10%, 5%]", "[50%, 100%, 33.3%]", "[30%, 30%, 30%]"),
		w.pick("base", "full", "after_level_below")))
}

func (w *planText) roleRule() {
	w.rule("overlay", fmt.Sprintf("{role: %s, within: %s}", w.pick("role", roles...), w.pick("within", "company", "region", "team")), "share: full_each")
}

// factWhere draws filters of facts, or nothing.
func (w *planText) factWhere() string {
	var filters []string
	for _, name := range some(w.t, []string{"category", "tier", "team", "amount"}) {
		if !w.oneIn(3, "keep "+name) || name == "amount" && len(w.facts.Currencies) > 0 { // which refuses the run
			continue
		}
		switch name {
		case "category":
			filters = append(filters, w.pick("category", "{field: product.category, in: [A, B]}", "{field: product.category, within: [A, B]}"))
		case "tier":
			filters = append(filters, w.pick("customer", "{field: customer.tier, in: [A]}", "{field: customer.region, in: [east]}", "{field: customer.region, within: [east]}", "{field: customer, in: [c0, c2]}"))
		case "team":
			filters = append(filters, w.pick("seller", "{field: seller.team, in: [t0]}", "{field: seller.region, in: [east]}"))
		case "amount":
			filters = append(filters, "{field: amount, "+w.comparison(w.pick("amount", "0", "10.00", "0.03"))+"}")
		}
	}
	if len(filters) == 0 {
		return ""
	}
	return "where: [" + strings.Join(filters, ", ") + "], "
}

func quoted(text string) string { return "\"" + text + "\"" }
