package tier

import (
	"fmt"
	"slices"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// AmountMax bounds the margin and the spend of one customer, in minor units: ten milliards of yuan.
const AmountMax = 1_000_000_000_000

// valueSumMax bounds the weighted value of all, far enough from overflow for one more customer of any value.
const valueSumMax = 4_000_000_000_000_000_000

// CustomersMax is how many customers one judgement takes.
const CustomersMax = 1_000_000

// Customer is what is known of one customer on the day of judgement. Dates are calendar.NoDate where there are none.
type Customer struct {
	ID          string
	Margin      int64 // gross margin of the policy's months, minor units; may be negative
	Spend       int64 // revenue of the same months, minor units
	Orders      int   // ever
	FirstOrder  calendar.Date
	LastOrder   calendar.Date
	Interval    int           // days that usually lie between two orders of this customer, such as its 90th percentile; 0 where not known
	ContractEnd calendar.Date // the last day of a running contract, or of the last one where none followed
	Ratings     map[string]int
	Standing    Standing
	Override    *Override
}

// Standing is what the last judgement left: the tier, and for how many judgements in a row another one would have been due. The zero
// Standing is that of a customer never judged.
type Standing struct {
	Tier    Tier
	Pending int // positive for judgements that would lift, negative for those that would lower
}

// Override is a tier set by hand from a day on until the day before Until, with its reason. The standing goes on below it.
type Override struct {
	Tier   Tier
	From   calendar.Date
	Until  calendar.Date
	Reason string
}

func (o *Override) holds(on calendar.Date) bool {
	return o != nil && calendar.Interval{From: o.From, To: o.Until}.Contains(on)
}

// validate reports every fault of the facts as a field of a KindInvalid error.
func validate(p *Policy, customers []Customer) error {
	var fields []errs.Field
	complain := func(c *Customer, path, key string) {
		if len(fields) < 100 {
			fields = append(fields, errs.Field{Path: fmt.Sprintf("%s.%s", c.ID, path), Message: errs.Msg(key, nil)})
		}
	}
	if len(customers) > CustomersMax {
		return errs.Invalid("tier.facts_invalid", []errs.Field{{Path: "customers", Message: errs.Msg("tier.too_many_customers", errs.Args{"Most": CustomersMax})}})
	}
	known, sum := map[string]bool{}, int64(0)
	if p.Potential != nil {
		for _, rating := range p.Potential.Fields {
			known[rating.ID] = true
		}
	}
	for i := range customers {
		c := &customers[i]
		outside := func(n int64) bool { return n > AmountMax || n < -AmountMax }
		if outside(c.Margin) || outside(c.Spend) {
			complain(c, "value", "tier.amount_range")
		} else if sum += max(0, p.Value.weighted(c.Margin, c.Spend)); sum > valueSumMax {
			return errs.Invalid("tier.facts_invalid", []errs.Field{{Path: "customers", Message: errs.Msg("tier.sum_range", nil)}})
		}
		if c.Orders < 0 || c.Interval < 0 || (c.Orders > 0) != (c.FirstOrder != calendar.NoDate) ||
			(c.Orders > 0) != (c.LastOrder != calendar.NoDate) || c.LastOrder < c.FirstOrder {
			complain(c, "orders", "tier.orders_disagree")
		}
		for id, rating := range c.Ratings {
			if known[id] && (rating < 0 || rating > 100) {
				complain(c, "ratings."+id, "tier.rating_range")
			}
		}
		if c.Standing.Tier != "" && !slices.Contains(Tiers(), c.Standing.Tier) || c.Override != nil && !slices.Contains(Tiers(), c.Override.Tier) {
			complain(c, "tier", "tier.unknown_tier")
		}
	}
	seen := make(map[string]bool, len(customers))
	for i := range customers {
		if seen[customers[i].ID] {
			complain(&customers[i], "id", "tier.customer_twice")
		}
		seen[customers[i].ID] = true
	}
	slices.SortFunc(fields, func(a, b errs.Field) int { return strings.Compare(a.Path, b.Path) })
	return errs.Invalid("tier.facts_invalid", fields)
}
