package quote_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
	"xiaoguan/internal/quote"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// house is a company of two teams in one region: L leads A in T1, B is alone in T2, D directs the region. C1 is A's customer.
type house struct {
	*quote.Service
	t         *testing.T
	db        *store.DB
	work      *opportunity.Service
	approvals *approval.Service
	actors    map[string]access.Actor
}

var today = calendar.DateOf(storetest.Start)

func onBoth(t *testing.T, test func(h *house)) {
	t.Helper()
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := &house{t: t, db: db, actors: map[string]access.Actor{}}
		clock := storetest.Clock()
		h.work = opportunity.NewService(db.Opportunities(), deal.NewService(db.Deals(), clock), clock)
		h.approvals = approval.NewService(db.ApprovalStore(), func() string { return store.NewID(clock()) }, func() *time.Location { return calendar.ChinaTime }, calendar.China)
		h.Service = quote.NewService(db.Quotes(), h.approvals, clock)
		h.must(h.approvals.Register(quote.ApprovalKind(func() *quote.Service { return h.Service })))
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
	for _, p := range [][2]string{{"L", "T1"}, {"A", "T1"}, {"B", "T2"}, {"D", "T2"}} {
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

// people are users with their grants.
func (h *house) people(tx *store.Tx) error {
	ctx := h.t.Context()
	region, err := tx.OrgTeams(ctx, access.Scope{All: true}, today, fact.AsOf{Valid: today, Recorded: fact.Open - 1})
	if err != nil {
		return err
	}
	for key, grant := range map[string]access.Grant{"A": {Role: access.RoleSeller, Scope: access.ScopeOwn}, "B": {Role: access.RoleSeller, Scope: access.ScopeOwn}, "L": {Role: access.RoleLead, Scope: access.ScopeTeamAndBelow},
		"D": {Role: access.RoleDirector, Scope: access.ScopeRegion, RegionID: region[0].ID}, "ops": {Role: access.RoleOperations, Scope: access.ScopeAll}} {
		a := access.Actor{UserID: "u-" + key, Name: "用户" + key, Grants: []access.Grant{grant}}
		if key != "ops" {
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

func (h *house) opportunity() opportunity.Opportunity {
	h.t.Helper()
	o, err := h.work.Save(h.t.Context(), h.actors["A"], opportunity.Entry{Name: "产线改造", Customer: "C1", AmountMinor: 500_000_00, Currency: money.CNY, ExpectedOn: today + 30})
	h.must(err)
	return o
}

func entry(o opportunity.Opportunity, discount int64) quote.Entry {
	return quote.Entry{OpportunityID: o.ID, Title: "产线改造报价", Currency: money.CNY, ValidUntil: today + 30, Lines: []quote.EntryLine{
		{Product: "X", Quantity: decimal.MustParse("2"), ListMinor: 100_000_00, DiscountPPM: discount, PriceMinor: quote.NoPrice, TaxPPM: 130_000},
		{Text: "安装调试", Quantity: decimal.MustParse("1.5"), Unit: "天", PriceMinor: 2_000_00, TaxPPM: 60_000}}}
}

// submitted is a quote of A's that waits for approval.
func (h *house) submitted(discount int64) quote.Quote {
	h.t.Helper()
	q, err := h.Save(h.t.Context(), h.actors["A"], entry(h.opportunity(), discount))
	h.must(err)
	q, err = h.Submit(h.t.Context(), h.actors["A"], q.ID, q.Revision)
	h.must(err)
	return q
}

func (h *house) state(id int64, want quote.State) quote.Detail {
	h.t.Helper()
	d, err := h.Get(h.t.Context(), h.actors["A"], id)
	h.must(err)
	if d.State != want {
		h.t.Errorf("%s is %s, want %s", d.Number(), d.State, want)
	}
	return d
}

func (h *house) activities(id int64) (all []string) {
	h.t.Helper()
	events, err := h.work.Events(h.t.Context(), h.actors["A"], id)
	h.must(err)
	for _, e := range events {
		all = append(all, string(e.Activity))
	}
	return all
}

func TestAQuoteIsApprovedBeforeItIsSent(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx, seller := h.t.Context(), h.actors["A"]
		q := h.submitted(40_000)
		if q.State != quote.StateWaiting || q.AmountMinor != 195_000_00 || q.ListMinor != 203_000_00 || q.RequestID == "" || q.Beyond {
			h.t.Errorf("submitted: %+v", q)
		}
		send := quote.Send{ID: q.ID, On: today, To: "王经理", Way: "email"}
		_, err := h.Send(ctx, seller, send)
		h.refused("sending what waits", err, errs.KindConflict)
		_, err = h.Save(ctx, seller, quote.Entry{ID: q.ID, Title: "x", Currency: money.CNY, ValidUntil: today, Lines: entry(opportunity.Opportunity{}, 0).Lines})
		h.refused("changing what waits", err, errs.KindConflict)
		_, err = h.approvals.Approve(ctx, seller, approval.Decision{ID: q.RequestID})
		h.refused("approving one's own", err, errs.KindForbidden)
		_, err = h.approvals.Approve(ctx, h.actors["L"], approval.Decision{ID: q.RequestID})
		h.must(err)
		h.state(q.ID, quote.StateApproved)
		q, err = h.Send(ctx, seller, send)
		h.must(err)
		_, err = h.Answer(ctx, seller, quote.Answer{ID: q.ID, On: today})
		h.refused("declined without a reason", err, errs.KindInvalid)
		_, err = h.Answer(ctx, seller, quote.Answer{ID: q.ID, Accepted: true, On: today, Seen: q.Revision})
		h.must(err)
		h.state(q.ID, quote.StateAccepted)
		want := []string{"opportunity_opened", "proposal_drafted", "manager_approved", "proposal_sent", "proposal_accepted"}
		if got := h.activities(q.OpportunityID); !slices.Equal(got, want) {
			h.t.Errorf("events %v", got)
		}
	})
}

// TestADiscountBeyondTheLimitTakesAnotherSignature: the lead's alone approves nothing; with the director's the extra signature is an event of
// somebody else, and the discount stands beside its limit.
func TestADiscountBeyondTheLimitTakesAnotherSignature(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := h.t.Context()
		q := h.submitted(80_000)
		if !q.Beyond || q.LimitPPM != 50_000 {
			h.t.Errorf("submitted: %+v", q)
		}
		_, err := h.approvals.Approve(ctx, h.actors["L"], approval.Decision{ID: q.RequestID})
		h.must(err)
		h.state(q.ID, quote.StateWaiting)
		_, err = h.approvals.Approve(ctx, h.actors["D"], approval.Decision{ID: q.RequestID})
		h.must(err)
		h.state(q.ID, quote.StateApproved)
		events, err := h.work.Events(ctx, h.actors["A"], q.OpportunityID)
		h.must(err)
		last := events[len(events)-1]
		if last.Activity != process.ActivityExtraSigned || last.PersonID != h.actors["D"].PersonID || events[len(events)-2].PersonID != h.actors["L"].PersonID {
			h.t.Errorf("events %+v", events)
		}
		if drafted := events[1]; string(drafted.Data) != `{"amount":18700000,"discount":80000,"discount_limit":50000,"quote":"Q000001-1"}` {
			h.t.Errorf("drafted with %s", drafted.Data)
		}
	})
}

func TestAQuoteThatIsSentBackIsADraftAgain(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx, seller := h.t.Context(), h.actors["A"]
		q := h.submitted(0)
		_, err := h.approvals.Return(ctx, h.actors["L"], approval.Decision{ID: q.RequestID, Note: "交期写清楚"})
		h.must(err)
		d := h.state(q.ID, quote.StateDraft)
		q, err = h.Submit(ctx, seller, q.ID, d.Revision)
		h.must(err)
		q, err = h.Withdraw(ctx, seller, q.ID, q.Revision)
		h.must(err)
		h.state(q.ID, quote.StateDraft)
		q, err = h.Submit(ctx, seller, q.ID, q.Revision)
		h.must(err)
		_, err = h.approvals.Reject(ctx, h.actors["L"], approval.Decision{ID: q.RequestID, Note: "不做了"})
		h.must(err)
		d = h.state(q.ID, quote.StateDraft)
		_, err = h.Drop(ctx, seller, q.ID, d.Revision)
		h.must(err)
		h.state(q.ID, quote.StateDropped)
	})
}

// TestANewVersionLeavesWhatWasSentAlone until it is sent itself.
func TestANewVersionLeavesWhatWasSentAlone(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx, seller := h.t.Context(), h.actors["A"]
		first := h.submitted(0)
		approve := func(q quote.Quote) {
			_, err := h.approvals.Approve(ctx, h.actors["L"], approval.Decision{ID: q.RequestID})
			h.must(err)
		}
		approve(first)
		_, err := h.Send(ctx, seller, quote.Send{ID: first.ID, On: today, To: "王经理", Way: "wechat"})
		h.must(err)
		second, err := h.Revise(ctx, seller, first.ID)
		h.must(err)
		if second.Number() != "Q000001-2" || second.State != quote.StateDraft || second.RequestID != "" {
			h.t.Errorf("revised: %+v", second)
		}
		_, err = h.Revise(ctx, seller, first.ID)
		h.refused("a second revision of the same", err, errs.KindConflict)
		h.state(first.ID, quote.StateSent)
		second, err = h.Submit(ctx, seller, second.ID, 0)
		h.must(err)
		approve(second)
		_, err = h.Send(ctx, seller, quote.Send{ID: second.ID, On: today, To: "王经理", Way: "wechat"})
		h.must(err)
		h.state(first.ID, quote.StateReplaced)
		if d := h.state(second.ID, quote.StateSent); len(d.Versions) != 2 {
			h.t.Errorf("versions %v", d.Versions)
		}
		page, err := h.List(ctx, seller, quote.Filter{Valid: fact.AnyDay()})
		h.must(err)
		all, err := h.List(ctx, seller, quote.Filter{Valid: fact.AnyDay(), AllVersions: true})
		h.must(err)
		if len(page.Rows) != 1 || page.Rows[0].ID != second.ID || len(all.Rows) != 2 {
			h.t.Errorf("%d in the list, %d with old ones", len(page.Rows), len(all.Rows))
		}
	})
}

func TestWhoSeesAndWritesAQuote(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := h.t.Context()
		o := h.opportunity()
		q, err := h.Save(ctx, h.actors["A"], entry(o, 0))
		h.must(err)
		for key, sees := range map[string]bool{"A": true, "B": false, "L": true, "D": true, "ops": true} {
			_, err := h.Get(ctx, h.actors[key], q.ID)
			if (err == nil) != sees {
				h.t.Errorf("%s: %v", key, err)
			}
		}
		_, err = h.Save(ctx, h.actors["B"], entry(o, 0))
		h.refused("another's opportunity", err, errs.KindNotFound)
		_, err = h.List(ctx, access.Actor{UserID: "hr", Grants: []access.Grant{{Role: access.RoleHR, Scope: access.ScopeAll}}}, quote.Filter{})
		h.refused("who sees no sales", err, errs.KindForbidden)
		// The quote goes with its opportunity.
		_, err = h.work.Save(ctx, h.actors["ops"], opportunity.Entry{ID: o.ID, Name: o.Name, Customer: "C1", Owner: "B", Currency: money.CNY, ExpectedOn: today + 30})
		h.must(err)
		_, err = h.Get(ctx, h.actors["B"], q.ID)
		h.must(err)
		_, err = h.Get(ctx, h.actors["A"], q.ID)
		h.refused("who gave it away", err, errs.KindNotFound)
	})
}

func TestThePriceListStandsWhateverIsTyped(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := h.t.Context()
		rules := quote.ShippedRules()
		rules.Prices = []quote.Price{{ProductKey: "X", ListMinor: 120_000_00, Currency: money.CNY, LimitPPM: 10_000}}
		h.refused("a seller's price list", h.SaveRules(ctx, h.actors["A"], rules, 0), errs.KindForbidden)
		h.must(h.SaveRules(ctx, h.actors["ops"], rules, 0))
		h.refused("prices seen too early", h.SaveRules(ctx, h.actors["ops"], rules, 0), errs.KindConflict)
		rules.Prices[0].ProductKey = "nothing"
		h.refused("an unknown product", h.SaveRules(ctx, h.actors["ops"], rules, 1), errs.KindInvalid)
		q, err := h.Save(ctx, h.actors["A"], entry(h.opportunity(), 20_000))
		h.must(err)
		if q.Lines[0].ListMinor != 120_000_00 || q.Lines[0].Text != "控制器" {
			h.t.Errorf("line %+v", q.Lines[0])
		}
		if d := h.state(q.ID, quote.StateDraft); len(d.Beyonds) != 1 || d.Beyonds[0].LimitPPM != 10_000 {
			h.t.Errorf("beyond %v", d.Beyonds)
		}
	})
}

func TestQuotesAreRefusedWithAllThatIsWrong(t *testing.T) {
	onBoth(t, func(h *house) {
		in := entry(h.opportunity(), 0)
		in.Title, in.ValidUntil, in.Currency = "", today-1, "yuan"
		in.Lines[0] = quote.EntryLine{Product: "nothing", Quantity: decimal.MustParse("-1"), DiscountPPM: 2_000_000, PriceMinor: -5, TaxPPM: -1}
		_, err := h.Save(h.t.Context(), h.actors["A"], in)
		h.refused("all wrong", err, errs.KindInvalid)
		failure, _ := errors.AsType[*errs.Error](err)
		var paths []string
		for _, f := range failure.Fields {
			paths = append(paths, f.Path)
		}
		for _, want := range []string{"title", "valid_until", "currency", "lines.0.product", "lines.0.quantity", "lines.0.discount", "lines.0.price", "lines.0.tax"} {
			if !slices.Contains(paths, want) {
				h.t.Errorf("%s is not named in %v", want, paths)
			}
		}
	})
}
