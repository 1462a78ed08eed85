package refmodel

import (
	"fmt"
	"math/big"
	"slices"

	"xiaoguan/internal/plan"
)

// gridKnown reports whether every measure of a grid has a value.
func (m *model) gridKnown(p *plan.Plan, g *plan.Grid, who int32) (bool, error) {
	if g == nil {
		return true, nil
	}
	for _, d := range g.By {
		if d.Measure == "" {
			continue
		}
		if value, err := m.value(p, d.Measure, who); err != nil || value == nil {
			return false, err
		}
	}
	return true, nil
}

// cell looks a grid up for a person, and a credit where the grid is a rate. It is not known when a measure has no value.
func (m *model) cell(p *plan.Plan, g *plan.Grid, who int32, c *credit) (cell *big.Rat, known bool, err error) {
	if known, err := m.gridKnown(p, g, who); err != nil || !known {
		return nil, false, err
	}
	at := 0
	for _, d := range g.By {
		row, err := m.row(p, d, who, c)
		if err != nil {
			return nil, false, err
		}
		if row < 0 {
			if g.Otherwise == nil {
				return nil, false, fmt.Errorf("no cell for %s of %s", d.Field, m.facts.Persons[who].Key)
			}
			return g.Otherwise.Rat(), true, nil
		}
		at = at*d.Size() + row
	}
	return g.Cells[at].Rat(), true, nil
}

// row is the place of the person's or credit's key or value in a dimension, −1 for a key that is not listed.
func (m *model) row(p *plan.Plan, d plan.Dimension, who int32, c *credit) (int, error) {
	if d.Measure != "" {
		value, err := m.value(p, d.Measure, who)
		if err != nil {
			return 0, err
		}
		row := 0
		for _, edge := range d.Edges {
			order := value.Cmp(edge.Rat())
			if order > 0 || (order == 0 && d.Boundary == plan.BoundaryUpperBand) {
				row++
			}
		}
		return row, nil
	}
	span, _ := m.assignment(who)
	var has []string
	switch d.Field {
	case plan.FieldPersonLevel:
		has = []string{span.Level}
	case plan.FieldPersonRole:
		has = span.Roles
	case plan.FieldPersonTeam:
		has = []string{m.teamKey(span.Team)}
	case plan.FieldPersonRegion:
		has = []string{m.region(span.Team)}
	default:
		has = []string{m.dealText(d.Field, c.deal)}
	}
	return slices.IndexFunc(d.Keys, func(key string) bool { return slices.Contains(has, key) }), nil
}

// factor is what the factors multiply by, together.
func (m *model) factor(p *plan.Plan, f *plan.Factors, who int32) (*big.Rat, bool, error) {
	if f == nil {
		return whole(1), true, nil
	}
	all, weighted := whole(1), new(big.Rat)
	for _, item := range f.Items {
		one, known, err := m.factorItem(p, item, who)
		if err != nil || !known {
			return nil, false, err
		}
		all.Mul(all, one)
		weighted.Add(weighted, product(one, item.Weight.Rat()))
	}
	if f.Combine == plan.FactorsWeighted {
		return weighted, true, nil
	}
	return all, true, nil
}

func (m *model) factorItem(p *plan.Plan, item plan.Factor, who int32) (*big.Rat, bool, error) {
	if item.Grid != nil {
		return m.cell(p, item.Grid, who, nil)
	}
	value, err := m.value(p, item.Measure, who)
	if err != nil || value == nil {
		return nil, false, err
	}
	if item.Bands != nil {
		return bandOf(item.Bands, item.Boundary, value).Times.Rat(), true, nil
	}
	if item.Least != nil {
		value = greater(value, item.Least.Rat())
	}
	if item.Most != nil && value.Cmp(item.Most.Rat()) > 0 {
		value = item.Most.Rat()
	}
	return value, true, nil
}
