package plan

import (
	"slices"
	"strings"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/ruledoc"
)

// settleMonthsMax bounds every number of months of a settlement: no pay is open for longer than a working life.
const settleMonthsMax = 600

// settleKeys are the rules that a settlement may have beside by_deal; one of them must be there.
var settleKeys = []string{"clawback", "negative", "instalments", "hold", "guarantee", "draw"}

// settlement reads when what is earned is paid.
func (p *planReader) settlement(v value) *Settlement {
	f := p.Mapping(v, append([]string{"by_deal"}, settleKeys...)...)
	s := &Settlement{}
	if list, ok := f.Optional("by_deal"); ok {
		s.ByDeal = p.componentIDs(list)
	}
	if rule, ok := f.Optional("clawback"); ok {
		s.Clawback = p.clawback(rule)
	}
	if rule, ok := f.Optional("negative"); ok {
		s.Negative = p.carriedNegative(rule)
	}
	if rule, ok := f.Optional("instalments"); ok {
		s.Instalments = p.instalments(rule)
	}
	if rule, ok := f.Optional("hold"); ok {
		s.Hold = p.hold(rule)
	}
	if rule, ok := f.Optional("guarantee"); ok {
		s.Guarantee = p.guarantee(rule)
	}
	if rule, ok := f.Optional("draw"); ok {
		s.Draw = p.draw(rule)
	}
	has := func(key string) bool { _, ok := f.Optional(key); return ok }
	if f.OK && !slices.ContainsFunc(settleKeys, has) {
		p.Report(v, ruledoc.CodeKeyOneOf, errs.Args{"Known": strings.Join(settleKeys, ", ")})
	}
	return s
}

// componentIDs reads references to components of this plan, once each, and returns them in the order of the document's components, so
// that the order of the list says nothing.
func (p *planReader) componentIDs(v value) (ids []string) {
	rank := func(id string) int {
		return slices.IndexFunc(p.plan.Components, func(c Component) bool { return c.ID == id })
	}
	for _, item := range p.List(v, ComponentsMax) {
		id := p.ID(item)
		switch {
		case id == "":
		case rank(id) < 0:
			p.Report(item, CodeSettleComponent, errs.Args{"ID": id})
		case slices.Contains(ids, id):
			p.Report(item, ruledoc.CodeListDuplicate, errs.Args{"Value": id})
		default:
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b string) int { return rank(a) - rank(b) })
	return ids
}

// requiredComponents reads the key components.
func (p *planReader) requiredComponents(f fields) []string {
	if v, ok := f.Required("components"); ok {
		return p.componentIDs(v)
	}
	return nil
}

// months reads a whole number of months, at least least.
func (p *planReader) months(v value, least int) int {
	return max(least, p.wholeBetween(v, int64(least), settleMonthsMax))
}

func (p *planReader) requiredMonths(f fields, key string, least int) int {
	if v, ok := f.Required(key); ok {
		return p.months(v, least)
	}
	return least
}

// part reads a number above 0 up to 1, usually in percent.
func (p *planReader) part(f fields, key string) decimal.Decimal {
	v, ok := f.Required(key)
	if !ok {
		return decimal.Decimal{}
	}
	d, _, ok := p.Number(v)
	if ok && (d.Sign() <= 0 || d.Cmp(decimal.FromInt(1, 0)) > 0) {
		p.Report(v, CodeSettlePart, nil)
	}
	return d
}

// requiredAmount reads an amount that is not below zero.
func (p *planReader) requiredAmount(f fields, key string) int64 {
	v, ok := f.Required(key)
	if !ok {
		return 0
	}
	minor, valid := p.Amount(v, p.plan.Currency)
	if valid && minor < 0 {
		p.Report(v, CodeNegative, nil)
	}
	return minor
}

// yesNo reads true or false.
func (p *planReader) yesNo(v value) bool {
	p.Remember(v)
	if v.Node.Value == "true" || v.Node.Value == "false" {
		return v.Node.Value == "true"
	}
	p.Report(v, ruledoc.CodeChoice, errs.Args{"Known": "true, false"})
	return false
}

func (p *planReader) ifLeft(f fields) IfLeft {
	if v, ok := f.Required("if_left"); ok {
		return ruledoc.Choice(p.Reader, v, IfLeftForfeited, IfLeftPaid, IfLeftContinues)
	}
	return ""
}

func (p *planReader) clawback(v value) *Clawback {
	f := p.Mapping(v, "components", "on", "within_months", "share", "basis")
	c := &Clawback{Components: p.requiredComponents(f), WithinMonths: p.requiredMonths(f, "within_months", 0)}
	if on, ok := f.Required("on"); ok {
		c.On = p.texts(on)
		for i, n := range on.Node.Content {
			if i < RowsMax {
				ruledoc.Choice(p.Reader, value{Node: n, Path: on.Path}, ClawbackOnRefund, ClawbackOnCancellation)
			}
		}
	}
	if share, ok := f.Required("share"); ok {
		c.Share, c.Steps = p.clawbackShare(share)
	}
	if basis, ok := f.Required("basis"); ok {
		c.Basis = ruledoc.Choice(p.Reader, basis, ClawbackOfEarned, ClawbackOfPaid)
	}
	return c
}

// clawbackShare reads full, pro_rata or {steps: […]}.
func (p *planReader) clawbackShare(v value) (ClawbackShare, []ClawbackStep) {
	if v.Node.Content == nil {
		return ruledoc.Choice(p.Reader, v, ClawbackFull, ClawbackProRata), nil
	}
	f := p.Mapping(v, "steps")
	list, ok := f.Required("steps")
	if !ok {
		return ClawbackSteps, nil
	}
	var steps []ClawbackStep
	for _, item := range p.List(list, RowsMax) {
		row := p.Mapping(item, "months", "percent")
		step := ClawbackStep{Months: p.requiredMonths(row, "months", 0), Percent: p.part(row, "percent")}
		if n := len(steps); n > 0 && step.Months <= steps[n-1].Months {
			p.Report(item, CodeMonthsOrder, errs.Args{"Months": step.Months, "Before": steps[n-1].Months})
		}
		steps = append(steps, step)
	}
	return ClawbackSteps, steps
}

func (p *planReader) carriedNegative(v value) *CarriedNegative {
	f := p.Mapping(v, "offset", "forgiven_after_months")
	n := &CarriedNegative{}
	if offset, ok := f.Required("offset"); ok {
		n.Offset = ruledoc.Choice(p.Reader, offset, OffsetAll, OffsetSameComponent)
	}
	if after, ok := f.Optional("forgiven_after_months"); ok {
		n.ForgivenAfterMonths = p.months(after, 1)
	}
	return n
}

func (p *planReader) instalments(v value) *Instalments {
	f := p.Mapping(v, "components", "parts", "if_left")
	rule := &Instalments{Components: p.requiredComponents(f), IfLeft: p.ifLeft(f)}
	parts, ok := f.Required("parts")
	if !ok {
		return rule
	}
	total := decimal.FromInt(0, 0)
	for _, item := range p.List(parts, RowsMax) {
		row := p.Mapping(item, "after_months", "percent")
		part := Instalment{AfterMonths: p.requiredMonths(row, "after_months", 0), Percent: p.part(row, "percent")}
		if n := len(rule.Parts); n > 0 && part.AfterMonths <= rule.Parts[n-1].AfterMonths {
			p.Report(item, CodeMonthsOrder, errs.Args{"Months": part.AfterMonths, "Before": rule.Parts[n-1].AfterMonths})
		}
		rule.Parts = append(rule.Parts, part)
		total = total.Add(part.Percent)
	}
	if len(rule.Parts) > 0 && !total.Equal(decimal.FromInt(1, 0)) {
		p.Report(parts, CodePartsTotal, errs.Args{"Total": total.Percent()})
	}
	return rule
}

func (p *planReader) hold(v value) *Hold {
	f := p.Mapping(v, "components", "until", "release", "if_left", "expires_after_months")
	h := &Hold{Components: p.requiredComponents(f), IfLeft: p.ifLeft(f)}
	if until, ok := f.Required("until"); ok {
		p.until(h, until)
	}
	if h.Collected == nil {
		f.Meaningless("release")
	} else if release, ok := f.Required("release"); ok {
		h.ShareOfCash = ruledoc.Choice(p.Reader, release, "whole", "by_share_of_cash") == "by_share_of_cash"
	}
	if after, ok := f.Optional("expires_after_months"); ok {
		h.ExpiresAfterMonths = p.months(after, 1)
	}
	return h
}

// until reads what a hold waits for.
func (p *planReader) until(h *Hold, v value) {
	f := p.Mapping(v, "collected", "months", "when")
	form, what, ok := f.ExactlyOne("collected", "months", "when")
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
		for _, item := range p.List(what, RowsMax) {
			if condition, valid := p.condition(item); valid {
				h.When = append(h.When, condition)
			}
		}
	}
}

func (p *planReader) guarantee(v value) *Guarantee {
	f := p.Mapping(v, "amount", "months")
	return &Guarantee{AmountFen: p.requiredAmount(f, "amount"), Months: p.requiredMonths(f, "months", 1)}
}

func (p *planReader) draw(v value) *Draw {
	f := p.Mapping(v, "style", "amount", "from_month", "months", "recoverable", "recovery", "if_left")
	d := &Draw{AmountFen: p.requiredAmount(f, "amount"), FromMonth: p.requiredMonths(f, "from_month", 0), Months: p.requiredMonths(f, "months", 1)}
	if style, ok := f.Required("style"); ok {
		d.Style = ruledoc.Choice(p.Reader, style, DrawTopUp, DrawLoan, DrawNetted)
	}
	if d.Style == DrawNetted {
		f.Meaningless("recoverable", "recovery", "if_left")
		return d
	}
	if recoverable, ok := f.Required("recoverable"); ok {
		d.Recoverable = p.yesNo(recoverable)
	}
	if !d.Recoverable {
		f.Meaningless("recovery", "if_left")
		return d
	}
	if recovery, ok := f.Required("recovery"); ok {
		row := p.Mapping(recovery, "from_month", "percent", "floor")
		d.RecoverFromMonth, d.RecoverPercent = p.requiredMonths(row, "from_month", 0), p.part(row, "percent")
		d.RecoverFloorFen = p.requiredAmount(row, "floor")
	}
	if left, ok := f.Required("if_left"); ok {
		d.ForgivenAtLeaving = ruledoc.Choice(p.Reader, left, "due", "forgiven") == "forgiven"
	}
	return d
}
