package honour

import (
	"cmp"
	"encoding/json"
	"math/big"
	"slices"
	"strconv"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/plan"
)

// Basis is what a computation rests on.
type Basis struct {
	Loaded    *payout.Loaded
	Crediting *plan.Crediting
	Recorded  fact.BatchID
	VersionID string
}

// evidenceForm is the form of Evidence.
const evidenceForm = 1

// Rank finds the winners of a rule for a term, with everybody who took part. It is pure: the same basis gives the same bytes.
func Rank(rule *plan.Honour, term Term, basis Basis) (e Evidence, err error) {
	defer errs.Wrap(&err, "honour.Rank(%s, %s)", rule.ID, term)
	asked, err := ask(rule.Rule, term.Last, basis)
	if err != nil {
		return Evidence{}, err
	}
	e = asked.evidence(rule.ID, term, basis)
	groups := map[string]int{}
	for _, s := range asked.statements {
		line := asked.line(s, plan.ComponentRequire)
		line.Values = asked.ranking(s, append([]string{rule.By}, rule.TieBreaks...))
		key, name := asked.group(rule.Each, s)
		at, known := groups[key]
		if !known {
			at = len(e.Groups)
			groups[key] = at
			e.Groups = append(e.Groups, Group{Key: key, Name: name})
		}
		e.Groups[at].Lines = append(e.Groups[at].Lines, line)
	}
	slices.SortFunc(e.Groups, func(a, b Group) int { return engine.CompareKeys(a.Key, b.Key) })
	for i := range e.Groups {
		crown(rule, e.Groups[i].Lines)
	}
	return e, nil
}

// asked is a rule's measures of everybody who takes part.
type asked struct {
	rule       *plan.Plan
	facts      *payout.Loaded
	last       calendar.Date
	persons    map[string]int32
	teams      map[string]int32
	statements []*engine.Statement
}

// ask computes the measures of a rule as of a month.
func ask(rule *plan.Plan, month calendar.Month, basis Basis) (*asked, error) {
	result, err := engine.Run(engine.Input{Period: month, Plans: []*plan.Plan{rule}, Crediting: basis.Crediting, Facts: basis.Loaded.Facts})
	if err != nil {
		return nil, err
	}
	a := &asked{rule: rule, facts: basis.Loaded, last: month.Last(), persons: map[string]int32{}, teams: map[string]int32{}}
	for i := range basis.Loaded.Persons {
		a.persons[basis.Loaded.Persons[i].Key] = int32(i)
	}
	for i := range basis.Loaded.Teams {
		a.teams[basis.Loaded.Teams[i].Key] = int32(i)
	}
	for _, g := range payout.Groups(result.Payouts) {
		s, err := result.Statement(g.Person, g.Plan)
		if err != nil {
			return nil, err
		}
		a.statements = append(a.statements, s)
	}
	return a, nil
}

func (a *asked) evidence(document string, term Term, basis Basis) Evidence {
	return Evidence{Form: evidenceForm, Document: document, Version: basis.VersionID, RuleHash: a.rule.Hash(), Crediting: basis.Crediting.Hash(), Engine: engine.Version,
		Term: term.String(), Recorded: basis.Recorded, Currency: a.facts.Currency, Groups: []Group{}}
}

// group is the ranking that somebody is in.
func (a *asked) group(each plan.HonourEach, s *engine.Statement) (key, name string) {
	team := engine.None
	if i, ok := a.teams[s.Team]; ok && s.Team != "" {
		team = i
	}
	switch {
	case each == plan.EachLevel:
		return s.Level, ""
	case each == plan.EachCompany, team == engine.None:
		return "", ""
	case each == plan.EachRegion:
		return a.facts.Teams[team].Region, a.facts.Teams[team].Region
	}
	return s.Team, a.facts.Teams[team].Name
}

// line is what is known of somebody before places are given; a reason says why there will be none.
func (a *asked) line(s *engine.Statement, component string) Line {
	person := a.persons[s.Payee]
	l := Line{PersonID: a.facts.PersonIDs[person], Key: s.Payee, Name: s.PayeeName, Level: s.Level, Conditions: []Condition{}, Values: []Value{}, Measures: []Value{}}
	if i, ok := a.teams[s.Team]; ok {
		l.Team = a.facts.Teams[i].Name
	}
	for _, m := range s.Measures {
		l.Measures = append(l.Measures, Value{m.ID, a.name(m.ID), m.Kind, m.Exact})
	}
	for _, c := range a.conditions(s, component) {
		l.Conditions = append(l.Conditions, c)
		if !c.Met && l.Reason.Key == "" {
			l.Reason = errs.Msg("honour.reason.unmet", errs.Args{"Measure": c.Measure})
		}
	}
	if a.facts.Persons[person].Left <= a.last {
		l.Reason = errs.Msg("honour.reason.left", nil)
	}
	return l
}

// conditions are those of a component with what was found.
func (a *asked) conditions(s *engine.Statement, component string) (list []Condition) {
	for _, c := range s.Components {
		if c.ID != component {
			continue
		}
		for _, r := range c.Conditions {
			list = append(list, Condition{Measure: r.Measure, Name: a.name(r.Measure), Kind: string(a.rule.Measure(r.Measure).Kind(a.rule.Measures)),
				Comparison: r.Comparison, Wanted: r.Wanted, Found: r.Found, Missing: r.Missing, Met: r.Met})
		}
	}
	return list
}

func (a *asked) name(id string) plan.Text {
	if m := a.rule.Measure(id); m != nil {
		return m.Name
	}
	return plan.Text{Zh: id, En: id}
}

// ranking picks the values of measures in their order.
func (a *asked) ranking(s *engine.Statement, ids []string) (values []Value) {
	for _, id := range ids {
		v := Value{ID: id, Name: a.name(id), Kind: string(a.rule.Measure(id).Kind(a.rule.Measures))}
		for _, m := range s.Measures {
			if m.ID == id {
				v.Exact = m.Exact
			}
		}
		values = append(values, v)
	}
	return values
}

// Rat is the value as a number; ok is false when there is none.
func (v Value) Rat() (r *big.Rat, ok bool) { return new(big.Rat).SetString(v.Exact) }

// compareLines orders two ranked people by what ranks, then by what breaks ties; who lacks a value there stands behind.
func compareLines(order plan.Order, a, b Line) int {
	for i := range a.Values {
		x, hasX := a.Values[i].Rat()
		y, hasY := b.Values[i].Rat()
		switch {
		case !hasX && !hasY:
			continue
		case !hasX:
			return 1
		case !hasY:
			return -1
		}
		c := y.Cmp(x)
		if order == plan.OrderAscending {
			c = x.Cmp(y)
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

// crown gives the places of one ranking and says who won, and of everybody else why not.
func crown(rule *plan.Honour, lines []Line) {
	for i := range lines {
		if _, ok := lines[i].Values[0].Rat(); !ok && lines[i].Reason.Key == "" {
			lines[i].Reason = errs.Msg("honour.reason.no_value", errs.Args{"Measure": rule.By})
		}
	}
	slices.SortStableFunc(lines, func(a, b Line) int {
		if ranked := a.Reason.Key == ""; ranked != (b.Reason.Key == "") {
			if ranked {
				return -1
			}
			return 1
		} else if ranked {
			return cmp.Or(compareLines(rule.Order, a, b), engine.CompareKeys(a.Key, b.Key))
		}
		return engine.CompareKeys(a.Key, b.Key)
	})
	for from := 0; from < len(lines) && lines[from].Reason.Key == ""; {
		to := from + 1
		for to < len(lines) && lines[to].Reason.Key == "" && compareLines(rule.Order, lines[from], lines[to]) == 0 {
			to++
		}
		for i := from; i < to; i++ {
			lines[i].Place = from + 1
			switch {
			case to <= rule.Winners || (from < rule.Winners && rule.Ties == plan.HonourTiesAll):
				lines[i].Won = true
			case from < rule.Winners:
				lines[i].Reason = errs.Msg("honour.reason.tie", errs.Args{"Tied": strconv.Itoa(to - from)})
			default:
				lines[i].Reason = errs.Msg("honour.reason.place", errs.Args{"Place": strconv.Itoa(from + 1), "Winners": strconv.Itoa(rule.Winners)})
			}
		}
		from = to
	}
}

// encode writes the evidence and its digest.
func (e Evidence) encode() (text []byte, digest string, err error) {
	text, err = json.Marshal(e)
	return text, digestOf(text), err
}

// Open reads the evidence of a round and checks that it is what was computed. Errors: internal when it is not.
func (r Round) Open() (e Evidence, err error) {
	if digestOf(r.Evidence) != r.Digest {
		return Evidence{}, errs.New(errs.KindInternal, "honour.evidence_broken", errs.Args{"Round": r.ID})
	}
	err = json.Unmarshal(r.Evidence, &e)
	return e, err
}

// Winners are the lines that won, in the order of the rankings, with the name of their group.
func (e Evidence) Winners() (lines []Line, groups []string) {
	for _, g := range e.Groups {
		for _, l := range g.Lines {
			if l.Won {
				lines, groups = append(lines, l), append(groups, g.Name)
			}
		}
	}
	return lines, groups
}
