package customfield_test

import (
	"encoding/json"
	"slices"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// all is a field of each kind, with the kind as its key.
func all() (fields []customfield.Field) {
	for i, kind := range customfield.Kinds {
		f := customfield.Field{ID: int64(i + 1), Object: customfield.ObjectOpportunity, Key: string(kind), NameZh: string(kind), Kind: kind, Revision: 1}
		if kind.Chosen() {
			f.Choices = []customfield.Choice{{Key: "big", NameZh: "大", NameEn: "Big"}, {Key: "small", NameZh: "小", NameEn: "Small"}, {Key: "old", NameZh: "旧", NameEn: "Old", Retired: true}}
		}
		fields = append(fields, f)
	}
	return fields
}

func apply(t testing.TB, before customfield.Set, in customfield.Inputs) (customfield.Set, []errs.Field) {
	t.Helper()
	var c fact.Checker
	s, err := customfield.Form{Fields: all(), Currency: money.CNY}.Apply(t.Context(), before, in, &c)
	if err != nil {
		t.Fatal(err)
	}
	return s, c.Fields()
}

func typed(key string, texts ...string) customfield.Inputs {
	return customfield.Inputs{key: {Typed: texts}}
}

func TestWhatPeopleTypeIsReadExactlyOrRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		key   string
		typed []string
		want  string // of the set; empty: nothing
		wrong bool
	}{
		{"text", []string{" 华为 "}, `{"text":"华为"}`, false}, {"text", []string{""}, "", false}, {"text", []string{"a\x00"}, "", true}, {"text", []string{"a", "b"}, "", true},
		{"long_text", []string{"a\r\nb"}, `{"long_text":"a\nb"}`, false}, {"number", []string{"1,200"}, `{"number":1200}`, false}, {"number", []string{"1.5"}, "", true}, {"number", []string{"12%"}, "", true},
		{"number", []string{"1000000000000001"}, "", true}, {"money", []string{"¥1,200.50"}, `{"money":120050}`, false}, {"money", []string{"1.005"}, "", true}, {"money", []string{"-3元"}, `{"money":-300}`, false},
		{"percent", []string{"12.5%"}, `{"percent":125000}`, false}, {"percent", []string{"0.0001"}, `{"percent":1}`, false}, {"percent", []string{"0.00001"}, "", true},
		{"day", []string{"2026-09-30"}, `{"day":"2026-09-30"}`, false}, {"day", []string{"2026-02-30"}, "", true}, {"day", []string{"0001-01-01"}, "", true},
		{"choice", []string{"大"}, `{"choice":"big"}`, false}, {"choice", []string{"old"}, "", true}, {"choice", []string{"x"}, "", true},
		{"choices", []string{"", "small", "big"}, `{"choices":["big","small"]}`, false}, {"choices", []string{"小、大"}, `{"choices":["big","small"]}`, false}, {"choices", []string{""}, "", false},
		{"yes_no", []string{"否"}, `{"yes_no":false}`, false}, {"yes_no", []string{"maybe"}, "", true}, {"person", []string{"S01"}, `{"person":"S01"}`, false}, {"nothing", []string{"x"}, "", true},
	} {
		s, wrong := apply(t, "", typed(c.key, c.typed...))
		if string(s) != c.want || len(wrong) > 0 != c.wrong {
			t.Errorf("%s %q: %s, %v", c.key, c.typed, s, wrong)
		}
		if len(wrong) > 0 && wrong[0].Path != "field."+c.key {
			t.Errorf("%s %q is said at %q", c.key, c.typed, wrong[0].Path)
		}
	}
}

func TestWhatProgramsSendHasTheKindOfItsField(t *testing.T) {
	t.Parallel()
	for key, plain := range map[string][2]string{
		"text": {`"x"`, `1`}, "long_text": {`"x"`, `["x"]`}, "number": {`12`, `"12"`}, "money": {`12050`, `120.5`}, "percent": {`125000`, `"12.5%"`}, "day": {`"2026-01-02"`, `20260102`},
		"choice": {`"big"`, `["big"]`}, "choices": {`["small","big"]`, `[1]`}, "yes_no": {`true`, `"yes"`}, "person": {`"S01"`, `{"key":"S01"}`},
	} {
		s, wrong := apply(t, "", customfield.Plain(map[string]json.RawMessage{key: json.RawMessage(plain[0])}))
		if len(wrong) > 0 || !s.Filled(key) {
			t.Errorf("%s %s: %s, %v", key, plain[0], s, wrong)
		}
		if _, wrong := apply(t, "", customfield.Plain(map[string]json.RawMessage{key: json.RawMessage(plain[1])})); len(wrong) != 1 {
			t.Errorf("%s %s is taken: %v", key, plain[1], wrong)
		}
		if s, wrong = apply(t, s, customfield.Plain(map[string]json.RawMessage{key: json.RawMessage("null")})); s != "" || len(wrong) > 0 {
			t.Errorf("%s is not emptied: %s, %v", key, s, wrong)
		}
	}
}

func TestWhatStaysStays(t *testing.T) {
	t.Parallel()
	before := customfield.Set(`{"choice":"old","number":3}`)
	if s, wrong := apply(t, before, typed("choice", "old")); s != before || len(wrong) > 0 {
		t.Errorf("a retired choice: %s, %v", s, wrong)
	}
	if s, wrong := apply(t, before, typed("text", "x")); s != `{"choice":"old","number":3,"text":"x"}` || len(wrong) > 0 {
		t.Errorf("the others: %s, %v", s, wrong)
	}
	personal := []customfield.Field{{ID: 1, Key: "who", Kind: customfield.KindText, Personal: true}}
	whole := customfield.Set(`{"who":"张三丰"}`)
	shown := customfield.Masked(personal, whole)
	if shown != `{"who":"张***"}` {
		t.Fatalf("shown as %s", shown)
	}
	var c fact.Checker
	if s, err := (customfield.Form{Fields: personal}).Apply(t.Context(), whole, typed("who", shown.Text("who")), &c); err != nil || s != whole || c.Err() != nil {
		t.Errorf("what comes back as it was shown: %s, %v, %v", s, err, c.Err())
	}
	retired := []customfield.Field{{ID: 1, Key: "n", Kind: customfield.KindNumber, Retired: true}}
	if s, err := (customfield.Form{Fields: retired}).Apply(t.Context(), "", typed("n", "1"), &c); err != nil || s != "" || c.Err() == nil {
		t.Errorf("a retired field is filled in: %s, %v", s, err)
	}
}

// A value that is written as people type it is read back to the same, whatever it is.
func TestTypedTextReadsBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := map[string]any{
			"number": rapid.Int64Range(-1_000_000_000_000_000, 1_000_000_000_000_000).Draw(t, "number"), "money": rapid.Int64Range(-1_000_000_000_000_000, 1_000_000_000_000_000).Draw(t, "money"),
			"percent": rapid.Int64Range(-1_000_000_000, 1_000_000_000).Draw(t, "percent"), "yes_no": rapid.Bool().Draw(t, "yes"), "choice": rapid.SampledFrom([]string{"big", "small"}).Draw(t, "choice"),
			"day": rapid.SampledFrom([]string{"1900-01-01", "2026-02-28", "2200-12-31"}).Draw(t, "day"), "choices": rapid.SampledFrom([][]string{{"big"}, {"big", "small"}}).Draw(t, "choices"),
			"text": rapid.StringMatching(`[a-z<>&"'\x{4e00}-\x{4e20}]{1,20}`).Draw(t, "text"),
		}
		plain, err := json.Marshal(values)
		if err != nil {
			t.Fatal(err)
		}
		var s customfield.Set
		if err := s.UnmarshalJSON(plain); err != nil {
			t.Fatal(err)
		}
		in := customfield.Inputs{}
		for _, f := range all() {
			in[f.Key] = customfield.Input{Typed: []string{customfield.TypedText(f, s, money.CNY)}}
		}
		var c fact.Checker
		back, err := customfield.Form{Fields: all(), Currency: money.CNY}.Apply(t.Context(), "", in, &c)
		if err != nil || c.Err() != nil || back != s {
			t.Fatalf("%s came back as %s: %v %v", s, back, err, c.Err())
		}
		again, err := json.Marshal(back)
		if err != nil || string(again) != string(back) {
			t.Fatalf("encoded as %s: %v", again, err)
		}
	})
}

func TestTheIndexHoldsWhatListsAsk(t *testing.T) {
	t.Parallel()
	long := customfield.Set(`{"text":"` + string(slices.Repeat([]rune("字"), 60)) + `"}`)
	fields := all()
	text, _ := customfield.Find(fields, "text")
	rows := customfield.RowsOf(text, long)
	if len(rows) != 1 || len(rows[0].Text) != 120 || !utf8.ValidString(rows[0].Text) {
		t.Errorf("a long text: %+v", rows)
	}
	text.Personal = true
	if rows := customfield.RowsOf(text, long); len(rows) != 1 || rows[0].Text != "" {
		t.Errorf("a personal text: %+v", rows)
	}
	choices, _ := customfield.Find(fields, "choices")
	if rows := customfield.RowsOf(choices, `{"choices":["big","small"]}`); len(rows) != 2 || rows[0].Item != "big" || rows[1].Text != "small" {
		t.Errorf("choices: %+v", rows)
	}
	day, _ := customfield.Find(fields, "day")
	if n, ok := customfield.Set(`{"day":"1970-01-02"}`).Number(day); !ok || n == 0 {
		t.Errorf("a day is %d, %t", n, ok)
	}
}

func TestConditionsAreReadOrRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		ok   bool
	}{
		{"number>=3", true}, {"money<=120050", true}, {"choice=大", true}, {"choices=small", true}, {"text=华", true}, {"yes_no=true", true}, {"day>=2026-01-01", true}, {"person=S01", true}, {"percent=125000", true},
		{"number>=x", false}, {"choice>=big", false}, {"choice=x", false}, {"long_text=x", false}, {"nothing=1", false}, {"day=2026-13-01", false}, {"money=1.5", false},
	} {
		condition, parsed := customfield.ParseCondition(c.text)
		var checker fact.Checker
		found := customfield.Resolve(all(), []customfield.Condition{condition}, money.CNY, &checker)
		if !parsed || len(found) == 1 != c.ok || (checker.Err() == nil) != c.ok {
			t.Errorf("%s: %+v, %v", c.text, found, checker.Err())
		}
	}
	for _, text := range []string{"", "=1", "number", "number=", ">=1"} {
		if _, ok := customfield.ParseCondition(text); ok {
			t.Errorf("%q is a condition", text)
		}
	}
}

func FuzzReading(f *testing.F) {
	for _, seed := range []string{"1,200.5", "12%", "大、小", `["big"]`, `{"a":1}`, "true", "9223372036854775808", "1e400"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, field := range all() {
			for _, in := range []customfield.Input{{Typed: []string{text}}, {Plain: json.RawMessage(text)}} {
				var c fact.Checker
				s, err := customfield.Form{Fields: all(), Currency: money.CNY}.Apply(t.Context(), "", customfield.Inputs{field.Key: in}, &c)
				if err != nil {
					t.Fatal(err)
				}
				if s != "" && c.Err() != nil {
					t.Fatalf("%s: both taken and refused: %s", field.Key, s)
				}
				var again customfield.Set
				if s != "" && (again.UnmarshalJSON([]byte(s)) != nil || again != s) {
					t.Fatalf("%s is not canonical: %s", s, again)
				}
			}
		}
	})
}

// What one set takes of another can be given back, and what was changed since stays.
func TestTakingAndGivingBack(t *testing.T) {
	t.Parallel()
	before, other := customfield.Set(`{"a":1,"b":2}`), customfield.Set(`{"b":3,"c":4,"d":5}`)
	after := before.With(other)
	if after != `{"a":1,"b":2,"c":4,"d":5}` || after.Without(other, before) != before {
		t.Errorf("%s, %s", after, after.Without(other, before))
	}
	if got := customfield.Set(`{"a":1,"b":2,"c":9,"d":5}`).Without(other, before); got != `{"a":1,"b":2,"c":9}` {
		t.Errorf("what was changed since: %s", got)
	}
}
