package engine

import (
	"strings"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

// gridProgram is a grid whose cells are classes: class 0 is what the plan refuses, then the cells, then what it says otherwise.
type gridProgram struct {
	dimensions []dimensionProgram
	cells      []exact  // by class
	texts      []string // by class
	otherwise  int32    // class
}

type dimensionProgram struct {
	source  *plan.Dimension
	credit  bool // the field is of a credit
	row     map[string]int32
	measure int32
	table   *tableProgram // of a measure: its edges
	size    int32
}

// gridPlace is where a person stands in the dimensions that do not depend on a credit: −1 where the key is not listed.
type gridPlace struct{ rows [plan.GridDimensionsMax]int32 }

func (c *compiler) grid(where string, source *plan.Grid) *gridProgram {
	g := &gridProgram{cells: []exact{{}}, texts: []string{"0"}, otherwise: refused}
	size := 1
	for i := range source.By {
		d := dimensionProgram{source: &source.By[i], measure: None, size: int32(source.By[i].Size())}
		size *= source.By[i].Size()
		if d.source.Measure != "" {
			d.measure = c.reference(where, d.source.Measure)
			d.table = &tableProgram{lower: d.source.Boundary == plan.BoundaryLowerBand}
			for _, edge := range d.source.Edges {
				d.table.edges = append(d.table.edges, fromDecimal(edge))
			}
		} else {
			d.credit = !strings.HasPrefix(string(d.source.Field), "person.")
			d.row = map[string]int32{}
			for k, key := range d.source.Keys {
				d.row[key] = int32(k)
			}
		}
		g.dimensions = append(g.dimensions, d)
	}
	if size != len(source.Cells) || len(source.By) == 0 || len(source.By) > plan.GridDimensionsMax {
		c.fail(where, "", problemUnsupported, errs.Args{"What": "grid"})
	}
	for _, cell := range source.Cells {
		g.cells, g.texts = append(g.cells, fromDecimal(cell)), append(g.texts, cell.String())
	}
	if source.Otherwise != nil {
		g.otherwise = int32(len(g.cells))
		g.cells, g.texts = append(g.cells, fromDecimal(*source.Otherwise)), append(g.texts, source.Otherwise.String())
	}
	return g
}

// placeIn finds the rows that hold for all credits of a person. It is false, with the reason, when a measure has no value.
func (e *evaluator) placeIn(f *frame, c *componentProgram, g *gridProgram, t *tracer) (place gridPlace, ok bool) {
	for i := range g.dimensions {
		d := &g.dimensions[i]
		switch {
		case d.measure != None:
			v := e.measure(f, d.measure)
			if v.absent() {
				t.zero(reasonNoValue, errs.Args{"Measure": d.source.Measure})
				return place, false
			}
			place.rows[i] = int32(d.table.band(v.exact))
		case !d.credit:
			place.rows[i] = e.personRow(f.person, d)
		}
	}
	return place, true
}

// personRow is the row of a person's field; of several roles, the first in the order of the keys.
func (e *evaluator) personRow(person int32, d *dimensionProgram) int32 {
	span := e.roster.span(&e.facts.Persons[person])
	if span == nil {
		return -1
	}
	if d.source.Field == plan.FieldPersonRole {
		best := int32(-1)
		for _, role := range span.Roles {
			if row, known := d.row[role]; known && (best < 0 || row < best) {
				best = row
			}
		}
		return best
	}
	return d.rowOf(e.personField(person, d.source.Field))
}

func (d *dimensionProgram) rowOf(key string) int32 {
	if row, known := d.row[key]; known {
		return row
	}
	return -1
}

// personField is the text of a person's field on the reference day; roles are joined.
func (e *evaluator) personField(person int32, field plan.Field) string {
	switch field {
	case plan.FieldPersonLevel:
		return e.roster.level(person)
	case plan.FieldPersonTeam:
		if team := e.roster.team(person); team != None {
			return e.facts.Teams[team].Key
		}
		return ""
	case plan.FieldPersonRegion:
		return e.roster.region(person)
	}
	if span := e.roster.span(&e.facts.Persons[person]); span != nil {
		return strings.Join(span.Roles, ", ")
	}
	return ""
}

// creditField is the text of a credit's field; empty where nobody recorded it.
func (e *evaluator) creditField(c *credit, field plan.Field) string {
	deal := &e.groups.deals[c.deal]
	if field == plan.FieldProduct || field == plan.FieldProductCategory {
		return productField(e.facts, e.groups.products[c.deal], field)
	}
	if deal.customer == None {
		return ""
	}
	customer := &e.facts.Customers[deal.customer]
	switch field {
	case plan.FieldCustomerTier:
		return customer.Tier
	case plan.FieldCustomerRegion:
		return customer.Region
	}
	return customer.Key
}

// class finds the cell of a credit, or of a person when there is no credit.
func (g *gridProgram) class(e *evaluator, place gridPlace, credit *credit) int32 {
	cell := int32(0)
	for i := range g.dimensions {
		d := &g.dimensions[i]
		row := place.rows[i]
		if d.credit && credit != nil {
			row = d.rowOf(e.creditField(credit, d.source.Field))
		}
		if row < 0 {
			return g.otherwise
		}
		cell = cell*d.size + row
	}
	return cell + 1
}

// cellOfPerson is the value of a grid that no credit enters. It is false when there is none.
func (e *evaluator) cellOfPerson(f *frame, c *componentProgram, g *gridProgram, t *tracer) (exact, bool) {
	place, ok := e.placeIn(f, c, g, t)
	if !ok {
		return exact{}, false
	}
	class := g.class(e, place, nil)
	if class == refused {
		e.refuseGrid(f, c, g, place, nil)
		return exact{}, false
	}
	t.cell(g, class)
	return g.cells[class], true
}

// refuseGrid names what a grid does not list.
func (e *evaluator) refuseGrid(f *frame, c *componentProgram, g *gridProgram, place gridPlace, credit *credit) {
	for i := range g.dimensions {
		d := &g.dimensions[i]
		found, row := "", place.rows[i]
		switch {
		case d.credit && credit != nil:
			found = e.creditField(credit, d.source.Field)
			row = d.rowOf(found)
		case d.measure == None:
			found = e.personField(f.person, d.source.Field)
		}
		if row >= 0 {
			continue
		}
		args := errs.Args{"Field": string(d.source.Field), "Deal": "", "Payment": ""}
		key := problemGrid
		if credit != nil && d.credit {
			key, args["Deal"], args["Payment"] = problemLookup, e.facts.Deals[credit.deal].Key, e.factKey(credit)
		}
		e.refuse(f, c, found, key, args)
	}
}

// keyOf writes the rows of a class: keys as they are, bands of a measure by their edges.
func (g *gridProgram) keyOf(class int32) string {
	if class == refused || class == g.otherwise {
		return ""
	}
	parts := make([]string, len(g.dimensions))
	rest := class - 1
	for i := len(g.dimensions) - 1; i >= 0; i-- {
		d := &g.dimensions[i]
		row := rest % d.size
		rest /= d.size
		if d.measure == None {
			parts[i] = d.source.Keys[row]
			continue
		}
		var from, to string
		if row > 0 {
			from = d.table.edges[row-1].text()
		}
		if int(row) < len(d.table.edges) {
			to = d.table.edges[row].text()
		}
		parts[i] = d.source.Measure + " " + from + "…" + to
	}
	return strings.Join(parts, " · ")
}
