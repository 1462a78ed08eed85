// Package refmodel is the slow, obvious second opinion on what plans pay: written from the plan language's decision records
// (docs/adr/0010-plan-language.md and 0011-plan-language-every-mechanism.md) and bench/W1.md alone, to be compared with package engine
// on small inputs.
//
// It shares no code with the engine but the types of its input, and formulas with package formula. Everything is a big.Rat and is
// computed anew for every person and measure, so it is fit for hundreds of payments and not for thousands. It knows no settlement, nor
// the currency in which pay leaves. Only tests import it.
package refmodel

import (
	"errors"
	"fmt"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

// Line names one amount: a payee's key, a plan's id, a component's id.
type Line struct{ Payee, Plan, Component string }

// Pay is what a component pays, and the excess over caps that it carries into the next period, in minor units.
type Pay struct{ AmountFen, CarriedFen int64 }

// ErrBeyond is returned where an amount is beyond 64 bits: the rates and factors of plans that are drawn may multiply up to it.
var ErrBeyond = errors.New("refmodel: an amount is beyond 64 bits")

// Run returns what every participant gets from every component, zeros included, in minor units. It returns an error where the rules
// refuse to compute: a lookup without a row, a ratio without a divisor under zero_quota: refuse, an amount beyond 64 bits (ErrBeyond).
func Run(in engine.Input) (pay map[Line]int64, err error) {
	defer errs.Wrap(&err, "refmodel.Run(%s)", in.Period)
	lines, err := Compute(in)
	if err != nil {
		return nil, err
	}
	pay = map[Line]int64{}
	for line, p := range lines {
		pay[line] = p.AmountFen
	}
	return pay, nil
}

// Compute is Run that tells what is carried on, too.
func Compute(in engine.Input) (pay map[Line]Pay, err error) {
	defer errs.Wrap(&err, "refmodel.Compute(%s)", in.Period)
	defer func() {
		if thrown := recover(); thrown == any(ErrBeyond) {
			pay, err = nil, ErrBeyond
		} else if thrown != nil {
			panic(thrown)
		}
	}()
	m := &model{
		facts: in.Facts, crediting: in.Crediting, earlier: in.Earlier, first: in.Period.First(), last: in.Period.Last(), month: in.Period,
		known: map[string][]credit{},
	}
	if err := m.checkMatches(); err != nil {
		return nil, err
	}
	pay = map[Line]Pay{}
	for _, p := range in.Plans {
		for i := range in.Facts.Persons {
			who := int32(i)
			paid := in.Only == nil || slices.Contains(in.Only, who)
			if !paid || !p.Effective.Contains(m.last) || !m.takesPart(p, who) {
				continue
			}
			pays, err := m.person(p, who)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", p.ID, err)
			}
			for k, c := range p.Components {
				pay[Line{in.Facts.Persons[i].Key, p.ID, c.ID}] = pays[k]
			}
		}
	}
	return pay, nil
}

// NonZero leaves out what is zero.
func NonZero(pay map[Line]int64) map[Line]int64 {
	rest := map[Line]int64{}
	for line, fen := range pay {
		if fen != 0 {
			rest[line] = fen
		}
	}
	return rest
}

type model struct {
	facts       *engine.Facts
	crediting   *plan.Crediting
	earlier     []engine.EarlierPay
	month       calendar.Month
	first, last calendar.Date
	known       map[string][]credit // every credit of an event, by event: the one thing that is computed only once
}

// person computes every component of a plan for one payee, then the plan's own cap.
func (m *model) person(p *plan.Plan, who int32) ([]Pay, error) {
	pays := make([]Pay, len(p.Components))
	for i, c := range p.Components {
		pay, err := m.component(p, c, who)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", m.facts.Persons[who].Key, c.ID, err)
		}
		pays[i] = pay
	}
	m.capPlan(p, who, pays)
	return pays, nil
}
