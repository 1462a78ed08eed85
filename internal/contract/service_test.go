package contract_test

import (
	"slices"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/quote"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// house is a company of one team: L leads A; B sells in another. F is of finance.
type house struct {
	*contract.Service
	t         *testing.T
	db        *store.DB
	work      *opportunity.Service
	deals     *deal.Service
	approvals *approval.Service
	actors    map[string]access.Actor
}

var today = calendar.DateOf(storetest.Start)

func onBoth(t *testing.T, test func(h *house)) {
	t.Helper()
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		clock := storetest.Clock()
		h := &house{t: t, db: db, actors: map[string]access.Actor{}, deals: deal.NewService(db.Deals(), clock)}
		h.work = opportunity.NewService(db.Opportunities(), h.deals, clock)
		h.approvals = approval.NewService(db.ApprovalStore(), func() string { return store.NewID(clock()) }, func() *time.Location { return calendar.ChinaTime }, calendar.China)
		h.Service = contract.NewService(db.Contracts(), h.approvals, h.work, h.deals, clock)
		for _, kind := range contract.ApprovalKinds(func() *contract.Service { return h.Service }) {
			h.must(h.approvals.Register(kind))
		}
		h.must(db.InTx(t.Context(), h.facts))
		h.must(db.InTx(t.Context(), h.people))
		test(h)
	})
}

func (h *house) facts(tx *store.Tx) error {
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
	put(w.PutRegion(ctx, fact.RegionRecord{Key: "E", Name: "华东"}))
	for _, team := range []string{"T1", "T2"} {
		put(w.PutTeam(ctx, fact.TeamRecord{Key: team, Name: team, Region: "E"}))
	}
	for _, p := range [][2]string{{"L", "T1"}, {"A", "T1"}, {"B", "T2"}} {
		put(w.PutPerson(ctx, fact.PersonRecord{Key: p[0], Name: "销售" + p[0], Team: p[1], Level: "regular", Hired: today - 900, Left: calendar.Forever, ValidFrom: calendar.NoDate}))
	}
	put(w.PutLeader(ctx, fact.LeaderRecord{Team: "T1", Person: "L", From: calendar.NoDate}))
	put(w.PutCustomer(ctx, fact.CustomerRecord{Key: "C1", Name: "恒越精密"}))
	put(w.PutProduct(ctx, fact.ProductRecord{Key: "X", Name: "控制器", Category: "A"}))
	put(w.PutDeal(ctx, fact.DealRecord{Key: "D1", Customer: "C1", Product: "X", SignedOn: today - 30, AmountMinor: 100_00, Currency: money.CNY, Shares: []fact.ShareRecord{{Person: "A", BasisPoints: 10_000}}}))
	if err == nil {
		_, err = w.Finish(ctx)
	}
	return err
}

func (h *house) people(tx *store.Tx) (err error) {
	ctx := h.t.Context()
	for key, grant := range map[string]access.Grant{"A": {Role: access.RoleSeller, Scope: access.ScopeOwn}, "B": {Role: access.RoleSeller, Scope: access.ScopeOwn}, "L": {Role: access.RoleLead, Scope: access.ScopeTeamAndBelow}, "F": {Role: access.RoleFinance, Scope: access.ScopeAll}} {
		a := access.Actor{UserID: "u-" + key, Name: "用户" + key, Grants: []access.Grant{grant}}
		if key != "F" {
			if a.PersonID, err = tx.OrgPersonID(ctx, key); err != nil {
				return err
			}
		}
		h.actors[key] = a
		if err := tx.InsertUser(ctx, access.Account{User: access.User{ID: a.UserID, Login: key, Name: a.Name, PersonID: a.PersonID, CreatedAt: storetest.Start}}); err != nil {
			return err
		}
		if err := tx.ReplaceGrants(ctx, a.UserID, a.Grants); err != nil {
			return err
		}
	}
	return nil
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) refused(what string, err error, kind errs.Kind) {
	h.t.Helper()
	if !errs.Is(err, kind) {
		h.t.Errorf("%s: %v, want %v", what, err, kind)
	}
}

func entry(number string) contract.Entry {
	return contract.Entry{Number: number, Title: "产线改造", Currency: money.CNY, OurParty: "青禾智控", TheirParty: "恒越精密", StartsOn: today, EndsOn: today + 365,
		Lines: []quote.EntryLine{{Product: "X", Quantity: decimal.MustParse("2"), ListMinor: 50_000_00, PriceMinor: quote.NoPrice, TaxPPM: 130_000}}}
}

// signed is a contract of A's over 100,000 of an opportunity, signed today.
func (h *house) signed(number string) contract.Contract {
	h.t.Helper()
	ctx, seller := h.t.Context(), h.actors["A"]
	o, err := h.work.Save(ctx, seller, opportunity.Entry{Name: "产线改造", Customer: "C1", AmountMinor: 90_000_00, Currency: money.CNY, ExpectedOn: today + 30})
	h.must(err)
	in := entry(number)
	in.OpportunityID = o.ID
	c, err := h.Save(ctx, seller, in)
	h.must(err)
	_, err = h.Sign(ctx, seller, contract.Sign{ID: c.ID, SignedOn: today})
	h.refused("signing a draft", err, errs.KindConflict)
	c, err = h.Submit(ctx, seller, c.ID, c.Revision)
	h.must(err)
	_, err = h.approvals.Approve(ctx, h.actors["L"], approval.Decision{ID: c.RequestID})
	h.must(err)
	c, err = h.Sign(ctx, seller, contract.Sign{ID: c.ID, SignedOn: today})
	h.must(err)
	return c
}

func (h *house) plan(c contract.Contract) contract.Contract {
	h.t.Helper()
	c, err := h.SetPlan(h.t.Context(), h.actors["A"], contract.Plan{ID: c.ID, Instalments: []contract.PlanEntry{{Name: "验收款", DueOn: today + 5, AmountMinor: 70_000_00}, {Name: "预付款", DueOn: today - 10, AmountMinor: 30_000_00}}})
	h.must(err)
	return c
}

// TestFromApprovalToTheDealThatPayRestsOn: the signature wins the opportunity, the deal has the contract's number, and there is one of it.
func TestFromApprovalToTheDealThatPayRestsOn(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := h.t.Context()
		c := h.signed("HT-1")
		o, err := h.work.Get(ctx, h.actors["A"], c.OpportunityID)
		h.must(err)
		if o.State != opportunity.StateWon || o.DealKey != "" {
			h.t.Errorf("the opportunity is %s with the deal %q", o.State, o.DealKey)
		}
		_, _, err = h.RecordDeal(ctx, h.actors["A"], contract.Record{ID: c.ID})
		h.refused("a seller's deal", err, errs.KindForbidden)
		_, _, err = h.RecordDeal(ctx, h.actors["F"], contract.Record{ID: c.ID})
		h.must(err)
		_, _, err = h.RecordDeal(ctx, h.actors["F"], contract.Record{ID: c.ID})
		h.refused("a second deal", err, errs.KindInvalid)
		d, err := h.Get(ctx, h.actors["A"], c.ID)
		h.must(err)
		if d.Deal == nil || d.Deal.Key != "HT-1" || d.Deal.AmountMinor != 100_000_00 || d.Deal.SignedOn != today {
			h.t.Errorf("deal %+v", d.Deal)
		}
		o, err = h.work.Get(ctx, h.actors["A"], c.OpportunityID)
		h.must(err)
		if o.DealKey != "HT-1" {
			h.t.Errorf("the opportunity has the deal %q", o.DealKey)
		}
		events, err := h.work.Events(ctx, h.actors["A"], c.OpportunityID)
		h.must(err)
		var all []string
		for _, e := range events {
			all = append(all, string(e.Activity))
		}
		if want := []string{"opportunity_opened", "contract_approved", "stage_entered", "signed"}; !slices.Equal(all, want) {
			h.t.Errorf("events %v", all)
		}
	})
}

// TestReportedMoneyCountsOnceFinanceConfirmsIt: then it is a payment of the deal, and covers instalments in the order of their days.
func TestReportedMoneyCountsOnceFinanceConfirmsIt(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx, seller, finance := h.t.Context(), h.actors["A"], h.actors["F"]
		c := h.plan(h.signed("HT-1"))
		report, err := h.Report(ctx, seller, contract.ReportEntry{ContractID: c.ID, Kind: contract.ReportCollection, PaidOn: today, AmountMinor: 40_000_00, Way: "transfer", Payer: "恒越精密"})
		h.must(err)
		if kept, err := h.GetReport(ctx, seller, report.ID); err != nil || kept.CustomerName != "恒越精密" || report.CustomerName != kept.CustomerName || report.CustomerID != kept.CustomerID || report.OwnerName != kept.OwnerName {
			h.t.Errorf("answered %+v, kept %+v, %v", report, kept, err)
		}
		confirm := contract.Confirm{ID: report.ID, Key: "B1", PaidOn: today, AmountMinor: 40_000_00}
		_, _, err = h.Confirm(ctx, seller, confirm)
		h.refused("a seller's word", err, errs.KindForbidden)
		_, _, err = h.Confirm(ctx, finance, confirm)
		h.refused("without a deal", err, errs.KindConflict)
		_, _, err = h.RecordDeal(ctx, finance, contract.Record{ID: c.ID})
		h.must(err)
		d, err := h.Get(ctx, seller, c.ID)
		h.must(err)
		if d.Deal.PaidMinor != 0 || d.Plan[0].CollectedMinor != 0 {
			h.t.Errorf("it counts before it is confirmed: %+v", d.Plan)
		}
		_, receipt, err := h.Confirm(ctx, finance, confirm)
		h.must(err)
		if receipt.Batch == 0 {
			h.t.Error("no fact was recorded")
		}
		_, _, err = h.Confirm(ctx, finance, confirm)
		h.refused("twice", err, errs.KindConflict)
		covered := func(want ...int64) {
			h.t.Helper()
			d, err := h.Get(ctx, seller, c.ID)
			h.must(err)
			var got []int64
			for _, i := range d.Plan {
				got = append(got, i.CollectedMinor)
			}
			if !slices.Equal(got, want) {
				h.t.Errorf("covered %v, want %v", got, want)
			}
		}
		covered(30_000_00, 10_000_00)
		// By hand it counts as well, and a refund takes back from the last.
		_, err = h.deals.RecordPayment(ctx, finance, deal.Entry{Key: "B2", DealKey: "HT-1", Kind: deal.Collection, PaidOn: today, AmountMinor: 5_000_00})
		h.must(err)
		covered(30_000_00, 15_000_00)
		back, err := h.Report(ctx, seller, contract.ReportEntry{ContractID: c.ID, Kind: contract.ReportRefund, PaidOn: today, AmountMinor: 25_000_00, Way: "transfer"})
		h.must(err)
		_, _, err = h.Confirm(ctx, finance, contract.Confirm{ID: back.ID, Key: "B3", PaidOn: today, AmountMinor: 25_000_00})
		h.must(err)
		covered(20_000_00, 0)
		_, err = h.deals.CorrectPayment(ctx, finance, deal.Correction{Key: "B2", PaidOn: today, AmountMinor: 6_000_00})
		h.must(err)
		covered(21_000_00, 0)
		late, err := h.Due(ctx, seller, contract.DueFilter{Overdue: true, Due: fact.AnyDay()})
		h.must(err)
		if len(late.Rows) != 1 || late.Rows[0].LeftMinor() != 9_000_00 || late.Rows[0].OverdueDays(late.Today) != 10 || late.Total.Sums[0].AmountMinor != 9_000_00 {
			h.t.Errorf("late %+v, total %+v", late.Rows, late.Total)
		}
		mine, err := h.Mine(ctx, seller)
		h.must(err)
		rates, err := h.Rates(ctx, finance, fact.Days{From: today - 30, To: today}, 0)
		h.must(err)
		if len(mine) != 2 || len(rates) != 1 || rates[0].Fact.AmountMinor != 30_000_00 || rates[0].CollectedMinor != 21_000_00 {
			h.t.Errorf("mine %d, rates %+v", len(mine), rates)
		}
		others, err := h.Due(ctx, h.actors["B"], contract.DueFilter{Open: true, Due: fact.AnyDay()})
		h.must(err)
		if len(others.Rows) != 0 {
			h.t.Error("another seller sees what is due")
		}
	})
}

func TestAReportIsRefusedOrTakenBack(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx, seller, finance := h.t.Context(), h.actors["A"], h.actors["F"]
		c := h.signed("HT-1")
		add := func() contract.Report {
			r, err := h.Report(ctx, seller, contract.ReportEntry{ContractID: c.ID, Kind: contract.ReportCollection, PaidOn: today, AmountMinor: 1, Way: "cash"})
			h.must(err)
			return r
		}
		_, err := h.Report(ctx, h.actors["B"], contract.ReportEntry{ContractID: c.ID, Kind: contract.ReportCollection, PaidOn: today, AmountMinor: 1, Way: "cash"})
		h.refused("another's contract", err, errs.KindNotFound)
		first := add()
		_, err = h.Refuse(ctx, finance, first.ID, "", 0)
		h.refused("without a reason", err, errs.KindInvalid)
		_, err = h.Refuse(ctx, finance, first.ID, "流水里没有", first.Revision)
		h.must(err)
		_, err = h.TakeBack(ctx, seller, first.ID, 0)
		h.refused("taking back what is decided", err, errs.KindConflict)
		second := add()
		_, err = h.TakeBack(ctx, seller, second.ID, second.Revision)
		h.must(err)
		page, err := h.Reports(ctx, finance, contract.ReportFilter{State: contract.ReportWithdrawn})
		h.must(err)
		if len(page.Rows) != 1 || page.Rows[0].ID != second.ID || page.Rows[0].ContractNumber != "HT-1" {
			h.t.Errorf("withdrawn: %+v", page.Rows)
		}
	})
}

// TestAnAmendmentChangesTheContractOnceItIsApproved: what there was before stays with it, and the plan no longer adds up until it is made anew.
func TestAnAmendmentChangesTheContractOnceItIsApproved(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx, seller := h.t.Context(), h.actors["A"]
		c := h.plan(h.signed("HT-1"))
		lines := entry("").Lines
		lines[0].Quantity = decimal.MustParse("3")
		amend := contract.Amend{ID: c.ID, EffectiveOn: today, Reason: "加一套", Lines: lines, EndsOn: today + 400}
		a, err := h.Amend(ctx, seller, amend)
		h.must(err)
		_, err = h.Amend(ctx, seller, amend)
		h.refused("two at once", err, errs.KindConflict)
		d, err := h.Get(ctx, seller, c.ID)
		h.must(err)
		if d.AmountMinor != 100_000_00 || len(d.Amendments) != 1 {
			h.t.Errorf("it holds before it is approved: %d", d.AmountMinor)
		}
		_, err = h.approvals.Approve(ctx, h.actors["L"], approval.Decision{ID: a.RequestID})
		h.must(err)
		d, err = h.Get(ctx, seller, c.ID)
		h.must(err)
		if d.AmountMinor != 150_000_00 || d.EndsOn != today+400 || d.Amendments[0].State != contract.AmendmentApproved || d.Amendments[0].BeforeMinor != 100_000_00 || d.PlannedMinor() == d.AmountMinor {
			h.t.Errorf("amended: %+v", d.Contract)
		}
		_, err = h.SetPlan(ctx, seller, contract.Plan{ID: c.ID, Instalments: []contract.PlanEntry{{DueOn: today, AmountMinor: 149_999_99}}})
		h.refused("a plan that does not add up", err, errs.KindInvalid)
		again, err := h.Amend(ctx, seller, contract.Amend{ID: c.ID, EffectiveOn: today, Reason: "再延", EndsOn: today + 500})
		h.must(err)
		_, err = h.approvals.Return(ctx, h.actors["L"], approval.Decision{ID: again.RequestID, Note: "不同意"})
		h.must(err)
		d, err = h.Get(ctx, seller, c.ID)
		h.must(err)
		if d.EndsOn != today+400 || d.Amendments[0].State != contract.AmendmentRefused {
			h.t.Errorf("refused: %+v", d.Amendments[0])
		}
		_, err = h.Amend(ctx, seller, contract.Amend{ID: c.ID, EffectiveOn: today, Reason: "x", EndsOn: d.EndsOn})
		h.refused("nothing", err, errs.KindInvalid)
	})
}

func TestWhoSeesAContractAndItsNumberIsItsOwn(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := h.t.Context()
		c := h.signed("HT-1")
		in := entry("HT-1")
		in.Customer = "C1"
		_, err := h.Save(ctx, h.actors["A"], in)
		h.refused("a number that is taken", err, errs.KindInvalid)
		in.Number = "HT-2"
		direct, err := h.Save(ctx, h.actors["A"], in)
		h.must(err)
		if direct.OpportunityID != 0 || direct.OwnerID != h.actors["A"].PersonID {
			h.t.Errorf("direct: %+v", direct)
		}
		_, err = h.Save(ctx, h.actors["B"], in)
		h.refused("another's customer", err, errs.KindInvalid)
		for key, sees := range map[string]bool{"A": true, "B": false, "L": true, "F": true} {
			_, err := h.Get(ctx, h.actors[key], c.ID)
			page, failure := h.List(ctx, h.actors[key], contract.Filter{Search: "恒越", Ends: fact.AnyDay()})
			h.must(failure)
			if (err == nil) != sees || (len(page.Rows) == 2) != sees {
				h.t.Errorf("%s: %v, %d in the list", key, err, len(page.Rows))
			}
		}
		page, err := h.List(ctx, h.actors["F"], contract.Filter{WithoutDeal: true, Ends: fact.Days{From: today, To: today + 400}})
		h.must(err)
		if len(page.Rows) != 1 || page.Rows[0].ID != c.ID {
			h.t.Errorf("without a deal: %+v", page.Rows)
		}
		_, err = h.End(ctx, h.actors["A"], contract.End{ID: c.ID, On: today, Reason: "客户停产"})
		h.must(err)
		due, err := h.Due(ctx, h.actors["F"], contract.DueFilter{Open: true, Due: fact.AnyDay()})
		h.must(err)
		if len(due.Rows) != 0 {
			h.t.Error("money of an ended contract is still due")
		}
	})
}
