package decimal_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/decimal"
)

func TestParseWritesTheCanonicalText(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"0": "0", "-0": "0", "0.000": "0", "-0.0": "0", "00": "0", "7": "7", "-7": "-7", "007": "7", "100": "100", "1200000": "1200000",
		"0.03": "0.03", "0.0300": "0.03", "3%": "0.03", "0.5%": "0.005", "-12.50%": "-0.125", "100%": "1", "130%": "1.3", "0%": "0",
		"0.000000000000000001":  "0.000000000000000001",
		"0.0000000000000001%":   "0.000000000000000001",
		strings.Repeat("9", 38): strings.Repeat("9", 38),
		"-" + strings.Repeat("9", 20) + "." + strings.Repeat("9", 18): "-" + strings.Repeat("9", 20) + "." + strings.Repeat("9", 18),
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			got, err := decimal.Parse(text)
			if err != nil || got.String() != want {
				t.Errorf("Parse(%q) = %q, %v, want %q", text, got, err, want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "-", "%", "-%", ".", ".5", "5.", "-.5", "5.%", "1.2.3", "+1", "--1", "1-", "1e3", "1E3", "0x10", "1_000", "1,000", " 1", "1 ",
		"1%%", "%1", "1 %", "NaN", "Inf", "-Infinity", "sNaN", "３", "1。5", "3％", "٣", "1\x00",
		"0.0000000000000000001", "0.00000000000000001%", strings.Repeat("9", 39), strings.Repeat("0", 39),
	} {
		if got, err := decimal.Parse(text); !errors.Is(err, decimal.ErrSyntax) {
			t.Errorf("Parse(%q) = %v, %v, want ErrSyntax", text, got, err)
		}
	}
}

// texts draws plain decimals within the limits of Parse.
func texts() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		whole := rapid.StringMatching(`-?[0-9]{1,20}`).Draw(t, "whole")
		percent := rapid.SampledFrom([]string{"", "", "%"}).Draw(t, "percent")
		scale := rapid.IntRange(0, decimal.MaxScale-2).Draw(t, "scale")
		if scale == 0 {
			return whole + percent
		}
		return whole + "." + rapid.StringMatching(fmt.Sprintf(`[0-9]{%d}`, scale)).Draw(t, "fraction") + percent
	})
}

// rat reads a text by another road: math/big.
func rat(t *rapid.T, text string) *big.Rat {
	body, percent := strings.CutSuffix(text, "%")
	r, ok := new(big.Rat).SetString(body)
	if !ok {
		t.Fatalf("big.Rat does not read %q", body)
	}
	if percent {
		r.Quo(r, big.NewRat(100, 1))
	}
	return r
}

func TestTextRoundTripsAndIsCanonical(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := texts().Draw(t, "text")
		d, err := decimal.Parse(text)
		if err != nil {
			t.Fatalf("Parse(%q): %v", text, err)
		}
		if d.Rat().Cmp(rat(t, text)) != 0 {
			t.Fatalf("Parse(%q) is %v", text, d.Rat())
		}
		again, err := decimal.Parse(d.String())
		if err != nil || !again.Equal(d) || again.String() != d.String() {
			t.Fatalf("%q reads back as %v, %v", d, again, err)
		}
		byPercent, err := decimal.Parse(d.Percent())
		if err != nil || byPercent.String() != d.String() {
			t.Fatalf("%s as a percentage is %s and reads back as %v, %v", d, d.Percent(), byPercent, err)
		}
	})
}

func TestArithmeticIsExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		aText, bText := texts().Draw(t, "a"), texts().Draw(t, "b")
		a, b := decimal.MustParse(aText), decimal.MustParse(bText)
		x, y := rat(t, aText), rat(t, bText)
		results := []struct {
			name string
			got  decimal.Decimal
			want *big.Rat
		}{
			{"Add", a.Add(b), new(big.Rat).Add(x, y)},
			{"Sub", a.Sub(b), new(big.Rat).Sub(x, y)},
			{"Mul", a.Mul(b), new(big.Rat).Mul(x, y)},
		}
		for _, r := range results {
			if r.got.Rat().Cmp(r.want) != 0 {
				t.Fatalf("%s(%s, %s) = %s, want %v", r.name, aText, bText, r.got, r.want)
			}
			if r.got.Sign() != r.want.Sign() {
				t.Fatalf("%s(%s, %s) has sign %d", r.name, aText, bText, r.got.Sign())
			}
		}
		if a.Cmp(b) != x.Cmp(y) || a.Equal(b) != (x.Cmp(y) == 0) {
			t.Fatalf("Cmp(%s, %s) = %d, Equal %v", aText, bText, a.Cmp(b), a.Equal(b))
		}
		if (a.String() == b.String()) != a.Equal(b) {
			t.Fatalf("texts %s and %s, Equal %v", a, b, a.Equal(b))
		}
	})
}

func TestValuesDoNotChange(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := decimal.MustParse(texts().Draw(t, "a")), decimal.MustParse(texts().Draw(t, "b"))
		a = a.Mul(b).Mul(b) // beyond what apd keeps inline
		beforeA, beforeB := a.String(), b.String()
		copied := a
		_ = a.Add(b).Mul(a).Sub(b)
		a.Rat().Neg(a.Rat())
		_ = a.Percent()
		if a.String() != beforeA || copied.String() != beforeA || b.String() != beforeB {
			t.Fatalf("values changed: %s → %s, %s → %s", beforeA, a, beforeB, b)
		}
	})
}

func TestFromInt(t *testing.T) {
	t.Parallel()
	tests := []struct {
		n     int64
		scale int
		want  string
	}{
		{0, 5, "0"}, {3, 2, "0.03"}, {-300, 2, "-3"}, {5, -3, "5000"}, {-9223372036854775808, 0, "-9223372036854775808"}, {9223372036854775807, 18, "9.223372036854775807"},
	}
	for _, test := range tests {
		if got := decimal.FromInt(test.n, test.scale).String(); got != test.want {
			t.Errorf("FromInt(%d, %d) = %s, want %s", test.n, test.scale, got, test.want)
		}
	}
}

func TestZeroValueIsZero(t *testing.T) {
	t.Parallel()
	var zero decimal.Decimal
	if zero.String() != "0" || zero.Sign() != 0 || zero.Rat().Sign() != 0 || !zero.Equal(decimal.MustParse("0.00")) {
		t.Errorf("the zero value is %s", zero)
	}
	if got := zero.Add(decimal.MustParse("0.1")).String(); got != "0.1" {
		t.Errorf("0 + 0.1 = %s", got)
	}
}

func TestJSONIsTheCanonicalText(t *testing.T) {
	t.Parallel()
	type plan struct {
		Rate decimal.Decimal `json:"rate"`
	}
	var p plan
	if err := json.Unmarshal([]byte(`{"rate":"3.50%"}`), &p); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(p)
	if err != nil || string(text) != `{"rate":"0.035"}` {
		t.Errorf("got %s, %v", text, err)
	}
	if err := json.Unmarshal([]byte(`{"rate":"three"}`), &p); !errors.Is(err, decimal.ErrSyntax) {
		t.Errorf("a bad text gives %v, want ErrSyntax", err)
	}
}

func TestOutOfRangePanicsRatherThanLie(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("10^-120000 came out as a number")
		}
	}()
	tiny := decimal.FromInt(1, 60_000)
	_ = tiny.Mul(tiny)
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"0", "-0.00", "3%", "0.035", "12.50%", "1e3", ".5", "99999999999999999999.999999999999999999", "NaN", "-%"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := decimal.Parse(text)
		if err != nil {
			return
		}
		again, err := decimal.Parse(d.String())
		if err != nil || again.String() != d.String() {
			t.Fatalf("%q is %s, which reads back as %s, %v", text, d, again, err)
		}
		body, percent := strings.CutSuffix(text, "%")
		want, ok := new(big.Rat).SetString(body)
		if !ok {
			t.Fatalf("%q is accepted, but not by math/big", text)
		}
		if percent {
			want.Quo(want, big.NewRat(100, 1))
		}
		if d.Rat().Cmp(want) != 0 {
			t.Fatalf("%q is %v, want %v", text, d.Rat(), want)
		}
	})
}

func ExampleParse() {
	rate, err := decimal.Parse("3.50%")
	fmt.Println(rate, rate.Percent(), rate.Rat(), err)
	_, err = decimal.Parse("1e3")
	fmt.Println(err)
	// Output:
	// 0.035 3.5% 7/200 <nil>
	// decimal: want a plain decimal such as 0.03 or 3%
}

func ExampleDecimal_Mul() {
	rate, multiplier := decimal.MustParse("3%"), decimal.MustParse("1.2")
	fmt.Println(rate.Mul(multiplier).Percent())
	// Output: 3.6%
}
