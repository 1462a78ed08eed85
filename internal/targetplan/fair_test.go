package targetplan_test

import (
	"testing"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/fairness"
	"xiaoguan/internal/store"
	"xiaoguan/internal/target"
	"xiaoguan/internal/targetplan"
)

// more adds five sellers to the east team, with quotas and results in each month of two years.
func (h *house) more(tx *store.Tx) error {
	ctx := h.t.Context()
	w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
	if err != nil {
		return err
	}
	for m := start.Month() - 30; m < start.Month(); m++ {
		for i, key := range []string{"A", "N", "B", "C"} {
			if _, err := w.PutQuota(ctx, fact.QuotaRecord{Person: key, Month: m, Of: target.OfCollected, AmountMinor: int64(100_000_00 * (i + 1))}); err != nil {
				return err
			}
		}
	}
	_, err = w.Finish(ctx)
	return err
}

func TestAQuarterIsTestedOnceByItselfAndAgainWhenAsked(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := t.Context()
		h.must(h.db.InTx(ctx, h.more))
		none, err := h.Fairness(ctx, h.actors["O"], 0, "")
		if err != nil || none.Report.Until != 0 || len(none.Reports) != 0 {
			t.Fatalf("%+v, %v", none, err)
		}
		h.refuses(h.StartFairness(ctx, h.actors["L"], 0), errs.KindForbidden, "")
		h.refuses(h.FairNow(ctx, h.actors["A"]), errs.KindForbidden, "")
		h.refuses(h.StartFairness(ctx, h.actors["O"], none.Latest+3), errs.KindInvalid, "")
		h.refuses(h.StartFairness(ctx, h.actors["O"], none.Latest-1), errs.KindInvalid, "")
		h.must(h.StartFairness(ctx, h.actors["O"], 0))
		h.refuses(h.StartFairness(ctx, h.actors["O"], 0), errs.KindConflict, "fairness.gathering")
		started, err := h.TickFairness(ctx)
		if err != nil || started {
			t.Errorf("started beside one that runs: %v", err)
		}
		waiting, err := h.Fairness(ctx, h.actors["O"], 0, "")
		if err != nil || !waiting.Report.Pending || !waiting.Report.At.IsZero() {
			t.Errorf("%+v, %v", waiting.Report, err)
		}
		h.must(h.FairNow(ctx, h.actors["O"]))
		v, err := h.Fairness(ctx, h.actors["O"], 0, "")
		h.must(err)
		if v.Report.At.IsZero() || v.Report.Until != none.Latest || v.People != 4 || !v.Hidden || v.Tests != nil || v.Patterns != nil {
			t.Errorf("four people are too few to be shown: %+v", v)
		}
		if len(v.Units) != 4 || v.Units[0].Name != "华东" {
			t.Errorf("%+v", v.Units)
		}
		own, err := h.Fairness(ctx, h.actors["A"], 0, "")
		if err != nil || own.People != 1 || !own.Hidden || len(own.Units) != 2 {
			t.Errorf("a seller: %+v, %v", own, err)
		}
		_, err = h.Fairness(ctx, h.actors["A"], 0, v.Units[1].Unit)
		h.refuses(err, errs.KindNotFound, "")
		_, err = h.Fairness(ctx, h.actors["O"], none.Latest-3, "")
		h.refuses(err, errs.KindNotFound, "")
		if started, err = h.TickFairness(ctx); err != nil || started {
			t.Errorf("tested twice: %v", err)
		}
		p := h.draft(nil)
		split, err := h.SplitFairness(ctx, h.actors["O"], p.ID)
		if err != nil || !split.Hidden || split.Tests != nil {
			t.Errorf("%+v, %v", split, err)
		}
	})
}

// TestATestedCompanyIsSeenWholeAndInParts: sixty people in two regions; one region's targets are twice as hard.
func TestATestedCompanyIsSeenWholeAndInParts(t *testing.T) {
	t.Parallel()
	in := targetplan.FairInput{Until: firstMonth - 1}
	var people, easy []*targetplan.FairPerson
	for i := range 60 {
		p := &targetplan.FairPerson{ID: int64(i + 1), Level: []string{"core", "newcomer"}[i%2], Team: "t1", Region: "r1"}
		for m := range 24 {
			asked := int64(100_000_00 + (i*13)%40*100_00)
			if i >= 30 {
				p.Team, p.Region, asked = "t2", "r2", asked*2
			}
			p.Months = append(p.Months, fairness.Month{Month: m, TargetMinor: asked, SoldMinor: int64(100_000_00 + (i*29+m*7)%50*100_00), Days: 21})
		}
		people = append(people, p)
		if i < 30 {
			easy = append(easy, p)
		}
	}
	verdicts := func(people []*targetplan.FairPerson) map[fairness.Kind]fairness.Verdict {
		tests, bins, _, err := in.Tests(people, true)
		if err != nil {
			t.Fatal(err)
		}
		sum, out := 0, map[fairness.Kind]fairness.Verdict{}
		for _, b := range bins {
			sum += b.People
		}
		if sum != len(people) {
			t.Errorf("%d people in %+v", len(people), bins)
		}
		for _, one := range tests {
			out[one.Kind] = one.Verdict
		}
		return out
	}
	whole, part := verdicts(people), verdicts(easy)
	if whole[fairness.KindSize] != fairness.Alarm || whole[fairness.KindMarket] != fairness.Unknown {
		t.Errorf("the company: %v", whole)
	}
	if part[fairness.KindStaff] == fairness.Alarm || part[fairness.KindAttained] == fairness.Unknown {
		t.Errorf("the easy region: %v", part)
	}
}

// TestATrialChangesNothing: more ability asks more of a person and evenly shared weights ask less of the strongest; the plan stays as it is.
func TestATrialChangesNothing(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := t.Context()
		p := h.draft(nil)
		usual := targetplan.WhatIf{History: 50, Potential: 30, Pipeline: 10, Even: 10}
		same, err := h.Try(ctx, h.actors["O"], p.ID, h.ids["A"], usual)
		h.must(err)
		if row := h.person("O", p, "A").Row; same.BeforeMinor != row.Minor || same.AfterMinor != row.Minor {
			t.Errorf("the same settings: %+v, and it is %d", same, row.Minor)
		}
		able := usual
		able.Ability = 300
		more, err := h.Try(ctx, h.actors["O"], p.ID, h.ids["A"], able)
		if err != nil || more.AfterMinor <= same.AfterMinor || more.Detail.Ability != 3_000_000 {
			t.Errorf("%+v, %v", more, err)
		}
		less, err := h.Try(ctx, h.actors["O"], p.ID, h.ids["A"], targetplan.WhatIf{Even: 100})
		if err != nil || less.AfterMinor >= same.AfterMinor {
			t.Errorf("%+v, %v", less, err)
		}
		market := usual
		market.RegionMinor, market.RegionKnown = 100_000_000_00, true
		if _, err := h.Try(ctx, h.actors["O"], p.ID, h.ids["A"], market); err != nil {
			t.Error(err)
		}
		_, err = h.Try(ctx, h.actors["O"], p.ID, h.ids["A"], targetplan.WhatIf{History: 10})
		h.refuses(err, errs.KindInvalid, "")
		able.Ability = 501
		_, err = h.Try(ctx, h.actors["O"], p.ID, h.ids["A"], able)
		h.refuses(err, errs.KindInvalid, "")
		_, err = h.Try(ctx, h.actors["A"], p.ID, h.ids["A"], usual)
		h.refuses(err, errs.KindNotFound, "")
		_, err = h.Step(ctx, h.actors["O"], p.ID, targetplan.StateDiscussion)
		h.must(err)
		_, err = h.Try(ctx, h.actors["A"], p.ID, h.ids["A"], usual)
		h.must(err)
		_, err = h.Try(ctx, h.actors["A"], p.ID, h.ids["B"], usual)
		h.refuses(err, errs.KindNotFound, "")
		if after := h.get("O", p, ""); after.ResultHash != p.ResultHash || after.Rules.Even != 10 {
			t.Error("the plan was changed by a trial")
		}
		second := h.draft(nil)
		list, err := h.Versions(ctx, h.actors["A"], p.ID, h.ids["A"])
		if err != nil || len(list) != 1 || list[0].Plan.ID != p.ID || list[0].Plan.Rules.YearMinor != 0 {
			t.Errorf("a seller does not see a draft: %+v, %v", list, err)
		}
		if list, err = h.Versions(ctx, h.actors["O"], p.ID, h.ids["A"]); err != nil || len(list) != 2 || list[0].Plan.ID != second.ID {
			t.Errorf("%+v, %v", list, err)
		}
	})
}
