package sop_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
	"golang.org/x/tools/txtar"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/ruledoc"
	"xiaoguan/internal/sop"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestDefaultIsSoundAndHasFiveStages(t *testing.T) {
	t.Parallel()
	s, findings := sop.Inspect("default.yaml", sop.DefaultText())
	for _, f := range findings {
		t.Errorf("%d:%d %s %s %v", f.Row, f.Column, f.Code, f.Path, f.Message.Args)
	}
	if s == nil || len(s.Stages) != 5 || len(s.Rules) != 25 {
		t.Fatalf("the default has not five stages and 25 rules: %+v", s)
	}
}

func TestCanonicalBytesReadBackToTheSameStandard(t *testing.T) {
	t.Parallel()
	s := sop.Default()
	again, err := sop.Decode("canonical.json", s.Canonical())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(s.Canonical(), again.Canonical()) || s.Hash() != again.Hash() {
		t.Errorf("the canonical form changes when read:\n%s", cmp.Diff(string(s.Canonical()), string(again.Canonical())))
	}
	// A comment and another way to write it change nothing; a number does.
	same, err := sop.Decode("a", append([]byte("# note\n"), sop.DefaultText()...))
	if err != nil || same.Hash() != s.Hash() {
		t.Errorf("a comment changes the hash: %v", err)
	}
	other, err := sop.Decode("b", bytes.Replace(sop.DefaultText(), []byte("within: 15 days"), []byte("within: 14 days"), 1))
	if err != nil || other.Hash() == s.Hash() {
		t.Errorf("a deadline does not change the hash: %v", err)
	}
}

func TestSchemaAcceptsDefaultInEitherForm(t *testing.T) {
	t.Parallel()
	source, err := jsonschema.UnmarshalJSON(bytes.NewReader(sop.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("sop.schema.json", source); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("sop.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"document": sop.DefaultText(), "canonical": sop.Default().Canonical()} {
		var document any
		if err := yaml.Unmarshal(text, &document); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(document); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	var wrong any
	if err := yaml.Unmarshal(bytes.Replace(sop.DefaultText(), []byte("rule: each"), []byte("rule: every"), 1), &wrong); err != nil {
		t.Fatal(err)
	}
	if schema.Validate(wrong) == nil {
		t.Error("the schema accepts an unknown template")
	}
}

func TestProse(t *testing.T) {
	t.Parallel()
	for _, lang := range []sop.Lang{sop.LangZh, sop.LangEn} {
		var b strings.Builder
		for _, section := range sop.Default().Prose(lang) {
			fmt.Fprintf(&b, "# %s\n", section.Heading)
			for _, p := range section.Paragraphs {
				fmt.Fprintf(&b, "%s\n", p.Text)
			}
		}
		golden(t, "testdata/prose."+string(lang)+".txt", b.String())
		if strings.Contains(b.String(), "%!") {
			t.Errorf("%s: a sentence is badly formed", lang)
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// head is a small standard to which the cases of findings add their rules.
const head = `xiaoguan: sop/1
id: small
name: {zh: 小, en: small}
hours: "09:00-18:00"
roles: [{id: seller, name: {zh: 销售, en: seller}}]
case: [{id: tier, name: {zh: 等级, en: tier}, type: choice, values: [A, B]}]
stages:
  - id: one
    name: {zh: 一, en: one}
    role: seller
    activities:
      - {id: a, name: {zh: 甲, en: a}, form: [{id: discount, name: {zh: 折扣, en: discount}, type: percent}]}
      - {id: b, name: {zh: 乙, en: b}}
      - {id: c, name: {zh: 丙, en: c}}
rules:
`

// TestFindings reads testdata/findings: rules that follow the head above, and what is found, line 17 being their first.
func TestFindings(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("testdata/findings/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			text := archive.Files[0].Data
			if archive.Files[0].Name == "rules" {
				text = append([]byte(head), text...)
			}
			standard, findings := sop.Inspect("", text)
			if (standard == nil) != ruledoc.HasErrors(findings) {
				t.Errorf("standard %v with errors %v", standard != nil, ruledoc.HasErrors(findings))
			}
			var b strings.Builder
			for _, f := range findings {
				fmt.Fprintf(&b, "%d:%d %s %s %s\n", f.Row, f.Column, f.Severity, f.Code, f.Path)
				for _, lang := range i18n.Langs() {
					p := catalogue.Printer(lang)
					fmt.Fprintf(&b, "    %s → %s\n", p.Message(f.Message), p.Message(f.Remedy))
				}
			}
			if *update {
				archive.Files = append(archive.Files[:1], txtar.File{Name: "findings", Data: []byte(b.String())})
				if err := os.WriteFile(file, txtar.Format(archive), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if len(archive.Files) < 2 {
				t.Fatal("nothing is said to be found")
			}
			if diff := cmp.Diff(string(archive.Files[1].Data), b.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestEveryCodeHasTexts(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range sop.Codes() {
		for _, key := range []string{"sop.finding." + string(code), "sop.remedy." + string(code)} {
			if !catalogue.Has(key) {
				t.Errorf("no text %s", key)
			}
		}
	}
}

// TestDeadlines: 2026-03-05 is a Thursday; in China 2026-05-01 is a holiday and no exception is listed here but one.
func TestDeadlines(t *testing.T) {
	t.Parallel()
	at := func(text string) int64 {
		moment, err := time.ParseInLocation("2006-01-02 15:04:05", text, calendar.ChinaTime)
		if err != nil {
			t.Fatal(err)
		}
		return moment.Unix()
	}
	monday, err := calendar.ParseDate("2026-03-09")
	if err != nil {
		t.Fatal(err)
	}
	days, err := calendar.NewWorkCalendar(calendar.Interval{From: monday, To: monday + 1}, []calendar.WorkException{{Date: monday, Working: false}})
	if err != nil {
		t.Fatal(err)
	}
	hours := sop.Hours{From: 9 * 60, To: 18 * 60}
	tests := []struct {
		from string
		d    sop.Deadline
		want string
	}{
		{"2026-03-05 17:30:00", sop.Deadline{Count: 24, Unit: sop.UnitHours}, "2026-03-06 17:30:00"},
		{"2026-03-05 17:30:00", sop.Deadline{Count: 3, Unit: sop.UnitDays}, "2026-03-08 23:59:59"},
		{"2026-03-05 17:30:00", sop.Deadline{Count: 1, Unit: sop.UnitWorkingDays}, "2026-03-06 23:59:59"},
		{"2026-03-06 23:30:00", sop.Deadline{Count: 1, Unit: sop.UnitWorkingDays}, "2026-03-10 23:59:59"}, // over the weekend and the holiday
		{"2026-03-05 17:30:00", sop.Deadline{Count: 1, Unit: sop.UnitWorkingHours}, "2026-03-06 09:30:00"},
		{"2026-03-06 17:00:00", sop.Deadline{Count: 1, Unit: sop.UnitWorkingHours}, "2026-03-06 18:00:00"},
		{"2026-03-06 20:00:00", sop.Deadline{Count: 10, Unit: sop.UnitWorkingHours}, "2026-03-11 10:00:00"},
	}
	for _, test := range tests {
		if got := test.d.After(at(test.from), days, hours); got != at(test.want) {
			t.Errorf("%s + %d %s = %s, want %s", test.from, test.d.Count, test.d.Unit, time.Unix(got, 0).In(calendar.ChinaTime), test.want)
		}
	}
	if got := (sop.Deadline{Count: 2, Unit: sop.UnitWorkingDays}).BeforeDate(monday+1, days); got != at("2026-03-05 23:59:59") {
		t.Errorf("2 working days before the 10th: %s", time.Unix(got, 0).In(calendar.ChinaTime))
	}
}

func FuzzInspect(f *testing.F) {
	f.Add(sop.DefaultText())
	f.Add(sop.Default().Canonical())
	f.Add([]byte(head))
	f.Fuzz(func(t *testing.T, text []byte) {
		standard, findings := sop.Inspect("", text)
		if (standard == nil) != ruledoc.HasErrors(findings) {
			t.Fatalf("standard %v with errors %v", standard != nil, ruledoc.HasErrors(findings))
		}
		if standard == nil {
			return
		}
		again, err := sop.Decode("", standard.Canonical())
		if err != nil || again.Hash() != standard.Hash() {
			t.Fatalf("the canonical form does not read back: %v", err)
		}
		standard.Prose(sop.LangZh)
		standard.Prose(sop.LangEn)
	})
}

// TestLimits: 500 rules are read, 501 are not.
func TestLimits(t *testing.T) {
	t.Parallel()
	many := func(count int) []sop.Finding {
		text := []byte(head)
		for i := range count {
			text = fmt.Appendf(text, "  - {id: r%d, name: {zh: 规则, en: rule}, stage: one, rule: existence, of: a, level: log, within: %d hours}\n", i, i+1)
		}
		_, findings := sop.Inspect("", text)
		return findings
	}
	if findings := many(500); ruledoc.HasErrors(findings) {
		t.Errorf("500 rules are refused: %+v", findings[0])
	}
	if findings := many(501); len(findings) != 1 || findings[0].Code != ruledoc.CodeTooMany || findings[0].Row != 16 {
		t.Errorf("501 rules: %+v", findings)
	}
}
