package standard

import (
	"bytes"
	"cmp"
	"encoding/json"
	"math"
	"slices"

	"xiaoguan/internal/process"
	"xiaoguan/internal/sop"
)

// The fields of a case that a standard may ask for.
const (
	fieldTier   = "tier"
	fieldAmount = "amount"
)

// asksOf reports whether a rule asks for a field of the case.
func asksOf(d *sop.Standard, field string) bool {
	names := func(list []sop.Condition) bool {
		return slices.ContainsFunc(list, func(c sop.Condition) bool { return c.Field == "case."+field || c.Other == "case."+field })
	}
	return slices.ContainsFunc(d.Rules, func(r sop.Rule) bool {
		return names(r.When) || names(r.Data) || slices.ContainsFunc(r.Exempt, func(e sop.Exempt) bool { return names(e.When) })
	})
}

// stretch is what was known of a case from a moment on.
type stretch struct {
	from   int64
	values sop.Values
}

// course is what was known of a case as it went on, the earliest first; empty when it never changed.
type course []stretch

// at is what was known at a moment; nil when that is what is known now.
func (c course) at(moment int64) (values sop.Values) {
	for i := range c {
		if c[i].from > moment {
			break
		}
		values = c[i].values
	}
	return values
}

// said is what an event says of its case: what holds from then on and what held until then; nil for nothing.
type said struct {
	from             int64
	tier, wasTier    *string
	amount, wasMinor *int64
}

// known is what the standard may ask of a case: now, and as it went on. It follows from the events alone, apart from the tier of a case that is
// open, whose changes are events too: so that judging again comes to the same. The tier of a case that has ended is that of its end; where no event
// tells of one, nobody had sorted the customer.
func (l *lens) known(f CaseFacts, events []process.Event) (now sop.Values, then course) {
	if !l.tier && !l.amount {
		return sop.Values{}, nil
	}
	var told []said
	for i := range events {
		if s := l.told(&events[i]); s.tier != nil || s.amount != nil {
			told = append(told, s)
		}
	}
	slices.SortStableFunc(told, func(a, b said) int { return cmp.Compare(a.from, b.from) })
	tier, amount := "", f.AmountMinor
	for _, s := range slices.Backward(told) { // what the first says held before it, too
		if s.tier != nil {
			tier = *s.tier
		}
		if s.wasTier != nil {
			tier = *s.wasTier
		}
		if s.amount != nil {
			amount = *s.amount
		}
		if s.wasMinor != nil {
			amount = *s.wasMinor
		}
	}
	then = append(then, stretch{math.MinInt64, valuesOfCase(tier, amount)})
	for _, s := range told {
		was, were := tier, amount
		if s.tier != nil {
			tier = *s.tier
		}
		if s.amount != nil {
			amount = *s.amount
		}
		if tier != was || amount != were {
			then = append(then, stretch{s.from, valuesOfCase(tier, amount)})
		}
	}
	if !f.Ended {
		tier = f.Tier
	}
	now = valuesOfCase(tier, f.AmountMinor)
	if len(told) == 0 || len(then) == 1 && then[0].values[fieldTier] == now[fieldTier] && then[0].values[fieldAmount] == now[fieldAmount] {
		return now, nil
	}
	return now, then
}

func valuesOfCase(tier string, amount int64) sop.Values {
	values := sop.Values{fieldTier: sop.TextOf(tier)}
	if amount != 0 {
		values[fieldAmount] = sop.NumberOf(amount)
	}
	return values
}

// told reads what an event says of its case.
func (l *lens) told(e *process.Event) (s said) {
	s.from = e.OccurredAt.Unix()
	if l.tier && bytes.Contains(e.Data, []byte(`"tier"`)) {
		var data struct{ Tier *string }
		if json.Unmarshal(e.Data, &data) == nil {
			s.tier = data.Tier
		}
		if e.Activity == process.ActivityGraded {
			var graded struct{ From *string }
			if json.Unmarshal(e.Data, &graded) == nil {
				s.wasTier = graded.From
			}
		}
	}
	if !l.amount {
		return s
	}
	switch e.Activity {
	case process.ActivityOpened, process.ActivityStage:
		var data struct{ Amount *int64 }
		if json.Unmarshal(e.Data, &data) == nil {
			s.amount = data.Amount
		}
	case process.ActivityAmount:
		var data struct{ From, To *int64 }
		if json.Unmarshal(e.Data, &data) == nil {
			s.amount, s.wasMinor = data.To, data.From
		}
	}
	return s
}
