package standard_test

import (
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/process"
	"xiaoguan/internal/sop"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/store"
)

const (
	byManager   = "  - {id: reviewed_by, name: {zh: 主管评审, en: Reviewed by managers}, stage: needs, rule: each, of: reviewed, by: [manager], level: log}\n"
	fourEyes    = "  - {id: four_eyes, name: {zh: 换人评审, en: Four eyes}, stage: needs, rule: precedence, of: need_recorded, with: reviewed, different_person: true, level: log}\n"
	answerOther = "  - {id: other_answers, name: {zh: 换人评审, en: Another answers}, stage: needs, rule: response, of: need_recorded, with: reviewed, within: 5 days, different_person: true, level: log}\n"
	byFinance   = "  - {id: found_by, name: {zh: 财务也要, en: Or finance}, stage: needs, rule: response, of: need_recorded, with: reviewed, within: 5 days, by: [finance], level: log}\n"
	byAnybody   = "  - {id: reviewed_soon, name: {zh: 尽快评审, en: Reviewed soon}, stage: needs, rule: response, of: need_recorded, with: reviewed, within: 5 days, level: log}\n"
	needOfLarge = "  - {id: need_of_large, name: {zh: 大单需求由主管记, en: Large needs by managers}, stage: needs, rule: each, of: need_recorded, by: [manager], when: [{field: budget, at_least: \"100000.00\"}], level: log}\n"
	withFinance = "roles: [{id: finance, name: {zh: 财务, en: finance}}, "
)

// offered says whether a step is offered, and in which words it is kept back.
func (h house) offered(by access.Actor, id int64, step string) (offered bool, why errs.Message) {
	h.t.Helper()
	s, err := h.Case(h.t.Context(), by, id)
	h.must(err)
	for _, a := range s.Steps {
		offered = offered || a.ID == step
	}
	for _, w := range s.Withheld {
		if w.Step.ID == step {
			why = w.Why
		}
	}
	return offered, why
}

// TestStepsAreOfferedToWhoeverTheRulesWant: and refused to others by whatever way they come, with a word that names who may.
func TestStepsAreOfferedToWhoeverTheRulesWant(t *testing.T) {
	for name, c := range map[string]struct {
		rules       string
		seller, own string // the word to a seller, and to the manager who recorded the need; empty where it is theirs
	}{
		"reserved to a role":                     {byManager, "standard.reserved_role", ""},
		"counts of a role alone":                 {reviewFirst, "standard.reserved_role", ""},
		"wanted of one role or of another":       {reviewFirst + byFinance, "standard.reserved_role", ""},
		"wanted of a role, taken from anybody":   {reviewFirst + byAnybody, "", ""},
		"reserved and taken from anybody":        {byManager + byAnybody, "standard.reserved_role", ""},
		"wants another person than before":       {fourEyes, "", "standard.reserved_other"},
		"wants the answer of another person":     {answerOther, "", "standard.reserved_other"},
		"of a role, and another person than who": {byManager + fourEyes, "standard.reserved_role", "standard.reserved_other"},
	} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(h house) {
				ctx, seller, lead := h.t.Context(), h.seller("A"), h.actor("L", access.RoleLead, access.ScopeTeam)
				h.publish(withFinanceRole(small) + c.rules)
				o := h.open(seller)
				h.must(h.RecordStep(ctx, lead, standard.Step{CaseID: o.ID, Activity: "need_recorded", Values: map[string]string{"budget": "1.00"}}))
				for _, of := range []struct {
					who   string
					actor access.Actor
					want  string
				}{{"a seller", seller, c.seller}, {"the manager", lead, c.own}} {
					offered, why := h.offered(of.actor, o.ID, "reviewed")
					if offered != (of.want == "") || why.Key != of.want {
						h.t.Errorf("%s: offered %v, %q; want %q", of.who, offered, why.Key, of.want)
					}
					err := h.RecordStep(ctx, of.actor, standard.Step{CaseID: o.ID, Activity: "reviewed"})
					if of.want == "" {
						h.must(err)
						continue
					}
					h.refused(of.who, err, errs.KindForbidden)
				}
			})
		})
	}
}

func withFinanceRole(text string) string {
	return replaceOnce(text, "roles: [", withFinance)
}

// TestAStepIsReservedByWhatIsWrittenDown: a rule that asks for a role above an amount is known once the amount is.
func TestAStepIsReservedByWhatIsWrittenDown(t *testing.T) {
	onBoth(t, func(h house) {
		ctx, seller := h.t.Context(), h.seller("A")
		h.publish(small + needOfLarge)
		o := h.open(seller)
		need := func(budget string) standard.Step {
			return standard.Step{CaseID: o.ID, Activity: "need_recorded", Values: map[string]string{"budget": budget}}
		}
		h.must(h.RecordStep(ctx, seller, need("99999.99")))
		h.refused("a large one", h.RecordStep(ctx, seller, need("100000.00")), errs.KindForbidden)
		h.must(h.RecordStep(ctx, h.actor("L", access.RoleLead, access.ScopeTeam), need("100000.00")))
		events, err := h.opportunities.Events(ctx, seller, o.ID)
		h.must(err)
		if n := countOf(events, "need_recorded"); n != 2 {
			h.t.Errorf("%d needs are recorded, want 2", n)
		}
	})
}

// TestACaseThatIsExemptFromAReservationIsAnybodys.
func TestACaseThatIsExemptFromAReservationIsAnybodys(t *testing.T) {
	onBoth(t, func(h house) {
		ctx, seller := h.t.Context(), h.seller("A")
		h.publish(small + byManager)
		o := h.open(seller)
		h.refused("before", h.RecordStep(ctx, seller, standard.Step{CaseID: o.ID, Activity: "reviewed"}), errs.KindForbidden)
		_, err := h.Exempt(ctx, h.director(), standard.Exempting{CaseID: o.ID, RuleID: "reviewed_by", Reason: "主管休假", UntilOn: today + 3})
		h.must(err)
		if offered, why := h.offered(seller, o.ID, "reviewed"); !offered {
			h.t.Errorf("exempt, and kept back: %v", why)
		}
		h.must(h.RecordStep(ctx, seller, standard.Step{CaseID: o.ID, Activity: "reviewed"}))
	})
}

// TestApprovalsAreNeverWrittenDownByHand: by nobody, whatever the standard asks.
func TestApprovalsAreNeverWrittenDownByHand(t *testing.T) {
	onBoth(t, func(h house) {
		o := h.open(h.seller("A"))
		for _, activity := range []string{"manager_approved", "extra_signed", "contract_approved"} {
			if sop.Default().Activity(activity) == nil || !h.Records(process.Activity(activity)) {
				h.t.Fatalf("%s is not of the standard that ships, or not recorded by itself", activity)
			}
			for name, by := range map[string]access.Actor{"a seller": h.seller("A"), "a manager": h.actor("L", access.RoleLead, access.ScopeTeam)} {
				if offered, _ := h.offered(by, o.ID, activity); offered {
					h.t.Errorf("%s is offered to %s", activity, name)
				}
				h.refused(activity, h.RecordStep(h.t.Context(), by, standard.Step{CaseID: o.ID, Activity: activity}), errs.KindConflict)
			}
		}
	})
}

// reviewedBy writes that somebody reviewed a case, as came in before steps were reserved.
func (h house) reviewedBy(by access.Actor, id int64) {
	h.t.Helper()
	h.must(h.db.InTx(h.t.Context(), func(tx *store.Tx) error {
		return tx.AppendEvents(h.t.Context(), []process.Event{{CaseID: id, Activity: "reviewed", OccurredAt: *h.clock, RecordedAt: *h.clock, PersonID: by.PersonID, ActorID: by.UserID, Source: "step:900"}})
	}))
}

func replaceOnce(text, old, with string) string { return strings.Replace(text, old, with, 1) }

func countOf(events []process.Event, activity process.Activity) (n int) {
	for _, e := range events {
		if e.Activity == activity {
			n++
		}
	}
	return n
}
