package engine

import (
	"cmp"
	"math/big"
	"slices"
	"sync"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/settle"
)

// settling is what settlements need of all deals, read once when the first one asks.
type settling struct {
	once      sync.Once
	byKey     map[string]int32
	collected []int64                   // by deal, up to the period's end, refunds deducted
	refunds   map[int32][]settle.Refund // by deal, ascending
	mixed     map[int32][]int32         // by deal, all payments of a deal that was paid in another currency, too: in none of the sums
}

// SettlementCase is what package settle needs to settle one payee's month under one plan: what the components came to and what they
// earned with each deal, what is known of those deals, and whether the hold's conditions are met. plan is an index of Input.Plans.
// Somebody whom the plan does not pay in this month has earned nothing, but may have opening items or additions. It may be called by
// several goroutines at once.
func (r *Result) SettlementCase(person, plan int32, opening []settle.Item, added []settle.Added) (c settle.Case, err error) {
	defer errs.Wrap(&err, "engine.SettlementCase(%d, %d)", person, plan)
	facts := r.book.facts
	who := &facts.Persons[person]
	c = settle.Case{Payee: who.Key, Hired: who.Hired, Left: who.Left, Period: r.Period, Opening: opening, Added: added}
	rule := r.book.sourcePlan(plan)
	lines := r.lines(person, plan)
	c.TakesPart = len(lines) > 0
	for _, line := range lines {
		c.Earned = append(c.Earned, settle.Earned{Component: rule.Components[line.Component].ID, AmountFen: line.AmountFen})
	}
	if c.TakesPart && rule.Settle != nil {
		if len(rule.Settle.ByDeal) > 0 {
			s, err := r.Statement(person, plan)
			if err != nil {
				return c, err
			}
			if c.Earned, err = partsOf(s, c.Earned); err != nil {
				return c, err
			}
		}
		c.ConditionsMet = r.releases(person, plan)
	}
	c.Deals, err = r.dealsOf(&c, convertingBy(rule.Currencies))
	return c, err
}

// partsOf adds to what the components came to what each credit earned exactly, by deal.
func partsOf(s *Statement, earned []settle.Earned) ([]settle.Earned, error) {
	for _, line := range s.Credits {
		for _, in := range line.In {
			if in.Exact == "" {
				continue
			}
			exact, ok := new(big.Rat).SetString(in.Exact)
			if !ok {
				return nil, errs.New(errs.KindInternal, errorMismatch, errs.Args{"Payee": s.Payee, "Component": s.Components[in.Component].ID})
			}
			parts := &earned[in.Component].Parts
			*parts = append(*parts, settle.Part{Deal: line.Deal, Exact: exact})
		}
	}
	return earned, nil
}

// releases reports whether every condition of the plan's hold is met by the person.
func (r *Result) releases(person, plan int32) bool {
	e := evaluator{book: r.book}
	for _, p := range r.book.plans {
		if p.index != plan {
			continue
		}
		e.payee.reset(person, p)
		for i := range p.release {
			if !e.holds(&e.payee, &p.release[i]) {
				return false
			}
		}
	}
	return true
}

// dealsOf lists what is known of the deals that a case names. Deals that the facts no longer have are left out; settle names them.
func (r *Result) dealsOf(c *settle.Case, by converting) (deals []settle.Deal, err error) {
	var problems []problem
	r.settles.once.Do(func() { r.settles.read(r.book.facts, r.Period) })
	seen := map[string]bool{"": true}
	take := func(key string) {
		index, known := r.settles.byKey[key]
		if seen[key] || !known {
			return
		}
		seen[key] = true
		d := settle.Deal{Key: key, AmountFen: r.book.facts.Deals[index].AmountFen, CollectedFen: r.settles.collected[index],
			Refunds: r.settles.refunds[index], CancelledOn: calendar.Forever}
		if more := r.book.facts.DealsMore; more != nil {
			d.CancelledOn = more[index].CancelledOn
		}
		problems = append(problems, r.addMixed(&d, index, by)...)
		deals = append(deals, d)
	}
	for i := range c.Earned {
		for _, part := range c.Earned[i].Parts {
			take(part.Deal)
		}
	}
	for i := range c.Opening {
		take(c.Opening[i].Deal)
	}
	for i := range c.Added {
		take(c.Added[i].Deal)
	}
	return deals, refuse(errorRefused, problems)
}

// read adds up the payments of every deal.
func (s *settling) read(facts *Facts, period calendar.Month) {
	s.byKey = make(map[string]int32, len(facts.Deals))
	for i := range facts.Deals {
		s.byKey[facts.Deals[i].Key] = int32(i)
	}
	s.collected, s.refunds = make([]int64, len(facts.Deals)), map[int32][]settle.Refund{}
	last := period.Last()
	s.findMixed(facts)
	p := &facts.Payments
	for i, deal := range p.Deal {
		if p.On[i] > last {
			continue
		}
		if s.isMixed(deal, int32(i)) {
			continue
		}
		s.collected[deal] += p.AmountFen[i]
		if p.AmountFen[i] < 0 {
			s.refund(deal, p.On[i].Month(), -p.AmountFen[i])
		}
	}
	for i, deal := range p.Deal { // few deals are refunded
		for k := range s.refunds[deal] {
			if refund := &s.refunds[deal][k]; p.On[i].Month() <= refund.Month {
				refund.CollectedFen += p.AmountFen[i]
			}
		}
	}
}

// refund adds to what a month gave back of a deal.
func (s *settling) refund(deal int32, month calendar.Month, fen int64) {
	at, found := slices.BinarySearchFunc(s.refunds[deal], month, func(r settle.Refund, month calendar.Month) int { return cmp.Compare(r.Month, month) })
	if !found {
		s.refunds[deal] = slices.Insert(s.refunds[deal], at, settle.Refund{Month: month})
	}
	s.refunds[deal][at].RefundedFen += fen
}
