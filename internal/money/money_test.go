package money_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/money"
)

var roundings = []money.Rounding{money.HalfAwayFromZero, money.HalfEven, money.Down, money.Up, money.Floor, money.Ceiling}

func TestCurrencyMinorDigits(t *testing.T) {
	t.Parallel()
	want := map[money.Currency]int{"CNY": 2, "USD": 2, "EUR": 2, "HKD": 2, "JPY": 0, "KRW": 0, "VND": 0, "XPF": 0, "RWF": 0, "KWD": 3, "TND": 3}
	for currency, digits := range want {
		if got := currency.MinorDigits(); got != digits {
			t.Errorf("%s has %d minor digits, want %d", currency, got, digits)
		}
	}
}

func TestCurrencyValid(t *testing.T) {
	t.Parallel()
	for _, good := range []money.Currency{"CNY", "USD", "XAU"} {
		if !good.Valid() {
			t.Errorf("%q is refused", good)
		}
	}
	for _, bad := range []money.Currency{"", "cny", "RMB1", "CN", "人民币", "C Y"} {
		if bad.Valid() {
			t.Errorf("%q is accepted", bad)
		}
	}
}

func TestAddRefusesOverflow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b")
		exact := new(big.Int).Add(big.NewInt(a), big.NewInt(b))
		got, err := money.Add(a, b)
		switch {
		case exact.IsInt64() && (err != nil || got != exact.Int64()):
			t.Fatalf("Add(%d, %d) = %d, %v, want %v", a, b, got, err, exact)
		case !exact.IsInt64() && !errors.Is(err, money.ErrOverflow):
			t.Fatalf("Add(%d, %d) = %d, %v, want ErrOverflow", a, b, got, err)
		}
	})
	for _, pair := range [][2]int64{{math.MaxInt64, 1}, {math.MinInt64, -1}, {math.MinInt64, math.MinInt64}, {math.MaxInt64, math.MaxInt64}} {
		if got, err := money.Add(pair[0], pair[1]); !errors.Is(err, money.ErrOverflow) {
			t.Errorf("Add(%d, %d) = %d, %v, want ErrOverflow", pair[0], pair[1], got, err)
		}
	}
}

func TestRoundByName(t *testing.T) {
	t.Parallel()
	tests := []struct {
		exact string
		want  [6]int64 // half away, half even, down, up, floor, ceiling
	}{
		{"0", [6]int64{0, 0, 0, 0, 0, 0}},
		{"7", [6]int64{7, 7, 7, 7, 7, 7}},
		{"1/2", [6]int64{1, 0, 0, 1, 0, 1}},
		{"-1/2", [6]int64{-1, 0, 0, -1, -1, 0}},
		{"3/2", [6]int64{2, 2, 1, 2, 1, 2}},
		{"-3/2", [6]int64{-2, -2, -1, -2, -2, -1}},
		{"5/2", [6]int64{3, 2, 2, 3, 2, 3}},
		{"-5/2", [6]int64{-3, -2, -2, -3, -3, -2}},
		{"1/3", [6]int64{0, 0, 0, 1, 0, 1}},
		{"-2/3", [6]int64{-1, -1, 0, -1, -1, 0}},
		{"49999999999999999999/100000000000000000000", [6]int64{0, 0, 0, 1, 0, 1}},
		{"50000000000000000001/100000000000000000000", [6]int64{1, 1, 0, 1, 0, 1}},
	}
	for _, test := range tests {
		t.Run(test.exact, func(t *testing.T) {
			t.Parallel()
			exact, _ := new(big.Rat).SetString(test.exact)
			for i, rounding := range roundings {
				if got, err := money.Round(exact, rounding); err != nil || got != test.want[i] {
					t.Errorf("Round(%s, %s) = %d, %v, want %d", test.exact, rounding, got, err, test.want[i])
				}
			}
		})
	}
}

// referenceRound is the definition of each rounding: of the two whole numbers around x, which one?
func referenceRound(x *big.Rat, r money.Rounding) *big.Int {
	floor := new(big.Int).Div(x.Num(), x.Denom()) // Euclidean, and the denominator is positive
	if x.IsInt() {
		return floor
	}
	ceiling := new(big.Int).Add(floor, big.NewInt(1))
	nearZero, farFromZero := floor, ceiling
	if x.Sign() < 0 {
		nearZero, farFromZero = ceiling, floor
	}
	below := new(big.Rat).Sub(x, new(big.Rat).SetInt(floor)) // in (0, 1)
	half := below.Cmp(big.NewRat(1, 2))
	switch {
	case r == money.Floor, half < 0 && (r == money.HalfEven || r == money.HalfAwayFromZero):
		return floor
	case r == money.Ceiling, half > 0 && (r == money.HalfEven || r == money.HalfAwayFromZero):
		return ceiling
	case r == money.Down:
		return nearZero
	case r == money.Up, r == money.HalfAwayFromZero:
		return farFromZero
	}
	if floor.Bit(0) == 0 {
		return floor
	}
	return ceiling
}

func TestRoundEqualsTheDefinition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		numerator := rapid.Int64().Draw(t, "numerator")
		denominator := rapid.OneOf(rapid.Int64Range(1, 20), rapid.Int64Range(1, math.MaxInt64)).Draw(t, "denominator")
		exact := big.NewRat(numerator, denominator)
		if rapid.Bool().Draw(t, "huge") {
			exact.Mul(exact, big.NewRat(math.MaxInt64, 7))
		}
		for _, rounding := range roundings {
			want := referenceRound(exact, rounding)
			got, err := money.Round(exact, rounding)
			switch {
			case want.IsInt64() && (err != nil || got != want.Int64()):
				t.Fatalf("Round(%v, %s) = %d, %v, want %v", exact, rounding, got, err, want)
			case !want.IsInt64() && !errors.Is(err, money.ErrOverflow):
				t.Fatalf("Round(%v, %s) = %d, %v, want ErrOverflow", exact, rounding, got, err)
			}
		}
	})
}

// The benchmark workload W1 defines R(x) = sign(x) · floor(|x| + 1/2).
func TestHalfAwayFromZeroIsW1sRounding(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x := big.NewRat(rapid.Int64Range(-1e15, 1e15).Draw(t, "numerator"), rapid.Int64Range(1, 1e6).Draw(t, "denominator"))
		shifted := new(big.Rat).Add(new(big.Rat).Abs(x), big.NewRat(1, 2))
		want := new(big.Int).Quo(shifted.Num(), shifted.Denom())
		want.Mul(want, big.NewInt(int64(x.Sign())))
		if got, err := money.Round(x, money.HalfAwayFromZero); err != nil || got != want.Int64() {
			t.Fatalf("R(%v) = %d, %v, want %v", x, got, err, want)
		}
	})
}

func TestRoundDoesNotChangeItsArgument(t *testing.T) {
	t.Parallel()
	x := big.NewRat(-7, 2)
	for _, rounding := range roundings {
		if _, err := money.Round(x, rounding); err != nil || x.Cmp(big.NewRat(-7, 2)) != 0 {
			t.Fatalf("after Round(…, %s) the argument is %v (%v)", rounding, x, err)
		}
	}
}

func TestRoundRefuses(t *testing.T) {
	t.Parallel()
	if _, err := money.Round(big.NewRat(1, 2), "bankers"); !errors.Is(err, money.ErrRounding) {
		t.Errorf("an unknown rounding gives %v, want ErrRounding", err)
	}
	if _, err := money.Round(big.NewRat(7, 1), ""); !errors.Is(err, money.ErrRounding) {
		t.Errorf("an empty rounding of a whole number gives %v, want ErrRounding", err)
	}
	limit := new(big.Rat).SetInt64(math.MaxInt64)
	if got, err := money.Round(limit, money.Up); err != nil || got != math.MaxInt64 {
		t.Errorf("the greatest amount rounds to %d, %v", got, err)
	}
	limit.Add(limit, big.NewRat(1, 2))
	if _, err := money.Round(limit, money.HalfAwayFromZero); !errors.Is(err, money.ErrOverflow) {
		t.Errorf("half a fen beyond the greatest amount gives %v, want ErrOverflow", err)
	}
	if got, err := money.Round(limit, money.Down); err != nil || got != math.MaxInt64 {
		t.Errorf("half a fen beyond the greatest amount, rounded down, gives %d, %v", got, err)
	}
}

func TestRoundingValid(t *testing.T) {
	t.Parallel()
	for _, rounding := range roundings {
		if !rounding.Valid() {
			t.Errorf("%q is refused", rounding)
		}
	}
	if money.Rounding("").Valid() || money.Rounding("HALF_EVEN").Valid() {
		t.Error("an unknown rounding is accepted")
	}
}

func TestFormat(t *testing.T) {
	t.Parallel()
	tests := []struct {
		minor    int64
		currency money.Currency
		want     string
	}{
		{0, "CNY", "0.00"}, {5, "CNY", "0.05"}, {-5, "CNY", "-0.05"}, {100, "CNY", "1.00"}, {-123450, "CNY", "-1234.50"},
		{1234, "JPY", "1234"}, {-7, "JPY", "-7"}, {1, "KWD", "0.001"}, {-1000, "KWD", "-1.000"},
		{math.MaxInt64, "CNY", "92233720368547758.07"}, {math.MinInt64, "CNY", "-92233720368547758.08"}, {math.MinInt64, "JPY", "-9223372036854775808"},
	}
	for _, test := range tests {
		if got := money.Format(test.minor, test.currency); got != test.want {
			t.Errorf("Format(%d, %s) = %q, want %q", test.minor, test.currency, got, test.want)
		}
	}
}

func TestFormatIsTheExactValue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		minor := rapid.Int64().Draw(t, "minor")
		currency := rapid.SampledFrom([]money.Currency{"CNY", "JPY", "KWD"}).Draw(t, "currency")
		scale, _ := strconv.ParseInt("1"+"000"[:currency.MinorDigits()], 10, 64)
		got, ok := new(big.Rat).SetString(money.Format(minor, currency))
		if !ok || got.Cmp(big.NewRat(minor, scale)) != 0 {
			t.Fatalf("Format(%d, %s) = %q", minor, currency, money.Format(minor, currency))
		}
	})
}

func ExampleRound() {
	commission := new(big.Rat).Mul(big.NewRat(123_450, 1), big.NewRat(3, 1000)) // ¥1,234.50 at 0.3 %
	fen, err := money.Round(commission, money.HalfAwayFromZero)
	fmt.Println(money.Format(fen, money.CNY), err)
	// Output: 3.70 <nil>
}

func ExampleAllocate() {
	fmt.Println(money.Allocate(100, []int64{1, 1, 1}))
	fmt.Println(money.Allocate(-5, []int64{50, 50}))
	// Output:
	// [34 33 33]
	// [-3 -2]
}

func ExampleFormat() {
	fmt.Println(money.Format(-123450, money.CNY))
	// Output: -1234.50
}

func sum(parts []int64) *big.Int {
	total := new(big.Int)
	for _, part := range parts {
		total.Add(total, big.NewInt(part))
	}
	return total
}

func negated(parts []int64) []int64 {
	result := slices.Clone(parts)
	for i := range result {
		result[i] = -result[i]
	}
	return result
}
