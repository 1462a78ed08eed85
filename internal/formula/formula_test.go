package formula_test

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/formula"
)

// kinds are the names of the tests: money m, n; numbers x, y; absent money and number.
func kinds(name string) formula.Kind {
	switch name {
	case "m", "n", "gone":
		return formula.KindMoney
	case "x", "y", "none":
		return formula.KindNumber
	}
	return formula.KindNone
}

// values: m ¥123.45, n −¥50.00, x 3/2, y −2.
var values = formula.Values{MinorDigits: 2, Value: func(name string) *big.Rat {
	return map[string]*big.Rat{"m": big.NewRat(12345, 1), "n": big.NewRat(-5000, 1), "x": big.NewRat(3, 2), "y": big.NewRat(-2, 1)}[name]
}}

func TestFormulasAreComputedExactly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"1 + 2 * 3", "7"},
		{"(1 + 2) * 3", "9"},
		{"8 - 3 - 2", "3"},
		{"12 / 4 / 2", "3/2"},
		{"-x * y", "3"},
		{"- - 2", "2"},
		{"10%", "1/10"},
		{"0.1 + 0.2", "3/10"},
		{"m * 3%", "7407/20"},
		{"m / n", "-2469/1000"},
		{"m / 7", "12345/7"},
		{"money(100)", "10000"},
		{"money(0.005) + m", "24691/2"},
		{"min(m, n, money(1))", "-5000"},
		{"max(x, y)", "3/2"},
		{"abs(n)", "5000"},
		{"clamp(x, 2, 3)", "2"},
		{"clamp(m, money(0), money(100))", "10000"},
		{"round(m, 0)", "12300"},
		{"round(m, 1)", "12350"},
		{"round(-m, 1)", "-12350"},
		{"round(2.5, 0)", "3"},
		{"round(-2.5, 0)", "-3"},
		{"round(x / 7, 4)", "2143/10000"},
		{"floor(m)", "12300"},
		{"floor(-m)", "-12400"},
		{"ceiling(m)", "12400"},
		{"ceiling(y / 4)", "0"},
		{"if(m > n, 1, 2)", "1"},
		{"if(m >= m and not (x = y), m, n)", "12345"},
		{"if(x < y or x != y, 1, 0)", "1"},
		{"if(x <= y, none, 5)", "5"},
		{"divide(1, 0, 9)", "9"},
		{"divide(m, m, 0)", "1"},
		{"value(none, 4)", "4"},
		{"value(x, 4)", "3/2"},
		{"m − n × 2 ÷ 4", "14845"},
		{"if（m ≥ n，1，2）", "1"},
	} {
		f, err := formula.Compile(c.text, kinds)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if got := f.Evaluate(values); got == nil || got.RatString() != c.want {
			t.Errorf("%s = %v, want %s", c.text, got, c.want)
		}
	}
}

func TestWhatIsMissingHasNoValue(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"gone", "m + gone", "1 / 0", "m / (m - m)", "if(none > 1, 1, 2)", "value(none, none)", "divide(1, none, 2)", "not (none = 1) and x = x or 1 = 2"} {
		f, err := formula.Compile(text, kinds)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := f.Evaluate(values); got != nil {
			t.Errorf("%s = %v, want none", text, got)
		}
	}
}

func TestFaultsAreNamedWithTheirPlace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text   string
		code   formula.Code
		offset int
	}{
		{"", formula.CodeUnexpected, 0},
		{"1 +", formula.CodeUnexpected, 3},
		{"(1", formula.CodeUnexpected, 2},
		{"1 2", formula.CodeUnexpected, 2},
		{"x $ y", formula.CodeCharacter, 2},
		{"1.2.3", formula.CodeNumber, 0},
		{"1.", formula.CodeNumber, 0},
		{"1234567890123456789", formula.CodeNumber, 0},
		{"x < y < x", formula.CodeUnexpected, 6},
		{"sum(x, y)", formula.CodeFunction, 0},
		{"min(x)", formula.CodeArguments, 0},
		{"abs()", formula.CodeArguments, 0},
		{"abs(x, y)", formula.CodeArguments, 0},
		{"m + z", formula.CodeName, 4},
		{"m + x", formula.CodeKind, 4},
		{"m * n", formula.CodeKind, 4},
		{"x / m", formula.CodeKind, 4},
		{"m > x", formula.CodeKind, 4},
		{"if(x, 1, 2)", formula.CodeKind, 3},
		{"if(x > 1, m, 2)", formula.CodeKind, 13},
		{"(x > 1) + 1", formula.CodeKind, 3},
		{"x and y", formula.CodeKind, 0},
		{"money(x)", formula.CodeUnexpected, 6},
		{"round(x, y)", formula.CodeUnexpected, 9},
		{"round(x, 1.5)", formula.CodeUnexpected, 9},
		{"round(x, 99)", formula.CodeUnexpected, 9},
		{strings.Repeat("x", 401), formula.CodeTooLong, 400},
		{"1" + strings.Repeat("+1", 61), formula.CodeTooComplex, 121},
		{strings.Repeat("(", 30) + "1" + strings.Repeat(")", 30), formula.CodeTooComplex, 24},
	} {
		_, err := formula.Compile(c.text, kinds)
		var fault *formula.Error
		if !errors.As(err, &fault) {
			t.Errorf("%s: %v, want a fault", c.text, err)
			continue
		}
		if fault.Code != c.code || fault.Offset != c.offset {
			t.Errorf("%s: %s at %d, want %s at %d", c.text, fault.Code, fault.Offset, c.code, c.offset)
		}
	}
}

func TestCanonicalTextIsShortAndStable(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"((m))+(n)":             "m + n",
		"m-(n-m)":               "m - (n - m)",
		"(m-n)-m":               "m - n - m",
		"(1+2)*3":               "(1 + 2) * 3",
		"- (1 + 2)":             "-(1 + 2)",
		"-(-(2))":               "-(-2)",
		"00.50 * 010%":          "0.5 * 10%",
		"not (x=y)":             "not x = y",
		"(not (x=y)) and x > y": "not x = y and x > y",
		"min ( x ,y )":          "min(x, y)",
	} {
		f, err := formula.Compile(text, kinds)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := f.Canonical(); got != want {
			t.Errorf("%s is written %s, want %s", text, got, want)
		}
	}
}

// randomText draws a formula of a kind.
func randomText(t *rapid.T, kind formula.Kind, depth int) string {
	pick := func(of ...string) string { return rapid.SampledFrom(of).Draw(t, "op") }
	number, amount := formula.KindNumber, formula.KindMoney
	if depth == 0 {
		switch kind {
		case amount:
			return pick("m", "n", "gone", "money(12.5)")
		case formula.KindTruth:
			return pick("x > y", "m = n", "none < 1")
		}
		return pick("x", "y", "none", "2", "0", "0.25", "5%")
	}
	part := func(k formula.Kind) string { return "(" + randomText(t, k, depth-1) + ")" }
	switch kind {
	case formula.KindTruth:
		k := rapid.SampledFrom([]formula.Kind{number, amount}).Draw(t, "kind")
		return pick(part(k)+pick("<", "<=", ">", ">=", "=", "!=")+part(k), part(kind)+pick(" and ", " or ")+part(kind), "not "+part(kind))
	case amount:
		return pick(part(amount)+pick("+", "-")+part(amount), part(amount)+pick("*", "/")+part(number), "-"+part(amount), "round("+part(amount)+", 1)",
			"if("+part(formula.KindTruth)+","+part(amount)+","+part(amount)+")", "clamp("+part(amount)+","+part(amount)+","+part(amount)+")")
	}
	return pick(part(number)+pick("+", "-", "*", "/")+part(number), part(amount)+"/"+part(amount), "max("+part(number)+","+part(number)+")",
		"divide("+part(amount)+","+part(amount)+","+part(number)+")", "value("+part(number)+","+part(number)+")", "floor("+part(number)+")")
}

func TestCanonicalTextMeansTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		kind := rapid.SampledFrom([]formula.Kind{formula.KindMoney, formula.KindNumber, formula.KindTruth}).Draw(rt, "kind")
		text := randomText(rt, kind, rapid.IntRange(0, 3).Draw(rt, "depth"))
		f, err := formula.Compile(text, kinds)
		if err != nil {
			var fault *formula.Error
			if errors.As(err, &fault) && (fault.Code == formula.CodeTooLong || fault.Code == formula.CodeTooComplex) {
				return
			}
			rt.Fatalf("%s: %v", text, err)
		}
		if f.Kind() != kind {
			rt.Fatalf("%s is %s, want %s", text, f.Kind(), kind)
		}
		again, err := formula.Compile(f.Canonical(), kinds)
		if err != nil {
			rt.Fatalf("%s → %s: %v", text, f.Canonical(), err)
		}
		if again.Canonical() != f.Canonical() {
			rt.Fatalf("%s → %s → %s", text, f.Canonical(), again.Canonical())
		}
		if a, b := f.Evaluate(values), again.Evaluate(values); (a == nil) != (b == nil) || (a != nil && a.Cmp(b) != 0) {
			rt.Fatalf("%s = %v, %s = %v", text, a, f.Canonical(), b)
		}
	})
}

func FuzzCompile(f *testing.F) {
	for _, seed := range []string{"m * 3%", "if(m >= n, x, y)", "round(m, 2)", "−x × (y ÷ 2)", "not not x = y"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		compiled, err := formula.Compile(text, kinds)
		if err != nil {
			return
		}
		compiled.Evaluate(values)
		if _, err := formula.Compile(compiled.Canonical(), kinds); err != nil {
			t.Errorf("%q is written %q: %v", text, compiled.Canonical(), err)
		}
	})
}

func ExampleCompile() {
	f, err := formula.Compile("max(credited − 50% × quota, money(0))", func(string) formula.Kind { return formula.KindMoney })
	if err != nil {
		fmt.Println(err)
		return
	}
	amounts := map[string]*big.Rat{"credited": big.NewRat(9_000_00, 1), "quota": big.NewRat(10_000_00, 1)}
	pays := f.Evaluate(formula.Values{Value: func(name string) *big.Rat { return amounts[name] }, MinorDigits: 2})
	fmt.Println(f.Kind(), pays.RatString(), f.Canonical())
	// Output: money 400000 max(credited - 50% * quota, money(0))
}
