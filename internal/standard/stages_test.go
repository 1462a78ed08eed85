package standard_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/store"
)

// three is a company of three stages, of which the last is the signature.
const three = `xiaoguan: sop/1
id: three
name: {zh: 三步, en: three steps}
hours: "09:00-18:00"
roles: [{id: seller, name: {zh: 销售, en: seller}}]
stages:
  - {id: visit, name: {zh: 初访, en: First visit}, role: seller, chance: 20, REPLACES activities: [{id: visited, name: {zh: 拜访, en: visited}}]}
  - {id: offer, name: {zh: 报价, en: Offer}, role: seller, after: [visit], chance: 60, replaces: [proposal], activities: [{id: offered, name: {zh: 报价, en: offered}}]}
  - {id: closing, name: {zh: 成交, en: Closing}, role: seller, after: [offer], signing: true, replaces: [contract, after_sales], activities: [{id: signed, name: {zh: 签约, en: signed}}]}
rules:
  - {id: entered, name: {zh: 不许换阶段, en: No moves}, stage: visit, rule: absence, of: offered, level: log}
`

func threeStages() string {
	return strings.Replace(three, "REPLACES", "replaces: [development, needs],", 1)
}

func (h house) onStages() house {
	h.opportunities.WithStages(h.Service)
	return h
}

func (h house) settle() {
	h.t.Helper()
	for {
		more, err := h.opportunities.Resettle(h.t.Context())
		h.must(err)
		if !more {
			break
		}
	}
	h.must(h.CatchUp(h.t.Context()))
}

func (h house) stands(id int64) opportunity.Opportunity {
	h.t.Helper()
	d, err := h.opportunities.Get(h.t.Context(), h.director(), id)
	h.must(err)
	return d.Opportunity
}

func TestOpportunitiesGoToTheStagesThatTakeOver(t *testing.T) {
	onBoth(t, func(h house) {
		h.onStages()
		ctx, seller := t.Context(), h.seller("A")
		first, won, lost := h.open(seller), h.open(seller), h.open(seller)
		_, err := h.opportunities.Move(ctx, seller, first.ID, opportunity.StageNeeds, 0)
		h.must(err)
		_, err = h.opportunities.Win(ctx, seller, opportunity.Win{ID: won.ID, SignedOn: today})
		h.must(err)
		_, err = h.opportunities.Lose(ctx, seller, opportunity.Lose{ID: lost.ID, For: "price"})
		h.must(err)
		since := h.stands(first.ID).StageSince
		h.publish(threeStages())
		if lanes, err := h.opportunities.Board(ctx, seller, opportunity.Filter{Expected: fact.AnyDay()}); err != nil || len(lanes) != 5 || lanes[3].Stage != opportunity.StageNeeds || lanes[3].Total.Count != 1 {
			t.Errorf("before they are moved the board shows where they stand: %+v %v", lanes, err)
		}
		h.after(time.Minute)
		h.settle()
		for id, want := range map[int64]opportunity.Stage{first.ID: "visit", won.ID: "closing", lost.ID: opportunity.StageDevelopment} {
			if got := h.stands(id); got.Stage != want {
				t.Errorf("%d stands on %s, want %s", id, got.Stage, want)
			}
		}
		if got := h.stands(first.ID); !got.StageSince.Equal(since) {
			t.Errorf("it waits since %s, and waited since %s", got.StageSince, since)
		}
		events, err := h.opportunities.Events(ctx, seller, first.ID)
		h.must(err)
		last := events[len(events)-1]
		if !last.MovedByStandard() || last.PersonID != 0 || !bytes.Contains(last.Data, []byte(`"from":"needs"`)) || !bytes.Contains(last.Data, []byte(`"stage":"visit"`)) {
			t.Errorf("the event says %s by %d", last.Data, last.PersonID)
		}
		d, err := h.opportunities.Get(ctx, seller, first.ID)
		h.must(err)
		if d.Changes[0].Action != "opportunity.resettle" || d.Changes[0].ActorID != "system:standard" {
			t.Errorf("the history says %+v", d.Changes[0])
		}
		if more, err := h.opportunities.Resettle(ctx); more || err != nil {
			t.Errorf("nothing is left to be moved: %v %v", more, err)
		}
		if reopened, err := h.opportunities.Reopen(ctx, seller, lost.ID, 0); err != nil || reopened.Stage != "visit" {
			t.Errorf("taken up again it stands on %s: %v", reopened.Stage, err)
		}
	})
}

func TestACompanyOfThreeStages(t *testing.T) {
	onBoth(t, func(h house) {
		h.onStages()
		ctx, seller := t.Context(), h.seller("A")
		h.publish(threeStages())
		o := h.open(seller)
		if o.Stage != "visit" {
			t.Errorf("it begins on %s", o.Stage)
		}
		_, err := h.opportunities.Move(ctx, seller, o.ID, opportunity.StageNeeds, 0)
		h.refused("a stage that is not in force", err, errs.KindInvalid)
		_, err = h.opportunities.Move(ctx, seller, o.ID, "offer", 0)
		h.must(err)
		page, err := h.opportunities.List(ctx, seller, opportunity.Filter{Expected: fact.AnyDay(), Stage: "offer"})
		if err != nil || len(page.Rows) != 1 {
			t.Errorf("the list finds %d: %v", len(page.Rows), err)
		}
		if changed, err := h.opportunities.ChangeTogether(ctx, seller, opportunity.Together{IDs: []int64{o.ID}, Stage: "closing", ExpectedOn: today + 9}); err != nil || changed[0].Failure != nil {
			t.Errorf("several together: %+v %v", changed, err)
		}
		lanes, err := h.opportunities.Board(ctx, seller, opportunity.Filter{Expected: fact.AnyDay()})
		h.must(err)
		if len(lanes) != 3 || lanes[2].Stage != "closing" || lanes[2].Total.Count != 1 {
			t.Errorf("the board: %+v", lanes)
		}
		won, err := h.opportunities.Win(ctx, seller, opportunity.Win{ID: o.ID, SignedOn: today})
		if err != nil || won.Stage != "closing" {
			t.Errorf("won it stands on %s: %v", won.Stage, err)
		}
		_, err = h.opportunities.Move(ctx, seller, o.ID, "offer", 0)
		h.refused("back before the signature", err, errs.KindConflict)
		set, err := h.Stages(ctx)
		h.must(err)
		if got := set.PercentOf(opportunity.Opportunity{Stage: "offer", State: opportunity.StateOpen}); got != 60 {
			t.Errorf("a chance of %d", got)
		}
		if !slices.Equal(set.IDs(), []opportunity.Stage{"visit", "offer", "closing"}) || len(set.Former()) != 5 {
			t.Errorf("stages %v, former %v", set.IDs(), set.Former())
		}
	})
}

func TestAStageWithOpportunitiesDoesNotVanish(t *testing.T) {
	onBoth(t, func(h house) {
		h.onStages()
		ctx, seller := t.Context(), h.seller("A")
		without := strings.Replace(three, "REPLACES", "", 1)
		early, err := h.Save(ctx, h.operations(), standard.Draft{Text: without, EffectiveOn: today})
		h.must(err)
		_, err = h.Submit(ctx, h.operations(), early.ID, "")
		h.must(err) // nothing stands there yet
		h.open(seller)
		h.open(h.seller("B"))
		_, err = h.Approve(ctx, h.director(), early.ID, "")
		failure, _ := errors.AsType[*errs.Error](err)
		if failure == nil || failure.Kind != errs.KindConflict || len(failure.Fields) != 1 || failure.Fields[0].Path != "stage:development" || failure.Fields[0].Message.Args["Count"] != int64(2) {
			t.Fatalf("approved with opportunities on a stage that vanishes: %v %+v", err, failure)
		}
		late, err := h.Save(ctx, h.operations(), standard.Draft{Text: without, EffectiveOn: today})
		h.must(err)
		_, err = h.Submit(ctx, h.operations(), late.ID, "")
		h.refused("submitting it", err, errs.KindConflict)
		taken := h.publish(threeStages())
		h.settle()
		// Going back is possible: what was taken over is taken back.
		_, err = h.Retire(ctx, h.director(), taken.ID, "", "回到五个阶段")
		h.must(err)
		h.settle()
		page, err := h.opportunities.List(ctx, h.director(), opportunity.Filter{Expected: fact.AnyDay(), Stage: opportunity.StageNeeds})
		if err != nil || len(page.Rows) != 2 {
			t.Errorf("%d opportunities are on a stage that ships: %v", len(page.Rows), err)
		}
	})
}

func TestStagesThatABoardHasRoomFor(t *testing.T) {
	onBoth(t, func(h house) {
		one := three[:strings.Index(three, "  - {id: visit")] + "  - {id: only, name: {zh: 一, en: one}, role: seller, activities: [{id: visited, name: {zh: 拜访, en: visited}}]}\n" +
			"rules:\n  - {id: r, name: {zh: 一, en: one}, stage: only, rule: absence, of: visited, level: log}\n"
		called := strings.ReplaceAll(threeStages(), "id: closing,", "id: signed,")
		for what, text := range map[string]string{"one stage": one, "a stage that is called as an activity": called} {
			_, err := h.Save(t.Context(), h.operations(), standard.Draft{Text: text, EffectiveOn: today})
			h.refused(what, err, errs.KindInvalid)
		}
	})
}

// TestAnInterruptedMoveGoesOn: more opportunities than one transaction moves; after the first somebody else goes on.
func TestAnInterruptedMoveGoesOn(t *testing.T) {
	onBoth(t, func(h house) {
		h.onStages()
		ctx, seller := t.Context(), h.seller("A")
		h.must(h.db.InTx(ctx, func(tx *store.Tx) error {
			for range 250 {
				if _, err := h.opportunities.AddIn(ctx, tx, seller, opportunity.Entry{Name: "产线", Customer: "C1", AmountMinor: 1, Currency: "CNY", ExpectedOn: today + 30}); err != nil {
					return err
				}
			}
			return nil
		}))
		h.publish(threeStages())
		if more, err := h.opportunities.Resettle(ctx); !more || err != nil {
			t.Fatalf("the first portion: %v %v", more, err)
		}
		left := func() int64 {
			counts, err := h.opportunities.OnStages(ctx, []opportunity.Stage{opportunity.StageDevelopment})
			h.must(err)
			return counts[opportunity.StageDevelopment]
		}
		if n := left(); n != 50 {
			t.Fatalf("%d are left after the first portion", n)
		}
		h.settle()
		page, err := h.opportunities.List(ctx, access.Actor{UserID: "u", PersonID: seller.PersonID, Grants: seller.Grants}, opportunity.Filter{Expected: fact.AnyDay(), Stage: "visit", ExactTotal: true})
		if err != nil || left() != 0 || page.Total.Count != 250 {
			t.Errorf("%d left, %d moved: %v", left(), page.Total.Count, err)
		}
	})
}
