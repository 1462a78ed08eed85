package standard_test

import (
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/given"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/store"
)

func TestADraftIsTriedOnWhatHappened(t *testing.T) {
	onBoth(t, func(h house) {
		ctx := h.t.Context()
		h.publish(small)
		h.open(h.seller("A"))
		h.open(h.seller("B"))
		h.after(30 * time.Hour)
		h.must(h.CatchUp(ctx))
		before := h.tallies()
		draft, err := h.Save(ctx, h.operations(), standard.Draft{Text: strings.Replace(small, "within: 24 hours", "within: 90 hours", 1), EffectiveOn: today + 30})
		h.must(err)
		_, err = h.Try(ctx, h.seller("A"), draft.ID)
		h.refused("a seller tries", err, errs.KindForbidden)
		trial, err := h.Try(ctx, h.operations(), draft.ID)
		h.must(err)
		if trial.Cases != 2 || trial.Limited || trial.Before.Violated != 2 || trial.After != (standard.Counts{Pending: 2}) || len(trial.Rules) != 1 || len(trial.Teams) != 2 || len(trial.Examples) != 0 {
			h.t.Errorf("%+v", trial)
		}
		if after := h.tallies(); len(after) != len(before) || after[0] != before[0] {
			h.t.Error("a trial changed what is kept")
		}
	})
}

func TestRatesAreHandedOverToPlans(t *testing.T) {
	onBoth(t, func(h house) {
		ctx := h.t.Context()
		h.WithMeasures(given.NewService(h.db.Given(), func() time.Time { return *h.clock }))
		h.publish(small)
		h.open(h.seller("A"))
		month := today.Month()
		_, err := h.HandOver(ctx, h.operations(), month)
		h.refused("a month that runs", err, errs.KindInvalid)
		h.after(40 * 24 * time.Hour)
		_, err = h.HandOver(ctx, h.actor("L", access.RoleLead, access.ScopeTeamAndBelow), month)
		h.refused("a lead", err, errs.KindForbidden)
		h.must(h.CatchUp(ctx))
		for range 2 { // again corrects
			people, err := h.HandOver(ctx, h.operations(), month)
			if err != nil || people != 1 {
				h.t.Fatalf("%d %v", people, err)
			}
		}
		h.must(h.db.Read(ctx, func(tx *store.Tx) error {
			values, err := tx.GivenValues(ctx, month, []int64{h.seller("A").PersonID})
			if err == nil && (len(values) != 1 || values[0].Measure != standard.Measure || values[0].Value.String() != "0" || values[0].Unit != fact.UnitPercent) {
				h.t.Errorf("%+v", values)
			}
			return err
		}))
	})
}
