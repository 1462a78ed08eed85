package engine

import (
	"math/big"
	"slices"

	"xiaoguan/internal/formula"
	"xiaoguan/internal/plan"
)

// furtherProgram is a measure of one of the forms of docs/adr/0011.
type furtherProgram struct {
	formula    *formula.Formula
	names      map[string]int32 // of a formula
	parts      []int32          // of a scorecard
	component  int
	by         int32   // of a rank
	selections []int32 // of retained customers: before, now
}

func (c *compiler) furtherMeasure(where string, source *plan.Measure) *furtherProgram {
	p := &furtherProgram{by: None}
	switch {
	case source.Formula != nil:
		c.formula(where, source.Formula, p)
	case source.Scorecard != nil:
		for _, item := range source.Scorecard {
			p.parts = append(p.parts, c.reference(where, item.Measure))
		}
	case source.Rank != nil:
		p.by, c.plan.groups = c.reference(where, source.Rank.By), true
	case source.Component != "":
		p.component = slices.IndexFunc(c.plan.plan.Components, func(other plan.Component) bool { return other.ID == source.Component })
		if p.component < 0 {
			c.fail(where, source.Component, problemUnknown, nil)
		}
	case source.Retained != nil:
		for _, span := range []plan.Span{source.Retained.Before, source.Retained.Now} {
			selection := c.selection(where, &plan.CreditsMeasure{Event: source.Retained.Event, By: source.Retained.By, Value: plan.CreditsCustomers, Span: &span})
			c.selections[selection].money = true // whether a credit is positive
			p.selections = append(p.selections, selection)
		}
	case source.Given == nil:
		c.fail(where, "", problemUnsupported, nil)
	}
	return p
}

func (c *compiler) formula(where string, source *plan.FormulaMeasure, p *furtherProgram) {
	compiled, err := formula.Compile(source.Text, func(name string) formula.Kind {
		return plan.FormulaKind(c.plan.plan.Measure(name).Kind(c.plan.plan.Measures))
	})
	if err != nil {
		c.fail(where, source.Text, problemUnsupported, nil)
		return
	}
	p.formula, p.names = compiled, map[string]int32{}
	for _, name := range compiled.Names() {
		p.names[name] = c.reference(where, name)
	}
}

// further computes a measure of one of the forms of docs/adr/0011.
func (e *evaluator) further(f *frame, m *measureProgram) value {
	switch source := m.source; {
	case source.Given != nil:
		return e.given(f, m)
	case source.Formula != nil:
		return e.formula(f, m.further)
	case source.Scorecard != nil:
		return e.scorecard(f, m)
	case source.Rank != nil:
		return e.rank(f, m)
	case source.Component != "":
		return value{exact: whole(e.component(f, m.further.component, nil).amount)}
	}
	return e.retained(f, m)
}

// formula computes a formula over the measures of the same person.
func (e *evaluator) formula(f *frame, p *furtherProgram) value {
	result := p.formula.Evaluate(formula.Values{MinorDigits: e.facts.Currency.MinorDigits(), Value: func(name string) *big.Rat {
		v := e.measure(f, p.names[name])
		if v.absent() {
			return nil
		}
		return v.exact.rat()
	}})
	if result == nil {
		return value{none: true, reason: ReasonNoValue}
	}
	return value{exact: fromRat(result)}
}

// scorecard is Σ weight · clamp(measure / goal, least, most). It has no value when one of its measures has none.
func (e *evaluator) scorecard(f *frame, m *measureProgram) value {
	sum := exact{}
	for i, item := range m.source.Scorecard {
		v := e.measure(f, m.further.parts[i])
		if v.absent() {
			return value{none: true, reason: ReasonNoValue}
		}
		score := v.exact.quo(fromDecimal(item.Goal))
		if least := fromDecimal(item.Least); score.compare(least) < 0 {
			score = least
		}
		if item.Most != nil {
			if most := fromDecimal(*item.Most); score.compare(most) > 0 {
				score = most
			}
		}
		sum = sum.add(score.mul(fromDecimal(item.Weight)))
	}
	return value{exact: sum}
}

// retained is the part of the customers with a positive credit before who have one now.
func (e *evaluator) retained(f *frame, m *measureProgram) value {
	before, now := e.customersOf(f, m.further.selections[0]), e.customersOf(f, m.further.selections[1])
	kept := int64(0)
	for _, customer := range before {
		if _, found := slices.BinarySearch(now, customer); found {
			kept++
		}
	}
	return e.quotient(f, m, whole(kept), whole(int64(len(before))))
}

// customersOf lists the customers with a positive credit of a selection, ascending, each once.
func (e *evaluator) customersOf(f *frame, selection int32) []int32 {
	e.refuseForeign(f, selection)
	var customers []int32
	e.eachCredit(f, selection, func(c *credit) {
		if customer := e.facts.Deals[c.deal].Customer; c.part > 0 && customer != None {
			customers = append(customers, customer)
		}
	})
	slices.Sort(customers)
	return slices.Compact(customers)
}

// eachCredit goes through the kept credits of a selection.
func (e *evaluator) eachCredit(f *frame, selection int32, do func(*credit)) {
	s := &e.selections[selection]
	until := s.until(&e.facts.Persons[f.person])
	credits := e.groups.of(f.person)
	for i := range credits {
		if s.matches(&e.groups, &credits[i], until) {
			do(&credits[i])
		}
	}
}

// detailed computes what the sum, number and first day of the credits do not tell.
func (e *evaluator) detailed(f *frame, m *measureProgram) value {
	var ids []int32
	last := value{none: true, reason: ReasonNoCredit}
	e.eachCredit(f, m.selection, func(c *credit) {
		deal := &e.facts.Deals[c.deal]
		switch m.source.Credits.Value {
		case plan.CreditsDeals:
			ids = append(ids, c.deal)
		case plan.CreditsCustomers:
			ids = append(ids, deal.Customer)
		case plan.CreditsProducts:
			ids = append(ids, deal.Product)
		case plan.CreditsLastDate:
			if last.none || c.on > last.date {
				last = value{date: c.on}
			}
		}
	})
	if m.source.Credits.Value == plan.CreditsLastDate {
		return last
	}
	slices.Sort(ids)
	ids = slices.DeleteFunc(slices.Compact(ids), func(id int32) bool { return id == None })
	return value{exact: whole(int64(len(ids)))}
}

// isDetailed reports whether a value needs the credits themselves.
func isDetailed(v plan.CreditsValue) bool {
	switch v {
	case plan.CreditsDeals, plan.CreditsCustomers, plan.CreditsProducts, plan.CreditsLastDate:
		return true
	}
	return false
}
