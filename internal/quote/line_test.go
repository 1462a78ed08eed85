package quote_test

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/money"
	"xiaoguan/internal/quote"
)

func line(quantity string, list, discount, price, tax int64) quote.Line {
	return quote.Line{Text: "x", Quantity: decimal.MustParse(quantity), ListMinor: list, DiscountPPM: discount, PriceMinor: price, TaxPPM: tax}
}

func TestALineIsRoundedOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		line        quote.Line
		amount, tax int64
	}{
		"plain":                       {line("3", 100_00, 0, quote.NoPrice, 130_000), 300_00, 34_51},     // 300 × 13 ÷ 113 = 34.513…
		"discount":                    {line("100", 99_99, 75_000, quote.NoPrice, 0), 9249_08, 0},        // 99.99 × 0.925 × 100 = 9249.075
		"half a fen goes away from 0": {line("0.5", 1, 0, quote.NoPrice, 0), 1, 0},                       //
		"agreed price":                {line("2.5", 100_00, 0, 88_88, 60_000), 222_20, 12_58},            // 222.20 × 6 ÷ 106 = 12.577…
		"given away":                  {line("7", 100_00, quote.Whole, quote.NoPrice, 130_000), 0, 0},    //
		"six decimals":                {line("0.000001", 1_000_000_00, 0, quote.NoPrice, 0), 1_00, 0},    //
		"without a list price":        {line("2", 0, 0, 15_00, 130_000), 30_00, 3_45},                    // 30 × 13 ÷ 113 = 3.451…
		"above the list price":        {line("1", 100_00, 0, 120_00, 0), 120_00, 0},                      //
		"tax of 100 %":                {line("1", 100_00, 0, quote.NoPrice, quote.Whole), 100_00, 50_00}, //
	} {
		amount, err := c.line.AmountMinor()
		tax, failure := c.line.TaxMinor()
		if err != nil || failure != nil || amount != c.amount || tax != c.tax {
			t.Errorf("%s: %d with %d tax (%v, %v), want %d with %d", name, amount, tax, err, failure, c.amount, c.tax)
		}
	}
	if _, err := line("1000000000", 1_000_000_000_000_000, 0, quote.NoPrice, 0).AmountMinor(); err == nil {
		t.Error("what does not fit is added up")
	}
}

// TestLawsOfLines: what lines are rounded to adds up; each lies within half a minor unit of the exact amount; the tax is within the amount; and
// a discount of the whole is never shown as lower than it is.
func TestLawsOfLines(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var lines []quote.Line
		exact := new(big.Rat)
		for range rapid.IntRange(1, 8).Draw(t, "lines") {
			l := quote.Line{Quantity: decimal.FromInt(rapid.Int64Range(1, 5_000_000).Draw(t, "quantity"), rapid.IntRange(0, 6).Draw(t, "digits")), ListMinor: rapid.Int64Range(1, 10_000_000).Draw(t, "list"),
				DiscountPPM: rapid.Int64Range(0, quote.Whole).Draw(t, "discount"), PriceMinor: quote.NoPrice, TaxPPM: rapid.SampledFrom([]int64{0, 60_000, 130_000}).Draw(t, "tax")}
			unit := new(big.Rat).Mul(big.NewRat(l.ListMinor, 1), big.NewRat(quote.Whole-l.DiscountPPM, quote.Whole))
			if rapid.Bool().Draw(t, "agreed") {
				l.PriceMinor, l.DiscountPPM = rapid.Int64Range(0, 10_000_000).Draw(t, "price"), 0
				unit = big.NewRat(l.PriceMinor, 1)
			}
			exact.Add(exact, new(big.Rat).Mul(unit, l.Quantity.Rat()))
			lines = append(lines, l)
		}
		totals, err := quote.Sum(lines)
		if err != nil {
			t.Fatal(err)
		}
		var amount, tax int64
		for _, l := range lines {
			a, err := l.AmountMinor()
			x, failure := l.TaxMinor()
			if err != nil || failure != nil || x > a || x < 0 {
				t.Fatalf("%+v: %d of %d (%v, %v)", l, x, a, err, failure)
			}
			amount, tax = amount+a, tax+x
		}
		if amount != totals.AmountMinor || tax != totals.TaxMinor {
			t.Fatalf("lines add up to %d with %d, the whole says %+v", amount, tax, totals)
		}
		off := new(big.Rat).Sub(big.NewRat(amount, 1), exact)
		if off.Abs(off).Cmp(big.NewRat(int64(len(lines)), 2)) > 0 {
			t.Fatalf("%s off for %d lines", off, len(lines))
		}
		if shown := totals.DiscountPPM(); totals.ListMinor > totals.AmountMinor {
			if given := big.NewRat(totals.ListMinor-totals.AmountMinor, totals.ListMinor); big.NewRat(shown, quote.Whole).Cmp(given) < 0 {
				t.Fatalf("%d ppm shown for %s", shown, given)
			}
		}
	})
}

func TestLimitsAreComparedExactly(t *testing.T) {
	t.Parallel()
	rules := quote.ShippedRules()
	rules.Prices = []quote.Price{{ProductID: 1, ListMinor: 300_00, Currency: money.CNY, LimitPPM: 20_000}, {ProductID: 1, ListMinor: 40_00, Currency: "USD", LimitPPM: quote.NoLimit}}
	of := func(product int64, list, discount, price int64) quote.Line {
		l := line("1", list, discount, price, 0)
		l.ProductID = product
		return l
	}
	for name, c := range map[string]struct {
		line     quote.Line
		currency money.Currency
		beyond   bool
	}{
		"on the limit":                 {of(0, 100_00, 50_000, quote.NoPrice), money.CNY, false},
		"one millionth beyond":         {of(0, 100_00, 50_001, quote.NoPrice), money.CNY, true},
		"a fen beyond by price":        {of(0, 100_00, 0, 94_99), money.CNY, true},
		"on the limit by price":        {of(0, 100_00, 0, 95_00), money.CNY, false},
		"the product's is lower":       {of(1, 300_00, 20_001, quote.NoPrice), money.CNY, true},
		"in another currency it's not": {of(1, 40_00, 30_000, quote.NoPrice), "USD", false},
	} {
		if got := len(rules.Beyond([]quote.Line{c.line}, c.currency, 50_000)) > 0; got != c.beyond {
			t.Errorf("%s: beyond is %v", name, got)
		}
	}
}
