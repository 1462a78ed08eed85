package engine

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/money"
)

// drawExact draws fractions small and at the ends of 64 bits, with the same value held by package big.
func drawExact(t *rapid.T, label string) (exact, *big.Rat) {
	top := rapid.OneOf(rapid.Int64Range(-1000, 1000), rapid.Int64()).Draw(t, label+" top")
	bottom := rapid.OneOf(rapid.Int64Range(1, 100), rapid.Int64Range(1, most64)).Draw(t, label+" bottom")
	return fraction(top, bottom), big.NewRat(top, bottom)
}

func TestExactArithmeticIsThatOfPackageBig(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x, a := drawExact(t, "x")
		y, b := drawExact(t, "y")
		same := func(what string, got exact, want *big.Rat) {
			if got.rat().Cmp(want) != 0 {
				t.Fatalf("%s of %s and %s: %s, want %s", what, a, b, got.text(), want)
			}
			if text := want.RatString(); got.text() != text {
				t.Fatalf("text %s, want %s", got.text(), text)
			}
			if got.sign() != want.Sign() {
				t.Fatalf("sign of %s: %d", want, got.sign())
			}
			n, ok := got.integer()
			if wantOK := want.IsInt() && want.Num().IsInt64(); ok != wantOK || (ok && n != want.Num().Int64()) {
				t.Fatalf("integer of %s: %d %v", want, n, ok)
			}
		}
		same("sum", x.add(y), new(big.Rat).Add(a, b))
		same("difference", x.sub(y), new(big.Rat).Sub(a, b))
		same("product", x.mul(y), new(big.Rat).Mul(a, b))
		same("sum of products", x.mul(y).add(x.mul(x)), new(big.Rat).Add(new(big.Rat).Mul(a, b), new(big.Rat).Mul(a, a)))
		if b.Sign() != 0 {
			same("quotient", x.quo(y), new(big.Rat).Quo(a, b))
		}
		if x.compare(y) != a.Cmp(b) {
			t.Fatalf("%s against %s: %d", a, b, x.compare(y))
		}
		for _, mode := range []money.Rounding{money.HalfAwayFromZero, money.HalfEven, money.Down, money.Up, money.Floor, money.Ceiling} {
			got, gotErr := x.round(mode)
			want, wantErr := money.Round(a, mode)
			if got != want || gotErr != wantErr {
				t.Fatalf("%s %s: %d %v, want %d %v", mode, a, got, gotErr, want, wantErr)
			}
		}
	})
}

func TestWideSumsNeverOverflow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		numbers := rapid.SliceOf(rapid.OneOf(rapid.Int64(), rapid.SampledFrom([]int64{least64, most64, -1, 0}))).Draw(t, "numbers")
		var left, right wide
		want := new(big.Int)
		for i, n := range numbers {
			if i%2 == 0 {
				left.add(n)
			} else {
				right.add(n)
			}
			want.Add(want, big.NewInt(n))
		}
		left.join(right)
		if got := left.exact(); got.rat().Cmp(new(big.Rat).SetInt(want)) != 0 {
			t.Fatalf("%s, want %s", got.text(), want)
		}
	})
}

func TestSharingADenominatorKeepsValues(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var numbers []exact
		var want []*big.Rat
		for range rapid.IntRange(0, 5).Draw(t, "n") {
			x, a := drawExact(t, "x")
			numbers, want = append(numbers, x), append(want, a)
		}
		shareDenominator(numbers)
		for i := range numbers {
			if numbers[i].rat().Cmp(want[i]) != 0 {
				t.Fatalf("%s, want %s", numbers[i].text(), want[i])
			}
		}
	})
}

func TestTheLatestFirstPaymentIsWhereMonthsTurn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day := calendar.Date(rapid.IntRange(-20_000, 40_000).Draw(t, "day"))
		months := rapid.IntRange(-30, 120).Draw(t, "months")
		first := latestFirst(day, months)
		if first.AddMonths(months) > day || (first+1).AddMonths(months) <= day {
			t.Fatalf("%s with %d months: %s", day, months, first)
		}
	})
}

func TestTheFirstOfTwoPartsIsThatOfAllocate(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.OneOf(rapid.Int64Range(-200, 200), rapid.Int64Range(-amountFastMax+1, amountFastMax-1)).Draw(t, "amount")
		points := rapid.Int64Range(0, wholeDeal).Draw(t, "points")
		if want := money.Allocate(amount, []int64{points, wholeDeal - points})[0]; firstPart(amount, points) != want {
			t.Fatalf("%d of %d: %d, want %d", points, amount, firstPart(amount, points), want)
		}
	})
}
