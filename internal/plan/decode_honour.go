package plan

import (
	"fmt"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/ruledoc"
)

// The limits of rules of honours and promotion.
const (
	HonourWinnersMax  = 100
	HonourPointsMax   = 1_000_000
	PriorityMonthsMax = 36
)

// ruleReader begins a reader of a rule that uses measures as plans do.
func (r *reader) ruleReader() *planReader {
	return &planReader{reader: r, plan: &Plan{Currency: money.CNY, Layer: LayerOther, Period: PeriodMonth, Statements: ruleStatements},
		kinds: map[string]ValueKind{}, said: map[string]bool{}}
}

// ruleHead reads what a rule of honours and one of promotion have in common with a plan.
func (p *planReader) ruleHead(f fields) (effective calendar.Interval) {
	if v, ok := f.Required("id"); ok {
		p.plan.ID = p.ID(v)
	}
	if v, ok := f.Required("currency"); ok {
		if text, valid := p.Text(v); valid && !money.Currency(text).Valid() {
			p.Report(v, CodeCurrency, nil)
		} else if valid {
			p.plan.Currency = money.Currency(text)
		}
	}
	if v, ok := f.Optional("currencies"); ok {
		p.plan.Currencies = p.conversion(v)
	}
	effective = calendar.Interval{From: calendar.NoDate, To: calendar.Forever}
	if v, ok := f.Required("effective"); ok {
		effective = p.Effective(v)
	}
	// The inner rule is asked for one month whenever it is asked; when it holds is the document's to say.
	p.plan.Effective = calendar.Interval{From: calendar.NoDate, To: calendar.Forever}
	if v, ok := f.Required("measures"); ok {
		p.measures(v)
	}
	return effective
}

// ruleEnd judges the measures once it is known which of them are read.
func (p *planReader) ruleEnd(used map[string]bool) {
	complete := !HasErrors(p.Findings)
	acyclic := p.checkMeasures()
	if complete && acyclic {
		p.checkUnused(used)
	}
	p.orderMeasures()
}

// honour reads a rule of honours.
func (r *reader) honour(top value) *Honour {
	f := r.Mapping(top, "xiaoguan", "id", "title", "currency", "currencies", "span", "effective", "participants", "each", "measures", "require", "rank", "winners", "brings")
	p := r.ruleReader()
	h := &Honour{Rule: p.plan, Each: EachCompany, Order: OrderDescending, Winners: 1}
	h.Effective = p.ruleHead(f)
	h.ID = p.plan.ID
	if v, ok := f.Required("title"); ok {
		h.Title = p.Name(v)
	}
	p.plan.Name = h.Title
	if v, ok := f.Required("span"); ok {
		h.Span = ruledoc.Choice(r.Reader, v, HonourSpans...)
	}
	if v, ok := f.Required("participants"); ok {
		p.plan.Participants = p.participants(v)
		p.checkParticipants()
	}
	if v, ok := f.Required("each"); ok {
		h.Each = ruledoc.Choice(r.Reader, v, EachCompany, EachRegion, EachTeam, EachLevel)
	}
	used := map[string]bool{}
	var require []Condition
	if v, ok := f.Optional("require"); ok {
		require = p.conditions(v, used)
	}
	if v, ok := f.Required("rank"); ok {
		p.ranking(v, h, used)
	}
	if v, ok := f.Required("winners"); ok {
		h.Winners = p.wholeBetween(v, 1, HonourWinnersMax)
	}
	if v, ok := f.Optional("brings"); ok {
		h.Brings = p.brings(v)
	}
	p.checkSpan(h.Span)
	p.ruleEnd(used)
	var rank []Condition
	for _, id := range append([]string{h.By}, h.TieBreaks...) {
		rank = append(rank, unbounded(id))
	}
	p.plan.Components = []Component{unpaid(ComponentRequire, require), unpaid(ComponentRank, rank)}
	return h
}

// conditions reads a list of conditions and marks the measures that they read.
func (p *planReader) conditions(v value, used map[string]bool) (list []Condition) {
	for _, item := range p.List(v, RowsMax) {
		if c, valid := p.condition(item); valid {
			used[c.Measure] = true
			list = append(list, c)
		}
	}
	return list
}

// ranking reads {by, order, tie_break, ties}.
func (p *planReader) ranking(v value, h *Honour, used map[string]bool) {
	f := p.Mapping(v, "by", "order", "tie_break", "ties")
	ranks := func(item value) string {
		id := p.measureID(item)
		p.wantKind(item, id, KindMoney, KindRatio, KindCount)
		used[id] = true
		return id
	}
	if by, ok := f.Required("by"); ok {
		h.By = ranks(by)
	}
	if order, ok := f.Optional("order"); ok {
		h.Order = ruledoc.Choice(p.Reader, order, OrderDescending, OrderAscending)
	}
	if list, ok := f.Optional("tie_break"); ok {
		for _, item := range p.List(list, RowsMax) {
			id := ranks(item)
			if id == h.By || slices.Contains(h.TieBreaks, id) {
				p.Report(item, ruledoc.CodeListDuplicate, errs.Args{"Value": id})
				continue
			}
			h.TieBreaks = append(h.TieBreaks, id)
		}
	}
	if ties, ok := f.Required("ties"); ok {
		h.Ties = ruledoc.Choice(p.Reader, ties, HonourTiesAll, HonourTiesNone)
	}
}

// brings reads {cash, points, promotion_priority}.
func (p *planReader) brings(v value) (b HonourBrings) {
	f := p.Mapping(v, "cash", "points", "promotion_priority")
	if cash, ok := f.Optional("cash"); ok {
		if minor, valid := p.Amount(cash, p.plan.Currency); valid {
			b.CashMinor = minor
			if minor <= 0 {
				p.Report(cash, CodeNotPositive, nil)
			}
		}
	}
	if points, ok := f.Optional("points"); ok {
		b.Points = int64(p.wholeBetween(points, 1, HonourPointsMax))
	}
	if months, ok := f.Optional("promotion_priority"); ok {
		b.PriorityMonths = p.wholeBetween(months, 1, PriorityMonthsMax)
	}
	return b
}

// checkSpan warns of measures that read the last month alone where the honour is for longer.
func (p *planReader) checkSpan(span HonourSpan) {
	if span == SpanMonth || span == "" {
		return
	}
	for _, m := range p.plan.Measures {
		window := Window("")
		switch {
		case m.Credits != nil && m.Credits.Span == nil:
			window = m.Credits.Window
		case m.Quota != nil && m.Quota.Span == nil:
			window = m.Quota.Window
		}
		if window == WindowPeriod {
			p.warn("measures."+m.ID+".window", CodeSpanWindow, errs.Args{"ID": p.measured(m.ID), "Window": string(span.Window())})
		}
	}
}

// promotion reads the rules of promotion.
func (r *reader) promotion(top value) *Promotion {
	f := r.Mapping(top, "xiaoguan", "id", "name", "currency", "currencies", "effective", "measures", "steps")
	p := r.ruleReader()
	d := &Promotion{Rule: p.plan}
	d.Effective = p.ruleHead(f)
	d.ID = p.plan.ID
	if v, ok := f.Required("name"); ok {
		d.Name = p.Name(v)
	}
	p.plan.Name = d.Name
	used := map[string]bool{}
	if v, ok := f.Required("steps"); ok {
		for _, item := range p.List(v, len(levels)) {
			d.Steps = append(d.Steps, p.step(item, d, used))
		}
	}
	p.ruleEnd(used)
	for _, s := range d.Steps {
		p.plan.Participants.Levels = append(p.plan.Participants.Levels, s.From)
		p.plan.Components = append(p.plan.Components, unpaid(StepComponent(s.From), s.When), unpaid(PriorityComponent(s.From), s.Priority))
	}
	return d
}

// step reads {from, to, when, preferred}.
func (p *planReader) step(v value, d *Promotion, used map[string]bool) (s PromotionStep) {
	f := p.Mapping(v, "from", "to", "when", "preferred")
	if from, ok := f.Required("from"); ok {
		if s.From = ruledoc.Choice(p.Reader, from, levels...); s.From != "" && d.Step(s.From) != nil {
			p.Report(from, ruledoc.CodeListDuplicate, errs.Args{"Value": s.From})
		}
	}
	if to, ok := f.Required("to"); ok {
		if s.To = ruledoc.Choice(p.Reader, to, levels...); s.To != "" && s.From != "" && slices.Index(levels, s.To) <= slices.Index(levels, s.From) {
			p.Report(to, CodeStepOrder, errs.Args{"From": s.From, "To": s.To})
		}
	}
	if when, ok := f.Required("when"); ok {
		s.When = p.conditions(when, used)
	}
	if preferred, ok := f.Optional("preferred"); ok {
		s.Priority = p.conditions(preferred, used)
	}
	return s
}

// stepPath is the path of a step in the document.
func stepPath(i int, rest string) string { return fmt.Sprintf("steps[%d].%s", i, rest) }
