package engine

import (
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

// predicate is the compiled filters of a measure; all must pass.
type predicate []func(s *state, fact int32, part int64, on calendar.Date) bool

func (p predicate) passes(s *state, fact int32, part int64, on calendar.Date) bool {
	for _, test := range p {
		if !test(s, fact, part, on) {
			return false
		}
	}
	return true
}

// compileFilters turns filters into a predicate and notes what they need.
func compileFilters(s *state, filters []plan.Filter, n *needs) (predicate, error) {
	var p predicate
	for _, f := range filters {
		switch f.Field {
		case plan.FieldProductCategory, plan.FieldProduct:
			p = append(p, productTest(s, f))
		case plan.FieldAmount:
			test, err := amountTest(f)
			if err != nil {
				return nil, err
			}
			p = append(p, test)
		case plan.FieldCustomerMonthsActive:
			test, err := monthsTest(f, n)
			if err != nil {
				return nil, err
			}
			p = append(p, test)
		default:
			return nil, errs.New(errs.KindInvalid, "engine.unknown_field", errs.Args{"Field": string(f.Field)})
		}
	}
	return p, nil
}

// productTest marks the products that pass once, so that a credit costs a look.
func productTest(s *state, f plan.Filter) func(*state, int32, int64, calendar.Date) bool {
	pass := make([]bool, len(s.in.Facts.Products))
	for i, product := range s.in.Facts.Products {
		value := product.Category
		if f.Field == plan.FieldProduct {
			value = product.Key
		}
		pass[i] = slices.Contains(f.In, value)
	}
	return func(s *state, fact int32, _ int64, _ calendar.Date) bool {
		product := s.in.Facts.Deals[s.dealOf(fact)].Product
		return product != None && pass[product]
	}
}

// amountTest compares the payee's part in minor units.
func amountTest(f plan.Filter) (func(*state, int32, int64, calendar.Date) bool, error) {
	bound, err := wholeValue(f.Value)
	if err != nil {
		return nil, err
	}
	compare := comparer(f.Comparison)
	return func(_ *state, _ int32, part int64, _ calendar.Date) bool {
		switch {
		case part < bound:
			return compare(-1)
		case part > bound:
			return compare(1)
		}
		return compare(0)
	}, nil
}

// monthsTest asks whether the customer's first positive payment lies whole months before the credit's day. Only "at least" has a
// meaning on the day itself; the others are its negations and neighbours.
func monthsTest(f plan.Filter, n *needs) (func(*state, int32, int64, calendar.Date) bool, error) {
	bound, err := wholeValue(f.Value)
	if err != nil {
		return nil, err
	}
	k, negate := int(bound), false
	switch f.Comparison {
	case plan.AtLeast:
	case plan.Above:
		k++
	case plan.Below:
		negate = true
	case plan.AtMost:
		k, negate = k+1, true
	default:
		return nil, errs.New(errs.KindInvalid, "engine.unknown_comparison", errs.Args{"Comparison": string(f.Comparison)})
	}
	n.activity = true
	if !slices.Contains(n.months, k) {
		n.months = append(n.months, k)
	}
	return func(s *state, fact int32, _ int64, on calendar.Date) bool {
		customer := s.in.Facts.Deals[s.dealOf(fact)].Customer
		if customer == None || s.credits.active[customer] == calendar.Forever {
			return false
		}
		return (s.credits.due[k][customer] <= on) != negate
	}, nil
}

// comparer turns a comparison into a test of the sign of found − wanted.
func comparer(c plan.Comparison) func(sign int) bool {
	switch c {
	case plan.AtLeast:
		return func(sign int) bool { return sign >= 0 }
	case plan.Above:
		return func(sign int) bool { return sign > 0 }
	case plan.AtMost:
		return func(sign int) bool { return sign <= 0 }
	case plan.Below:
		return func(sign int) bool { return sign < 0 }
	}
	return func(sign int) bool { return sign == 0 }
}

// wholeValue returns a decimal that must be a whole number of 64 bits.
func wholeValue(d decimal.Decimal) (int64, error) {
	r := d.Rat()
	if !r.IsInt() || !r.Num().IsInt64() {
		return 0, errs.New(errs.KindInvalid, "engine.not_whole", errs.Args{"Value": d.String()})
	}
	return r.Num().Int64(), nil
}
