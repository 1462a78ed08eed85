package standard_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/conform"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/sop"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// house is a company of two teams: L leads A in T1, B is alone in T2. Its clock stands still until it is moved.
type house struct {
	*standard.Service
	t             *testing.T
	db            *store.DB
	opportunities *opportunity.Service
	followUps     *followup.Service
	clock         *time.Time
}

var today = calendar.DateOf(storetest.Start)

func onBoth(t *testing.T, test func(h house)) {
	t.Helper()
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) { test(newHouse(t, db)) })
}

func newHouse(t *testing.T, db *store.DB) house {
	t.Helper()
	clock := storetest.Start.Add(time.Hour) // ahead of the database's own, so that nothing is recorded in the future
	now := func() time.Time { return clock }
	h := house{t: t, db: db, clock: &clock}
	h.Service = newService(h)
	h.opportunities = opportunity.NewService(db.Opportunities(), deal.NewService(db.Deals(), now), now).WithGate(h.Service)
	h.followUps = followup.NewService(db.FollowUpStore(), now)
	h.must(db.InTx(t.Context(), h.facts))
	return h
}

func newService(h house) *standard.Service {
	ids := 0
	return standard.NewService(h.db.Standards(), func() string { ids++; return fmt.Sprintf("v-%d", ids) }, func() time.Time { return *h.clock }, calendar.China)
}

func (h house) facts(tx *store.Tx) error {
	ctx := h.t.Context()
	w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
	if err != nil {
		return err
	}
	put := func(_ fact.Outcome, problem error) {
		if err == nil {
			err = problem
		}
	}
	for _, team := range []string{"T1", "T2"} {
		put(w.PutTeam(ctx, fact.TeamRecord{Key: team, Name: "团队" + team}))
	}
	for _, p := range [][3]string{{"L", "T1", "manager"}, {"A", "T1", "regular"}, {"B", "T2", "regular"}} {
		put(w.PutPerson(ctx, fact.PersonRecord{Key: p[0], Name: "销售" + p[0], Team: p[1], Level: p[2], Hired: today - 900, Left: calendar.Forever, ValidFrom: calendar.NoDate}))
	}
	put(w.PutLeader(ctx, fact.LeaderRecord{Team: "T1", Person: "L", From: calendar.NoDate}))
	put(w.PutCustomer(ctx, fact.CustomerRecord{Key: "C1", Name: "客户"}))
	if err == nil {
		_, err = w.Finish(ctx)
	}
	return err
}

func (h house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h house) refused(what string, err error, kind errs.Kind) {
	h.t.Helper()
	if !errs.Is(err, kind) {
		h.t.Errorf("%s: %v, want %v", what, err, kind)
	}
}

func (h house) actor(key string, role access.Role, scope access.ScopeKind) access.Actor {
	h.t.Helper()
	a := access.Actor{UserID: "u-" + key + string(role), Name: key, Grants: []access.Grant{{Role: role, Scope: scope}}}
	if key != "" {
		h.must(h.db.Read(h.t.Context(), func(tx *store.Tx) (err error) {
			a.PersonID, err = tx.OrgPersonID(h.t.Context(), key)
			return err
		}))
	}
	return a
}

func (h house) seller(key string) access.Actor {
	return h.actor(key, access.RoleSeller, access.ScopeOwn)
}

func (h house) operations() access.Actor {
	return h.actor("", access.RoleOperations, access.ScopeAll)
}

func (h house) director() access.Actor { return h.actor("", access.RoleDirector, access.ScopeAll) }

// after moves the clock.
func (h house) after(d time.Duration) { *h.clock = h.clock.Add(d) }

// small is a standard whose rules the tests append.
const small = `xiaoguan: sop/1
id: small
name: {zh: 小, en: small}
hours: "09:00-18:00"
roles: [{id: seller, name: {zh: 销售, en: seller}}, {id: manager, name: {zh: 经理, en: manager}}]
stages:
  - {id: development, name: {zh: 开发, en: development}, role: seller, activities: [{id: found, name: {zh: 找到, en: found}}]}
  - id: needs
    name: {zh: 需求, en: needs}
    role: seller
    after: [development]
    activities:
      - {id: opportunity_opened, name: {zh: 开商机, en: opened}}
      - {id: first_contact, name: {zh: 首次联系, en: first contact}}
      - {id: contacted, name: {zh: 跟进, en: follow-up}}
      - {id: stage_entered, name: {zh: 进入阶段, en: stage entered}, form: [{id: stage, name: {zh: 阶段, en: stage}, type: choice, values: [development, needs, proposal, contract, after_sales]}]}
      - {id: need_recorded, name: {zh: 记需求, en: need recorded}, form: [{id: budget, name: {zh: 预算, en: budget}, type: amount, required: true}]}
      - {id: reviewed, name: {zh: 评审, en: reviewed}}
      - {id: signed, name: {zh: 签约, en: signed}}
      - {id: lost, name: {zh: 丢单, en: lost}}
  - {id: proposal, name: {zh: 方案, en: proposal}, role: seller, after: [needs], activities: [{id: offered, name: {zh: 报价, en: offered}}]}
  - {id: contract, name: {zh: 签约, en: contract}, role: seller, after: [proposal], signing: true, activities: [{id: agreed, name: {zh: 谈妥, en: agreed}}]}
  - {id: after_sales, name: {zh: 售后, en: after-sales}, role: seller, after: [contract], activities: [{id: delivered, name: {zh: 交付, en: delivered}}]}
closing: [lost]
rules:
  - {id: contact_soon, name: {zh: 一天内联系, en: Contact within a day}, stage: needs, rule: response, of: opportunity_opened, with: first_contact, within: 24 hours, weight: 2, level: log}
`

const (
	needFirst   = "  - {id: need_first, name: {zh: 先记需求, en: Needs first}, stage: needs, rule: precedence, of: need_recorded, with: stage_entered, complete: [required], when: [{field: stage, equals: proposal}], level: LEVEL}\n"
	reviewFirst = "  - {id: review_first, name: {zh: 先评审, en: Review first}, stage: needs, rule: precedence, of: reviewed, with: signed, by: [manager], level: reason}\n"
)

// publish puts a text in force today.
func (h house) publish(text string) standard.Version {
	h.t.Helper()
	ctx := h.t.Context()
	v, err := h.Save(ctx, h.operations(), standard.Draft{Text: text, EffectiveOn: today})
	h.must(err)
	_, err = h.Submit(ctx, h.operations(), v.ID, v.Tag())
	h.must(err)
	v, err = h.Approve(ctx, h.director(), v.ID, "")
	h.must(err)
	h.must(h.CatchUp(ctx))
	return v
}

func (h house) open(by access.Actor) opportunity.Opportunity {
	h.t.Helper()
	o, err := h.opportunities.Save(h.t.Context(), by, opportunity.Entry{Name: "产线", Customer: "C1", AmountMinor: 1000_00, Currency: money.CNY, ExpectedOn: today + 30})
	h.must(err)
	return o
}

// standing is the status of each rule of a case, judged now.
func (h house) standing(id int64) map[string]string {
	h.t.Helper()
	s, err := h.Case(h.t.Context(), h.operations(), id)
	h.must(err)
	all := map[string]string{}
	for _, r := range s.Rules {
		all[r.Rule.ID] = r.Status.String()
	}
	return all
}

// tallies are all tallies as kept.
func (h house) tallies() (all []standard.Tally) {
	h.t.Helper()
	month := today.Month()
	h.must(h.db.Read(h.t.Context(), func(tx *store.Tx) (err error) {
		all, err = tx.Tallies(h.t.Context(), standard.TallyQuery{From: month - 12, To: month + 12, All: true, By: standard.ByPerson})
		return err
	}))
	return all
}

// A stage's form may ask for fields of the opportunity: the gate names what is empty, and the event carries what is filled in.
func TestAFormAsksForFieldsOfTheOpportunity(t *testing.T) {
	onBoth(t, func(h house) {
		ctx, seller := h.t.Context(), h.seller("A")
		book := customfield.NewService(h.db.CustomFieldStore(), nil, func() time.Time { return *h.clock })
		for _, f := range []customfield.Entry{{Key: "budget", Kind: customfield.KindMoney}, {Key: "decider", Kind: customfield.KindText, Personal: true}, {Key: "rival", Kind: customfield.KindText}} {
			f.Object, f.NameZh = customfield.ObjectOpportunity, f.Key
			_, err := book.Save(ctx, h.operations(), f)
			h.must(err)
		}
		text := strings.Replace(small, "type: choice, values: [development, needs, proposal, contract, after_sales]}]", "type: choice, values: [development, needs, proposal, contract, after_sales]}, "+
			"{id: budget, name: {zh: 预算, en: budget}, type: amount, required: true}, {id: decider, name: {zh: 决策人, en: decider}, type: text, required: true}]", 1)
		h.publish(text + "  - {id: needs_form, name: {zh: 需求表, en: Needs form}, stage: needs, rule: each, of: stage_entered, complete: [required], when: [{field: stage, equals: proposal}], level: block}\n" +
			"  - {id: enough, name: {zh: 预算够, en: Enough}, stage: needs, rule: each, of: stage_entered, data: [{field: budget, at_least: \"100\"}], when: [{field: stage, equals: contract}], level: block}\n")
		o := h.open(seller)
		_, err := h.opportunities.MoveFor(ctx, seller, opportunity.Moving{ID: o.ID, Stage: opportunity.StageProposal})
		h.refused("a move with an empty form", err, errs.KindConflict)
		var asked []string
		if e, ok := errors.AsType[*errs.Error](err); ok {
			for _, f := range e.Fields {
				asked = append(asked, f.Path)
			}
		}
		if !slices.Equal(asked, []string{"rule:needs_form", "field.budget", "field.decider"}) {
			h.t.Errorf("asked for %v", asked)
		}
		in := customfield.Inputs{"budget": {Typed: []string{"88"}}, "decider": {Typed: []string{"王总"}}}
		_, err = h.opportunities.MoveFor(ctx, seller, opportunity.Moving{ID: o.ID, Stage: opportunity.StageProposal, Fields: in})
		h.must(err)
		events, err := h.opportunities.Events(ctx, seller, o.ID)
		h.must(err)
		if last := events[len(events)-1]; string(last.Activity) != "stage_entered" || string(last.Data) != `{"amount":100000,"budget":8800,"decider":"王***","from":"development","stage":"proposal"}` {
			h.t.Errorf("%s %s", last.Activity, last.Data)
		}
		_, err = h.opportunities.MoveFor(ctx, seller, opportunity.Moving{ID: o.ID, Stage: opportunity.StageContract})
		h.refused("a budget that is too small", err, errs.KindConflict)
		h.must(h.CatchUp(ctx))
		if got := h.standing(o.ID)["needs_form"]; got != "satisfied" {
			h.t.Errorf("judged later: %s", got)
		}
	})
}

func TestAVersionIsWrittenByOneAndApprovedByAnother(t *testing.T) {
	onBoth(t, func(h house) {
		ctx := h.t.Context()
		current, document, err := h.Current(ctx, h.seller("A"))
		h.must(err)
		if current.ID != standard.ShippedID || len(document.Rules) != len(sop.Default().Rules) {
			h.t.Errorf("before any version: %s", current.ID)
		}
		for _, rule := range document.Rules {
			if rule.Level != sop.LevelLog {
				h.t.Errorf("%s hinders people: %s", rule.ID, rule.Level)
			}
		}
		_, err = h.Save(ctx, h.seller("A"), standard.Draft{Text: small, EffectiveOn: today})
		h.refused("a seller drafts", err, errs.KindForbidden)
		_, err = h.Save(ctx, h.operations(), standard.Draft{Text: "xiaoguan: sop/1", EffectiveOn: today})
		h.refused("nonsense", err, errs.KindInvalid)
		v, err := h.Save(ctx, h.operations(), standard.Draft{Text: small, EffectiveOn: today + 2, Note: "先试"})
		h.must(err)
		_, _, err = h.Get(ctx, h.seller("A"), v.ID)
		h.refused("a seller reads a draft", err, errs.KindNotFound)
		_, err = h.Approve(ctx, h.director(), v.ID, "")
		h.refused("a draft is approved", err, errs.KindConflict)
		_, err = h.Submit(ctx, h.operations(), v.ID, "other")
		h.refused("what was not seen is submitted", err, errs.KindConflict)
		v, err = h.Submit(ctx, h.operations(), v.ID, v.Tag())
		h.must(err)
		both := h.director()
		both.UserID = h.operations().UserID
		_, err = h.Approve(ctx, both, v.ID, "")
		h.refused("the author approves", err, errs.KindForbidden)
		_, err = h.Return(ctx, h.director(), v.ID, "", " ")
		h.refused("without a reason", err, errs.KindInvalid)
		v, err = h.Return(ctx, h.director(), v.ID, "", "时限太短")
		h.must(err)
		if v.State != standard.StateDraft || v.Decision != "时限太短" {
			h.t.Errorf("%+v", v)
		}
		v, err = h.Save(ctx, h.operations(), standard.Draft{VersionID: v.ID, Seen: v.Tag(), Text: small, EffectiveOn: today + 1})
		h.must(err)
		v, err = h.Submit(ctx, h.operations(), v.ID, "")
		h.must(err)
		_, err = h.Approve(ctx, h.director(), v.ID, "")
		h.must(err)
		if current, _, err = h.Current(ctx, h.seller("A")); err != nil || current.ID != standard.ShippedID {
			h.t.Errorf("before its day: %s %v", current.ID, err)
		}
		h.after(25 * time.Hour)
		if current, _, err = h.Current(ctx, h.seller("A")); err != nil || current.ID != v.ID {
			h.t.Errorf("on its day: %s %v", current.ID, err)
		}
		_, err = h.Retire(ctx, h.operations(), v.ID, "", "不用了")
		h.refused("operations retires what is in force", err, errs.KindForbidden)
		_, err = h.Retire(ctx, h.director(), v.ID, "", "不用了")
		h.must(err)
		if current, _, err = h.Current(ctx, h.seller("A")); err != nil || current.ID != standard.ShippedID {
			h.t.Errorf("after it was retired: %s %v", current.ID, err)
		}
	})
}

func TestWhatIsKeptFollowsWhatHappensAndWhatTimeDoes(t *testing.T) {
	onBoth(t, func(h house) {
		ctx := h.t.Context()
		h.publish(small)
		in, out := h.open(h.seller("A")), h.open(h.seller("A"))
		h.must(h.CatchUp(ctx))
		h.after(time.Hour)
		_, err := h.followUps.Record(ctx, h.seller("A"), followup.Entry{OpportunityID: in.ID, Kind: followup.KindCall, Text: "有意向", NextOn: calendar.NoDate})
		h.must(err)
		h.must(h.CatchUp(ctx))
		person := h.seller("A").PersonID
		want := []standard.Tally{{Month: 0, PersonID: person, Counts: standard.Counts{Satisfied: 1, Pending: 1}}, {PersonID: person, RuleID: "contact_soon", Counts: standard.Counts{Satisfied: 1, Pending: 1}}}
		check := func(what string) {
			h.t.Helper()
			got := h.tallies()
			for i := range got {
				got[i].Month = 0
			}
			if diff := cmp.Diff(want, got); diff != "" {
				h.t.Errorf("%s (-want +got):\n%s", what, diff)
			}
		}
		check("one answered, one open")
		h.after(48 * time.Hour)
		h.must(h.CatchUp(ctx))
		want[0].Counts, want[1].Counts = standard.Counts{Satisfied: 1, Violated: 1}, standard.Counts{Satisfied: 1, Violated: 1}
		check("time has run out")
		if got := h.standing(out.ID)["contact_soon"]; got != "violated" {
			h.t.Errorf("the case says %s", got)
		}
		// Judging everything anew changes nothing; a standard without the rule takes all of it away.
		h.must(h.db.InTx(ctx, func(tx *store.Tx) error {
			p, err := tx.JudgeProgress(ctx)
			if err != nil {
				return err
			}
			p.Basis = ""
			return tx.SaveJudgeProgress(ctx, p)
		}))
		h.must(h.CatchUp(ctx))
		check("judged anew")
		h.publish(strings.Replace(small, "within: 24 hours", "within: 100 hours", 1))
		want[0].Counts, want[1].Counts = standard.Counts{Satisfied: 1, Pending: 1}, standard.Counts{Satisfied: 1, Pending: 1}
		check("by the new standard")
	})
}

func TestARuleBlocksAsksForAReasonOrLetsPass(t *testing.T) {
	onBoth(t, func(h house) {
		ctx := h.t.Context()
		seller := h.seller("A")
		h.publish(small + strings.Replace(needFirst, "LEVEL", "block", 1) + reviewFirst)
		o := h.open(seller)
		_, err := h.opportunities.Move(ctx, seller, o.ID, opportunity.StageNeeds, 0)
		h.must(err)
		_, err = h.opportunities.Move(ctx, seller, o.ID, opportunity.StageProposal, 0)
		h.refused("without needs", err, errs.KindConflict)
		h.must(h.RecordStep(ctx, seller, standard.Step{CaseID: o.ID, Activity: "need_recorded"}))
		_, err = h.opportunities.Move(ctx, seller, o.ID, opportunity.StageProposal, 0)
		h.refused("with a form that is not filled in", err, errs.KindConflict)
		h.must(h.RecordStep(ctx, seller, standard.Step{CaseID: o.ID, Activity: "need_recorded", Values: map[string]string{"budget": "50000.00"}}))
		_, err = h.opportunities.Move(ctx, seller, o.ID, opportunity.StageProposal, 0)
		h.must(err)
		win := opportunity.Win{ID: o.ID, SignedOn: today}
		_, err = h.opportunities.Win(ctx, seller, win)
		h.refused("without a review or a reason", err, errs.KindInvalid)
		h.reviewedBy(seller, o.ID) // by a seller, which the rule does not accept
		_, err = h.opportunities.Win(ctx, seller, win)
		h.refused("reviewed by who is no manager", err, errs.KindInvalid)
		win.Excuse = "客户当天要签"
		_, err = h.opportunities.Win(ctx, seller, win)
		h.must(err)
		events, err := h.opportunities.Events(ctx, seller, o.ID)
		h.must(err)
		if last := events[len(events)-1]; last.Activity != "exception_explained" || !strings.Contains(string(last.Data), "客户当天要签") {
			h.t.Errorf("the reason is not kept: %+v", last)
		}
		if got := h.standing(o.ID)["review_first"]; got != "violated" {
			h.t.Errorf("with a reason the rule is %s", got)
		}
	})
}

func TestStepsAreOfTheStandardAndWithinReach(t *testing.T) {
	onBoth(t, func(h house) {
		ctx := h.t.Context()
		h.publish(small)
		o := h.open(h.seller("A"))
		h.refused("another's", h.RecordStep(ctx, h.seller("B"), standard.Step{CaseID: o.ID, Activity: "reviewed"}), errs.KindNotFound)
		h.refused("unknown", h.RecordStep(ctx, h.seller("A"), standard.Step{CaseID: o.ID, Activity: "danced"}), errs.KindNotFound)
		h.refused("automatic", h.RecordStep(ctx, h.seller("A"), standard.Step{CaseID: o.ID, Activity: "signed"}), errs.KindConflict)
		h.refused("a bad amount", h.RecordStep(ctx, h.seller("A"), standard.Step{CaseID: o.ID, Activity: "need_recorded", Values: map[string]string{"budget": "viel"}}), errs.KindInvalid)
		h.refused("tomorrow", h.RecordStep(ctx, h.seller("A"), standard.Step{CaseID: o.ID, Activity: "reviewed", OccurredAt: h.clock.Add(time.Hour)}), errs.KindInvalid)
		_, err := h.Case(ctx, h.seller("B"), o.ID)
		h.refused("another's standing", err, errs.KindNotFound)
	})
}

func TestAnExemptionFreesACaseUntilItEnds(t *testing.T) {
	onBoth(t, func(h house) {
		ctx := h.t.Context()
		lead := h.actor("L", access.RoleLead, access.ScopeTeamAndBelow)
		h.publish(small)
		o, other := h.open(h.seller("A")), h.open(h.seller("B"))
		h.after(48 * time.Hour)
		h.must(h.CatchUp(ctx))
		day := calendar.DateOf(*h.clock)
		in := standard.Exempting{CaseID: o.ID, RuleID: "contact_soon", Reason: "客户停产", UntilOn: day + 1}
		_, err := h.Exempt(ctx, h.seller("A"), in)
		h.refused("a seller exempts", err, errs.KindForbidden)
		_, err = h.Exempt(ctx, lead, standard.Exempting{CaseID: other.ID, RuleID: "contact_soon", Reason: "x", UntilOn: calendar.Forever})
		h.refused("out of reach", err, errs.KindNotFound)
		_, err = h.Exempt(ctx, lead, standard.Exempting{CaseID: o.ID, RuleID: "none", Reason: "x", UntilOn: calendar.Forever})
		h.refused("unknown rule", err, errs.KindInvalid)
		e, err := h.Exempt(ctx, lead, in)
		h.must(err)
		_, err = h.Exempt(ctx, lead, in)
		h.refused("twice", err, errs.KindConflict)
		count := func() standard.Counts {
			sum := standard.Counts{}
			for _, tally := range h.tallies() {
				if tally.RuleID == "contact_soon" {
					sum.Add(tally.Counts)
				}
			}
			return sum
		}
		if got := count(); got != (standard.Counts{Violated: 1, Exempt: 1}) {
			h.t.Errorf("exempt: %+v", got)
		}
		h.after(48 * time.Hour) // it ends by itself
		h.must(h.CatchUp(ctx))
		if got := count(); got != (standard.Counts{Violated: 2}) {
			h.t.Errorf("after its end: %+v", got)
		}
		h.refused("what has ended is ended", h.EndExemption(ctx, lead, o.ID, e.ID), errs.KindConflict)
		in.UntilOn = calendar.Forever
		e, err = h.Exempt(ctx, lead, in)
		h.must(err)
		h.must(h.EndExemption(ctx, lead, o.ID, e.ID))
		if got := count(); got != (standard.Counts{Violated: 2}) {
			h.t.Errorf("ended: %+v", got)
		}
	})
}

func TestRatesAreOfWhomOneSees(t *testing.T) {
	onBoth(t, func(h house) {
		ctx := h.t.Context()
		h.publish(small)
		h.open(h.seller("A"))
		h.open(h.seller("B"))
		h.after(48 * time.Hour)
		h.must(h.CatchUp(ctx))
		month := today.Month()
		seen := map[string]int64{}
		for name, by := range map[string]access.Actor{"A": h.seller("A"), "L": h.actor("L", access.RoleLead, access.ScopeTeamAndBelow), "all": h.operations()} {
			rates, err := h.Rates(ctx, by, standard.Question{From: month, To: month, By: standard.ByTeam})
			h.must(err)
			seen[name] = rates.Total.Rules.Violated
			if !rates.JudgedAll || rates.Total.FullWeight != 2*rates.Total.Rules.Decided() {
				h.t.Errorf("%s: %+v", name, rates.Total)
			}
			found, _, err := h.Findings(ctx, by, standard.FindingsOf{Question: standard.Question{From: month, To: month, By: standard.ByRule}, Status: conform.Violated}, fact.Paging{})
			h.must(err)
			if int64(len(found)) != seen[name] {
				h.t.Errorf("%s: %d findings, %d counted", name, len(found), seen[name])
			}
		}
		if want := map[string]int64{"A": 1, "L": 1, "all": 2}; !maps.Equal(seen, want) {
			h.t.Errorf("%v, want %v", seen, want)
		}
		_, err := h.Rates(ctx, h.operations(), standard.Question{From: month, To: month - 1, By: standard.ByTeam})
		h.refused("backwards", err, errs.KindInvalid)
	})
}
