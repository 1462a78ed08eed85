package opportunity_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// house is a company of two teams: L leads A in T1, B is alone in T2 of another region. C1 bought from A, C3 from B, C2 from nobody yet.
type house struct {
	*opportunity.Service
	t     *testing.T
	db    *store.DB
	deals *deal.Service
}

var today = calendar.DateOf(storetest.Start)

func onBoth(t *testing.T, test func(h house)) {
	t.Helper()
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := house{t: t, db: db, deals: deal.NewService(db.Deals(), storetest.Clock())}
		h.Service = opportunity.NewService(db.Opportunities(), h.deals, storetest.Clock())
		h.must(db.InTx(t.Context(), h.facts))
		test(h)
	})
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
	put(w.PutRegion(ctx, fact.RegionRecord{Key: "E", Name: "华东"}))
	put(w.PutRegion(ctx, fact.RegionRecord{Key: "N", Name: "华北"}))
	put(w.PutTeam(ctx, fact.TeamRecord{Key: "T1", Name: "一部", Region: "E"}))
	put(w.PutTeam(ctx, fact.TeamRecord{Key: "T2", Name: "二部", Region: "N"}))
	for _, p := range [][2]string{{"L", "T1"}, {"A", "T1"}, {"B", "T2"}} {
		put(w.PutPerson(ctx, fact.PersonRecord{Key: p[0], Name: "销售" + p[0], Team: p[1], Level: "regular", Hired: today - 900, Left: calendar.Forever, ValidFrom: calendar.NoDate}))
	}
	put(w.PutLeader(ctx, fact.LeaderRecord{Team: "T1", Person: "L", From: calendar.NoDate}))
	for _, key := range []string{"C1", "C2", "C3"} {
		put(w.PutCustomer(ctx, fact.CustomerRecord{Key: key, Name: "客户" + key}))
	}
	put(w.PutProduct(ctx, fact.ProductRecord{Key: "X", Name: "控制器", Category: "A"}))
	for _, d := range [][3]string{{"D1", "C1", "A"}, {"D3", "C3", "B"}} {
		put(w.PutDeal(ctx, fact.DealRecord{Key: d[0], Customer: d[1], Product: "X", SignedOn: today - 30, AmountMinor: 100_00, Currency: money.CNY, Shares: []fact.ShareRecord{{Person: d[2], BasisPoints: 10_000}}}))
	}
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

// actor is a person of the house in a role.
func (h house) actor(key string, role access.Role, scope access.ScopeKind) access.Actor {
	h.t.Helper()
	a := access.Actor{UserID: "u-" + key + string(role), Name: "销售" + key, Grants: []access.Grant{{Role: role, Scope: scope}}}
	h.must(h.db.Read(h.t.Context(), func(tx *store.Tx) (err error) {
		if scope == access.ScopeRegion {
			regions, err := tx.OrgTeams(h.t.Context(), access.Scope{All: true}, today, fact.AsOf{Valid: today, Recorded: fact.Open - 1})
			for _, r := range regions {
				if r.Key == key {
					a.Grants[0].RegionID = r.ID
				}
			}
			return err
		}
		if key != "" {
			a.PersonID, err = tx.OrgPersonID(h.t.Context(), key)
		}
		return err
	}))
	return a
}

func (h house) seller(key string) access.Actor {
	return h.actor(key, access.RoleSeller, access.ScopeOwn)
}

func (h house) operations() access.Actor {
	return h.actor("", access.RoleOperations, access.ScopeAll)
}

func entry(customer string) opportunity.Entry {
	return opportunity.Entry{Name: "产线改造", Customer: customer, AmountMinor: 500_000_00, Currency: money.CNY, ExpectedOn: today + 30, Products: []string{"X"}, Source: "referral"}
}

func (h house) add(actor access.Actor, in opportunity.Entry) opportunity.Opportunity {
	h.t.Helper()
	o, err := h.Save(h.t.Context(), actor, in)
	h.must(err)
	return o
}

func TestWhoSeesAnOpportunity(t *testing.T) {
	onBoth(t, func(h house) {
		ctx := h.t.Context()
		of := h.add(h.seller("A"), entry("C1"))
		for name, c := range map[string]struct {
			actor access.Actor
			sees  bool
		}{
			"its owner": {h.seller("A"), true}, "another seller": {h.seller("B"), false}, "the team's lead": {h.actor("L", access.RoleLead, access.ScopeTeamAndBelow), true},
			"the director of the region": {h.actor("E", access.RoleDirector, access.ScopeRegion), true}, "of another region": {h.actor("N", access.RoleDirector, access.ScopeRegion), false},
			"operations": {h.operations(), true},
		} {
			page, err := h.List(ctx, c.actor, opportunity.Filter{Expected: fact.AnyDay()})
			h.must(err)
			lanes, err := h.Board(ctx, c.actor, opportunity.Filter{Expected: fact.AnyDay()})
			h.must(err)
			_, err = h.Get(ctx, c.actor, of.ID)
			want := int64(0)
			if c.sees {
				want = 1
			}
			if page.Total.Count != want || int64(len(page.Rows)) != want || lanes[0].Total.Count != want || int64(len(lanes[0].Cards)) != want || (err == nil) != c.sees {
				h.t.Errorf("%s: list %d, board %d, alone %v", name, page.Total.Count, lanes[0].Total.Count, err)
			}
			if !c.sees {
				_, err := h.Move(ctx, c.actor, of.ID, opportunity.StageNeeds, 0)
				h.refused(name+" moves it", err, errs.KindNotFound)
			}
		}
		_, err := h.List(ctx, h.actor("", access.RoleAdmin, access.ScopeAll), opportunity.Filter{})
		h.refused("who sees no sales data", err, errs.KindForbidden)
		_, err = h.Save(ctx, h.actor("", access.RoleFinance, access.ScopeAll), entry("C1"))
		h.refused("who only reads", err, errs.KindForbidden)
	})
}

func TestWhatIsWrongIsSaidAtOnce(t *testing.T) {
	onBoth(t, func(h house) {
		for name, c := range map[string]struct {
			change func(*opportunity.Entry)
			paths  []string
		}{
			"nothing":                     {func(in *opportunity.Entry) { *in = opportunity.Entry{ExpectedOn: calendar.NoDate} }, []string{"name", "customer", "currency", "expected_on"}},
			"another seller's customer":   {func(in *opportunity.Entry) { in.Customer = "C3" }, []string{"customer"}},
			"another seller as the owner": {func(in *opportunity.Entry) { in.Owner = "B" }, []string{"owner"}},
			"an unknown product":          {func(in *opportunity.Entry) { in.Products = []string{"Y"} }, []string{"products"}},
			"less than nothing":           {func(in *opportunity.Entry) { in.AmountMinor = -1 }, []string{"amount"}},
			"a stage after the signature": {func(in *opportunity.Entry) { in.Stage = opportunity.StageAfterSales }, []string{"stage"}},
			"an unknown source":           {func(in *opportunity.Entry) { in.Source = "dream" }, []string{"source"}},
		} {
			in := entry("C2")
			c.change(&in)
			_, err := h.Save(h.t.Context(), h.seller("A"), in)
			h.refused(name, err, errs.KindInvalid)
			for _, path := range c.paths {
				if !strings.Contains(err.Error(), path) {
					h.t.Errorf("%s: %v says nothing of %s", name, err, path)
				}
			}
		}
		h.add(h.seller("A"), entry("C2")) // a customer without a deal is anybody's to sell to
		if _, err := h.Save(h.t.Context(), h.operations(), entry("C2")); !errs.Is(err, errs.KindInvalid) {
			h.t.Errorf("somebody who is nobody of the organisation owns an opportunity: %v", err)
		}
	})
}

func TestAnOpportunityMovesOnlyWhereItCanStand(t *testing.T) {
	onBoth(t, func(h house) {
		ctx, a := h.t.Context(), h.seller("A")
		o := h.add(a, entry("C1"))
		for _, stage := range []opportunity.Stage{opportunity.StageContract, opportunity.StageNeeds} {
			moved, err := h.Move(ctx, a, o.ID, stage, o.Revision)
			h.must(err)
			if o = moved; o.Stage != stage || opportunity.ShippedStages().PercentOf(o) != opportunity.ShippedStages().Percent(stage) {
				h.t.Errorf("on %s with %d %%", o.Stage, opportunity.ShippedStages().PercentOf(o))
			}
		}
		_, err := h.Move(ctx, a, o.ID, opportunity.StageAfterSales, 0)
		h.refused("after-sales before a signature", err, errs.KindConflict)
		_, err = h.Move(ctx, a, o.ID, "dreaming", 0)
		h.refused("an unknown stage", err, errs.KindInvalid)
		_, err = h.Move(ctx, a, o.ID, opportunity.StageProposal, o.Revision-1)
		h.refused("somebody who saw it before", err, errs.KindConflict)
		_, err = h.Lose(ctx, a, opportunity.Lose{ID: o.ID, For: "other"})
		h.refused("lost for no reason", err, errs.KindInvalid)
		_, err = h.Lose(ctx, a, opportunity.Lose{ID: o.ID, For: "price", Reason: "同行低两成"})
		h.must(err)
		_, err = h.Move(ctx, a, o.ID, opportunity.StageProposal, 0)
		h.refused("a lost one", err, errs.KindConflict)
		_, err = h.Win(ctx, a, opportunity.Win{ID: o.ID, SignedOn: today})
		h.refused("winning what is lost", err, errs.KindConflict)
		again, err := h.Reopen(ctx, a, o.ID, 0)
		h.must(err)
		if again.State != opportunity.StateOpen || again.LostFor != "" || again.EndedOn != calendar.NoDate {
			h.t.Errorf("opened again: %+v", again)
		}
		won, err := h.Win(ctx, a, opportunity.Win{ID: o.ID, SignedOn: today - 1})
		h.must(err)
		if won.Stage != opportunity.StageContract || opportunity.ShippedStages().PercentOf(won) != 100 {
			h.t.Errorf("won: %+v", won)
		}
		_, err = h.Move(ctx, a, o.ID, opportunity.StageNeeds, 0)
		h.refused("back before the signature", err, errs.KindConflict)
		_, err = h.Move(ctx, a, o.ID, opportunity.StageAfterSales, 0)
		h.must(err)
	})
}

// TestTwoPeopleLoseNothing lets eight change the name as they have seen it: one is saved, the others are told what it did.
func TestTwoPeopleLoseNothing(t *testing.T) {
	onBoth(t, func(h house) {
		ctx, lead := h.t.Context(), h.actor("L", access.RoleLead, access.ScopeTeamAndBelow)
		o := h.add(h.seller("A"), entry("C1"))
		var wait sync.WaitGroup
		results := make([]error, 8)
		for i := range results {
			wait.Go(func() {
				in := entry("C1")
				in.ID, in.Seen, in.Name = o.ID, o.Revision, "改名"+string(rune('0'+i))
				_, results[i] = h.Save(ctx, lead, in)
			})
		}
		wait.Wait()
		saved := 0
		for _, err := range results {
			if err == nil {
				saved++
				continue
			}
			h.refused("the slower", err, errs.KindConflict)
		}
		changes, err := h.ChangesSince(ctx, h.seller("A"), o.ID, o.Revision)
		h.must(err)
		if saved != 1 || len(changes) != 1 || string(changes[0].Before) != `{"name":"产线改造"}` || !strings.HasPrefix(string(changes[0].After), `{"name":"改名`) || changes[0].ActorName != "销售L" {
			h.t.Errorf("%d saved, changes %+v", saved, changes)
		}
		same := entry("C1")
		same.ID, same.Name = o.ID, strings.TrimSuffix(strings.TrimPrefix(string(changes[0].After), `{"name":"`), `"}`)
		if kept := h.add(lead, same); kept.Revision != o.Revision+1 {
			h.t.Errorf("saving what is there already made revision %d", kept.Revision)
		}
	})
}

func TestWinningLinksOrRecordsTheDealInOneTransaction(t *testing.T) {
	onBoth(t, func(h house) {
		ctx, a, ops := h.t.Context(), h.seller("A"), h.operations()
		o := h.add(a, entry("C1"))
		signing := func(key string) *deal.Signing {
			return &deal.Signing{DealRecord: fact.DealRecord{Key: key, Product: "X", AmountMinor: 480_000_00, Currency: money.CNY, Shares: []fact.ShareRecord{{Person: "A", BasisPoints: 10_000}}}}
		}
		_, err := h.Win(ctx, a, opportunity.Win{ID: o.ID, SignedOn: today, Deal: signing("N1")})
		h.refused("a seller records the deal", err, errs.KindForbidden)
		_, err = h.Win(ctx, ops, opportunity.Win{ID: o.ID, SignedOn: today, Deal: signing("D3")})
		h.refused("a key that is taken", err, errs.KindInvalid)
		if !strings.Contains(err.Error(), "deal_key") {
			h.t.Errorf("the taken key is not said to be the deal's: %v", err)
		}
		_, err = h.Win(ctx, a, opportunity.Win{ID: o.ID, SignedOn: today, DealKey: "D3"})
		h.refused("another customer's deal", err, errs.KindInvalid)
		put := func(w fact.Writer) (fact.Outcome, error) {
			return w.PutDeal(ctx, fact.DealRecord{Key: "D2", Customer: "C1", Product: "X", SignedOn: today - 20, AmountMinor: 100_00, Currency: money.CNY, Shares: []fact.ShareRecord{{Person: "B", BasisPoints: 10_000}}})
		}
		h.must(h.db.InTx(ctx, func(tx *store.Tx) error {
			_, err := fact.Record(ctx, tx, "u", "deal:D2", put)
			return err
		}))
		_, err = h.Win(ctx, a, opportunity.Win{ID: o.ID, SignedOn: today, DealKey: "D2"})
		h.refused("another seller's deal with the customer", err, errs.KindInvalid)
		_, err = h.Win(ctx, a, opportunity.Win{ID: o.ID, SignedOn: today + 1})
		h.refused("a signature to come", err, errs.KindInvalid)
		if d, err := h.Get(ctx, a, o.ID); err != nil || d.State != opportunity.StateOpen || d.Revision != 1 {
			h.t.Errorf("a refused win left %+v %v", d.Opportunity, err)
		}
		won, err := h.Win(ctx, ops, opportunity.Win{ID: o.ID, SignedOn: today, Deal: signing("N1")})
		h.must(err)
		recorded, err := h.deals.Get(ctx, ops, "N1")
		if err != nil || won.DealKey != "N1" || recorded.AmountMinor != 480_000_00 || recorded.CustomerName != "客户C1" || recorded.SignedOn != today {
			h.t.Errorf("won %+v with %+v %v", won, recorded.Deal, err)
		}
		later := h.add(a, entry("C1"))
		_, err = h.LinkDeal(ctx, a, later.ID, "D1", 0)
		h.refused("a deal of what is open", err, errs.KindConflict)
		_, err = h.Win(ctx, a, opportunity.Win{ID: later.ID, SignedOn: today - 30})
		h.must(err)
		page, err := h.List(ctx, ops, opportunity.Filter{WithoutDeal: true, Expected: fact.AnyDay()})
		if err != nil || page.Total.Count != 1 || page.Rows[0].ID != later.ID {
			h.t.Errorf("won without a deal: %+v %v", page, err)
		}
		linked, err := h.LinkDeal(ctx, a, later.ID, "D1", 0)
		if err != nil || linked.DealKey != "D1" {
			h.t.Errorf("linked %+v %v", linked, err)
		}
	})
}

// TestEveryMoveIsAnEventOfItsCase compares the events with what was done, and the log of writes with both.
func TestEveryMoveIsAnEventOfItsCase(t *testing.T) {
	onBoth(t, func(h house) {
		ctx, a, lead := h.t.Context(), h.seller("A"), h.actor("L", access.RoleLead, access.ScopeTeamAndBelow)
		o := h.add(a, entry("C1"))
		other := h.add(a, entry("C2"))
		_, err := h.Move(ctx, a, o.ID, opportunity.StageProposal, 0)
		h.must(err)
		passed := entry("C1")
		passed.ID, passed.Owner = o.ID, "L"
		h.add(lead, passed)
		_, err = h.Win(ctx, lead, opportunity.Win{ID: o.ID, SignedOn: today - 2})
		h.must(err)
		events, err := h.Events(ctx, lead, o.ID)
		h.must(err)
		var activities []process.Activity
		for i, e := range events {
			activities = append(activities, e.Activity)
			if e.CaseID != o.ID || e.Source != o.Subject() || e.RecordedAt.IsZero() || i > 0 && e.Seq <= events[i-1].Seq {
				h.t.Errorf("event %+v", e)
			}
		}
		want := []process.Activity{process.ActivityOpened, process.ActivityStage, process.ActivityOwner, process.ActivityStage, process.ActivitySigned}
		if !slices.Equal(activities, want) {
			h.t.Errorf("activities %v, want %v", activities, want)
		}
		signed := events[len(events)-1]
		if calendar.DateOf(signed.OccurredAt) != today-2 || calendar.DateOf(signed.RecordedAt) != today || string(signed.Data) != `{"contract_amount":50000000,"deal":""}` {
			h.t.Errorf("signed %+v %s", signed, signed.Data)
		}
		h.must(h.db.Read(ctx, func(tx *store.Tx) error {
			all, err := tx.EventsAfter(ctx, events[0].Seq, 3)
			if err == nil && (len(all) != 3 || all[0].CaseID != other.ID || all[1].Seq != all[0].Seq+1) {
				h.t.Errorf("in the order recorded: %+v", all)
			}
			return err
		}))
		written, err := audit.NewService(h.db.Audit()).List(ctx, access.SystemActor("test"), audit.Filter{Subject: o.Subject()})
		h.must(err)
		var actions []string
		for _, e := range written.Entries {
			actions = append(actions, e.Action)
		}
		slices.Sort(actions)
		if want := []string{"opportunity.add", "opportunity.change", "opportunity.move", "opportunity.win"}; !slices.Equal(actions, want) {
			h.t.Errorf("audited %v, want %v", actions, want)
		}
	})
}

func TestTheListFiltersSortsAndSums(t *testing.T) {
	onBoth(t, func(h house) {
		ctx, a := h.t.Context(), h.seller("A")
		for i := range 7 {
			in := entry([]string{"C1", "C2"}[i%2])
			in.AmountMinor, in.ExpectedOn, in.Name = int64(i+1)*100_00, today+calendar.Date(10-i), "改造"+string(rune('甲'+i))
			h.add(a, in)
		}
		big, least := int64(300_00), int64(500_00)
		for name, c := range map[string]struct {
			filter opportunity.Filter
			count  int64
			sum    int64
		}{
			"all": {opportunity.Filter{}, 7, 2800_00}, "of a customer by name": {opportunity.Filter{Search: "客户c2"}, 3, 1200_00}, "by their own": {opportunity.Filter{Search: "改造甲"}, 1, 100_00},
			"of a range": {opportunity.Filter{Amounts: fact.Amounts{Min: &big, Max: &least}}, 3, 1200_00}, "expected in days": {opportunity.Filter{Expected: fact.Days{From: today + 9, To: today + 10}}, 2, 300_00},
			"on a stage": {opportunity.Filter{Stage: opportunity.StageNeeds}, 0, 0}, "open": {opportunity.Filter{State: opportunity.StateOpen}, 7, 2800_00}, "from elsewhere": {opportunity.Filter{Source: "website"}, 0, 0},
		} {
			if c.filter.Expected == (fact.Days{}) {
				c.filter.Expected = fact.AnyDay()
			}
			page, err := h.List(ctx, a, c.filter)
			h.must(err)
			var sum int64
			for _, s := range page.Total.Sums {
				sum += s.AmountMinor
			}
			if page.Total.Count != c.count || int64(len(page.Rows)) != c.count || sum != c.sum {
				h.t.Errorf("%s: %d of %d, %d", name, len(page.Rows), page.Total.Count, sum)
			}
		}
		for _, sort := range []string{opportunity.SortAmount, opportunity.SortExpected, opportunity.SortNew} {
			var ids []int64
			more, err := h.Each(ctx, a, opportunity.Filter{Expected: fact.AnyDay(), Paging: fact.Paging{Sort: sort}}, func(o opportunity.Opportunity) error {
				ids = append(ids, o.ID)
				return nil
			})
			up := slices.IsSorted(ids)
			if slices.Reverse(ids); err != nil || more || len(ids) != 7 || up == (sort == opportunity.SortExpected) || slices.IsSorted(ids) != (sort == opportunity.SortExpected) {
				h.t.Errorf("by %s: %v %v", sort, ids, err)
			}
		}
		first, err := h.List(ctx, a, opportunity.Filter{Expected: fact.AnyDay(), Paging: fact.Paging{Sort: opportunity.SortAmount, Limit: 4}})
		h.must(err)
		rest, err := h.List(ctx, a, opportunity.Filter{Expected: fact.AnyDay(), Paging: fact.Paging{Sort: opportunity.SortAmount, Limit: 4, Cursor: first.Next}})
		if err != nil || len(rest.Rows) != 3 || rest.Rows[0].AmountMinor != 500_00 || rest.Next != "" {
			h.t.Errorf("second page %+v %v", rest.Rows, err)
		}
	})
}
