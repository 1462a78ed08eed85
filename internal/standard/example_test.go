package standard

import (
	"strings"
	"testing"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/conform"
	"xiaoguan/internal/sop"
)

// TestEveryRuleThatShipsHasAnExample, of which one course keeps it and one breaks it for a reason that is not the same for all.
func TestEveryRuleThatShipsHasAnExample(t *testing.T) {
	t.Parallel()
	d := sop.Default()
	list := Examples(conform.NewModel(d, calendar.China()))
	if len(list) != len(d.Rules) {
		var found []string
		for _, e := range list {
			found = append(found, e.Rule.ID)
		}
		t.Fatalf("%d of %d rules: %s", len(list), len(d.Rules), strings.Join(found, " "))
	}
	reasons := map[string]string{}
	for _, e := range list {
		if len(e.Kept.Events) == 0 || len(e.Broken.Events) == 0 {
			t.Errorf("%s: %+v", e.Rule.ID, e)
		}
		reasons[e.Rule.ID] = e.Broken.Reason.String()
	}
	for rule, want := range map[string]string{
		"first_contact_in_time": "late", "registered_in_time": "late", "registered_complete": "incomplete", "duplicates_first": "not_before", "owner_is_seller": "wrong_role",
		"cadence_a": "late", "approver_is_another": "same_person", "discount_signed": "not_before", "plan_adds_up": "data", "reminded_before_due": "late", "renewal_in_time": "late",
	} {
		if reasons[rule] != want {
			t.Errorf("%s is broken as %s, want %s", rule, reasons[rule], want)
		}
	}
}

// TestExamplesFollowTheRule: another deadline gives other times.
func TestExamplesFollowTheRule(t *testing.T) {
	t.Parallel()
	text := strings.Replace(string(sop.DefaultText()), "of: lead_assigned, with: first_contact, within: 24 hours", "of: lead_assigned, with: first_contact, within: 3 hours", 1)
	d, err := sop.Decode("", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	first := Examples(conform.NewModel(d, calendar.China()))[0]
	if kept, broken := first.Kept.Events[1].After-first.Kept.Events[0].After, first.Broken.Events[1].After-first.Broken.Events[0].After; kept.Hours() > 3 || broken.Hours() <= 3 || broken.Hours() > 24 {
		t.Errorf("kept after %v, broken after %v", kept, broken)
	}
}
