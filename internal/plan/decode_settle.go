package plan

import (
	"slices"
	"strings"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
)

// settleMonthsMax bounds every number of months of a settlement: no pay is open for longer than a working life.
const settleMonthsMax = 600

// settleKeys are the rules that a settlement may have beside by_deal; one of them must be there.
var settleKeys = []string{"clawback", "negative", "instalments", "hold", "guarantee", "draw"}

// settlement reads when what is earned is paid.
func (p *planReader) settlement(v value) *Settlement {
	f := p.mapping(v, append([]string{"by_deal"}, settleKeys...)...)
	s := &Settlement{}
	if list, ok := f.optional("by_deal"); ok {
		s.ByDeal = p.componentIDs(list)
	}
	if rule, ok := f.optional("clawback"); ok {
		s.Clawback = p.clawback(rule)
	}
	if rule, ok := f.optional("negative"); ok {
		s.Negative = p.carriedNegative(rule)
	}
	if rule, ok := f.optional("instalments"); ok {
		s.Instalments = p.instalments(rule)
	}
	if rule, ok := f.optional("hold"); ok {
		s.Hold = p.hold(rule)
	}
	if rule, ok := f.optional("guarantee"); ok {
		s.Guarantee = p.guarantee(rule)
	}
	if rule, ok := f.optional("draw"); ok {
		s.Draw = p.draw(rule)
	}
	has := func(key string) bool { _, ok := f.optional(key); return ok }
	if f.ok && !slices.ContainsFunc(settleKeys, has) {
		p.report(v, CodeKeyOneOf, errs.Args{"Known": strings.Join(settleKeys, ", ")})
	}
	return s
}

// componentIDs reads references to components of this plan, once each, and returns them in the order of the document's components, so
// that the order of the list says nothing.
func (p *planReader) componentIDs(v value) (ids []string) {
	rank := func(id string) int {
		return slices.IndexFunc(p.plan.Components, func(c Component) bool { return c.ID == id })
	}
	for _, item := range p.list(v, ComponentsMax) {
		id := p.id(item)
		switch {
		case id == "":
		case rank(id) < 0:
			p.report(item, CodeSettleComponent, errs.Args{"ID": id})
		case slices.Contains(ids, id):
			p.report(item, CodeListDuplicate, errs.Args{"Value": id})
		default:
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b string) int { return rank(a) - rank(b) })
	return ids
}

// requiredComponents reads the key components.
func (p *planReader) requiredComponents(f fields) []string {
	if v, ok := f.required("components"); ok {
		return p.componentIDs(v)
	}
	return nil
}

// months reads a whole number of months, at least least.
func (p *planReader) months(v value, least int) int {
	return max(least, p.wholeBetween(v, int64(least), settleMonthsMax))
}

func (p *planReader) requiredMonths(f fields, key string, least int) int {
	if v, ok := f.required(key); ok {
		return p.months(v, least)
	}
	return least
}

// part reads a number above 0 up to 1, usually in percent.
func (p *planReader) part(f fields, key string) decimal.Decimal {
	v, ok := f.required(key)
	if !ok {
		return decimal.Decimal{}
	}
	d, _, ok := p.number(v)
	if ok && (d.Sign() <= 0 || d.Cmp(decimal.FromInt(1, 0)) > 0) {
		p.report(v, CodeSettlePart, nil)
	}
	return d
}

// requiredAmount reads an amount that is not below zero.
func (p *planReader) requiredAmount(f fields, key string) int64 {
	v, ok := f.required(key)
	if !ok {
		return 0
	}
	minor, valid := p.amount(v, p.plan.Currency)
	if valid && minor < 0 {
		p.report(v, CodeNegative, nil)
	}
	return minor
}

// yesNo reads true or false.
func (p *planReader) yesNo(v value) bool {
	p.remember(v)
	if v.node.Value == "true" || v.node.Value == "false" {
		return v.node.Value == "true"
	}
	p.report(v, CodeChoice, errs.Args{"Known": "true, false"})
	return false
}

func (p *planReader) ifLeft(f fields) IfLeft {
	if v, ok := f.required("if_left"); ok {
		return choice(p.reader, v, IfLeftForfeited, IfLeftPaid, IfLeftContinues)
	}
	return ""
}

func (p *planReader) clawback(v value) *Clawback {
	f := p.mapping(v, "components", "on", "within_months", "share", "basis")
	c := &Clawback{Components: p.requiredComponents(f), WithinMonths: p.requiredMonths(f, "within_months", 0)}
	if on, ok := f.required("on"); ok {
		c.On = p.texts(on)
		for i, n := range on.node.Content {
			if i < RowsMax {
				choice(p.reader, value{n, on.path}, ClawbackOnRefund, ClawbackOnCancellation)
			}
		}
	}
	if share, ok := f.required("share"); ok {
		c.Share, c.Steps = p.clawbackShare(share)
	}
	if basis, ok := f.required("basis"); ok {
		c.Basis = choice(p.reader, basis, ClawbackOfEarned, ClawbackOfPaid)
	}
	return c
}

// clawbackShare reads full, pro_rata or {steps: […]}.
func (p *planReader) clawbackShare(v value) (ClawbackShare, []ClawbackStep) {
	if v.node.Content == nil {
		return choice(p.reader, v, ClawbackFull, ClawbackProRata), nil
	}
	f := p.mapping(v, "steps")
	list, ok := f.required("steps")
	if !ok {
		return ClawbackSteps, nil
	}
	var steps []ClawbackStep
	for _, item := range p.list(list, RowsMax) {
		row := p.mapping(item, "months", "percent")
		step := ClawbackStep{Months: p.requiredMonths(row, "months", 0), Percent: p.part(row, "percent")}
		if n := len(steps); n > 0 && step.Months <= steps[n-1].Months {
			p.report(item, CodeMonthsOrder, errs.Args{"Months": step.Months, "Before": steps[n-1].Months})
		}
		steps = append(steps, step)
	}
	return ClawbackSteps, steps
}

func (p *planReader) carriedNegative(v value) *CarriedNegative {
	f := p.mapping(v, "offset", "forgiven_after_months")
	n := &CarriedNegative{}
	if offset, ok := f.required("offset"); ok {
		n.Offset = choice(p.reader, offset, OffsetAll, OffsetSameComponent)
	}
	if after, ok := f.optional("forgiven_after_months"); ok {
		n.ForgivenAfterMonths = p.months(after, 1)
	}
	return n
}

func (p *planReader) instalments(v value) *Instalments {
	f := p.mapping(v, "components", "parts", "if_left")
	rule := &Instalments{Components: p.requiredComponents(f), IfLeft: p.ifLeft(f)}
	parts, ok := f.required("parts")
	if !ok {
		return rule
	}
	total := decimal.FromInt(0, 0)
	for _, item := range p.list(parts, RowsMax) {
		row := p.mapping(item, "after_months", "percent")
		part := Instalment{AfterMonths: p.requiredMonths(row, "after_months", 0), Percent: p.part(row, "percent")}
		if n := len(rule.Parts); n > 0 && part.AfterMonths <= rule.Parts[n-1].AfterMonths {
			p.report(item, CodeMonthsOrder, errs.Args{"Months": part.AfterMonths, "Before": rule.Parts[n-1].AfterMonths})
		}
		rule.Parts = append(rule.Parts, part)
		total = total.Add(part.Percent)
	}
	if len(rule.Parts) > 0 && !total.Equal(decimal.FromInt(1, 0)) {
		p.report(parts, CodePartsTotal, errs.Args{"Total": total.Percent()})
	}
	return rule
}

func (p *planReader) hold(v value) *Hold {
	f := p.mapping(v, "components", "until", "release", "if_left", "expires_after_months")
	h := &Hold{Components: p.requiredComponents(f), IfLeft: p.ifLeft(f)}
	if until, ok := f.required("until"); ok {
		p.until(h, until)
	}
	if h.Collected == nil {
		f.meaningless("release")
	} else if release, ok := f.required("release"); ok {
		h.ShareOfCash = choice(p.reader, release, "whole", "by_share_of_cash") == "by_share_of_cash"
	}
	if after, ok := f.optional("expires_after_months"); ok {
		h.ExpiresAfterMonths = p.months(after, 1)
	}
	return h
}

// until reads what a hold waits for.
func (p *planReader) until(h *Hold, v value) {
	f := p.mapping(v, "collected", "months", "when")
	form, what, ok := f.exactlyOne("collected", "months", "when")
	if !ok {
		return
	}
	switch form {
	case "collected":
		part := p.part(f, "collected")
		h.Collected = &part
	case "months":
		h.Months = p.months(what, 1)
	case "when":
		for _, item := range p.list(what, RowsMax) {
			if condition, valid := p.condition(item); valid {
				h.When = append(h.When, condition)
			}
		}
	}
}

func (p *planReader) guarantee(v value) *Guarantee {
	f := p.mapping(v, "amount", "months")
	return &Guarantee{AmountFen: p.requiredAmount(f, "amount"), Months: p.requiredMonths(f, "months", 1)}
}

func (p *planReader) draw(v value) *Draw {
	f := p.mapping(v, "style", "amount", "from_month", "months", "recoverable", "recovery", "if_left")
	d := &Draw{AmountFen: p.requiredAmount(f, "amount"), FromMonth: p.requiredMonths(f, "from_month", 0), Months: p.requiredMonths(f, "months", 1)}
	if style, ok := f.required("style"); ok {
		d.Style = choice(p.reader, style, DrawTopUp, DrawLoan, DrawNetted)
	}
	if d.Style == DrawNetted {
		f.meaningless("recoverable", "recovery", "if_left")
		return d
	}
	if recoverable, ok := f.required("recoverable"); ok {
		d.Recoverable = p.yesNo(recoverable)
	}
	if !d.Recoverable {
		f.meaningless("recovery", "if_left")
		return d
	}
	if recovery, ok := f.required("recovery"); ok {
		row := p.mapping(recovery, "from_month", "percent", "floor")
		d.RecoverFromMonth, d.RecoverPercent = p.requiredMonths(row, "from_month", 0), p.part(row, "percent")
		d.RecoverFloorFen = p.requiredAmount(row, "floor")
	}
	if left, ok := f.required("if_left"); ok {
		d.ForgivenAtLeaving = choice(p.reader, left, "due", "forgiven") == "forgiven"
	}
	return d
}
