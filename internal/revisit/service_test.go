package revisit_test

import (
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/revisit"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

var today = calendar.DateOf(storetest.Start)

// desk has deals of A with the customers C1 (tier A) and C2: D1 of 31 days ago, D2 of 25 days ago, D3 of 200 days ago, D4 cancelled. S looks after C1.
type desk struct {
	*revisit.Service
	t            *testing.T
	db           *store.DB
	a, b, s, ops access.Actor
}

func onBoth(t *testing.T, test func(d desk)) {
	t.Helper()
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		clock := storetest.Clock()
		now := func() time.Time { return clock().In(calendar.ChinaTime) }
		d := desk{t: t, db: db, Service: revisit.NewService(db.ReturnVisitStore(), calendar.China, now)}
		tier := "A"
		ids := map[string]int64{}
		d.must(db.InTx(ctx, func(tx *store.Tx) error {
			w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
			d.must(err)
			put := func(_ fact.Outcome, err error) { d.must(err) }
			put(w.PutRegion(ctx, fact.RegionRecord{Key: "E", Name: "华东"}))
			put(w.PutTeam(ctx, fact.TeamRecord{Key: "T", Name: "一部", Region: "E"}))
			for _, key := range []string{"A", "B", "S"} {
				put(w.PutPerson(ctx, fact.PersonRecord{Key: key, Name: "人" + key, Team: "T", Level: "regular", Hired: today - 900, Left: calendar.Forever, ValidFrom: calendar.NoDate}))
			}
			put(w.PutCustomer(ctx, fact.CustomerRecord{Key: "C1", Name: "恒越精密", Tier: &tier}))
			put(w.PutCustomer(ctx, fact.CustomerRecord{Key: "C2", Name: "远山机电"}))
			put(w.PutProduct(ctx, fact.ProductRecord{Key: "X", Name: "控制器", Category: "A"}))
			for key, of := range map[string]struct {
				customer string
				ago      calendar.Date
			}{"D1": {"C1", 31}, "D2": {"C2", 25}, "D3": {"C1", 200}, "D4": {"C2", 30}} {
				signed := fact.DealRecord{Key: key, Customer: of.customer, Product: "X", SignedOn: today - of.ago, AmountMinor: 100, Currency: money.CNY, Shares: []fact.ShareRecord{{Person: "A", BasisPoints: 10000}}}
				if key == "D4" {
					detail := fact.NoDetail()
					detail.CancelledOn, detail.CancelReason = today-5, "客户退单"
					signed.Detail = &detail
				}
				put(w.PutDeal(ctx, signed))
			}
			_, err = w.Finish(ctx)
			return err
		}))
		d.must(db.InTx(ctx, func(tx *store.Tx) (err error) {
			for _, key := range []string{"A", "B", "S"} {
				if ids[key], err = tx.OrgPersonID(ctx, key); err != nil {
					return err
				}
			}
			customer, err := tx.CustomerID(ctx, "C1")
			d.must(err)
			return tx.SetServiceOwner(ctx, customer, ids["S"], tx.Now(), "u")
		}))
		actor := func(key string, role access.Role, scope access.ScopeKind) access.Actor {
			return access.Actor{UserID: "u-" + key, Name: "人" + key, PersonID: ids[key], Grants: []access.Grant{{Role: role, Scope: scope}}}
		}
		d.a, d.b, d.s, d.ops = actor("A", access.RoleSeller, access.ScopeOwn), actor("B", access.RoleSeller, access.ScopeOwn), actor("S", access.RoleService, access.ScopeOwn), actor("O", access.RoleOperations, access.ScopeAll)
		test(d)
	})
}

func (d desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d desk) refused(what string, err error, kind errs.Kind) {
	d.t.Helper()
	if !errs.Is(err, kind) {
		d.t.Errorf("%s: %v, want %v", what, err, kind)
	}
}

func (d desk) rule(in revisit.RuleEntry) revisit.Rule {
	d.t.Helper()
	in.Active, in.Since = true, today-400
	kept, err := d.SaveRule(d.t.Context(), d.ops, in)
	d.must(err)
	return kept
}

// listed are the visits of a filter, as customer:deal:attempt:state.
func (d desk) listed(actor access.Actor, f revisit.Filter) (texts []string) {
	d.t.Helper()
	f.Due = fact.AnyDay()
	page, err := d.List(d.t.Context(), actor, f)
	d.must(err)
	if int64(len(page.Rows)) != page.Total.Count {
		d.t.Errorf("%d rows, %d counted", len(page.Rows), page.Total.Count)
	}
	for _, v := range page.Rows {
		texts = append(texts, v.CustomerKey+":"+v.DealKey+":"+string('0'+rune(v.Attempt))+":"+string(v.State)+":"+v.PersonName)
	}
	return texts
}

func (d desk) same(what string, got []string, want ...string) {
	d.t.Helper()
	if strings.Join(got, " ") != strings.Join(want, " ") {
		d.t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestRulesPlanOneVisitOfEachDeal(t *testing.T) {
	onBoth(t, func(d desk) {
		ctx := d.t.Context()
		rule := d.rule(revisit.RuleEntry{Name: "签约满月", Days: 30})
		for _, want := range []int{2, 0} { // once
			if n, err := d.Plan(ctx); n != want || err != nil {
				d.t.Errorf("planned %d, want %d: %v", n, want, err)
			}
		}
		// D3 is too old and D4 was cancelled. D1 was due yesterday; D2 falls on a holiday, so it is due on Monday.
		d.same("all", d.listed(d.ops, revisit.Filter{State: revisit.StateDue}), "C1:D1:1:due:人S", "C2:D2:1:due:人A")
		page, err := d.List(ctx, d.a, revisit.Filter{Due: fact.AnyDay()})
		if err != nil || len(page.Rows) != 1 || page.Rows[0].DueOn.String() != "2026-09-29" || page.Rows[0].RuleName != rule.Name {
			d.t.Errorf("the seller's: %+v %v", page.Rows, err)
		}
		mine, err := d.Mine(ctx, d.s)
		if err != nil || len(mine.Rows) != 1 || mine.Rows[0].DueOn != today {
			d.t.Errorf("due today: %+v %v", mine.Rows, err)
		}
		d.same("another's", d.listed(d.b, revisit.Filter{}))
		d.rule(revisit.RuleEntry{Name: "A类", Days: 25, Tier: "A"})
		if n, err := d.Plan(ctx); n != 1 || err != nil {
			d.t.Errorf("of the tier %d: %v", n, err)
		}
		rule.Active = false
		_, err = d.SaveRule(ctx, d.ops, revisit.RuleEntry{ID: rule.ID, Name: rule.Name, Days: 24, Since: today - 400, Seen: rule.Revision})
		d.must(err)
		_, err = d.SaveRule(ctx, d.ops, revisit.RuleEntry{ID: rule.ID, Name: "x", Days: 24, Since: today - 400, Seen: rule.Revision})
		d.refused("as seen before", err, errs.KindConflict)
		if n, err := d.Plan(ctx); n != 0 || err != nil {
			d.t.Errorf("a rule that is off planned %d: %v", n, err)
		}
	})
}

func TestAVisitIsRecordedAndTriedAgain(t *testing.T) {
	onBoth(t, func(d desk) {
		ctx := d.t.Context()
		d.rule(revisit.RuleEntry{Name: "签约满月", Days: 30})
		_, err := d.Plan(ctx)
		d.must(err)
		mine, err := d.Mine(ctx, d.s)
		d.must(err)
		id := mine.Rows[0].ID
		for attempt := range int64(2) {
			v, err := d.Record(ctx, d.s, revisit.Record{ID: id, Outcome: revisit.OutcomeNotReached, NextOn: calendar.NoDate, Seen: 1})
			d.must(err)
			if v.State != revisit.StateDone || v.Attempt != attempt+1 {
				d.t.Errorf("recorded %+v", v)
			}
			page, err := d.List(ctx, d.s, revisit.Filter{State: revisit.StateDue, Due: fact.AnyDay()})
			d.must(err)
			if len(page.Rows) != 1 || page.Rows[0].Attempt != attempt+2 || page.Rows[0].DueOn.String() != "2026-09-28" {
				d.t.Fatalf("the next: %+v", page.Rows)
			}
			id = page.Rows[0].ID
		}
		_, err = d.Record(ctx, d.b, revisit.Record{ID: id, Outcome: revisit.OutcomeReached, NextOn: calendar.NoDate})
		d.refused("another's", err, errs.KindNotFound)
		for name, in := range map[string]revisit.Record{"no outcome": {NextOn: calendar.NoDate}, "a score of 6": {Outcome: revisit.OutcomeReached, Score: 6, NextOn: calendar.NoDate}, "a score of nobody": {Outcome: revisit.OutcomeRefused, Score: 3, NextOn: calendar.NoDate},
			"a day that has passed": {Outcome: revisit.OutcomeReached, NextOn: today - 1}, "a book": {Outcome: revisit.OutcomeReached, Text: strings.Repeat("长", 2001), NextOn: calendar.NoDate}} {
			in.ID = id
			_, err := d.Record(ctx, d.s, in)
			d.refused(name, err, errs.KindInvalid)
		}
		v, err := d.Record(ctx, d.s, revisit.Record{ID: id, Outcome: revisit.OutcomeReached, Score: 4, Text: "用得不错", NextOn: today + 90})
		d.must(err)
		if v.Attempt != 3 || v.Score != 4 {
			d.t.Errorf("the third: %+v", v)
		}
		_, err = d.Record(ctx, d.s, revisit.Record{ID: id, Outcome: revisit.OutcomeReached, NextOn: calendar.NoDate})
		d.refused("twice", err, errs.KindConflict)
		d.same("afterwards", d.listed(d.s, revisit.Filter{State: revisit.StateDue}), "C1:D1:1:due:人S")
		if n, err := d.Plan(ctx); n != 0 || err != nil {
			d.t.Errorf("planned again %d: %v", n, err)
		}
	})
}

func TestVisitsByHand(t *testing.T) {
	onBoth(t, func(d desk) {
		ctx := d.t.Context()
		v, err := d.Arrange(ctx, d.a, revisit.Arrangement{Customer: "C2", DealKey: "D2", DueOn: today + 3})
		d.must(err)
		for name, in := range map[string]revisit.Arrangement{"no customer": {DueOn: today}, "an unknown deal": {Customer: "C2", DealKey: "D9", DueOn: today}, "another customer's deal": {Customer: "C2", DealKey: "D1", DueOn: today},
			"an unknown contact": {Customer: "C2", ContactID: 9, DueOn: today}, "a day that has passed": {Customer: "C2", DueOn: today - 1}} {
			_, err := d.Arrange(ctx, d.a, in)
			d.refused(name, err, errs.KindInvalid)
		}
		_, err = d.Arrange(ctx, d.b, revisit.Arrangement{Customer: "C2", DueOn: today})
		d.refused("another's customer", err, errs.KindInvalid)
		d.must(d.PutOff(ctx, d.a, v.ID, today+5, v.Revision))
		d.refused("as seen before", d.PutOff(ctx, d.a, v.ID, today+6, v.Revision), errs.KindConflict)
		d.must(d.Drop(ctx, d.a, v.ID, 0))
		d.refused("dropped twice", d.Drop(ctx, d.a, v.ID, 0), errs.KindConflict)
		got, err := d.Get(ctx, d.a, v.ID)
		if err != nil || got.State != revisit.StateDropped || got.MayWrite || got.DueOn != today+5 {
			d.t.Errorf("dropped %+v %v", got, err)
		}
		_, err = d.SaveRule(ctx, d.a, revisit.RuleEntry{Name: "x", Days: 1, Since: today})
		d.refused("a seller's rule", err, errs.KindForbidden)
		_, err = d.SaveRule(ctx, d.ops, revisit.RuleEntry{Name: "", Days: 0, Since: today})
		d.refused("a rule of nothing", err, errs.KindInvalid)
	})
}
