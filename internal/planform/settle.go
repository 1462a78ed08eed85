package planform

import (
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planedit"
)

// settle asks when what is earned is paid.
func (b *builder) settle() Section {
	s := Section{ID: "settle", Title: "planform.settle", Hint: "planform.settle_hint", Path: "settle"}
	if b.Has("settle") {
		f := b.components("settle.by_deal", "planform.by_deal", true)
		f.Hint = "planform.by_deal_hint"
		s.Groups = append(s.Groups, Group{Fields: []Field{f}})
	}
	for _, rule := range []struct {
		key    string
		fields func(*builder, string, *Group)
	}{
		{"hold", (*builder).hold}, {"instalments", (*builder).instalments}, {"clawback", (*builder).clawback}, {"negative", (*builder).negative},
		{"guarantee", (*builder).guarantee}, {"draw", (*builder).draw},
	} {
		at := "settle." + rule.key
		g := Group{Title: "planform." + rule.key, Hint: "planform." + rule.key + "_hint", Path: at}
		if !b.Has(at) && rule.key == "clawback" && len(b.byDeal()) == 0 {
			continue // nothing of the plan is known by deal
		}
		if b.Has(at) {
			rule.fields(b, at, &g)
			g.Acts = append(g.Acts, Act{"remove " + at, "planform.remove_rule", "x"})
		} else {
			g.Acts = append(g.Acts, Act{"add-" + rule.key + " " + at, "planform.add_rule", "plus"})
		}
		s.Groups = append(s.Groups, g)
	}
	return s
}

func (b *builder) ifLeft(at string) Field {
	return b.choice(at+".if_left", "planform.if_left", "planform.if_left", "forfeited", "paid_at_leaving", "continues")
}

func (b *builder) hold(at string, g *Group) {
	g.Fields = append(g.Fields, b.components(at+".components", "planform.which", false))
	switch {
	case b.Has(at + ".until.collected"):
		g.Fields = append(g.Fields, b.number(at+".until.collected", "planform.until_collected", "%", false), b.choice(at+".release", "planform.release", "planform.release", "whole", "by_share_of_cash"))
	case b.Has(at + ".until.months"):
		g.Fields = append(g.Fields, b.number(at+".until.months", "planform.until_months", "", false))
	}
	g.Fields = append(g.Fields, b.ifLeft(at), b.number(at+".expires_after_months", "planform.expires", "", true))
}

func (b *builder) instalments(at string, g *Group) {
	g.Fields = append(g.Fields, b.components(at+".components", "planform.which", false), b.ifLeft(at))
	path := at + ".parts"
	g.Rows = &Rows{Path: path, Label: "planform.parts", Columns: []string{"planform.after_months", "planform.part_percent"}}
	for i := range b.Len(path) {
		part := planedit.Index(path, i)
		row := Row{Path: part, Fields: []Field{b.number(part+".after_months", "planform.after_months", "", false), b.number(part+".percent", "planform.part_percent", "%", false)}}
		if b.Len(path) > 1 {
			row.Acts = []Act{{"remove " + part, "planform.remove_row", "x"}}
		}
		g.Rows.Items = append(g.Rows.Items, row)
	}
	g.Acts = append(g.Acts, Act{"add-part " + path, "planform.add_part", "plus"})
}

func (b *builder) clawback(at string, g *Group) {
	on := Field{Path: at + ".on", Kind: KindChecks, Label: "planform.claw_on", Values: b.Values(at + ".on"), Options: b.words("", "planform.claw_on", []string{"refund", "cancellation"})}
	g.Fields = append(g.Fields, b.components(at+".components", "planform.which", false), b.add(on), b.number(at+".within_months", "planform.claw_within", "", false))
	if b.scalarOrNothing(at + ".share") {
		g.Fields = append(g.Fields, b.choice(at+".share", "planform.claw_share", "planform.claw_share", "pro_rata", "full"))
	}
	g.Fields = append(g.Fields, b.choice(at+".basis", "planform.claw_basis", "planform.claw_basis", "earned", "paid"))
}

func (b *builder) negative(at string, g *Group) {
	g.Fields = append(g.Fields, b.choice(at+".offset", "planform.offset", "planform.offset", "all", "same_component"), b.number(at+".forgiven_after_months", "planform.forgiven", "", true))
}

func (b *builder) guarantee(at string, g *Group) {
	g.Fields = append(g.Fields, b.money(at+".amount", "planform.guarantee_amount", false), b.number(at+".months", "planform.guarantee_months", "", false))
}

func (b *builder) draw(at string, g *Group) {
	g.Fields = append(g.Fields, b.choice(at+".style", "planform.draw_style", "planform.draw", "top_up", "loan", "netted"), b.money(at+".amount", "planform.draw_amount", false),
		b.number(at+".from_month", "planform.draw_from", "", false), b.number(at+".months", "planform.draw_months", "", false))
	if b.Has(at + ".recoverable") {
		g.Fields = append(g.Fields, b.choice(at+".recoverable", "planform.recoverable", "planform.recoverable", "true", "false"))
	}
	if b.Has(at + ".recovery") {
		g.Fields = append(g.Fields, b.number(at+".recovery.from_month", "planform.recovery_from", "", false), b.number(at+".recovery.percent", "planform.recovery_percent", "%", false),
			b.money(at+".recovery.floor", "planform.recovery_floor", false))
	}
	if b.Has(at + ".if_left") {
		g.Fields = append(g.Fields, b.choice(at+".if_left", "planform.if_left", "planform.draw_left", "due", "forgiven"))
	}
}

// rules are what a settlement begins with, by key: a usual reading whose figures are then changed. ALL stands for the ids of all components,
// RATES for those whose pay is known by deal.
var rules = map[string]string{
	"hold":        "{components: RATES, until: {collected: 100%}, release: whole, if_left: paid_at_leaving}",
	"instalments": "{components: ALL, parts: [{after_months: 0, percent: 70%}, {after_months: 6, percent: 30%}], if_left: paid_at_leaving}",
	"clawback":    "{components: RATES, on: [refund, cancellation], within_months: 12, share: pro_rata, basis: earned}",
	"negative":    "{offset: all}",
	"guarantee":   "{amount: 5000.00, months: 3}",
	"draw":        "{style: top_up, amount: 5000.00, from_month: 0, months: 6, recoverable: true, recovery: {from_month: 6, percent: 50%, floor: 5000.00}, if_left: forgiven}",
}

// byDeal are the ids of the components whose pay is known by deal: those with a rate of credits.
func (b *builder) byDeal() (ids []string) {
	for i := range b.Len("components") {
		at := planedit.Index("components", i)
		if b.Has(at+".pays.rate") && b.Has(planedit.Key("measures", b.Value(at+".pays.of"))+".credits") {
			ids = append(ids, b.Value(at+".id"))
		}
	}
	return ids
}

// addRule begins a rule of the settlement. What it needs elsewhere goes with it: pay by deal, and refunds that the clawback answers for.
func (b *builder) addRule(key string) (edits []planedit.Edit) {
	var all []string
	for i := range b.Len("components") {
		all = append(all, b.Value(planedit.Index("components", i)+".id"))
	}
	rates, text := b.byDeal(), rules[key]
	if key == "hold" && len(rates) == 0 {
		text = "{components: ALL, until: {months: 3}, if_left: paid_at_leaving}"
	}
	if (key == "hold" || key == "clawback") && len(rates) > 0 && len(b.Values("settle.by_deal")) == 0 {
		edits = set("settle.by_deal", planedit.List(rates))
	}
	if key == "clawback" {
		edits = append(edits, set("statements.refund", string(plan.RefundKeptUntilClaw))...)
	}
	return append(edits, set("settle."+key, replaceIDs(text, all, rates))...)
}
