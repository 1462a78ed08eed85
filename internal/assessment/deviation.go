package assessment

import (
	"context"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/org"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
)

// ComponentMatch is a component of a plan of pay: whether a target asks for what it pays.
type ComponentMatch struct {
	Plan      string // id of the document
	PlanName  plan.Text
	Component string
	Name      plan.Text
	Words     []string // events and quotas that it rests on; empty: it pays for something else, such as service
	Matched   bool
}

// LayerMatch is a layer of the organisation: what targets ask of it, and what its plan pays.
type LayerMatch struct {
	Layer      plan.Layer
	People     int64    // on the day
	Asked      []string // quantities of the targets of its people
	Paid       []string // events and quotas that the components of its plan rest on
	NotPaid    []string // asked, and paid by no component
	Planned    bool     // a plan of pay is in force for it
	Components []ComponentMatch
}

// Deviations is where targets and plans of pay want different things.
type Deviations struct {
	Month      calendar.Month // that targets and plans are of
	Layers     []LayerMatch
	Matched    int64 // components that a target asks for
	Components int64
}

// Deviations compares targets of the last months with the plans in force.
func (s Sources) Deviations(ctx context.Context, today calendar.Date) (d Deviations, err error) {
	defer errs.Wrap(&err, "assessment.Deviations(%s)", today)
	d.Month = today.Month()
	levels := map[int64]org.Level{}
	if _, err = s.People.Each(ctx, self, org.Filter{When: org.When{Valid: today}, Employment: org.Employed}, func(m org.Member) error {
		levels[m.ID] = m.Assignment.Level
		return nil
	}); err != nil {
		return d, err
	}
	err = s.Store.ReadFacts(ctx, func(r FactReader) error {
		quotas, err := r.QuotaPeople(ctx, d.Month-recentMonths+1, d.Month)
		if err != nil {
			return err
		}
		var plans []*plan.Plan
		rules, err := planbook.ForMonth(ctx, r, d.Month)
		switch {
		case err == nil:
			plans = rules.Plans
		case !errs.Is(err, errs.KindConflict): // no plan in force is an answer
			return err
		}
		d.Layers = matchLayers(levels, quotas, plans)
		return nil
	})
	for _, l := range d.Layers {
		d.Components += int64(len(l.Components))
		for _, c := range l.Components {
			if c.Matched {
				d.Matched++
			}
		}
	}
	return d, err
}

// matchLayers sets what targets ask of each layer beside what its plans pay. Layers without people and plans are left out.
func matchLayers(levels map[int64]org.Level, quotas []QuotaPerson, plans []*plan.Plan) (list []LayerMatch) {
	for _, layer := range []plan.Layer{plan.LayerNewcomer, plan.LayerRegular, plan.LayerCore, plan.LayerManager} {
		l := LayerMatch{Layer: layer}
		for _, level := range levels {
			if string(level) == string(layer) {
				l.People++
			}
		}
		for _, q := range quotas {
			if string(levels[q.PersonID]) == string(layer) {
				l.Asked = add(l.Asked, q.Of)
			}
		}
		for _, p := range plans {
			if p.Layer == layer {
				l.Planned = true
				for _, c := range p.Components {
					match := ComponentMatch{Plan: p.ID, PlanName: p.Name, Component: c.ID, Name: c.Name, Words: words(p, c)}
					match.Matched = slices.ContainsFunc(match.Words, func(w string) bool { return slices.Contains(l.Asked, w) })
					l.Components = append(l.Components, match)
					for _, w := range match.Words {
						l.Paid = add(l.Paid, w)
					}
				}
			}
		}
		for _, w := range l.Asked {
			if !slices.Contains(l.Paid, w) {
				l.NotPaid = append(l.NotPaid, w)
			}
		}
		if l.People > 0 || l.Planned {
			list = append(list, l)
		}
	}
	return list
}

func add(words []string, word string) []string {
	if word == "" || slices.Contains(words, word) {
		return words
	}
	words = append(words, word)
	slices.Sort(words)
	return words
}

// words are the events and quotas that a component rests on, through all measures that it reads.
func words(p *plan.Plan, c plan.Component) (found []string) {
	seen, next := map[string]bool{}, p.RefersTo(plan.Measure{FurtherForms: plan.FurtherForms{Component: c.ID}})
	for len(next) > 0 {
		id := next[0]
		next = next[1:]
		at := slices.IndexFunc(p.Measures, func(m plan.Measure) bool { return m.ID == id })
		if seen[id] || at < 0 {
			continue
		}
		seen[id] = true
		m := p.Measures[at]
		switch {
		case m.Credits != nil:
			found = add(found, m.Credits.Event)
		case m.Quota != nil:
			found = add(found, m.Quota.Of)
		}
		next = append(next, p.RefersTo(m)...)
	}
	return found
}
