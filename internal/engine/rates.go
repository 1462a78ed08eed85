package engine

import (
	"slices"
	"strings"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

// refused is the class of products for which a lookup has no row.
const refused = 0

// rateProgram is a rate, or a lookup whose rows are classes: class 0 is what the plan refuses, then the rows, then what it says
// otherwise. A fixed rate is one class.
type rateProgram struct {
	lookup  plan.Field   // empty: the rate is fixed
	index   int32        // in program.lookups, None for a fixed rate
	keys    []string     // by class
	rates   []exact      // by class, of one denominator
	texts   []string     // by class
	classes []int32      // by product + 1; nil for a fixed rate
	grid    *gridProgram // instead of a lookup; classes are those of the grid
}

// classSum is what one class of a lookup gathered.
type classSum struct {
	sum   wide
	count int64
}

func (c *compiler) rate(where string, source *plan.Rate) *rateProgram {
	r := &rateProgram{lookup: source.Lookup, index: None, keys: []string{""}, rates: []exact{{}}, texts: []string{"0"}}
	if source.Grid != nil {
		r.grid = c.grid(where, source.Grid)
		r.rates = slices.Clone(r.grid.cells)
		shareDenominator(r.rates)
		return r
	}
	if source.Lookup == "" {
		r.keys, r.rates, r.texts = append(r.keys, ""), append(r.rates, fromDecimal(source.Fixed)), append(r.texts, source.Fixed.String())
		return r
	}
	rows := map[string]int32{}
	for _, row := range source.Rows {
		rows[row.Key] = int32(len(r.keys))
		r.keys, r.rates, r.texts = append(r.keys, row.Key), append(r.rates, fromDecimal(row.Rate)), append(r.texts, row.Rate.String())
	}
	otherwise := int32(refused)
	if source.Otherwise != nil {
		otherwise = int32(len(r.keys))
		r.keys, r.rates = append(r.keys, ""), append(r.rates, fromDecimal(*source.Otherwise))
		r.texts = append(r.texts, source.Otherwise.String())
	}
	shareDenominator(r.rates)
	r.classes = make([]int32, len(c.facts.Products)+1)
	for i := range r.classes {
		class, ok := rowOf(rows, productField(c.facts, int32(i)-1, source.Lookup), source.Path)
		if !ok {
			class = otherwise
		}
		r.classes[i] = class
	}
	r.index = int32(len(c.lookups))
	c.lookups = append(c.lookups, r)
	c.plan.lookups = append(c.plan.lookups, r.index)
	return r
}

// rowOf finds the row of a key or, of a path, that of the longest path which it is or lies below.
func rowOf(rows map[string]int32, key string, path bool) (class int32, ok bool) {
	class, ok = rows[key]
	for path && !ok {
		cut := strings.LastIndexByte(key, '/')
		if cut < 0 {
			break
		}
		key = key[:cut]
		class, ok = rows[key]
	}
	return class, ok
}

// classOf is the class of a credit.
func (r *rateProgram) classOf(g *grouping, c *credit) int32 {
	if r.classes == nil {
		return 1
	}
	return r.classes[g.products[c.deal]+1]
}

// fixed is the one rate of a rate that is not a lookup.
func (r *rateProgram) fixed() exact { return r.rates[1] }

// refuseLookup names every credit of the component whose product has no row.
func (e *evaluator) refuseLookup(f *frame, c *componentProgram) {
	s := &e.selections[c.selection]
	until := s.until(&e.facts.Persons[f.person])
	credits := e.groups.of(f.person)
	for i := range credits {
		credit := &credits[i]
		if !s.matches(&e.groups, credit, until) || c.rate.classOf(&e.groups, credit) != refused {
			continue
		}
		e.refuse(f, c, productField(e.facts, e.groups.products[credit.deal], c.rate.lookup), problemLookup, errs.Args{
			"Field": string(c.rate.lookup), "Deal": e.facts.Deals[credit.deal].Key, "Payment": e.factKey(credit),
		})
	}
}

// sumClasses is Σ rate · sum over the classes.
func (r *rateProgram) sumClasses(sums []classSum) exact {
	total := exact{top: 0, bottom: r.rates[len(r.rates)-1].below()}
	for class := 1; class < len(r.rates); class++ {
		if sums[class].count > 0 {
			total = total.add(r.rates[class].mul(sums[class].sum.exact()))
		}
	}
	return total
}
