package enginetest_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/engine/enginetest"
	"xiaoguan/internal/engine/refmodel"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// Laws over every mechanism of the language. docs/laws.md lists them with those that are held elsewhere.

// mixed is the same input with its rows and plans in another order.
func mixed(in engine.Input, random *rand.Rand) engine.Input {
	f := *in.Facts
	f.Quotas, f.Given, f.Mentors, f.Exchange = slices.Clone(f.Quotas), slices.Clone(f.Given), slices.Clone(f.Mentors), slices.Clone(f.Exchange)
	random.Shuffle(len(f.Quotas), func(i, k int) { f.Quotas[i], f.Quotas[k] = f.Quotas[k], f.Quotas[i] })
	random.Shuffle(len(f.Given), func(i, k int) { f.Given[i], f.Given[k] = f.Given[k], f.Given[i] })
	random.Shuffle(len(f.Mentors), func(i, k int) { f.Mentors[i], f.Mentors[k] = f.Mentors[k], f.Mentors[i] })
	random.Shuffle(len(f.Exchange), func(i, k int) { f.Exchange[i], f.Exchange[k] = f.Exchange[k], f.Exchange[i] })
	f.Payments, f.Invoices = mixedRows(f.Payments, random), mixedRows(f.Invoices, random)
	in.Facts = &f
	in.Earlier, in.Plans = slices.Clone(in.Earlier), slices.Clone(in.Plans)
	random.Shuffle(len(in.Earlier), func(i, k int) { in.Earlier[i], in.Earlier[k] = in.Earlier[k], in.Earlier[i] })
	slices.Reverse(in.Plans)
	return in
}

func mixedRows(p engine.Payments, random *rand.Rand) (out engine.Payments) {
	for _, i := range random.Perm(p.Len()) {
		out.Deal, out.On = append(out.Deal, p.Deal[i]), append(out.On, p.On[i])
		out.AmountFen, out.Order = append(out.AmountFen, p.AmountFen[i]), append(out.Order, p.Order[i])
		if p.Currency != nil {
			out.Currency = append(out.Currency, p.Currency[i])
		}
	}
	return out
}

func TestTheOrderOfAllFactsSaysNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		in := enginetest.Input(rt)
		other := mixed(in, rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "order"), 1)))
		a, paid := run(rt, in)
		b, paidToo := run(rt, other)
		if paid != paidToo {
			rt.Fatalf("in one order it is paid, in the other refused\n%s", describe(in))
		}
		if !paid {
			return
		}
		if diff := gocmp.Diff(linesOf(in, a.Payouts), linesOf(other, b.Payouts)); diff != "" {
			rt.Fatalf("%s\n%s", diff, describe(in))
		}
		if a.InputDigest() != b.InputDigest() {
			rt.Fatalf("the digest saw the order of rows\n%s", describe(in))
		}
		for k, p := range a.Payouts {
			one, errOne := a.Statement(p.Person, p.Plan)
			two, errTwo := b.Statement(b.Payouts[k].Person, b.Payouts[k].Plan)
			if errOne != nil || errTwo != nil || string(one.AppendJSON(nil)) != string(two.AppendJSON(nil)) {
				rt.Fatalf("statements differ: %v %v\n%s\n%s", errOne, errTwo, gocmp.Diff(one, two), describe(in))
			}
		}
	})
}

// run pays an input. One whose rates and factors multiply beyond 64 bits is refused: laws speak of what is paid.
func run(rt *rapid.T, in engine.Input) (result *engine.Result, paid bool) {
	result, err := engine.Run(in)
	if err != nil && !beyond(err) {
		rt.Fatalf("%v\n%s", err, describe(in))
	}
	return result, err == nil
}

func TestEachPersonAloneIsPaidAsAmongAll(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		in := enginetest.Input(rt)
		together, paid := run(rt, in)
		if !paid {
			return
		}
		all := linesOf(in, together.Payouts)
		alone := map[refmodel.Line]refmodel.Pay{}
		for i := range in.Facts.Persons {
			one := in
			one.Only = []int32{int32(i)}
			single, paid := run(rt, one)
			if !paid {
				rt.Fatalf("paid among all, refused alone\n%s", describe(in))
			}
			for line, pay := range linesOf(in, single.Payouts) {
				if _, twice := alone[line]; twice {
					rt.Fatalf("%v is paid in two runs\n%s", line, describe(in))
				}
				alone[line] = pay
			}
		}
		if diff := gocmp.Diff(all, alone); diff != "" {
			rt.Fatalf("all at once (-), one by one (+):\n%s\n%s", diff, describe(in))
		}
	})
}

// TestAHigherFloorNeverPaysLess: a floor is the last step, so that it can only raise what a component pays; and nothing that is due, meets
// its conditions and has a value pays less than it. Components that read others, and caps of the whole plan, are left out: they answer to what
// others pay.
func TestAHigherFloorNeverPaysLess(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		in := enginetest.Input(rt)
		low := int64(rapid.IntRange(-200, 100_000).Draw(rt, "floor"))
		high := low + int64(rapid.IntRange(0, 100_000).Draw(rt, "more"))
		none, lower, higher := floored(rt, in, nil), floored(rt, in, &low), floored(rt, in, &high)
		if (none == nil) != (lower == nil) || (none == nil) != (higher == nil) {
			rt.Fatalf("a floor decides whether it is refused\n%s", describe(in))
		}
		for line, pay := range lower {
			if without := none[line].AmountFen; pay.AmountFen != without && pay.AmountFen != max(without, low) {
				rt.Fatalf("%v: %d without a floor, %d with one of %d\n%s", line, without, pay.AmountFen, low, describe(in))
			}
			if higher[line].AmountFen < pay.AmountFen {
				rt.Fatalf("%v: %d, with a higher floor %d\n%s", line, pay.AmountFen, higher[line].AmountFen, describe(in))
			}
		}
	})
}

// floored runs an input whose components all have the floor; nil when it is refused.
func floored(rt *rapid.T, in engine.Input, floor *int64) map[refmodel.Line]refmodel.Pay {
	plans := in.Plans
	in.Plans = nil
	for _, p := range plans {
		if p.Cap != nil || slices.ContainsFunc(p.Measures, func(m plan.Measure) bool { return m.Component != "" }) {
			continue
		}
		copied := *p
		copied.Components = slices.Clone(p.Components)
		for i := range copied.Components {
			copied.Components[i].Floor = nil
			if floor != nil {
				copied.Components[i].Floor = &plan.Limit{AmountFen: *floor}
			}
		}
		in.Plans = append(in.Plans, &copied)
	}
	result, paid := run(rt, in)
	if !paid {
		return nil
	}
	return linesOf(in, result.Payouts)
}

// TestARateOfOneConvertsNothing: with all rates at one and currencies of the same minor unit, a plan that converts pays what it pays when all is in
// its own currency, before the rate or after it.
func TestARateOfOneConvertsNothing(t *testing.T) {
	t.Parallel()
	foreign := 0
	rapid.Check(t, func(rt *rapid.T) {
		in := enginetest.Input(rt)
		if len(in.Facts.Exchange) == 0 {
			return
		}
		foreign++
		f := *in.Facts
		f.Currencies = slices.Clone(f.Currencies)
		for i := range f.Currencies[1:] {
			f.Currencies[1+i] = [...]money.Currency{"USD", "EUR", "HKD"}[i]
		}
		f.Exchange = nil
		for _, c := range f.Currencies[1:] {
			for _, kind := range enginetest.RateKinds() {
				f.Exchange = append(f.Exchange, engine.ExchangeRate{From: c, To: f.Currency, Kind: kind, Rate: decimal.FromInt(1, 0)})
			}
		}
		in.Facts = &f
		own := f
		own.Currencies, own.Exchange, own.Payments.Currency, own.Invoices.Currency = nil, nil, nil, nil
		own.DealsMore = slices.Clone(f.DealsMore)
		for i := range own.DealsMore {
			own.DealsMore[i].Currency = 0
		}
		other := in
		other.Facts = &own
		native, paid := run(rt, other)
		converted, paidToo := run(rt, in)
		if paid != paidToo {
			rt.Fatalf("its own currency decides whether it is refused\n%s", describe(in))
		}
		if !paid {
			return
		}
		if diff := gocmp.Diff(linesOf(other, native.Payouts), linesOf(in, converted.Payouts)); diff != "" {
			rt.Fatalf("in its own currency (-), at a rate of one (+):\n%s\n%s", diff, describe(in))
		}
	})
	if foreign == 0 {
		t.Error("no input has another currency")
	}
}
