package refmodel

import (
	"fmt"
	"math/big"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/formula"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// value is a measure of one person: minor units, a ratio or a number. It is nil when the measure has no value. Dates are day numbers.
func (m *model) value(p *plan.Plan, id string, who int32) (*big.Rat, error) {
	measure := p.Measure(id)
	switch {
	case measure.Credits != nil:
		return m.gathered(p, measure.Credits, who)
	case measure.Quota != nil:
		return m.quota(p, measure.Quota, who), nil
	case measure.Ratio != nil:
		return m.ratio(p, measure.Ratio, who)
	case measure.Tenure != nil:
		return whole(m.tenure(measure.Tenure.Unit, who)), nil
	case measure.Team != nil:
		return m.fold(p, measure.Team, who)
	case measure.Given != nil:
		return m.given(measure.Given, who)
	case measure.Retained != nil:
		return m.retained(p, id, measure.Retained, who)
	case measure.Scorecard != nil:
		return m.scorecard(p, measure.Scorecard, who)
	case measure.Formula != nil:
		return m.formula(p, measure.Formula, who)
	case measure.Component != "":
		return m.amountOf(p, measure.Component, who)
	}
	return m.rank(p, measure.Rank, who)
}

// window is the first and the last day of a window, however it is said.
func (m *model) window(w plan.Window, s *plan.Span) span {
	if s == nil {
		s = &plan.Span{Window: w}
	}
	month := m.month - calendar.Month(s.Back)
	year, number := month.Civil()
	first := month
	switch {
	case s.Months > 0:
		first = month - calendar.Month(s.Months) + 1
	case s.Window == plan.WindowQuarterToDate:
		first = calendar.NewMonth(year, (number-1)/3*3+1)
	case s.Window == plan.WindowHalfYearToDate:
		first = calendar.NewMonth(year, (number-1)/6*6+1)
	case s.Window == plan.WindowYearToDate:
		first = calendar.NewMonth(year, 1)
	case s.Window == plan.WindowEver:
		return span{calendar.NoDate, month.Last()}
	}
	return span{first.First(), month.Last()}
}

func (m *model) gathered(p *plan.Plan, c *plan.CreditsMeasure, who int32) (*big.Rat, error) {
	credits, err := m.gather(p, c, m.window(c.Window, c.Span), who)
	if err != nil {
		return nil, err
	}
	sum, distinct := new(big.Rat), map[int32]bool{}
	for _, credit := range credits {
		deal := m.facts.Deals[credit.deal]
		switch c.Value {
		case plan.CreditsDeals:
			distinct[credit.deal] = true
		case plan.CreditsCustomers:
			distinct[deal.Customer] = true
		case plan.CreditsProducts:
			distinct[deal.Product] = true
		case plan.CreditsSumUnits:
			if m.facts.DealsMore == nil || m.facts.DealsMore[credit.deal].Units < 0 {
				return nil, fmt.Errorf("deal %s has no units", deal.Key)
			}
			sum.Add(sum, whole(credit.units))
		default:
			sum.Add(sum, whole(credit.amount))
		}
	}
	switch c.Value {
	case plan.CreditsCount:
		return whole(int64(len(credits))), nil
	case plan.CreditsFirstDate, plan.CreditsLastDate:
		if len(credits) == 0 {
			return nil, nil
		}
		if c.Value == plan.CreditsFirstDate {
			return whole(int64(credits[0].on)), nil
		}
		return whole(int64(credits[len(credits)-1].on)), nil
	case plan.CreditsDeals, plan.CreditsCustomers, plan.CreditsProducts:
		delete(distinct, -1)
		return whole(int64(len(distinct))), nil
	}
	return sum, nil
}

func (m *model) quota(p *plan.Plan, q *plan.QuotaMeasure, who int32) *big.Rat {
	sum := new(big.Rat)
	window := m.window(q.Window, q.Span)
	for _, row := range m.facts.Quotas {
		if row.Person != who || row.Of != q.Of || !window.contains(row.Month.First()) {
			continue
		}
		fen := halfAway(product(whole(row.AmountFen), m.presence(p, who, row.Month)))
		if k := int(row.Month - m.facts.Persons[who].Hired.Month()); k >= 0 && k < len(q.Ramp) {
			fen = halfAway(product(whole(fen), q.Ramp[k].Rat()))
		}
		sum.Add(sum, whole(fen))
	}
	return sum
}

// ratio divides two measures. Without a value of one of them it has none.
func (m *model) ratio(p *plan.Plan, r *plan.RatioMeasure, who int32) (*big.Rat, error) {
	of, err := m.value(p, r.Of, who)
	if err != nil {
		return nil, err
	}
	to, err := m.value(p, r.To, who)
	if err != nil || of == nil || to == nil {
		return nil, err
	}
	return m.divide(p, r.To, who, of, to)
}

// divide applies the plan's statement about divisors of zero or below.
func (m *model) divide(p *plan.Plan, name string, who int32, of, to *big.Rat) (*big.Rat, error) {
	if to.Sign() > 0 {
		return new(big.Rat).Quo(of, to), nil
	}
	switch p.Statements.ZeroQuota {
	case plan.ZeroQuotaNotApplicable:
		return nil, nil
	case plan.ZeroQuotaRefuse:
		return nil, fmt.Errorf("%s of %s is not above zero", name, m.facts.Persons[who].Key)
	}
	return new(big.Rat), nil
}

func (m *model) given(g *plan.GivenMeasure, who int32) (*big.Rat, error) {
	var sum *big.Rat
	window := m.window(g.Window, g.Span)
	for _, row := range m.facts.Given {
		if row.Person != who || row.Measure != g.Of || !window.contains(row.Month.First()) {
			continue
		}
		if sum == nil {
			sum = new(big.Rat)
		}
		sum.Add(sum, row.Value.Rat())
	}
	if sum != nil {
		return sum, nil
	}
	switch g.Missing {
	case plan.MissingRefuse:
		return nil, fmt.Errorf("nobody recorded %s of %s", g.Of, m.facts.Persons[who].Key)
	case plan.MissingZero:
		return new(big.Rat), nil
	}
	return nil, nil
}

// retained is the part of the customers bought from before who buy now.
func (m *model) retained(p *plan.Plan, id string, r *plan.RetainedMeasure, who int32) (*big.Rat, error) {
	customers := func(s plan.Span) (map[int32]bool, error) {
		set := map[int32]bool{}
		c := &plan.CreditsMeasure{Event: r.Event, By: r.By, Value: plan.CreditsSumAmount}
		credits, err := m.gather(p, c, m.window("", &s), who)
		for _, credit := range credits {
			if customer := m.facts.Deals[credit.deal].Customer; credit.amount > 0 && customer >= 0 {
				set[customer] = true
			}
		}
		return set, err
	}
	before, err := customers(r.Before)
	if err != nil {
		return nil, err
	}
	now, err := customers(r.Now)
	if err != nil {
		return nil, err
	}
	stayed := int64(0)
	for customer := range before {
		if now[customer] {
			stayed++
		}
	}
	return m.divide(p, id, who, whole(stayed), whole(int64(len(before))))
}

func (m *model) scorecard(p *plan.Plan, items []plan.ScoreItem, who int32) (*big.Rat, error) {
	score := new(big.Rat)
	for _, item := range items {
		reached, err := m.value(p, item.Measure, who)
		if err != nil || reached == nil {
			return nil, err
		}
		part := new(big.Rat).Quo(reached, item.Goal.Rat())
		part = greater(part, item.Least.Rat())
		if item.Most != nil && part.Cmp(item.Most.Rat()) > 0 {
			part = item.Most.Rat()
		}
		score.Add(score, product(item.Weight.Rat(), part))
	}
	return score, nil
}

func (m *model) formula(p *plan.Plan, f *plan.FormulaMeasure, who int32) (*big.Rat, error) {
	compiled, err := formula.Compile(f.Text, func(name string) formula.Kind {
		if measure := p.Measure(name); measure != nil {
			return plan.FormulaKind(measure.Kind(p.Measures))
		}
		return formula.KindNone
	})
	if err != nil {
		return nil, err
	}
	values := map[string]*big.Rat{}
	for _, name := range compiled.Names() {
		if values[name], err = m.value(p, name, who); err != nil {
			return nil, err
		}
	}
	value := func(name string) *big.Rat { return values[name] }
	return compiled.Evaluate(formula.Values{Value: value, MinorDigits: money.Currency(p.Currency).MinorDigits()}), nil
}

// amountOf is what a component of the plan pays the person, after its own limits.
func (m *model) amountOf(p *plan.Plan, id string, who int32) (*big.Rat, error) {
	i := slices.IndexFunc(p.Components, func(c plan.Component) bool { return c.ID == id })
	pay, err := m.component(p, p.Components[i], who)
	if err != nil {
		return nil, err
	}
	return whole(pay.AmountFen), nil
}

// holds compares a measure with a constant; a measure without value meets nothing.
func (m *model) holds(p *plan.Plan, c plan.Condition, who int32) (bool, error) {
	value, err := m.value(p, c.Measure, who)
	if err != nil || value == nil {
		return false, err
	}
	if c.Comparison == plan.InPeriod {
		return value.Cmp(whole(int64(m.first))) >= 0 && value.Cmp(whole(int64(m.last))) <= 0, nil
	}
	return compares(value, c.Comparison, c.Value.Rat()), nil
}

// allHold reports whether every condition is met.
func (m *model) allHold(p *plan.Plan, conditions []plan.Condition, who int32) (bool, error) {
	for _, c := range conditions {
		if met, err := m.holds(p, c, who); err != nil || !met {
			return false, err
		}
	}
	return true, nil
}
