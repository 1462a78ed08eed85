package plan

import (
	"slices"

	"xiaoguan/internal/formula"
)

// further reports whether one of the further forms is set.
func (m Measure) further() bool {
	return m.Given != nil || m.Retained != nil || m.Scorecard != nil || m.Formula != nil || m.Component != "" || m.Rank != nil
}

// RefersTo lists the ids of the measures that m is made of, some perhaps twice. A component's amount is made of all that the component reads.
func (p *Plan) RefersTo(m Measure) (ids []string) {
	switch {
	case m.Ratio != nil:
		return []string{m.Ratio.Of, m.Ratio.To}
	case m.Team != nil:
		if m.Team.Sum != "" {
			ids = append(ids, m.Team.Sum)
		}
		for _, c := range m.Team.Where {
			if c.Condition != nil {
				ids = append(ids, c.Condition.Measure)
			}
		}
	case m.Rank != nil:
		return []string{m.Rank.By}
	case m.Formula != nil:
		return formula.NamesIn(m.Formula.Text)
	case m.Component != "":
		if i := slices.IndexFunc(p.Components, func(c Component) bool { return c.ID == m.Component }); i >= 0 {
			return p.Components[i].refersTo()
		}
	}
	for _, item := range m.Scorecard {
		ids = append(ids, item.Measure)
	}
	return ids
}

// refersTo lists the ids of the measures that the component reads, some perhaps twice; none is empty.
func (c Component) refersTo() (ids []string) {
	for _, condition := range c.When {
		ids = append(ids, condition.Measure)
	}
	ids = append(ids, c.Pays.Of, c.Pays.Per)
	if c.Pays.Table != nil {
		ids = append(ids, c.Pays.Table.By)
	}
	ids = append(ids, c.Pays.FurtherPays.refersTo()...)
	if c.Pays.Rate != nil {
		ids = append(ids, c.Pays.Rate.Grid.refersTo()...)
	}
	if c.Cap != nil {
		ids = append(ids, c.Cap.Of)
	}
	return slices.DeleteFunc(ids, func(id string) bool { return id == "" })
}

func (p FurtherPays) refersTo() (ids []string) {
	ids = p.AmountGrid.refersTo()
	if p.Prizes != nil {
		ids = append(ids, p.Prizes.By)
	}
	if p.Pool != nil {
		ids = append(ids, p.Pool.Of, p.Pool.By)
	}
	if p.Deduct != nil {
		ids = append(ids, p.Deduct.Measure)
	}
	if p.Factors != nil {
		for _, item := range p.Factors.Items {
			ids = append(append(ids, item.Measure), item.Grid.refersTo()...)
		}
	}
	return ids
}

func (g *Grid) refersTo() (ids []string) {
	if g == nil {
		return nil
	}
	for _, d := range g.By {
		ids = append(ids, d.Measure)
	}
	return ids
}
