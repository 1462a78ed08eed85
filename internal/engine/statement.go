package engine

import (
	"slices"
	"strconv"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

// Statement computes one payee's pay under one plan again, this time with its trace. plan is an index of Input.Plans. Its amounts are
// those of Payouts; that is checked. Errors: not_found with key engine.no_statement when the plan does not pay the person in this
// result. It may be called by several goroutines at once.
func (r *Result) Statement(person, plan int32) (s *Statement, err error) {
	defer errs.Wrap(&err, "engine.Statement(%d, %d)", person, plan)
	lines := r.lines(person, plan)
	if len(lines) == 0 {
		return nil, errs.New(errs.KindNotFound, errorNoStatement, nil)
	}
	w := writer{evaluator: evaluator{book: r.book}, person: person}
	for _, p := range r.book.plans {
		if p.index == plan {
			w.plan = p
		}
	}
	s = w.write()
	for i, line := range lines {
		if s.Components[i].AmountFen != line.AmountFen {
			return nil, errs.New(errs.KindInternal, errorMismatch, errs.Args{"Payee": s.Payee, "Component": s.Components[i].ID})
		}
	}
	return s, nil
}

// Blank is the statement of somebody whom the plan does not pay in this result: who and where, and no component. by need not be in force.
func (r *Result) Blank(person int32, by *plan.Plan) *Statement {
	w := writer{evaluator: evaluator{book: r.book}, person: person}
	s := w.head(by)
	s.Components = []ComponentTrace{}
	return s
}

// lines are the payouts of one payee under one plan.
func (r *Result) lines(person, plan int32) []Payout {
	if person < 0 || int(person) >= len(r.book.facts.Persons) {
		return nil
	}
	facts := r.book.facts
	at, _ := slices.BinarySearchFunc(r.Payouts, person, func(p Payout, want int32) int {
		if p.Person == want {
			return 0
		}
		return CompareKeys(facts.Persons[p.Person].Key, facts.Persons[want].Key)
	})
	for at < len(r.Payouts) && r.Payouts[at].Person == person && r.Payouts[at].Plan != plan {
		at++
	}
	to := at
	for to < len(r.Payouts) && r.Payouts[to].Person == person && r.Payouts[to].Plan == plan {
		to++
	}
	return r.Payouts[at:to]
}

// writer puts one statement together.
type writer struct {
	evaluator
	person int32
	plan   *planProgram
	texts  texts
}

func (w *writer) write() *Statement {
	p := w.plan
	s := w.head(p.plan)
	s.Components = make([]ComponentTrace, len(p.components))
	w.payee.reset(w.person, p)
	t := &tracer{}
	lines := w.place(t)
	for i := range p.components {
		s.Components[i].ID = p.components[i].source.ID
		t.open(&s.Components[i], i)
		o := w.component(&w.payee, i, t)
		t.close(&o)
		s.TotalFen += o.amount
	}
	w.traceCap(s)
	for _, m := range p.own {
		s.Measures = append(s.Measures, w.measureValue(&w.payee, m))
	}
	s.Credits = w.creditLines(lines, t)
	if p.leads {
		s.Members = w.memberLines()
	}
	return s
}

// head is who the statement is for, and by which rules.
func (w *writer) head(by *plan.Plan) *Statement {
	person := &w.facts.Persons[w.person]
	s := &Statement{
		Engine: Version, Period: w.period, Currency: w.facts.Currency, Payee: person.Key, PayeeName: person.Name, Level: w.roster.level(w.person),
		Plan: by.ID, PlanHash: by.Hash(), Crediting: w.crediting.Hash(), Measures: []MeasureValue{}, Credits: []CreditLine{},
	}
	if span := w.roster.span(person); span != nil && span.Team != None {
		s.Team = w.facts.Teams[span.Team].Key
	}
	return s
}

// open prepares the tracer for the next component.
func (t *tracer) open(trace *ComponentTrace, index int) {
	t.trace, t.index, t.band, t.paid, t.rates = trace, index, nil, nil, nil
}

// close records the end of a component. A reason stays only with a zero.
func (t *tracer) close(o *outcome) {
	t.trace.AmountFen, t.trace.RoundedFen, t.trace.Exact = o.amount, o.rounded, o.exact.text()
	t.trace.Capped, t.trace.Floored = o.capped, o.floored
	if o.amount != 0 {
		t.trace.Reason = errs.Message{}
	}
}

// place chooses the credits that the statement shows, those of the period and of any wider window that a component goes through, and
// gives each its line.
func (w *writer) place(t *tracer) (lines []credit) {
	from := w.first
	shown := make([]bool, len(w.events))
	for _, selection := range w.plan.selections {
		for event := range shown {
			shown[event] = shown[event] || w.selections[selection].counts(int16(event))
		}
	}
	for i := range w.plan.components {
		if selection := w.plan.components[i].selection; selection != None {
			from = min(from, w.selections[selection].from)
		}
	}
	credits := w.ordered(w.person)
	t.places = make([]int32, len(credits))
	for i := range credits {
		t.places[i] = None
		if credits[i].on >= from && shown[credits[i].event] {
			t.places[i] = int32(len(lines))
			lines = append(lines, credits[i])
		}
	}
	t.lines = len(lines)
	return lines
}

func (w *writer) measureValue(f *frame, m int32) MeasureValue {
	measure := &f.plan.measures[m]
	v := w.measure(f, m)
	out := MeasureValue{ID: measure.source.ID, Kind: string(measure.kind), Exact: exactText(measure.kind, v)}
	if v.reason != "" {
		out.Reason = errs.Msg(v.reason, nil)
	}
	return out
}

// memberLines shows the members of the payee's teams with what the plan asks of them.
func (w *writer) memberLines() (lines []MemberLine) {
	for _, member := range w.roster.membersOf(w.person) {
		of := w.memberFrame(member, w.plan)
		person := &w.facts.Persons[member]
		line := MemberLine{Person: person.Key, Name: person.Name, Level: w.roster.level(member), Measures: []MeasureValue{}}
		for _, m := range w.plan.asked {
			line.Measures = append(line.Measures, w.measureValue(of, m))
		}
		for _, m := range w.plan.own {
			measure := &w.plan.measures[m]
			if measure.source.Team != nil && measure.sum == None && w.memberMatches(of, measure) {
				line.Counted = append(line.Counted, measure.source.ID)
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// creditLines writes the lines of the credits with what each component made of them. All their texts are cut from one, and all their
// lists from few: a month has a million lines.
func (w *writer) creditLines(credits []credit, t *tracer) []CreditLine {
	lines := make([]CreditLine, len(credits))
	for i := range credits {
		w.fillLine(&lines[i], &credits[i])
	}
	slices.SortStableFunc(t.earned, func(a, b earned) int { return int(a.line) - int(b.line) })
	earns, slabs := make([]CreditEarn, len(t.earned)), make([]Slice, 0, t.slabs)
	start := 0
	for i := range t.earned {
		from := &t.earned[i]
		to := &earns[i]
		to.Component, to.Rate, to.Key, to.Kept = int(from.component), from.rate, from.key, from.kept
		w.texts.exact(&to.Exact, from.exact)
		first := len(slabs)
		for k, moved := range from.bands {
			if moved.sign() != 0 {
				slabs = append(slabs, Slice{Band: k})
				w.texts.exact(&slabs[len(slabs)-1].Exact, moved)
			}
		}
		if len(slabs) > first {
			to.Bands = slabs[first:len(slabs):len(slabs)]
		}
		if i+1 == len(t.earned) || t.earned[i+1].line != from.line {
			lines[from.line].In = earns[start : i+1 : i+1]
			start = i + 1
		}
	}
	w.texts.settle()
	return lines
}

// countsText says what a credit counts when it is not the amount.
var countsText = map[plan.CreditsValue]string{plan.CreditsSumMargin: "margin", plan.CreditsSumUnits: "units"}

func (w *writer) fillLine(line *CreditLine, c *credit) {
	f := w.facts
	deal := &f.Deals[c.deal]
	event := &w.events[c.event]
	*line = CreditLine{
		Event: event.id, Deal: deal.Key, On: c.on, AmountFen: deal.AmountFen, PartFen: c.part,
	}
	if event.creditor == None || event.sellers {
		line.Share = f.Shares[deal.ShareFrom+int32(c.share)].BasisPoints
	} else {
		line.Rule, line.Counts = event.rule.ID, countsText[event.value]
	}
	if source := f.rowsOf(event.fact); source != nil {
		line.AmountFen = source.AmountFen[c.fact]
		if source.Keys != nil {
			line.Payment = source.Keys[c.fact]
		} else {
			w.texts.number(&line.Payment, source.Order[c.fact])
		}
	}
	line.Foreign = w.foreignLine(c)
	if deal.Customer != None {
		if line.Customer = f.Customers[deal.Customer].Name; line.Customer == "" {
			line.Customer = f.Customers[deal.Customer].Key
		}
	}
	if deal.Product != None {
		line.Product, line.Category = f.Products[deal.Product].Key, f.Products[deal.Product].Category
	}
}

// texts gathers many short texts in one.
type texts struct {
	bytes []byte
	wants []want
}

type want struct {
	to       *string
	from, of int
}

func (t *texts) number(to *string, n int64) {
	from := len(t.bytes)
	t.bytes = strconv.AppendInt(t.bytes, n, 10)
	t.wants = append(t.wants, want{to, from, len(t.bytes)})
}

func (t *texts) exact(to *string, x exact) {
	from := len(t.bytes)
	t.bytes = x.appendText(t.bytes)
	t.wants = append(t.wants, want{to, from, len(t.bytes)})
}

// settle cuts the gathered text.
func (t *texts) settle() {
	all := string(t.bytes)
	for _, w := range t.wants {
		*w.to = all[w.from:w.of]
	}
}
