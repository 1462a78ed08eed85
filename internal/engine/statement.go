package engine

import (
	"fmt"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// Statement computes one statement again, with its trace: the amounts are those of the Payouts. It returns an error of kind NotFound
// when the result has no statement of that person and plan. It is safe for concurrent use.
func (r *Result) Statement(person, planIndex int32) (_ *Statement, err error) {
	defer errs.Wrap(&err, "engine.Statement")
	s := r.state
	if int(planIndex) >= len(s.programs) || !s.participates(person, s.in.Plans[planIndex]) {
		return nil, errs.New(errs.KindNotFound, "engine.no_statement", nil)
	}
	e := evaluator{state: s}
	p := s.programs[planIndex]
	who := &s.in.Facts.Persons[person]
	span, _ := who.on(s.last)
	out := &Statement{
		Engine: Version, Period: s.in.Period, Currency: p.plan.Currency, Payee: who.Key, PayeeName: who.Name, Level: span.Level,
		Plan: p.plan.ID, PlanHash: p.plan.Hash(), Crediting: s.in.Crediting.Hash(), Components: make([]ComponentTrace, len(p.components)),
		Measures: []MeasureValue{}, Credits: []CreditLine{},
	}
	if span.Team != None {
		out.Team = s.in.Facts.Teams[span.Team].Key
	}
	members := &memberTrace{state: s, lines: map[int32]*MemberLine{}}
	for i, m := range p.plan.Measures {
		v, err := e.measure(p, i, person, members)
		if err != nil {
			return nil, err
		}
		out.Measures = append(out.Measures, MeasureValue{ID: m.ID, Kind: string(v.kind), Exact: v.text(), Reason: v.reason})
	}
	for _, member := range members.order {
		out.Members = append(out.Members, *members.lines[member])
	}
	t := &tracer{statement: out, lines: map[int32]int{}}
	e.creditLines(p, person, t)
	for i, c := range p.plan.Components {
		out.Components[i].ID = c.ID
	}
	payouts, err := e.evaluate(job{person, planIndex}, t)
	if err != nil {
		return nil, err
	}
	for _, payout := range payouts {
		out.TotalFen += payout.AmountFen
	}
	return out, nil
}

// creditLines lists the person's credits of the widest window of the plan that ends with the period, in the order of consumption.
func (e *evaluator) creditLines(p *program, person int32, t *tracer) {
	from := calendar.Forever
	for i, m := range p.plan.Measures {
		if m.Credits != nil && p.measures[i].first == nil {
			from = min(from, p.measures[i].from)
		}
	}
	f := e.in.Facts
	for _, at := range e.order(person) {
		fact := e.credits.fact[at]
		on := e.on(fact)
		if on < from {
			continue
		}
		deal := &f.Deals[e.dealOf(fact)]
		line := CreditLine{Deal: deal.Key, On: on, PartFen: e.credits.part[at], AmountFen: deal.AmountFen}
		if fact >= 0 {
			line.AmountFen, line.Payment = f.Payments.AmountFen[fact], f.Payments.key(fact)
		}
		line.Event = e.eventOf(fact)
		if deal.Customer != None {
			line.Customer = f.Customers[deal.Customer].Key
			if name := f.Customers[deal.Customer].Name; name != "" {
				line.Customer = name
			}
		}
		if deal.Product != None {
			line.Product, line.Category = f.Products[deal.Product].Key, f.Products[deal.Product].Category
		}
		if i := slices.IndexFunc(f.Shares[deal.ShareFrom:deal.ShareTo], func(s Share) bool { return s.Person == person }); i >= 0 {
			line.Share = f.Shares[int(deal.ShareFrom)+i].BasisPoints
		}
		t.lines[at] = len(t.statement.Credits)
		t.statement.Credits = append(t.statement.Credits, line)
	}
}

// key returns the external key of a payment.
func (p *Payments) key(i int32) string {
	if p.Keys != nil {
		return p.Keys[i]
	}
	return fmt.Sprint(p.Order[i])
}

// eventOf returns the event that a fact's credits come from.
func (s *state) eventOf(fact int32) string {
	for _, event := range s.in.Crediting.Events {
		if kind := event.Fact; (kind == "deal") == (fact < 0) && slices.Contains(s.credits.eventsOf[kind], event.ID) {
			return event.ID
		}
	}
	return ""
}
