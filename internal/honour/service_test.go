package honour_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/honour"
	"xiaoguan/internal/money"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/org"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

const month = monthtest.SmallMonth

var hr = access.Actor{UserID: "u-hr", Name: "何蓉", Grants: []access.Grant{{Role: access.RoleHR, Scope: access.ScopeAll}}}

const starRule = `xiaoguan: honour/1
id: star
title: {zh: 销售之星, en: Sales Star}
currency: CNY
span: month
effective: {from: 2026-01-01}
participants: {level: [newcomer, regular, core]}
each: company
measures:
  collected: {name: {zh: 回款, en: collections}, credits: collected, sum: amount, window: period}
  quota: {name: {zh: 任务, en: quota}, quota: collected, window: period}
  attainment: {name: {zh: 达成率, en: attainment}, ratio: [collected, quota]}
  shared: {name: {zh: 合作回款, en: shared collections}, given: shared_collected, kind: money, window: period, missing: zero}
  negative: {name: {zh: 负数月份, en: months below zero}, given: negative_pay, kind: count, window: {months: 3}, missing: zero}
require: [{measure: attainment, at_least: 100%}, {measure: negative, at_most: 0}, {measure: shared, at_least: 0.00}]
rank: {by: attainment, tie_break: [collected], ties: all}
winners: 1
brings: {cash: 8000.00, points: 500, promotion_priority: 6}
`

const wayRule = `xiaoguan: promotion/1
id: levels
name: {zh: 层级晋升规则, en: From level to level}
currency: CNY
effective: {from: 2026-01-01}
measures:
  collected: {name: {zh: 回款, en: collections}, credits: collected, sum: amount, window: {months: 2}}
  honours: {name: {zh: 荣誉, en: honours}, given: honours, kind: count, window: {months: 12}, missing: zero}
steps:
  - {from: regular, to: core, when: [{measure: collected, at_least: 100000.00}]}
  - {from: core, to: manager, when: [{measure: honours, at_least: 9}], preferred: [{measure: honours, at_least: 1}]}
`

type office struct {
	*monthtest.House
	t       *testing.T
	honours *honour.Service
	people  *org.Service
}

func open(t *testing.T, db *store.DB) *office {
	t.Helper()
	h := monthtest.Open(t, db, monthtest.Small())
	now := func() time.Time { return time.Date(2026, time.October, 8, 9, 30, 0, 0, calendar.ChinaTime) }
	o := &office{House: h, t: t, people: org.NewService(db.Org(), now)}
	o.honours = honour.NewService(db.Honours(), o.people, monthtest.NewID(time.Now), now, money.Constantly(money.CNY))
	for _, text := range []string{starRule, wayRule} {
		v, err := h.Plans.Save(t.Context(), monthtest.Maker, planbook.Draft{Text: text})
		if err == nil {
			_, err = h.Plans.Approve(t.Context(), monthtest.Approver, v.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return o
}

func (o *office) wants(err error, kind errs.Kind, what string) {
	o.t.Helper()
	if !errs.Is(err, kind) {
		o.t.Errorf("%s: %v, want %v", what, err, kind)
	}
}

// announced takes the star of September to the wall.
func (o *office) announced(ctx context.Context) honour.Award {
	o.t.Helper()
	round, err := o.honours.Compute(ctx, monthtest.Maker, honour.Compute{DocumentID: "star", Term: "2026-09"})
	if err == nil {
		_, err = o.honours.Approve(ctx, hr, round.ID)
	}
	if err == nil {
		_, err = o.honours.Announce(ctx, hr, round.ID)
	}
	if err != nil {
		o.t.Fatal(err)
	}
	awards, err := o.honours.Wall(ctx, hr, honour.AwardFilter{})
	if err != nil || len(awards) != 1 {
		o.t.Fatalf("%+v, %v", awards, err)
	}
	return awards[0]
}

func TestARoundFromRuleToWall(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		o, ctx := open(t, db), t.Context()
		f, a := o.Person(t, "F"), o.Person(t, "A")
		_, err := o.honours.Compute(ctx, monthtest.Seller(a), honour.Compute{DocumentID: "star", Term: "2026-09"})
		o.wants(err, errs.KindForbidden, "a seller computes")
		_, err = o.honours.Compute(ctx, monthtest.Maker, honour.Compute{DocumentID: "star", Term: "2026-10"})
		o.wants(err, errs.KindConflict, "a term that is not over")
		_, err = o.honours.Compute(ctx, monthtest.Maker, honour.Compute{DocumentID: "star", Term: "2026-Q3"})
		o.wants(err, errs.KindInvalid, "another span")
		first, err := o.honours.Compute(ctx, hr, honour.Compute{DocumentID: "star", Term: "2026-09"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = o.honours.Approve(ctx, hr, first.ID)
		o.wants(err, errs.KindForbidden, "approving one's own")
		second, err := o.honours.Compute(ctx, monthtest.Maker, honour.Compute{DocumentID: "star", Term: "2026-09"})
		if err != nil || second.Digest != first.Digest {
			t.Fatalf("the same facts gave %s and %s, %v", first.Digest, second.Digest, err)
		}
		_, err = o.honours.Approve(ctx, hr, first.ID)
		o.wants(err, errs.KindConflict, "the round that was replaced")
		view, err := o.honours.Round(ctx, hr, second.ID)
		if err != nil || len(view.Evidence.Groups) != 1 {
			t.Fatalf("%+v, %v", view, err)
		}
		lines := view.Evidence.Groups[0].Lines
		if l := lines[0]; l.PersonID != f || !l.Won || l.Values[0].Exact != "100" {
			t.Errorf("first %+v", l)
		}
		if l := lines[1]; l.PersonID != a || l.Won || l.Place != 2 || l.Values[0].Exact != "11/10" || l.Reason.Key != "honour.reason.place" {
			t.Errorf("second %+v", l)
		}
		for _, l := range lines[1:] {
			if l.Won || l.Reason.Key == "" {
				t.Errorf("%s has no reason", l.Key)
			}
			if l.Key == "B" && l.Measures[len(l.Measures)-1].Exact == "" {
				t.Errorf("B shares a deal: %+v", l.Measures)
			}
		}
		award := o.announced(ctx)
		if award.PersonID != f || award.Digest != award.ComputeDigest() || award.PriorityUntil != calendar.NewDate(2027, 4, 1) {
			t.Errorf("%+v", award)
		}
		_, err = o.honours.Compute(ctx, monthtest.Maker, honour.Compute{DocumentID: "star", Term: "2026-09"})
		o.wants(err, errs.KindConflict, "computing what is announced")
		_, err = o.honours.Announce(ctx, hr, award.RoundID)
		o.wants(err, errs.KindConflict, "announcing twice")
		o.wants(o.honours.Discard(ctx, hr, award.RoundID, "x"), errs.KindConflict, "discarding what is announced")
		o.sellersSee(ctx, award, a)
	})
}

// sellersSee checks what somebody else sees of an award.
func (o *office) sellersSee(ctx context.Context, award honour.Award, other int64) {
	o.t.Helper()
	wall, err := o.honours.Wall(ctx, monthtest.Seller(other), honour.AwardFilter{})
	if err != nil || len(wall) != 1 || wall[0].CashMinor != 0 || wall[0].Points != 0 {
		o.t.Errorf("a seller's wall %+v, %v", wall, err)
	}
	view, err := o.honours.Round(ctx, monthtest.Seller(other), award.RoundID)
	if err != nil || len(view.Evidence.Groups[0].Lines) != 2 {
		o.t.Fatalf("a seller's evidence %+v, %v", view.Evidence, err)
	}
	for _, l := range view.Evidence.Groups[0].Lines {
		if l.PersonID != other && (len(l.Measures) > 0 || len(l.Conditions) > 0) {
			o.t.Errorf("a seller sees %+v", l)
		}
	}
	_, err = o.honours.Rounds(ctx, monthtest.Seller(other), honour.KindHonour)
	o.wants(err, errs.KindForbidden, "a seller lists rounds")
	waiting, err := o.honours.Announcements(ctx, hr)
	if err != nil || len(waiting) != 1 || waiting[0].Kind != "honour.announced" || !strings.Contains(string(waiting[0].Payload), award.ID) {
		o.t.Errorf("queue %+v, %v", waiting, err)
	}
}

func TestCashIsPaidOnceWithTheNextClose(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		o, ctx := open(t, db), t.Context()
		award := o.announced(ctx)
		grants := func(f reward.Filter) (list []reward.Entry) {
			page, err := o.Rewards.List(ctx, monthtest.Approver, f)
			if err != nil {
				t.Fatal(err)
			}
			return page.Entries
		}
		if got := grants(reward.Filter{PlanID: reward.GrantPlan}); len(got) != 1 || got[0].Currency != reward.Points || got[0].AmountMinor != 500 {
			t.Errorf("before the close: %+v", got)
		}
		o.MustClose(t, month-1)
		o.MustClose(t, month)
		var paid []reward.Entry
		for _, e := range grants(reward.Filter{PlanID: reward.GrantPlan}) {
			if e.Currency == money.CNY {
				paid = append(paid, e)
			}
		}
		if len(paid) != 1 || paid[0].AmountMinor != 8_000_00 || paid[0].Month != month-1 || paid[0].Credit != reward.PayableAccount(award.PersonID) || paid[0].Source != award.Digest {
			t.Errorf("paid %+v", paid)
		}
		file, err := o.Periods.PayFile(ctx, monthtest.Approver, month-1, "csv")
		if err != nil || !strings.Contains(string(file.Content), "销售之星") || !strings.Contains(string(file.Content), "8000.00") {
			t.Errorf("pay file %s, %v", file.Content, err)
		}
		if v, err := o.Periods.Verify(ctx, monthtest.Auditor); err != nil || v.Broken != nil {
			t.Errorf("%+v, %v", v.Broken, err)
		}
		if _, err := o.honours.Revoke(ctx, hr, award.ID, ""); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("revoked without a reason: %v", err)
		}
		if _, err := o.honours.Revoke(ctx, hr, award.ID, "数据有误"); err != nil {
			t.Fatal(err)
		}
		_, err = o.honours.Revoke(ctx, hr, award.ID, "again")
		o.wants(err, errs.KindConflict, "revoking twice")
		account, err := o.honours.Points(ctx, monthtest.Seller(award.PersonID), award.PersonID)
		if err != nil || account.Balance != 0 || len(account.Entries) != 2 {
			t.Errorf("points %+v, %v", account, err)
		}
		if wall, err := o.honours.Wall(ctx, hr, honour.AwardFilter{}); err != nil || len(wall) != 0 {
			t.Errorf("the wall still has %+v, %v", wall, err)
		}
		if kept, err := o.honours.Award(ctx, hr, award.ID); err != nil || kept.Digest != award.Digest || kept.Revocation == nil {
			t.Errorf("the record became %+v, %v", kept, err)
		}
		if err := db.InTx(ctx, func(tx *store.Tx) error {
			_, err := monthtest.Exec(ctx, tx, "UPDATE reward_grant SET amount_minor = 1 WHERE month <> ''")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if v, err := o.Periods.Verify(ctx, monthtest.Auditor); err != nil || v.Broken == nil || v.Broken.Why.Key != "verify.ledger_differs" {
			t.Errorf("a changed grant: %+v, %v", v.Broken, err)
		}
	})
}

func TestAPromotionFromProposalToLevel(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		o, ctx := open(t, db), t.Context()
		award := o.announced(ctx) // F, core, is preferred
		_, err := o.honours.Propose(ctx, monthtest.Maker, "2026-09")
		if err != nil {
			t.Fatal(err)
		}
		list, err := o.honours.Proposals(ctx, hr, honour.ProposalFilter{State: honour.ProposalOpen})
		if err != nil || len(list) != 2 {
			t.Fatalf("%+v, %v", list, err)
		}
		star, a := list[0], list[1]
		if star.PersonID != award.PersonID || !star.Preferred || star.To != "manager" || a.PersonID != o.Person(t, "A") || a.Preferred {
			t.Errorf("proposed %+v", list)
		}
		_, err = o.honours.Decide(ctx, monthtest.Maker, honour.Decide{ID: a.ID, Approve: true, On: calendar.NewDate(2026, 11, 1)})
		o.wants(err, errs.KindForbidden, "deciding one's own")
		_, err = o.honours.Decide(ctx, hr, honour.Decide{ID: a.ID, Approve: true, On: calendar.NewDate(2026, 9, 1)})
		o.wants(err, errs.KindInvalid, "a day before the evidence")
		_, err = o.honours.Decide(ctx, hr, honour.Decide{ID: star.ID})
		o.wants(err, errs.KindInvalid, "a rejection without a reason")
		if _, err := o.honours.Decide(ctx, hr, honour.Decide{ID: star.ID, Reason: "再历练半年"}); err != nil {
			t.Fatal(err)
		}
		if _, err := o.honours.Decide(ctx, hr, honour.Decide{ID: a.ID, Approve: true, On: calendar.NewDate(2026, 11, 1)}); err != nil {
			t.Fatal(err)
		}
		_, err = o.honours.Decide(ctx, hr, honour.Decide{ID: a.ID, Reason: "x"})
		o.wants(err, errs.KindConflict, "deciding twice")
		for day, want := range map[calendar.Date]org.Level{calendar.NewDate(2026, 10, 31): org.LevelRegular, calendar.NewDate(2026, 11, 1): org.LevelCore} {
			d, err := o.people.Person(ctx, hr, a.PersonID, org.When{Valid: day})
			if err != nil || d.Assignment.Level != want {
				t.Errorf("on %s %s, want %s: %v", day, d.Assignment.Level, want, err)
			}
		}
		v, err := o.honours.Proposal(ctx, hr, a.ID)
		if err != nil || len(v.PlansNow) != 1 || v.PlansNow[0].DocumentID != "regular" || len(v.PlansThen) != 1 || v.PlansThen[0].DocumentID != "core" {
			t.Errorf("plans %+v, %v", v, err)
		}
		if _, err := o.honours.Propose(ctx, monthtest.Maker, "2026-09"); err != nil {
			t.Fatal(err)
		}
		if again, err := o.honours.Proposals(ctx, hr, honour.ProposalFilter{State: honour.ProposalOpen}); err != nil || len(again) != 0 {
			t.Errorf("proposed again: %+v, %v", again, err)
		}
	})
}

func TestPointsBuyThingsOnceAndComeBack(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		o, ctx := open(t, db), t.Context()
		award := o.announced(ctx)
		seller := monthtest.Seller(award.PersonID)
		item, err := o.honours.KeepItem(ctx, monthtest.Maker, honour.KeepItem{Name: plan.Text{Zh: "保温杯", En: "Flask"}, Cost: 300, Stock: 1, Offered: true})
		if err != nil {
			t.Fatal(err)
		}
		_, err = o.honours.Redeem(ctx, monthtest.Seller(o.Person(t, "A")), item.ID)
		o.wants(err, errs.KindConflict, "without points")
		r, err := o.honours.Redeem(ctx, seller, item.ID)
		if err != nil {
			t.Fatal(err)
		}
		_, err = o.honours.Redeem(ctx, seller, item.ID)
		o.wants(err, errs.KindConflict, "sold out")
		balance := func(want int64) {
			t.Helper()
			if account, err := o.honours.Points(ctx, seller, award.PersonID); err != nil || account.Usable() != want {
				t.Errorf("%d points, want %d: %v", account.Usable(), want, err)
			}
		}
		balance(200)
		_, err = o.honours.SettleRedemption(ctx, seller, r.ID, honour.RedemptionApproved, "")
		o.wants(err, errs.KindForbidden, "a seller approves")
		_, err = o.honours.SettleRedemption(ctx, monthtest.Maker, r.ID, honour.RedemptionDelivered, "")
		o.wants(err, errs.KindConflict, "delivered before it is approved")
		if _, err := o.honours.SettleRedemption(ctx, monthtest.Maker, r.ID, honour.RedemptionRefused, "缺货"); err != nil {
			t.Fatal(err)
		}
		balance(500)
		if r, err = o.honours.Redeem(ctx, seller, item.ID); err != nil {
			t.Fatal(err)
		}
		for _, to := range []honour.RedemptionState{honour.RedemptionApproved, honour.RedemptionDelivered} {
			if _, err := o.honours.SettleRedemption(ctx, monthtest.Maker, r.ID, to, ""); err != nil {
				t.Fatal(err)
			}
		}
		balance(200)
		o.MustClose(t, month)
		if v, err := o.Periods.Verify(ctx, monthtest.Auditor); err != nil || v.Broken != nil {
			t.Errorf("%+v, %v", v.Broken, err)
		}
	})
}

func TestTheLeaderboardShowsOthersByAttainmentAlone(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		o, ctx := open(t, db), t.Context()
		a := o.Person(t, "A")
		board, err := o.honours.Leaderboard(ctx, access.Actor{UserID: "u", PersonID: a, Grants: []access.Grant{{Role: access.RoleSeller, Scope: access.ScopeOwn}}}, honour.BoardAsk{Term: "2026-09"})
		if err != nil || board.Own == nil || board.Own.Place != 2 || board.Own.Attainment.RatString() != "11/10" || board.Own.Improvement.RatString() != "109" {
			t.Fatalf("%+v, %v", board.Own, err)
		}
		for _, l := range board.Lines {
			if (l.AmountMinor != nil) != l.Own || l.Attainment == nil {
				t.Errorf("%+v", l)
			}
		}
		whole, err := o.honours.Leaderboard(ctx, monthtest.Approver, honour.BoardAsk{Term: "2026-09", By: honour.ByAmount, Region: "E"})
		if err != nil || whole.Hidden != 0 || len(whole.Lines) != 4 || *whole.Lines[0].AmountMinor != 110_000_00 {
			t.Errorf("%+v, %v", whole, err)
		}
		h := o.House
		h.MustRecord(t, func(ctx context.Context, w fact.Writer) error {
			_, err := w.PutPayment(ctx, fact.PaymentRecord{Key: "99", Deal: "D1", PaidOn: monthtest.Day("2026-09-20"), AmountMinor: 1, Currency: money.CNY})
			return err
		})
		again, err := o.honours.Leaderboard(ctx, monthtest.Approver, honour.BoardAsk{Term: "2026-09", By: honour.ByAmount, Region: "E"})
		if err != nil || *again.Lines[0].AmountMinor != 110_000_01 {
			t.Errorf("a new payment is not seen: %+v, %v", again, err)
		}
	})
}

// TestSeveralProposalsAreDecidedTogether: all or none, each with its own record; whose stands in the way is named.
func TestSeveralProposalsAreDecidedTogether(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		o, ctx := open(t, db), t.Context()
		o.announced(ctx)
		if _, err := o.honours.Propose(ctx, monthtest.Maker, "2026-09"); err != nil {
			t.Fatal(err)
		}
		proposed := func(state honour.ProposalState) (list []honour.Proposal) {
			list, err := o.honours.Proposals(ctx, hr, honour.ProposalFilter{State: state})
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		list := proposed(honour.ProposalOpen)
		if len(list) != 2 {
			t.Fatalf("%+v", list)
		}
		on := calendar.NewDate(2026, 11, 1)
		both := honour.Several{IDs: []string{list[0].ID, list[1].ID}, Decide: honour.Decide{Approve: true, On: on}}
		_, err := o.honours.DecideSeveral(ctx, monthtest.Seller(1), both)
		o.wants(err, errs.KindForbidden, "a seller decides")
		_, err = o.honours.DecideSeveral(ctx, hr, honour.Several{Decide: both.Decide})
		o.wants(err, errs.KindInvalid, "nobody is chosen")
		_, err = o.honours.DecideSeveral(ctx, hr, honour.Several{IDs: both.IDs})
		o.wants(err, errs.KindInvalid, "a rejection without a reason")
		_, err = o.honours.DecideSeveral(ctx, monthtest.Maker, both)
		o.wants(err, errs.KindForbidden, "who proposed decides")
		// The second is moved to another level in between: the first must stay open, too.
		if _, err := o.people.Move(ctx, hr, org.Move{PersonID: list[1].PersonID, TeamID: o.team(ctx, list[1].PersonID), Level: org.LevelManager, On: on}); err != nil {
			t.Fatal(err)
		}
		_, err = o.honours.DecideSeveral(ctx, hr, both)
		o.wants(err, errs.KindConflict, "one of them is on another level")
		if refused, ok := errors.AsType[*errs.Error](err); !ok || len(refused.Fields) != 1 || refused.Fields[0].Source != list[1].PersonName {
			t.Errorf("whose is not named: %v", err)
		}
		if left := proposed(honour.ProposalOpen); len(left) != 2 {
			t.Fatalf("%d are open after a refusal", len(left))
		}
		both.Decide = honour.Decide{Reason: "本季度名额已满"}
		decided, err := o.honours.DecideSeveral(ctx, hr, both)
		if err != nil || len(decided) != 2 || decided[0].State != honour.ProposalRejected || decided[1].Reason != "本季度名额已满" || len(proposed(honour.ProposalRejected)) != 2 {
			t.Errorf("%+v, %v", decided, err)
		}
	})
}

// team is where somebody works.
func (o *office) team(ctx context.Context, person int64) int64 {
	o.t.Helper()
	d, err := o.people.Person(ctx, hr, person, org.When{Valid: calendar.NewDate(2026, 10, 8)})
	if err != nil {
		o.t.Fatal(err)
	}
	return d.Assignment.TeamID
}

// TestOnesOwnWayUpSaysWhatIsMissing: the conditions are those that a proposal for the last month would rest on, and follow new facts.
func TestOnesOwnWayUpSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		o, ctx := open(t, db), t.Context()
		of := func(key string) (honour.Ahead, bool) {
			ahead, known, err := o.honours.OwnAhead(ctx, monthtest.Seller(o.Person(t, key)))
			if err != nil {
				t.Fatal(err)
			}
			return ahead, known
		}
		a, known := of("A")
		if !known || a.From != "regular" || a.To != "core" || !a.Line.Won || a.Term.String() != "2026-09" || a.Line.PersonID != o.Person(t, "A") {
			t.Errorf("A: %+v, %v", a, known)
		}
		if m, known := of("M1"); known {
			t.Errorf("a manager has a way up: %+v", m)
		}
		f, known := of("F")
		if !known || f.Line.Won || f.Line.Preferred || len(f.Line.Conditions) != 1 || f.Line.Conditions[0].Missing != "9" {
			t.Errorf("F lacks nine honours: %+v, %v", f.Line, known)
		}
		award := o.announced(ctx) // F's first, which brings the milder conditions
		if f, _ := of("F"); award.PersonID != o.Person(t, "F") || !f.Line.Won || !f.Line.Preferred {
			t.Errorf("F with an honour: %+v", f.Line)
		}
		if _, known, err := o.honours.OwnAhead(ctx, hr); known || err != nil {
			t.Errorf("nobody's person has a way up: %v", err)
		}
		_, _, err := o.honours.OwnAhead(ctx, access.Actor{})
		o.wants(err, errs.KindUnauthenticated, "a stranger")
	})
}
