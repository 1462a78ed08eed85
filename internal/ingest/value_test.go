package ingest

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/money"
)

func TestParseMoney(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text, unit string
		currency   money.Currency
		want       int64
		bad        bool
	}{
		{"1234.50", "", "CNY", 123450, false},
		{"1,234.5", "", "CNY", 123450, false},
		{"12,345,678", "", "CNY", 1234567800, false},
		{"-0.01", "", "CNY", -1, false},
		{"(1,000)", "", "CNY", -100000, false},
		{"¥99.90", "", "CNY", 9990, false},
		{"-¥99.90", "", "CNY", -9990, false},
		{"￥１", "", "CNY", 0, true},
		{"100元", "", "CNY", 10000, false},
		{"1.500", "", "CNY", 150, false},
		{"1.505", "", "CNY", 0, true},
		{"150", "", "JPY", 150, false},
		{"1.5", "", "JPY", 0, true},
		{"1.234", "", "KWD", 1234, false},
		{"12345", UnitMinor, "CNY", 12345, false},
		{"-12345", UnitMinor, "CNY", -12345, false},
		{"1.5", UnitMinor, "CNY", 0, true},
		{"30.5", UnitTenThousand, "CNY", 30500000, false},
		{"0.000001", UnitTenThousand, "CNY", 1, false},
		{"0.0000001", UnitTenThousand, "CNY", 0, true},
		{"999999999999999999", UnitMinor, "CNY", 999999999999999999, false},
		{"9999999999999999999", UnitMinor, "CNY", 0, true},
		{"99999999999999999.99", "", "CNY", 0, true},
		{"1,23", "", "CNY", 0, true},
		{",123", "", "CNY", 0, true},
		{"1.2.3", "", "CNY", 0, true},
		{"1e5", "", "CNY", 0, true},
		{"--1", "", "CNY", 0, true},
		{"(-1)", "", "CNY", 0, true},
		{"(1", "", "CNY", 0, true},
		{"12a", "", "CNY", 0, true},
		{"-", "", "CNY", 0, true},
		{"1.", "", "CNY", 0, true},
	} {
		got, ok := parseMoney([]byte(tt.text), tt.unit, tt.currency)
		if ok == tt.bad || ok && got != tt.want {
			t.Errorf("parseMoney(%q, %q, %s) is %d, %t", tt.text, tt.unit, tt.currency, got, ok)
		}
	}
}

func TestParseDate(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, order, want string }{
		{"2026-09-10", "", "2026-09-10"}, {"2026-9-1", "", "2026-09-01"}, {"2026/9/1", "", "2026-09-01"}, {"2026.09.01", "", "2026-09-01"},
		{"2026年9月1日", "", "2026-09-01"}, {"20260901", "", "2026-09-01"}, {"2026-09-10T08:30:00Z", "", "2026-09-10"}, {"2026/9/10 8:30", "", "2026-09-10"},
		{"46275", "", "2026-09-10"}, {"46275.75", "", "2026-09-10"}, {"1/2/2026", "dmy", "2026-02-01"}, {"1/2/2026", "mdy", "2026-01-02"},
		{"31/1/2026", "mdy", ""}, {"2026-02-29", "", ""}, {"2024-02-29", "", "2024-02-29"}, {"1/2/2026", "", ""}, {"2026-13-01", "", ""}, {"2026-00-10", "", ""},
		{"2026--9-1", "", ""}, {"2026-9-", "", ""}, {"26-9-1", "", ""}, {"yesterday", "", ""}, {"2026-09-10 x", "", ""}, {"2026-09-3x", "", ""}, {"2026-09-31", "", ""},
	} {
		p := dateParser{order: tt.order}
		got, ok := p.parse([]byte(tt.text))
		if ok != (tt.want != "") || ok && got.String() != tt.want {
			t.Errorf("parse(%q, %q) is %s, %t", tt.text, tt.order, got, ok)
		}
	}
	p := dateParser{date1904: true}
	if got, ok := p.parse([]byte("44813")); !ok || got.String() != "2026-09-10" {
		t.Errorf("1904: %s, %t", got, ok)
	}
}

func TestDatesDontDependOnTheirNeighbours(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		texts := rapid.SliceOf(rapid.StringMatching(`20(24|25)-0[1-3]-[0-3][0-9]`)).Draw(rt, "texts")
		var p dateParser
		for _, text := range texts {
			got, ok := p.parse([]byte(text))
			want, err := calendar.ParseDate(text)
			if ok != (err == nil) || ok && got != want {
				rt.Fatalf("%q is %s, %t after its neighbours; want %s, %v", text, got, ok, want, err)
			}
		}
	})
}

func TestPlainFromSpreadsheet(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1234.5599999999999": "1234.56", "1.2345E7": "12345000", "1.2E-3": "0.0012", "-1.2E+3": "-1200", "0.30000000000000004": "0.3",
		"1234.56": "1234.56", "-5": "-5", "99999999999999.999": "100000000000000", "12345678901234567890": "12345678901234567890",
		"E5": "E5", "1E999": "1E999", "hello world E text": "hello world E text", "1.2345678901234567E+10": "12345678901.2346",
	} {
		if got := string(plainFromSpreadsheet([]byte(text))); got != want {
			t.Errorf("%s became %s, want %s", text, got, want)
		}
	}
}

func TestKeyOrderAndTextAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.OneOf(rapid.StringMatching(`[0-9]{1,20}`), rapid.StringMatching(`[A-Z0-9-]{1,8}`))
		a, b := text.Draw(rt, "a"), text.Draw(rt, "b")
		ka, kb := TextKey(a), TextKey(b)
		if ka.String() != a || (ka == kb) != (a == b) || (ka.Compare(kb) == 0) != (a == b) || ka.Compare(kb) != -kb.Compare(ka) {
			rt.Fatalf("%q %q: %v", a, b, ka.Compare(kb))
		}
	})
}

func TestIndicesOfKeysAreThoseOfAMap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		number := rapid.OneOf(rapid.Int64Range(0, 50), rapid.Int64Range(0, 1<<20), rapid.Int64Range(0, 1<<40))
		var index keyIndex
		var set keySet
		want := map[string]int32{}
		for _, n := range rapid.SliceOfN(number, 0, 200).Draw(rt, "numbers") {
			key := TextKey(fmt.Sprint(n))
			if n%7 == 0 {
				key = TextKey(fmt.Sprint("x", n))
			}
			before, known := want[key.String()]
			got, added := index.add(key)
			if isNew := set.add(key); added == known || isNew == known {
				rt.Fatalf("%s: known %t, added %t, new %t", key, known, added, isNew)
			}
			if !known {
				want[key.String()] = got
			} else if index.find(key) != before {
				rt.Fatalf("%s: %d, want %d", key, index.find(key), before)
			}
		}
		if index.find(TextKey("9999999")) >= 0 && want["9999999"] == 0 {
			rt.Fatal("found what was never added")
		}
	})
}

func TestSparseKeysDontEatMemory(t *testing.T) {
	t.Parallel()
	var index keyIndex
	var set keySet
	const step = 1 << 21 // a page for each key, if every key got one
	for i := range int64(50_000) {
		key := Key{number: 1 + i*step}
		if _, added := index.add(key); !added || !set.add(key) {
			t.Fatal(i)
		}
	}
	if index.numbers.opened > freePages+1 || set.opened > freeSetPages+1 {
		t.Errorf("%d and %d pages", index.numbers.opened, set.opened)
	}
	for i := range int64(50_000) {
		if got := index.find(Key{number: 1 + i*step}); got != int32(i) {
			t.Fatalf("%d is %d", i, got)
		}
	}
}

func FuzzMoney(f *testing.F) {
	for _, seed := range []string{"1,234.50", "(5)", "-¥1", "0", "1e5", "12元"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := parseMoney([]byte(text), "", "CNY")
		if !ok {
			return
		}
		// What was read, written again, is read as the same.
		again, ok := parseMoney([]byte(money.Format(got, "CNY")), "", "CNY")
		if !ok || again != got {
			t.Errorf("%q is %d, then %d", text, got, again)
		}
		// And a plain decimal is read as its exact value.
		if exact, plain := new(big.Rat).SetString(text); plain && !strings.ContainsAny(text, "eEpPxX/_+") {
			if exact.Mul(exact, big.NewRat(100, 1)).Cmp(new(big.Rat).SetInt64(got)) != 0 {
				t.Errorf("%q is %d", text, got)
			}
		}
	})
}

func FuzzDate(f *testing.F) {
	for _, seed := range []string{"2026-09-10", "46275", "2026年9月1日", "1/2/2026"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var p dateParser
		if got, ok := p.parse([]byte(text)); ok && got.String() != "" {
			if again, err := calendar.ParseDate(got.String()); err != nil || again != got {
				t.Errorf("%q is %s", text, got)
			}
		}
		p.parseMonth([]byte(text))
		plainFromSpreadsheet([]byte(text))
		parseShare([]byte(text), "")
	})
}

// FuzzMoment: whatever a cell holds, a time of day is one of a day, and one that is written out is read as it was written.
func FuzzMoment(f *testing.F) {
	for _, text := range []string{"2026-09-01 09:30", "2026-09-01T23:59:59.999", "46266.3958", "46266.99999", "2026年9月1日", "2026-09-01 9:5", "2026-09-01 24:00", "2026-09-01 09:30Z", ". :", "12345."} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		minute, ok := minuteOf(text)
		if minute < NoMinute || minute >= 24*60 || !ok && minute != NoMinute {
			t.Fatalf("%q is minute %d, %v", text, minute, ok)
		}
		if minute == NoMinute {
			return
		}
		written := fmt.Sprintf("2026-09-01 %02d:%02d", minute/60, minute%60)
		if again, ok := minuteOf(written); !ok || again != minute {
			t.Fatalf("%q is minute %d, and %q %d", text, minute, written, again)
		}
	})
}

func TestMoments(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"2026-09-01": NoMinute, "2026-09-01 09:30": 570, "2026/9/1 9:05:59": 545, "2026-09-01T00:00": 0, "46266.5": 720, "46266.39583333": 570, "46266": NoMinute, "46266.99999": 1439, "2026.9.1": NoMinute} {
		if got, ok := minuteOf(text); got != want || !ok {
			t.Errorf("%q is minute %d, %v, want %d", text, got, ok, want)
		}
	}
	for _, text := range []string{"2026-09-01 24:00", "2026-09-01 09:60", "2026-09-01 9", "2026-09-01 09:30Z", "2026-09-01 09:30:00+08:00"} {
		if got, ok := minuteOf(text); ok {
			t.Errorf("%q is minute %d", text, got)
		}
	}
}

func FuzzDecodeMapping(f *testing.F) {
	f.Add([]byte("xiaoguan: mapping/1\ntables:\n  - kind: payments\n    columns: {key: a, deal: b, paid_on: c, amount: {column: d, unit: minor}}\n"))
	f.Add([]byte("xiaoguan: mapping/1\ntables: [{kind: regions, columns: {key: {columns: [a, b], join: '-', values: {x: y}}}}]\n"))
	f.Fuzz(func(t *testing.T, document []byte) {
		m, err := DecodeMapping(document)
		if err != nil {
			return
		}
		first, err := m.Encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := DecodeMapping(first)
		if err != nil {
			t.Fatalf("%v in\n%s", err, first)
		}
		if second, err := again.Encode(); err != nil || !slices.Equal(first, second) {
			t.Fatalf("%v\n%s\n%s", err, first, second)
		}
	})
}

func TestDaysThatAreMovedKeepTheirPlaceInTheMonth(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text, want string
		months     calendar.Month
	}{{"2017-12-31", "2026-10-31", 106}, {"2017-10-31", "2018-02-28", 4}, {"2018-03-31", "2018-02-28", -1}, {"31/1/2024", "2024-02-29", 1}, {"2017-03-01", "2026-01-01", 106}} {
		p := dateParser{months: tt.months, order: "dmy"}
		if got, ok := p.parse([]byte(tt.text)); !ok || got.String() != tt.want {
			t.Errorf("%s, %d months later, is %s, %t, want %s", tt.text, tt.months, got, ok, tt.want)
		}
	}
	p := dateParser{months: 106}
	for _, text := range []string{"2017-12", "201712", "2017年12月", "2017-12-05"} {
		if got, ok := p.parseMonth([]byte(text)); !ok || got.String() != "2026-10" {
			t.Errorf("%s moved is %s, %t", text, got, ok)
		}
	}
}
