package ruledoc_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/ruledoc"
)

var language = ruledoc.Language{Area: "sample", RowsMax: 3}

// sample is what the tests read: a key of every type.
type sample struct {
	ID     string       `json:"id"`
	Name   ruledoc.Text `json:"name"`
	Share  int64        `json:"share"`
	Count  int          `json:"count"`
	Fen    int64        `json:"amount"`
	Colour string       `json:"colour"`
	Words  []string     `json:"words"`
	Days   string       `json:"days"`
	Yes    bool         `json:"yes"`
}

func inspect(text string) (s sample, findings []ruledoc.Finding, places ruledoc.Places) {
	r := ruledoc.NewReader(&language, "sample.yaml")
	top, ok := r.Parse([]byte(text))
	if !ok {
		return s, ruledoc.Sort(r.Findings), r.Places
	}
	if r.Header(top, "sample/1", "sample/2") == "" {
		return s, ruledoc.Sort(r.Findings), r.Places
	}
	f := r.Mapping(top, "xiaoguan", "id", "name", "share", "count", "amount", "colour", "words", "days", "yes", "one", "other")
	f.With("id", func(v ruledoc.Value) { s.ID = r.ID(v) })
	f.Given("name", func(v ruledoc.Value) { s.Name = r.Name(v) })
	f.Given("share", func(v ruledoc.Value) { s.Share = r.Millionths(v, 0, 1_000_000) })
	f.Given("count", func(v ruledoc.Value) { s.Count = r.Whole(v, 1, 9) })
	f.Given("amount", func(v ruledoc.Value) { s.Fen, _ = r.Amount(v, money.CNY) })
	f.Given("colour", func(v ruledoc.Value) { s.Colour = ruledoc.Choice(r, v, "red", "blue") })
	f.Given("words", func(v ruledoc.Value) { s.Words = r.Texts(v) })
	f.Given("days", func(v ruledoc.Value) { s.Days = r.Effective(v).From.String() })
	f.Given("yes", func(v ruledoc.Value) { s.Yes = r.Truth(v) })
	f.ExactlyOne("one", "other")
	return s, ruledoc.Sort(r.Findings), r.Places
}

const sound = `# a comment
xiaoguan: sample/1
id: first
name: {zh: 甲, en: a}
share: 12.5%
count: 9
amount: 80000.05
colour: blue
words: [b, a]
days: {from: 2026-01-01, to: 2026-02-01}
yes: true
one: 1
`

func TestEveryTypeIsRead(t *testing.T) {
	t.Parallel()
	got, findings, places := inspect(sound)
	want := sample{"first", ruledoc.Text{Zh: "甲", En: "a"}, 125_000, 9, 8_000_005, "blue", []string{"b", "a"}, "2026-01-01", true}
	if diff := cmp.Diff(want, got); diff != "" || len(findings) != 0 {
		t.Errorf("%s\n%v", diff, findings)
	}
	if at := places.Of("words[1]"); at != (ruledoc.Position{Row: 9, Column: 12}) {
		t.Errorf("words[1] at %v", at)
	}
	if at := places.Of("words[1].unknown.deeper"); at != (ruledoc.Position{Row: 9, Column: 12}) {
		t.Errorf("below words[1] at %v", at)
	}
}

// TestWhatIsRefused: a change of the sound document, and where it is refused and why.
func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, old, new, want string }{
		{"nothing", sound, "", "1:1 document.empty"},
		{"no YAML", "id: first", "id: [", "2:1 document.syntax"},
		{"several documents", "one: 1", "one: 1\n---\na: 1", "13:1 document.several"},
		{"no header", "xiaoguan: sample/1", "b: 1", "2:1 document.header"},
		{"another header", "sample/1", "sample/3", "2:11 value.choice"},
		{"a list for a document", sound, "- a", "1:1 document.header"},
		{"an anchor", "id: first", "id: &a first", "3:5 document.alias"},
		{"an alias", "id: first", "id: *a", "1:1 document.syntax"},
		{"a tag", "id: first", "id: !!str first", "3:5 document.tag"},
		{"a repeated key", "id: first", "id: first\nid: second", "4:1 key.duplicate"},
		{"an unknown key", "id: first", "id: first\nidd: second", "4:1 key.unknown"},
		{"a missing key", "id: first\n", "", "2:1 key.missing"},
		{"both of a choice", "one: 1", "one: 1\nother: 2", "13:8 key.conflict"},
		{"none of a choice", "one: 1", "", "2:1 key.one_of"},
		{"an id with capitals", "id: first", "id: First", "3:5 value.id"},
		{"an id of 64", "id: first", "id: a" + strings.Repeat("b", 63), "3:5 value.id"},
		{"null", "id: first", "id: null", "3:5 value.empty"},
		{"a truth for a text", "id: first", "id: true", "3:5 value.text"},
		{"a list for a text", "id: first", "id: [first]", "3:5 value.text"},
		{"a text of 201", "words: [b, a]", "words: [" + strings.Repeat("x", 201) + "]", "9:9 value.text_form"},
		{"an invisible character", "words: [b, a]", "words: [\"a\u200bb\"]", "9:9 value.text_form"},
		{"one language", "{zh: 甲, en: a}", "{zh: 甲}", "4:1 name.language"},
		{"no language", "{zh: 甲, en: a}", "{}", "4:1 name.language, 4:1 name.language, 4:7 key.missing"},
		{"a share without percent", "12.5%", "0.125", "5:8 value.percent"},
		{"a share of five decimals", "12.5%", "12.50001%", "5:8 value.percent"},
		{"a share above all", "12.5%", "100.0001%", "5:8 value.percent"},
		{"a negative share", "12.5%", "-1%", "5:8 value.percent"},
		{"a share in words", "12.5%", "half", "5:8 value.decimal"},
		{"a count too large", "count: 9", "count: 10", "6:8 value.whole"},
		{"a broken count", "count: 9", "count: 1.5", "6:8 value.whole"},
		{"tenths of a fen", "80000.05", "80000.005", "7:9 value.amount_digits"},
		{"money in percent", "80000.05", "5%", "7:9 value.percent_not_money"},
		{"too much money", "80000.05", "90000000000000.00", "7:9 value.amount_range"},
		{"another word", "colour: blue", "colour: green", "8:9 value.choice"},
		{"an empty list", "[b, a]", "[]", "9:8 list.empty"},
		{"a word for a list", "[b, a]", "b", "9:8 value.list"},
		{"a list too long", "[b, a]", "[a, b, c, d]", "9:8 list.too_many"},
		{"a repeated word", "[b, a]", "[a, a]", "9:12 list.duplicate"},
		{"a day that is none", "2026-01-01", "2026-02-30", "10:14 value.date"},
		{"an empty span", "to: 2026-02-01", "to: 2026-01-01", "10:30 value.interval_empty"},
		{"yes for true", "yes: true", "yes: yes", "11:6 value.choice"},
		{"no mapping", "{from: 2026-01-01, to: 2026-02-01}", "5", "10:7 value.mapping"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(sound, test.old, test.new, 1)
			if text == sound {
				t.Fatal("nothing was changed")
			}
			_, findings, _ := inspect(text)
			var got []string
			for _, f := range findings {
				got = append(got, fmt.Sprintf("%d:%d %s", f.Row, f.Column, f.Code))
			}
			if strings.Join(got, ", ") != test.want {
				t.Errorf("found %s, want %s", strings.Join(got, ", "), test.want)
			}
		})
	}
}

// TestLimits: a document of one byte too many is not read; findings beyond the limit are left out; broken UTF-8 is no text.
func TestLimits(t *testing.T) {
	t.Parallel()
	code := func(text string) ruledoc.Code {
		_, findings, _ := inspect(text)
		if len(findings) == 0 {
			return ""
		}
		return findings[0].Code
	}
	fill := sound + "#" + strings.Repeat("x", ruledoc.DocumentBytesMax-len(sound)-2) + "\n"
	if got := code(fill); got != "" {
		t.Errorf("a document of %d bytes: %s", len(fill), got)
	}
	if got := code(fill + "\n"); got != ruledoc.CodeTooLarge {
		t.Errorf("a document of one byte more: %s", got)
	}
	if got := code("xiaoguan: \xff"); got != ruledoc.CodeEncoding {
		t.Errorf("broken UTF-8: %s", got)
	}
	var wrong strings.Builder
	wrong.WriteString(sound)
	for i := range ruledoc.FindingsMax + 100 {
		fmt.Fprintf(&wrong, "k%d: 1\n", i)
	}
	if _, findings, _ := inspect(wrong.String()); len(findings) != ruledoc.FindingsMax {
		t.Errorf("%d findings", len(findings))
	}
}

func TestValuesAreShownShortAndVisible(t *testing.T) {
	t.Parallel()
	if got := ruledoc.Shorten("a\u200b\n\xffb"); got != `a\u200b\u000a�b` {
		t.Errorf("shown as %s", got)
	}
	if got := ruledoc.Shorten(strings.Repeat("字", 61)); utf8.RuneCountInString(got) != 60 || !strings.HasSuffix(got, "字…") {
		t.Errorf("shown as %s", got)
	}
}

func TestEveryCodeHasTextsInBothLanguages(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range ruledoc.Codes() {
		finding, remedy := language.Keys(code)
		for _, lang := range i18n.Langs() {
			if p := catalogue.Printer(lang); !p.Has(finding) || !p.Has(remedy) {
				t.Errorf("%s has no text %s or %s", lang, finding, remedy)
			}
		}
	}
	if finding, _ := language.Keys("own"); finding != "sample.finding.own" {
		t.Errorf("a code of its own is said by %s", finding)
	}
}

func TestSealWritesFieldsInOrderAndNoEscapes(t *testing.T) {
	t.Parallel()
	canonical, hash := ruledoc.Seal(ruledoc.Text{Zh: "<甲>", En: "a"})
	if string(canonical) != `{"zh":"<甲>","en":"a"}` || len(hash) != 64 {
		t.Errorf("%s %s", canonical, hash)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sound)
	f.Add("xiaoguan: sample/2\nid: &a [*a]\n")
	f.Add("? [a]\n: {b: !!binary x}\n")
	f.Fuzz(func(t *testing.T, text string) {
		_, findings, _ := inspect(text)
		for _, finding := range findings {
			if finding.Row < 1 || finding.Column < 0 || finding.Message.Key == "" || !utf8.ValidString(finding.Value) {
				t.Errorf("%+v", finding)
			}
		}
		if len(findings) > ruledoc.FindingsMax {
			t.Errorf("%d findings", len(findings))
		}
	})
}

// TestBombsAreRefusedSoon reads documents made to cost time or memory: each is refused with a place and a remedy.
func TestBombsAreRefusedSoon(t *testing.T) {
	t.Parallel()
	laughs := &strings.Builder{}
	laughs.WriteString("xiaoguan: sample/1\na0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n")
	for i := range 12 {
		fmt.Fprintf(laughs, "a%d: &a%d [%s*a%d]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*a%d, ", i), 8), i)
	}
	for name, text := range map[string]string{
		"aliases of aliases":        laughs.String(),
		"an alias of itself":        "xiaoguan: sample/1\nname: &a [*a]\n",
		"a million open brackets":   strings.Repeat("[", 1<<20-1),
		"a hundred thousand braces": strings.Repeat("{a: ", 100_000),
		"lists in lists by dashes":  strings.Repeat("- ", 200_000),
		"two megabytes":             "xiaoguan: sample/1\nname: " + strings.Repeat("x", 2<<20),
		"merge keys":                "xiaoguan: sample/1\n<<: {id: x}\n",
		"two hundred thousand keys": "xiaoguan: sample/1\n" + strings.Repeat("a: 1\n", 200_000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, findings, _ := inspect(text)
			if !ruledoc.HasErrors(findings) || len(ruledoc.Errors(findings)) > ruledoc.FindingsMax {
				t.Errorf("%d findings", len(findings))
			}
			for _, f := range ruledoc.Errors(findings) {
				if f.Row < 1 || f.Message.Key == "" || f.Remedy.Key == "" {
					t.Errorf("without a place or a remedy: %+v", f)
				}
			}
		})
	}
}
