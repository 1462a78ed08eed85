package engine

import (
	"cmp"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// program is what a run does, resolved once: ids are indices, rates are fractions of one denominator, filters are bounds.
type program struct {
	facts       *Facts
	period      calendar.Month
	first, last calendar.Date
	keepFrom    calendar.Date  // first day of the widest window whose credits are kept
	plans       []*planProgram // those in force, by id
	events      []eventProgram
	creditors   []creditorProgram
	selections  []selection
	streams     []int32 // selections gathered while reading and not kept
	lookups     []*rateProgram
	crediting   *plan.Crediting
	foreignIn   map[plan.FactKind]bool // kinds of which facts are in other currencies
	exchange    exchangeBook
}

type planProgram struct {
	index            int32 // in Input.Plans
	plan             *plan.Plan
	measures         []measureProgram
	components       []componentProgram
	own              []int32 // measures that the components read of the payee, ascending
	asked            []int32 // measures asked of team members, ascending
	selections       []int32 // of the payee's own credits
	memberSelections []int32
	lookups          []int32            // of program.lookups
	leads            bool               // has team measures that a component reads
	groups           bool               // has measures of groups that reach beyond the teams led
	contests         bool               // has prizes or pools
	contested        []int32            // measures asked of those who compete or share, ascending
	release          []conditionProgram // of the hold of the plan's settlement
	unpaidLater      bool
}

type measureProgram struct {
	source    *plan.Measure
	kind      plan.ValueKind
	selection int32 // of a credits measure
	of, to    int32 // of a ratio
	sum       int32 // of a team sum
	where     []memberTest
	further   *furtherProgram // of the forms of docs/adr/0011
}

// memberTest is one condition on a team member: by level, or by a measure.
type memberTest struct {
	levels    []string
	condition *conditionProgram
}

type conditionProgram struct {
	measure    int32
	comparison plan.Comparison
	value      exact
}

type componentProgram struct {
	source    *plan.Component
	when      []conditionProgram
	rate      *rateProgram // nil for a fixed amount
	base      int32        // measure, None for a fixed amount
	selection int32        // of the base's credits, None when the base is one sum
	table     *tableProgram
	per       int32
	round     money.Rounding
	steps     *stepsProgram // nil: nothing of ADR 0011
}

// compiler turns plans into a program and gathers what is wrong with them. Decoded plans have nothing wrong.
type compiler struct {
	*program
	problems []problem
	plan     *planProgram
	path     string
	ids      map[string]int32
}

func compile(in Input) (*program, error) {
	p := &program{facts: in.Facts, period: in.Period, first: in.Period.First(), last: in.Period.Last(), crediting: in.Crediting}
	p.keepFrom, p.foreignIn = p.first, in.Facts.foreignKinds()
	c := &compiler{program: p}
	byID := make([]int32, 0, len(in.Plans)) // so that the order in which plans are given says nothing
	for i, source := range in.Plans {
		if source.Effective.Contains(p.last) {
			byID = append(byID, int32(i))
		}
	}
	slices.SortFunc(byID, func(a, b int32) int { return cmp.Compare(in.Plans[a].ID, in.Plans[b].ID) })
	for _, i := range byID {
		c.compilePlan(i, in.Plans[i])
	}
	if err := refuse(errorInput, c.problems); err != nil {
		return nil, err
	}
	p.orderEvents()
	p.settleCreditors()
	p.settleStreams()
	for i := range p.selections {
		p.selections[i].prepare(p)
	}
	return p, nil
}

func (c *compiler) fail(where, value, key string, args errs.Args) {
	c.problems = append(c.problems, trouble(c.path+where, value, key, args))
}

func (c *compiler) compilePlan(index int32, source *plan.Plan) {
	p := &planProgram{index: index, plan: source, unpaidLater: unpaidLater(source)}
	c.plan, c.path, c.ids = p, "plans["+source.ID+"]", make(map[string]int32, len(source.Measures))
	for i := range source.Measures {
		c.ids[source.Measures[i].ID] = int32(i)
	}
	s := &source.Statements
	if s.LevelAt == plan.AtCreditDate || s.TeamAt == plan.AtCreditDate {
		c.fail(".statements", string(plan.AtCreditDate), problemUnsupported, errs.Args{"What": string(plan.AtCreditDate)})
	}
	for i := range source.Measures {
		p.measures = append(p.measures, c.measure(&source.Measures[i]))
	}
	if len(c.problems) > 0 || !c.acyclic() {
		return
	}
	for i := range p.measures {
		p.measures[i].kind = source.Measures[i].Kind(source.Measures)
	}
	for i := range source.Components {
		p.components = append(p.components, c.component(&source.Components[i]))
	}
	if source.Settle != nil && source.Settle.Hold != nil {
		for _, condition := range source.Settle.Hold.When {
			p.release = append(p.release, c.condition(".settle.hold", condition))
		}
	}
	c.trace()
	c.plans = append(c.plans, p)
}

// reference finds a measure by id.
func (c *compiler) reference(where, id string) int32 {
	if index, ok := c.ids[id]; ok {
		return index
	}
	c.fail(where, id, problemUnknown, errs.Args{"ID": id})
	return None
}

func (c *compiler) measure(source *plan.Measure) measureProgram {
	m := measureProgram{source: source, selection: None, of: None, to: None, sum: None}
	where := ".measures[" + source.ID + "]"
	switch {
	case source.Credits != nil:
		m.selection = c.selection(where, source.Credits)
	case source.Ratio != nil:
		m.of, m.to = c.reference(where, source.Ratio.Of), c.reference(where, source.Ratio.To)
	case source.Team != nil:
		if source.Team.Sum != "" {
			m.sum = c.reference(where, source.Team.Sum)
		}
		for _, t := range source.Team.Where {
			test := memberTest{levels: t.Levels}
			if t.Condition != nil {
				condition := c.condition(where, *t.Condition)
				test.condition = &condition
			}
			m.where = append(m.where, test)
		}
		c.plan.groups = c.plan.groups || isWide(source.Team.Group)
	case source.Quota == nil && source.Tenure == nil:
		m.further = c.furtherMeasure(where, source)
	}
	return m
}

func (c *compiler) condition(where string, source plan.Condition) conditionProgram {
	return conditionProgram{
		measure: c.reference(where, source.Measure), comparison: source.Comparison, value: fromDecimal(source.Value),
	}
}

// refersTo lists the measures that a measure of the plan is made of: of the same person, and of the members of a group.
func (p *planProgram) refersTo(m int32) (same, ofMembers []int32) {
	source := p.measures[m].source
	for _, id := range p.plan.RefersTo(*source) {
		index := slices.IndexFunc(p.measures, func(other measureProgram) bool { return other.source.ID == id })
		if source.Team != nil || source.Rank != nil {
			ofMembers = append(ofMembers, int32(index))
		} else {
			same = append(same, int32(index))
		}
	}
	return same, ofMembers
}

// acyclic refuses measures that rest on themselves.
func (c *compiler) acyclic() bool {
	const visiting, done = 1, 2
	state := make([]int, len(c.plan.measures))
	var visit func(m int32) bool
	visit = func(m int32) bool {
		if state[m] != 0 {
			return state[m] == done
		}
		state[m] = visiting
		same, ofMembers := c.plan.refersTo(m)
		for _, other := range append(same, ofMembers...) {
			if !visit(other) {
				return false
			}
		}
		state[m] = done
		return true
	}
	for m := range c.plan.measures {
		if !visit(int32(m)) {
			c.fail(".measures["+c.plan.measures[m].source.ID+"]", "", problemCycle, nil)
			return false
		}
	}
	return true
}

// trace finds which measures are read of the payee and which of team members, and the selections of both.
func (c *compiler) trace() {
	p := c.plan
	own, asked, contested := map[int32]bool{}, map[int32]bool{}, map[int32]bool{}
	var visit func(m int32, seen map[int32]bool)
	visit = func(m int32, seen map[int32]bool) {
		if m == None || seen[m] {
			return
		}
		seen[m] = true
		same, ofMembers := p.refersTo(m)
		for _, other := range same {
			visit(other, seen)
		}
		if team := p.measures[m].source.Team; team != nil && !isWide(team.Group) {
			p.leads = true
		}
		for _, other := range ofMembers {
			visit(other, asked)
		}
	}
	for _, component := range p.components {
		visit(component.base, own)
		visit(component.per, own)
		for _, condition := range component.when {
			visit(condition.measure, own)
		}
		if component.table != nil {
			visit(component.table.by, own)
		}
		c.traceFurther(&component, func(m int32) { visit(m, own) }, func(m int32) { visit(m, contested) })
	}
	for _, condition := range p.release {
		visit(condition.measure, own)
	}
	p.own, p.asked, p.contested = sortedKeys(own), sortedKeys(asked), sortedKeys(contested)
	p.selections, p.memberSelections = p.selectionsOf(p.own), p.selectionsOf(slices.Concat(p.asked, p.contested))
	for _, m := range slices.Concat(p.asked, p.contested) {
		if source := p.measures[m].source; source.Team != nil || source.Rank != nil || source.Component != "" {
			c.fail(".measures["+p.measures[m].source.ID+"]", "", problemUnsupported, errs.Args{"What": "team of team"})
		}
	}
}

func (p *planProgram) selectionsOf(measures []int32) []int32 {
	found := map[int32]bool{}
	for _, m := range measures {
		if s := p.measures[m].selection; s != None {
			found[s] = true
		}
		if further := p.measures[m].further; further != nil {
			for _, s := range further.selections {
				found[s] = true
			}
		}
	}
	return sortedKeys(found)
}

func sortedKeys(set map[int32]bool) []int32 {
	keys := make([]int32, 0, len(set))
	for k := range set {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
