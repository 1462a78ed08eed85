package engine

import (
	"math/big"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

// evaluator computes statements one after the other. Each goroutine has its own.
type evaluator struct {
	*state
	sorted []int32 // places of the present person's credits in the order of consumption
	of     int32   // the person that sorted is for
	ready  bool
}

// measure computes one measure of a person by the plan's definitions. members, when not nil, is given every member of a team measure.
func (e *evaluator) measure(p *program, index int, person int32, members *memberTrace) (value, error) {
	m, compiled := &p.plan.Measures[index], &p.measures[index]
	switch {
	case m.Credits != nil:
		return e.creditsMeasure(p, m, compiled, person)
	case m.Quota != nil:
		return e.quotaMeasure(p, m, compiled, person)
	case m.Ratio != nil:
		return e.ratioMeasure(p, m, person, members)
	case m.Tenure != nil:
		return e.tenureMeasure(m, person), nil
	}
	return e.teamMeasure(p, m, compiled, person, members)
}

func (e *evaluator) creditsMeasure(p *program, m *plan.Measure, compiled *measure, person int32) (value, error) {
	v := value{kind: compiled.kind, date: calendar.Forever}
	if compiled.first != nil {
		if v.date = compiled.first.dates[person]; v.date == calendar.Forever {
			v.absent, v.reason = true, errs.Msg(ReasonNeverCredited, nil)
		}
		return v, nil
	}
	var total sum
	for i := e.credits.from[person]; i < e.credits.from[person+1]; i++ {
		if e.matches(p, compiled, person, i) {
			total.add(e.credits.part[i], 1)
			v.count++
		}
	}
	if m.Credits.Value == plan.CreditsCount {
		v.n.whole = int64(v.count)
		return v, nil
	}
	if total.big != nil {
		return v, e.overflow(person)
	}
	v.n.whole = total.small
	return v, nil
}

func (e *evaluator) overflow(person int32) error {
	return errs.New(errs.KindInvalid, "engine.overflow", errs.Args{"Person": e.in.Facts.Persons[person].Key})
}

// matches decides whether a credit counts in a measure of the person.
func (e *evaluator) matches(p *program, m *measure, person, at int32) bool {
	fact := e.credits.fact[at]
	if (fact < 0) != (m.fact == plan.FactDeal) {
		return false
	}
	on := e.on(fact)
	if on < m.from {
		return false
	}
	who := &e.in.Facts.Persons[person]
	if on >= who.Left && p.plan.Statements.LeaverLaterCollections != plan.LaterCollectionsPaid {
		return false
	}
	if p.levelAt && !allows(p.plan.Participants.Levels, LevelOn(*who, on)) {
		return false
	}
	return m.filter.passes(e.state, fact, e.credits.part[at], on)
}

// quotaMeasure sums the person's quotas of the months of the window.
func (e *evaluator) quotaMeasure(p *program, m *plan.Measure, compiled *measure, person int32) (value, error) {
	v := value{kind: plan.KindMoney}
	first := e.in.Period
	if compiled.from != calendar.NoDate {
		first = compiled.from.Month()
	}
	found := false
	for month := first; month <= e.in.Period; month++ {
		if amount, ok := e.quotas[quotaKey{person, month, m.Quota.Of}]; ok {
			v.n.whole += amount
			found = true
		}
	}
	if !found {
		v.absent, v.reason = true, errs.Msg(ReasonNoQuota, nil)
		if p.plan.Statements.ZeroQuota == plan.ZeroQuotaRefuse {
			return v, errs.New(errs.KindInvalid, "engine.quota_missing", errs.Args{"Plan": p.plan.ID, "Person": e.in.Facts.Persons[person].Key, "Month": e.in.Period.String()})
		}
		return v, nil
	}
	if share := e.activeShare(p, person); share != nil {
		v.n = number{rat: new(big.Rat).Mul(v.n.exact(), share)}
	}
	return v, nil
}

// activeShare is the part of the period that a joiner or leaver worked, where the plan counts by day; nil is all of it.
func (e *evaluator) activeShare(p *program, person int32) *big.Rat {
	if !p.factor {
		return nil
	}
	who := &e.in.Facts.Persons[person]
	from, to := e.first, e.last+1
	if p.plan.Statements.Joiner == plan.PartPeriodByDay {
		from = max(from, who.Hired)
	}
	if p.plan.Statements.Leaver == plan.PartPeriodByDay {
		to = min(to, who.Left)
	}
	if from == e.first && to == e.last+1 {
		return nil
	}
	return big.NewRat(int64(max(to-from, 0)), int64(e.last+1-e.first))
}

func (e *evaluator) ratioMeasure(p *program, m *plan.Measure, person int32, members *memberTrace) (value, error) {
	v := value{kind: plan.KindRatio}
	of, err := e.measure(p, p.index[m.Ratio.Of], person, members)
	if err != nil {
		return v, err
	}
	to, err := e.measure(p, p.index[m.Ratio.To], person, members)
	if err != nil {
		return v, err
	}
	if to.absent || to.n.sign() == 0 {
		v.reason = errs.Msg(ReasonNoQuota, nil)
		switch p.plan.Statements.ZeroQuota {
		case plan.ZeroQuotaRefuse:
			return v, errs.New(errs.KindInvalid, "engine.quota_missing", errs.Args{"Plan": p.plan.ID, "Person": e.in.Facts.Persons[person].Key, "Month": e.in.Period.String()})
		case plan.ZeroQuotaNotApplicable:
			v.absent = true
		}
		return v, nil
	}
	v.n.rat = new(big.Rat).Quo(of.n.exact(), to.n.exact())
	return v, nil
}

func (e *evaluator) tenureMeasure(m *plan.Measure, person int32) value {
	v := value{kind: plan.KindCount}
	hired := e.in.Facts.Persons[person].Hired
	if m.Tenure.Unit == plan.TenureCalendarMonths {
		v.n.whole = int64(e.in.Period - hired.Month())
		return v
	}
	years := int(e.in.Period-hired.Month())/12 + 1
	for years > 0 && hired.AddMonths(12*years) > e.last {
		years--
	}
	v.n.whole = int64(years)
	return v
}

// teamMeasure sums or counts over the members of the person's teams.
func (e *evaluator) teamMeasure(p *program, m *plan.Measure, compiled *measure, person int32, members *memberTrace) (value, error) {
	v := value{kind: compiled.kind}
	for _, member := range e.members[person] {
		if m.Team.Sum != "" {
			one, err := e.measure(p, p.index[m.Team.Sum], member, nil)
			if err != nil {
				return v, err
			}
			members.note(member, m.Team.Sum, one)
			if one.absent {
				continue
			}
			v.count++
			if v.n, err = e.add(v.n, one.n, member); err != nil {
				return v, err
			}
			continue
		}
		ok, err := e.memberMatches(p, m, member, members)
		if err != nil {
			return v, err
		}
		if ok {
			v.n.whole++
			members.counted(member, m.ID)
		}
	}
	if len(e.members[person]) == 0 {
		v.reason = errs.Msg(ReasonNoMember, nil)
	}
	return v, nil
}

// add adds two values, staying whole where both are.
func (e *evaluator) add(a, b number, person int32) (number, error) {
	if a.rat != nil || b.rat != nil {
		return number{rat: new(big.Rat).Add(a.exact(), b.exact())}, nil
	}
	total := a.whole + b.whole
	if (b.whole >= 0) != (total >= a.whole) {
		return a, e.overflow(person)
	}
	return number{whole: total}, nil
}

func (e *evaluator) memberMatches(p *program, m *plan.Measure, member int32, members *memberTrace) (bool, error) {
	for _, where := range m.Team.Where {
		if len(where.Levels) > 0 && !slices.Contains(where.Levels, LevelOn(e.in.Facts.Persons[member], e.last)) {
			return false, nil
		}
		if where.Condition == nil {
			continue
		}
		v, err := e.measure(p, p.index[where.Condition.Measure], member, nil)
		if err != nil {
			return false, err
		}
		members.note(member, where.Condition.Measure, v)
		if !e.met(*where.Condition, v) {
			return false, nil
		}
	}
	return true, nil
}

// met compares a value with a condition, exactly. A value that is absent meets none.
func (e *evaluator) met(c plan.Condition, v value) bool {
	switch {
	case v.absent:
		return false
	case c.Comparison == plan.InPeriod:
		return e.first <= v.date && v.date <= e.last
	}
	return comparer(c.Comparison)(v.n.exact().Cmp(c.Value.Rat()))
}
