package plan

import (
	"fmt"
	"slices"
	"strings"
	"xiaoguan/internal/i18n"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
)

// check judges what the reader could read; every finding is recorded with the place of its path. It expects nothing of the plan:
// what is broken was reported by the reader and is passed over here.
func (p *planReader) check() {
	complete := !HasErrors(p.Findings) // what was not read must not look as if it were not there
	acyclic := p.checkMeasures()
	p.cyclic = !acyclic
	used := map[string]bool{}
	for i := range p.plan.Components {
		p.checkComponent(i, used)
	}
	p.checkSettlement(used)
	p.checkCurrencies()
	if complete {
		p.checkParticipants()
		p.checkExposure()
		for i, c := range p.plan.Components {
			p.checkPaysAnything(i, c)
		}
	}
	if complete && acyclic {
		p.checkUnused(used)
	}
}

func (p *planReader) error(path string, code Code, found string, args errs.Args) {
	p.Add(SeverityError, code, p.Places.Of(path), path, found, args)
}

func (p *planReader) warn(path string, code Code, args errs.Args) {
	p.Add(SeverityWarning, code, p.Places.Of(path), path, "", args)
}

func (p *planReader) note(path string, code Code, args errs.Args) {
	p.Add(SeverityNote, code, p.Places.Of(path), path, "", args)
}

func (p *planReader) checkParticipants() {
	who := p.plan.Participants
	if len(who.Levels)+len(who.Roles)+len(who.Teams)+len(who.Regions)+len(who.Persons) == 0 {
		p.warn("participants", CodeParticipantsAll, nil)
	}
}

// checkMeasures reports unknown references, cycles and wrong kinds, and whether the measures are free of cycles.
func (p *planReader) checkMeasures() (acyclic bool) {
	for _, m := range p.plan.Measures {
		path := "measures." + m.ID
		switch {
		case m.Ratio != nil:
			p.checkRatio(m, path)
		case m.Team != nil && m.Team.Sum != "":
			p.checkTeamSum(m, path)
		case m.further():
			p.checkFurther(m, path)
		}
	}
	return p.checkCycles()
}

func (p *planReader) checkRatio(m Measure, path string) {
	parts := []string{m.Ratio.Of, m.Ratio.To}
	kinds := make([]ValueKind, 2)
	for i, id := range parts {
		at := fmt.Sprintf("%s.ratio[%d]", path, i)
		if id == "" {
			continue
		}
		if p.plan.Measure(id) == nil {
			p.error(at, CodeUnknownMeasure, id, errs.Args{"ID": id})
			continue
		}
		kinds[i] = p.kinds[id]
		if kinds[i] != "" && kinds[i] != KindMoney && kinds[i] != KindCount {
			p.error(at, CodeKindWrong, id, kindArgs(kinds[i], KindMoney, KindCount))
			kinds[i] = ""
		}
	}
	if kinds[0] == "" || kinds[1] == "" {
		return
	}
	if kinds[0] != kinds[1] {
		p.error(path+".ratio[1]", CodeKindWrong, parts[1], kindArgs(kinds[1], kinds[0]))
		return
	}
	if parts[0] == parts[1] {
		p.warn(path+".ratio", CodeRatioSame, errs.Args{"ID": p.measured(m.ID)})
		return
	}
	if of, to := p.windowOf(parts[0]), p.windowOf(parts[1]); of != "" && to != "" && of != to {
		p.warn(path+".ratio", CodeRatioWindow, errs.Args{"ID": p.measured(m.ID), "Of": string(of), "To": string(to)})
	}
}

func (p *planReader) checkTeamSum(m Measure, path string) {
	at := path + ".team." + m.Team.foldKey()
	if p.plan.Measure(m.Team.Sum) == nil {
		p.error(at, CodeUnknownMeasure, m.Team.Sum, errs.Args{"ID": m.Team.Sum})
		return
	}
	switch kind := p.kinds[m.Team.Sum]; {
	case kind == KindDate && m.Team.Fold != "":
		p.error(at, CodeKindWrong, m.Team.Sum, kindArgs(kind, KindMoney, KindRatio, KindCount))
	case (kind == KindRatio && m.Team.Fold == "") || kind == KindDate:
		p.error(at, CodeKindWrong, m.Team.Sum, kindArgs(kind, KindMoney, KindCount))
	}
}

// checkCycles reports each cycle once, at its alphabetically first measure, and a team measure that asks members for team measures.
func (p *planReader) checkCycles() bool {
	acyclic := true
	ids := make([]string, len(p.plan.Measures))
	for i, m := range p.plan.Measures {
		ids[i] = m.ID
	}
	slices.Sort(ids)
	reported := map[string]bool{}
	for _, id := range ids {
		cycle := p.cycleFrom(id)
		if cycle == nil {
			continue
		}
		acyclic = false
		if !slices.ContainsFunc(cycle, func(member string) bool { return reported[member] }) {
			p.error("measures."+id, CodeMeasureCycle, "", errs.Args{"Cycle": strings.Join(append(cycle, id), " → ")})
		}
		for _, member := range cycle {
			reported[member] = true
		}
	}
	if !acyclic {
		return false
	}
	for _, m := range p.plan.Measures {
		form := "team"
		switch {
		case m.Rank != nil:
			form = "rank"
		case m.Team == nil:
			continue
		}
		for _, id := range p.plan.RefersTo(m) {
			if p.restsOnTeam(id) {
				p.error("measures."+m.ID+"."+form, CodeTeamOfTeam, id, errs.Args{"ID": p.measured(m.ID), "Other": p.measured(id)})
			}
		}
	}
	return true
}

// cycleFrom returns a cycle of references that begins and ends at id, without the end, or nil.
func (p *planReader) cycleFrom(id string) []string {
	var trail []string
	visited := map[string]bool{}
	var walk func(string) bool
	walk = func(at string) bool {
		m := p.plan.Measure(at)
		if m == nil {
			return false
		}
		trail = append(trail, at)
		for _, next := range p.plan.RefersTo(*m) {
			if next == id {
				return true
			}
			if !visited[next] {
				visited[next] = true
				if walk(next) {
					return true
				}
			}
		}
		trail = trail[:len(trail)-1]
		return false
	}
	if walk(id) {
		return trail
	}
	return nil
}

// restsOnTeam reports whether a measure is, or is made of, a measure that cannot be asked of the members of a group: one of a group
// itself, a rank, or what a component pays. The measures have no cycle.
func (p *planReader) restsOnTeam(id string) bool {
	m := p.plan.Measure(id)
	if m == nil {
		return false
	}
	return m.Team != nil || m.Rank != nil || m.Component != "" || slices.ContainsFunc(p.plan.RefersTo(*m), p.restsOnTeam)
}

// source follows team sums to the measure that gathers, or nil.
func (p *planReader) source(id string) *Measure {
	m := p.plan.Measure(id)
	for range p.plan.Measures {
		if m == nil || m.Team == nil || m.Team.Sum == "" || m.Team.Fold != "" {
			break
		}
		m = p.plan.Measure(m.Team.Sum)
	}
	return m
}

// windowOf returns the window of a credits or quota measure, seen through team sums; empty for others.
func (p *planReader) windowOf(id string) Window {
	switch m := p.source(id); {
	case m == nil:
	case m.Credits != nil:
		return m.Credits.Window
	case m.Quota != nil:
		return m.Quota.Window
	}
	return ""
}

func (p *planReader) checkUnused(used map[string]bool) {
	var mark func(string)
	mark = func(id string) {
		if m := p.plan.Measure(id); m != nil && !used["deep "+id] {
			used["deep "+id] = true
			for _, other := range p.plan.RefersTo(*m) {
				mark(other)
			}
		}
	}
	for id := range used {
		mark(id)
	}
	for _, m := range p.plan.Measures {
		if !used["deep "+m.ID] {
			p.warn("measures."+m.ID, CodeMeasureUnused, errs.Args{"ID": p.measured(m.ID)})
		}
	}
}

// checkExposure warns of a plan that pays by rate and limits nothing.
func (p *planReader) checkExposure() {
	capped := p.plan.Cap != nil || slices.ContainsFunc(p.plan.Components, func(c Component) bool { return c.Cap != nil && !c.Cap.parts() })
	if p.plan.Cap != nil && p.plan.Cap.AmountFen == 0 {
		p.warn("cap.amount", CodePlanCapZero, nil)
	}
	if hasRate(p.plan) && !capped {
		p.warn("components", CodeExposure, nil)
	}
}

// show writes a constant as the document's reader would: money with its currency, a ratio in percent.
func (p *planReader) show(d decimal.Decimal, kind ValueKind) string {
	switch kind {
	case KindMoney:
		return string(p.plan.Currency) + " " + groupDigits(money.Format(d.Rat().Num().Int64(), p.plan.Currency))
	case KindRatio:
		return d.Percent()
	}
	return d.String()
}

// groupDigits puts commas between thousands.
func groupDigits(text string) string {
	sign := ""
	if strings.HasPrefix(text, "-") {
		sign, text = "-", text[1:]
	}
	whole, rest, hasRest := strings.Cut(text, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if hasRest {
		return sign + whole + "." + rest
	}
	return sign + whole
}

// called names a component in findings.
func called(c Component) i18n.Named { return i18n.Named{ID: c.ID, Zh: c.Name.Zh, En: c.Name.En} }

// measured names a measure in findings; one that does not exist goes by its id.
func (p *planReader) measured(id string) i18n.Named {
	if m := p.plan.Measure(id); m != nil {
		return i18n.Named{ID: id, Zh: m.Name.Zh, En: m.Name.En}
	}
	return i18n.Named{ID: id}
}
