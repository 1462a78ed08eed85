package sop_test

import (
	"strings"
	"testing"

	"xiaoguan/internal/sop"
)

func TestAValueOfARuleIsWrittenAnewAndNothingElse(t *testing.T) {
	t.Parallel()
	text := string(sop.DefaultText())
	changed := sop.SetRuleValue(sop.SetRuleValue(text, "first_visit", "within", "20 days"), "first_visit", "level", "reason")
	s, err := sop.Decode("", []byte(changed))
	if err != nil {
		t.Fatal(err)
	}
	if rule := s.Rule("first_visit"); rule.Within.String() != "20 days" || rule.Level != sop.LevelReason {
		t.Errorf("%v %v", rule.Within, rule.Level)
	}
	before, after := strings.Split(text, "\n"), strings.Split(changed, "\n")
	differing := 0
	for i := range before {
		if before[i] != after[i] {
			differing++
		}
	}
	if len(before) != len(after) || differing != 1 {
		t.Errorf("%d lines differ", differing)
	}
	for _, same := range []string{sop.SetRuleValue(text, "none", "level", "log"), sop.SetRuleValue(text, "first_visit", "none", "log"), sop.SetRuleValue(text, "first_visit", "level", "log\nrules: []")} {
		if same != text {
			t.Error("what cannot be written was written")
		}
	}
}

// formsOf are the forms of the stages that a text has.
func formsOf(t *testing.T, text string) (forms []sop.StageForm) {
	t.Helper()
	s, err := sop.Decode("", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for i, stage := range s.Stages {
		forms = append(forms, sop.StageForm{ID: stage.ID, Name: stage.Name, Role: stage.Role, Chance: s.ChanceAt(i), Signing: i == s.SigningStage()})
	}
	return forms
}

func TestStagesAreWrittenAnewAndNothingElse(t *testing.T) {
	t.Parallel()
	text := string(sop.DefaultText())
	forms := formsOf(t, text)
	if same, ok := sop.WriteStages(text, forms, nil); !ok || same != text {
		t.Errorf("the same stages change the text: %v", ok)
	}
	forms[1].Name, forms[1].Chance = sop.Text{Zh: "需求: 谈", En: `Say "needs"`}, 35
	changed, ok := sop.WriteStages(text, forms, nil)
	s, err := sop.Decode("", []byte(changed))
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	if s.Stages[1].Name != forms[1].Name || s.ChanceAt(1) != 35 {
		t.Errorf("%+v", s.Stages[1])
	}
	differing := 0
	before, after := strings.Split(text, "\n"), strings.Split(changed, "\n")
	for i := range before {
		if i < len(after) && before[i] != after[i] {
			differing++
		}
	}
	if len(before) != len(after) || differing != 2 {
		t.Errorf("%d of %d lines differ from %d", differing, len(after), len(before))
	}
}

func TestAStageIsTakenOutAndAnotherComesIn(t *testing.T) {
	t.Parallel()
	text := string(sop.DefaultText())
	forms := formsOf(t, text)
	// Needs goes into development, a trial comes before the contract, after-sales is called otherwise.
	trial := sop.StageForm{ID: "trial", Name: sop.Text{Zh: "试用", En: "Trial"}, Role: "seller", Chance: 65}
	forms = []sop.StageForm{forms[0], forms[2], trial, forms[3], forms[4]}
	if _, ok := sop.WriteStages(text, forms, nil); ok {
		t.Error("a stage vanished and nothing took it over")
	}
	changed, ok := sop.WriteStages(text, forms, map[string]string{"needs": "development"})
	s, err := sop.Decode("", []byte(changed))
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	var got []string
	for i, stage := range s.Stages {
		got = append(got, stage.ID+" after "+strings.Join(stage.After, ",")+" replaces "+strings.Join(stage.Replaces, ",")+map[bool]string{true: " signs"}[i == s.SigningStage()])
	}
	want := "development after  replaces needs|proposal after development replaces |trial after proposal replaces |contract after trial replaces  signs|after_sales after contract replaces "
	if strings.Join(got, "|") != want {
		t.Errorf("stages\n%s\nwant\n%s", strings.Join(got, "|"), want)
	}
	if s.Activity("need_recorded") == nil || len(s.Activity("need_recorded").Form) != 3 || s.Rule("need_before_proposal").Stage != "development" || s.ChanceAt(2) != 65 {
		t.Errorf("activities, rules or chances were lost: %+v", s.Stages)
	}
	if !strings.HasPrefix(changed, text[:200]) || !strings.Contains(changed, "closing: [lost, completed]\nrules:\n") {
		t.Error("what stands around the stages changed")
	}
}

func TestStagesInBracesAreWrittenAnew(t *testing.T) {
	t.Parallel()
	text := strings.Replace(head, "rules:\n", "  - {id: two, name: {zh: 二, en: two}, role: seller, after: [one], activities: [{id: d, name: {zh: 丁, en: d}}]}\n\n# the rules\nrules:\n  - {id: r, name: {zh: 一, en: r}, stage: two, level: warn, rule: existence, of: d}\n", 1)
	forms := formsOf(t, text)
	forms[1].Name.Zh = "第二"
	changed, ok := sop.WriteStages(text, []sop.StageForm{forms[1], forms[0]}, nil)
	s, err := sop.Decode("", []byte(changed))
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	if s.Stages[0].ID != "two" || s.Stages[0].Name.Zh != "第二" || s.Stages[1].After[0] != "two" || !strings.Contains(changed, "\n# the rules\nrules:") {
		t.Errorf("%s", changed)
	}
	merged, ok := sop.WriteStages(text, forms[:1], map[string]string{"two": "one"})
	if s, err = sop.Decode("", []byte(merged)); !ok || err != nil || s.Rule("r").Stage != "one" || s.Activity("d") == nil {
		t.Errorf("%v %v\n%s", ok, err, merged)
	}
}

func FuzzWriteStages(f *testing.F) {
	f.Add(string(sop.DefaultText()), "谈", "talk", 20, 1)
	f.Add(head+"  - {id: r1, name: {zh: 一, en: r}, stage: one, level: warn, rule: existence, of: a}\n", "a: b", "{", 100, 0)
	f.Fuzz(func(t *testing.T, text, zh, en string, chance, place int) {
		s, err := sop.Decode("", []byte(text))
		if err != nil {
			return
		}
		var forms []sop.StageForm
		for i, stage := range s.Stages {
			forms = append(forms, sop.StageForm{ID: stage.ID, Name: stage.Name, Role: stage.Role, Chance: s.ChanceAt(i), Signing: i == s.SigningStage()})
		}
		one := forms[0]
		one.Name, one.Chance = sop.Text{Zh: zh, En: en}, chance
		forms[0] = one
		if place > 0 && place < len(forms) {
			forms[0], forms[place] = forms[place], forms[0]
		}
		written, ok := sop.WriteStages(text, forms, nil)
		if !ok {
			if written != text {
				t.Fatal("what could not be written was changed")
			}
			return
		}
		if _, err := sop.Decode("", []byte(written)); err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, written)
		}
	})
}
