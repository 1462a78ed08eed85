package demo_test

import (
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/honour"
)

// checkHonours wants two quarters of champions on the wall, each with its evidence, and people to be promoted.
func checkHonours(t *testing.T, f filled) {
	t.Helper()
	system := access.SystemActor("test")
	champions, err := f.Honours.Wall(t.Context(), system, honour.AwardFilter{DocumentID: "sales_star"})
	if err != nil || len(champions) != 2 || champions[0].Term.Before() != champions[1].Term {
		t.Fatalf("champions %+v, %v", champions, err)
	}
	for _, a := range champions {
		view, err := f.Honours.Round(t.Context(), system, a.RoundID)
		if err != nil || len(view.Evidence.Groups) != 1 || len(view.Evidence.Groups[0].Lines) < 10 {
			t.Errorf("evidence of %s: %v", a.Number, err)
		}
	}
	all, err := f.Honours.Wall(t.Context(), system, honour.AwardFilter{})
	if err != nil || len(all) < 6 {
		t.Errorf("%d awards, %v", len(all), err)
	}
	proposals, err := f.Honours.Proposals(t.Context(), system, honour.ProposalFilter{State: honour.ProposalOpen})
	if err != nil || len(proposals) == 0 {
		t.Errorf("nobody to be promoted: %v", err)
	}
	items, err := f.Honours.Shop(t.Context(), system)
	if err != nil || len(items) != 3 {
		t.Errorf("shop %+v, %v", items, err)
	}
}
