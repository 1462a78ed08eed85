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
