package engine

import (
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// Input is everything a run reads. It must not be changed while the Result is in use.
type Input struct {
	Period    calendar.Month
	Plans     []*plan.Plan // in any order; those whose Effective does not hold the period's last day pay nothing
	Crediting *plan.Crediting
	Facts     *Facts
	Only      []int32      // persons to pay; nil pays everybody. Results equal those of a full run
	Earlier   []EarlierPay // of closed months; read by caps over a longer span
}

// Result is what a run came to. It keeps what Statement needs, the input included, and may be read by several goroutines.
type Result struct {
	Period  calendar.Month
	Payouts []Payout // by person in the natural order of keys, then by plan id, then in the plan's order of components
	Totals  []Total  // by plan id, then in the plan's order of components
	Notices []Notice // what a reviewer should look at, in the order of Payouts
	book    *book
	settles settling
}

// Total is the sum of one component over all payees of the run.
type Total struct {
	Plan, Component int32 // index of Input.Plans, index of its Components
	AmountFen       int64
	Payees          int // payees whose amount is not zero
}

// NoticeKind names what a reviewer should look at.
type NoticeKind string

// The kinds of notice.
const (
	NoticeNoQuota       NoticeKind = "no_quota"       // Measure found no quota for the payee
	NoticeNegative      NoticeKind = "negative"       // the component is below zero
	NoticeAtCap         NoticeKind = "at_cap"         // the component, or without one the whole plan, was cut from BeforeFen
	NoticeNoPlan        NoticeKind = "no_plan"        // no plan pays this person, who works at a level or was credited in the period
	NoticeSameComponent NoticeKind = "same_component" // another plan pays this person a component of the same id
)

// Notice is one thing that a reviewer should look at. Plan and Component are None where they say nothing.
type Notice struct {
	Kind                    NoticeKind
	Person, Plan, Component int32
	Measure                 string // of NoticeNoQuota
	AmountFen, BeforeFen    int64
}

// Run computes what every payee gets for the period.
//
// Payees are computed on all processors; the result does not depend on how many, nor on the order of facts and plans. Errors are of
// kind invalid: engine.input when plans and facts do not fit together, engine.refused when a payee's pay cannot be computed (a lookup
// without a row, a quota that the plan demands, an amount beyond 64 bits). Their fields name plans, persons, deals and payments.
func Run(in Input) (result *Result, err error) {
	defer errs.Wrap(&err, "engine.Run(%s)", in.Period)
	if err := checkInput(in); err != nil {
		return nil, err
	}
	p, err := compile(in)
	if err != nil {
		return nil, err
	}
	b := &book{program: p, roster: callRoster(p, in.Only), groupValues: &groupValues{known: map[groupKey]groupValue{}}}
	var problems []problem
	if b.givenRows, problems = fileGiven(p); len(problems) > 0 {
		return nil, refuse(errorInput, problems)
	}
	if b.quotas, problems = fileQuotas(p); len(problems) > 0 {
		return nil, refuse(errorInput, problems)
	}
	if b.earlier, problems = fileEarlier(in); len(problems) > 0 {
		return nil, refuse(errorInput, problems)
	}
	if p.exchange, problems = fileExchange(in.Facts, p.last); len(problems) > 0 {
		return nil, refuse(errorInput, problems)
	}
	b.drawProfiles()
	wanted, streamed := make([]bool, len(b.profiles)), make([]bool, len(b.profiles))
	for i, profile := range b.profiles {
		streamed[i] = profile != nil && profile.streams
		wanted[i] = streamed[i] || profile != nil && profile.cells > 0 // statements show the credits of streams, too
	}
	if b.groups, problems = group(p, wanted, streamed); len(problems) > 0 {
		return nil, refuse(errorInput, problems)
	}
	b.gatherAll()
	return b.payAll(b.holdContests())
}

// paid is where the payouts and notices of one payee lie among those of the goroutine that computed them.
type paid struct {
	by                       int32
	payoutsFrom, payoutsTo   int32
	noticesFrom, noticesTo   int32
	problemsFrom, problemsTo int32
}

// payAll computes the payees and puts their lines into order. problems are those that are known already.
func (b *book) payAll(problems []problem) (*Result, error) {
	payees := len(b.roster.payees)
	work := len(b.groups.credits) + payees*64
	evaluators := make([]evaluator, processors(work))
	places := make([]paid, payees)
	b.share(payees, work, func(w, i int) {
		e := &evaluators[w]
		e.book = b
		p := &places[i]
		p.by, p.payoutsFrom, p.noticesFrom = int32(w), int32(len(e.payouts)), int32(len(e.notices))
		p.problemsFrom = int32(len(e.problems))
		e.pay(i)
		p.payoutsTo, p.noticesTo, p.problemsTo = int32(len(e.payouts)), int32(len(e.notices)), int32(len(e.problems))
	})
	result := &Result{Period: b.period, book: b}
	for i := range places {
		p := &places[i]
		e := &evaluators[p.by]
		result.Payouts = append(result.Payouts, e.payouts[p.payoutsFrom:p.payoutsTo]...)
		result.Notices = append(result.Notices, e.notices[p.noticesFrom:p.noticesTo]...)
		problems = append(problems, e.problems[p.problemsFrom:p.problemsTo]...)
	}
	if len(problems) > 0 {
		return nil, refuse(errorRefused, distinct(problems))
	}
	if problems = result.sum(); len(problems) > 0 {
		return nil, refuse(errorRefused, problems)
	}
	return result, nil
}

// distinct drops what was found more than once, as when two plans ask the same of a team member.
func distinct(problems []problem) []problem {
	type identity struct{ path, value, key, payment string }
	seen := map[identity]bool{}
	return slices.DeleteFunc(problems, func(p problem) bool {
		payment, _ := p.field.Message.Args["Payment"].(string)
		id := identity{p.field.Path, p.field.Value, p.field.Message.Key, payment}
		before := seen[id]
		seen[id] = true
		return before
	})
}

// pay computes one payee under all plans.
func (e *evaluator) pay(i int) {
	person, plans := e.roster.payees[i], e.roster.plans[i]
	facts := &e.facts.Persons[person]
	if len(plans) == 0 {
		if e.roster.atWork(facts) || e.groups.sold[person] {
			e.notices = append(e.notices, Notice{Kind: NoticeNoPlan, Person: person, Plan: None, Component: None})
		}
		return
	}
	start := len(e.payouts)
	for _, index := range plans {
		p := e.plans[index]
		e.payee.reset(person, p)
		for c := range p.components {
			o := e.component(&e.payee, c, nil)
			e.payouts = append(e.payouts, Payout{Person: person, Plan: p.index, Component: int32(c), AmountFen: o.amount, CarriedFen: o.carried})
			e.notice(p, int32(c), &o)
		}
		e.capPlan(p, e.payouts[len(e.payouts)-len(p.components):])
		e.noticeQuotas(p)
	}
	if len(plans) > 1 {
		e.noticeSame(e.payouts[start:])
	}
}

func (e *evaluator) notice(p *planProgram, component int32, o *outcome) {
	n := Notice{Person: e.payee.person, Plan: p.index, Component: component, AmountFen: o.amount, BeforeFen: o.rounded + o.carriedIn}
	if o.amount < 0 {
		n.Kind = NoticeNegative
		e.notices = append(e.notices, n)
	}
	if o.capped {
		n.Kind = NoticeAtCap
		e.notices = append(e.notices, n)
	}
}

func (e *evaluator) noticeQuotas(p *planProgram) {
	for _, m := range p.own {
		if p.measures[m].source.Quota == nil {
			continue
		}
		if v := e.measure(&e.payee, m); v.reason == ReasonNoQuota {
			e.notices = append(e.notices, Notice{
				Kind: NoticeNoQuota, Person: e.payee.person, Plan: p.index, Component: None, Measure: p.measures[m].source.ID,
			})
		}
	}
}

func (e *evaluator) noticeSame(payouts []Payout) {
	id := func(p *Payout) string { return e.sourcePlan(p.Plan).Components[p.Component].ID }
	for i := range payouts {
		for j := range payouts[:i] {
			if payouts[i].Plan != payouts[j].Plan && id(&payouts[i]) == id(&payouts[j]) {
				e.notices = append(e.notices, Notice{
					Kind: NoticeSameComponent, Person: payouts[i].Person, Plan: payouts[i].Plan, Component: payouts[i].Component,
					AmountFen: payouts[i].AmountFen,
				})
				break
			}
		}
	}
}

// sourcePlan is the plan at an index of Input.Plans.
func (p *program) sourcePlan(index int32) *plan.Plan {
	for _, planned := range p.plans {
		if planned.index == index {
			return planned.plan
		}
	}
	return nil
}

// sum adds up the totals.
func (r *Result) sum() (problems []problem) {
	place := map[int32]int{}
	for _, p := range r.book.plans {
		place[p.index] = len(r.Totals)
		for c := range p.components {
			r.Totals = append(r.Totals, Total{Plan: p.index, Component: int32(c)})
		}
	}
	for i := range r.Payouts {
		p := &r.Payouts[i]
		t := &r.Totals[place[p.Plan]+int(p.Component)]
		sum, err := money.Add(t.AmountFen, p.AmountFen)
		if err != nil {
			path := "plans[" + r.book.sourcePlan(p.Plan).ID + "]"
			problems = append(problems, trouble(path, "", problemOverflow, nil))
		}
		t.AmountFen = sum
		if p.AmountFen != 0 {
			t.Payees++
		}
	}
	return problems
}
