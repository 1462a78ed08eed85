package explain

import (
	"math/big"
	"slices"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/plan"
)

// CreditRow is one credit as it counted in a component: the part of it in one band or at one rate, and what that earned, exact.
type CreditRow struct {
	*engine.CreditLine
	Component string // id
	Rate      string
	Times     string // of the band, for marginal tables
	PartExact string // minor units, exact
	EarnExact string // minor units, exact; before the multipliers of a whole-amount table, a line and factors
	Part      string // the same in words
	Earned    string
	Foreign   string // how a credit in another currency became Part; empty for others
	Whole     string // the whole fact's amount, in its own currency
}

// CreditRows returns the credits of one group of a component, in the order in which they counted: of a band where the component's
// bands fill up one after the other, of a rate otherwise. At most limit rows are returned (0 is all); more tells how many are left out.
func (e *Explanation) CreditRows(component, group, limit int) (rows []CreditRow, more int) {
	x := e.source
	trace := &x.s.Components[component]
	for i := range x.s.Credits {
		line := &x.s.Credits[i]
		for k := range line.In {
			earn := &line.In[k]
			if earn.Component != component {
				continue
			}
			row, ok := x.creditRow(trace, e.Components[component], line, earn, group)
			switch {
			case !ok:
			case limit > 0 && len(rows) == limit:
				more++
			default:
				rows = append(rows, row)
			}
		}
	}
	return rows, more
}

// creditRow returns the part of a credit that belongs to the group; false when none does.
func (x *explainer) creditRow(trace *engine.ComponentTrace, c Component, line *engine.CreditLine, earn *engine.CreditEarn, group int) (row CreditRow, ok bool) {
	row = CreditRow{CreditLine: line, Component: trace.ID, Rate: rateText(earn.Rate), Foreign: x.foreign(line), Whole: x.p.Money(line.AmountFen, line.AmountCurrency(x.s.Currency))}
	part, earned := x.multiplied(line), rational(earn.Exact)
	if c.Marginal {
		slice := inBand(earn, group)
		if slice == nil || group >= len(trace.Bands) {
			return row, false
		}
		rate, err := decimal.Parse(earn.Rate)
		times := rational(trace.Bands[group].Times)
		if err != nil || times == nil {
			return row, false
		}
		part, row.Times = slice, trace.Bands[group].Times
		earned = new(big.Rat).Mul(new(big.Rat).Mul(slice, rate.Rat()), times)
	} else if group >= len(trace.Rates) || trace.Rates[group].Rate != earn.Rate || !x.hasKey(line, earn, trace, group) {
		return row, false
	}
	if earned == nil {
		earned = new(big.Rat)
	}
	if !c.Marginal && (len(trace.Bands) > 0 || trace.Further != nil) {
		earned = beforeScale(trace, part, earn.Rate, earned) // the engine's figure has the multipliers in it
	}
	row.PartExact, row.EarnExact = part.RatString(), earned.RatString()
	row.Part, row.Earned = exactMoney(x.p, part, x.s.Currency), exactMoney(x.p, earned, x.s.Currency)
	return row, true
}

func inBand(earn *engine.CreditEarn, band int) *big.Rat {
	var total *big.Rat
	for _, slice := range earn.Bands {
		if slice.Band != band {
			continue
		}
		if part := rational(slice.Exact); part != nil {
			if total == nil {
				total = new(big.Rat)
			}
			total.Add(total, part)
		}
	}
	return total
}

// hasKey decides between two looked-up keys with the same rate: a credit carries its product and category, one of which was the key.
func (x *explainer) hasKey(line *engine.CreditLine, earn *engine.CreditEarn, trace *engine.ComponentTrace, group int) bool {
	rates := trace.Rates
	key := rates[group].Key
	if x.isGrid(earn.Component) {
		return earn.Key == key
	}
	if rule := x.rule(earn.Component); rule != nil && rule.Pays.Rate != nil && rule.Pays.Rate.Path && key != "" {
		return key == line.Category || plan.LiesBelow(line.Category, key) && !slices.ContainsFunc(rates, func(r engine.RateTrace) bool {
			return len(r.Key) > len(key) && (r.Key == line.Category || plan.LiesBelow(line.Category, r.Key))
		})
	}
	if key == "" || key == line.Category || key == line.Product {
		return true
	}
	for i, r := range rates {
		if i != group && r.Rate == rates[group].Rate && (r.Key == line.Category || r.Key == line.Product) {
			return false
		}
	}
	return true
}
