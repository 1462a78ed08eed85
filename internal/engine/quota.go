package engine

import (
	"fmt"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// quotaBook holds the quotas up to the period, by person.
type quotaBook struct {
	from []int32 // by person, one more than persons
	rows []int32 // of Facts.Quotas
}

// fileQuotas sorts the rows up to the period by person. Order within a person does not matter: rows are summed, and two of
// one person, month and quantity are refused.
func fileQuotas(p *program) (quotaBook, []problem) {
	facts := p.facts
	book := quotaBook{from: make([]int32, len(facts.Persons)+1)}
	var problems []problem
	inReach := func(q *Quota) bool { return q.Month <= p.period }
	for i := range facts.Quotas {
		q := &facts.Quotas[i]
		if q.Person < 0 || int(q.Person) >= len(facts.Persons) {
			problems = append(problems, trouble(fmt.Sprintf("quotas[%d]", i), fmt.Sprint(q.Person), problemReference, errs.Args{"What": "person"}))
		} else if inReach(q) {
			book.from[q.Person+1]++
		}
	}
	if len(problems) > 0 {
		return book, problems
	}
	for i := range facts.Persons {
		book.from[i+1] += book.from[i]
	}
	book.rows = make([]int32, book.from[len(facts.Persons)])
	next := append([]int32(nil), book.from...)
	for i := range facts.Quotas {
		if q := &facts.Quotas[i]; inReach(q) {
			book.rows[next[q.Person]] = int32(i)
			next[q.Person]++
		}
	}
	return book, book.check(facts)
}

func (b *quotaBook) check(facts *Facts) (problems []problem) {
	for person := range facts.Persons {
		rows := b.of(int32(person))
		for i, row := range rows {
			q := &facts.Quotas[row]
			for _, other := range rows[:i] {
				if o := &facts.Quotas[other]; o.Month == q.Month && o.Of == q.Of {
					path := fmt.Sprintf("persons[%s].quotas[%s %s]", facts.Persons[person].Key, q.Of, q.Month)
					problems = append(problems, trouble(path, "", problemQuotaTwice, nil))
				}
			}
		}
	}
	return problems
}

func (b *quotaBook) of(person int32) []int32 { return b.rows[b.from[person]:b.from[person+1]] }

// quota sums the person's quotas of the window. A month that was worked in part counts by its days where the plan says so, rounded
// half away from zero.
func (e *evaluator) quota(f *frame, source *plan.QuotaMeasure) value {
	earliest, latest := e.months(source.Window, source.Span)
	sum, found := whole(0), false
	for _, row := range e.quotas.of(f.person) {
		q := &e.facts.Quotas[row]
		if q.Of != source.Of || q.Month < earliest || q.Month > latest {
			continue
		}
		found = true
		amount := q.AmountFen
		if part := f.plan.partOf(&e.facts.Persons[f.person], q.Month); part.top != part.bottom {
			amount, _ = whole(amount).mul(part).round(money.HalfAwayFromZero) // a part is never more than the whole
		}
		if month := int64(q.Month) - int64(e.facts.Persons[f.person].Hired.Month()); month >= 0 && month < int64(len(source.Ramp)) {
			amount, _ = whole(amount).mul(fromDecimal(source.Ramp[month])).round(money.HalfAwayFromZero)
		}
		sum = sum.add(whole(amount))
	}
	if !found {
		return value{reason: ReasonNoQuota}
	}
	return value{exact: sum}
}

// partOf is the part of a month that counts for quotas and amounts: all of it, or the days employed over the days of the month.
func (p *planProgram) partOf(person *Person, month calendar.Month) exact {
	days := month.Interval()
	worked := days
	if p.plan.Statements.Joiner == plan.PartPeriodByDay {
		worked.From = max(worked.From, person.Hired)
	}
	if p.plan.Statements.Leaver == plan.PartPeriodByDay {
		worked.To = min(worked.To, person.Left)
	}
	if worked == days {
		return whole(1)
	}
	if worked.Empty() {
		return exact{top: 0, bottom: 1}
	}
	return fraction(int64(worked.To-worked.From), int64(days.To-days.From))
}
