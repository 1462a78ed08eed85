package flow_test

import (
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/flow"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

var today = calendar.DateOf(storetest.Start)

// company records two teams of two regions: L leads A in T1, B is alone in T2; C1 bought from A, C2 from nobody.
func company(t *testing.T, tx *store.Tx) error {
	ctx := t.Context()
	w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
	if err != nil {
		return err
	}
	put := func(_ fact.Outcome, problem error) {
		if err == nil {
			err = problem
		}
	}
	for i, team := range []string{"T1", "T2"} {
		region := []string{"E", "N"}[i]
		put(w.PutRegion(ctx, fact.RegionRecord{Key: region, Name: region}))
		put(w.PutTeam(ctx, fact.TeamRecord{Key: team, Name: team, Region: region}))
	}
	for _, p := range [][2]string{{"L", "T1"}, {"A", "T1"}, {"B", "T2"}} {
		put(w.PutPerson(ctx, fact.PersonRecord{Key: p[0], Name: p[0], Team: p[1], Level: "regular", Hired: today - 900, Left: calendar.Forever, ValidFrom: calendar.NoDate}))
	}
	put(w.PutLeader(ctx, fact.LeaderRecord{Team: "T1", Person: "L", From: calendar.NoDate}))
	put(w.PutCustomer(ctx, fact.CustomerRecord{Key: "C1", Name: "C1"}))
	put(w.PutCustomer(ctx, fact.CustomerRecord{Key: "C2", Name: "C2"}))
	put(w.PutProduct(ctx, fact.ProductRecord{Key: "X", Name: "X", Category: "A"}))
	put(w.PutDeal(ctx, fact.DealRecord{Key: "D1", Customer: "C1", Product: "X", SignedOn: today - 30, AmountMinor: 100_00, Currency: money.CNY, Shares: []fact.ShareRecord{{Person: "A", BasisPoints: 10_000}}}))
	if err == nil {
		_, err = w.Finish(ctx)
	}
	return err
}

// TestWhoseCasesAreCounted runs the real store, on both databases: each sees the cases in their reach and no others.
func TestWhoseCasesAreCounted(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(db.InTx(ctx, func(tx *store.Tx) error { return company(t, tx) }))
		actor := func(key string, role access.Role, scope access.ScopeKind) access.Actor {
			a := access.Actor{UserID: "u-" + key, Name: key, Grants: []access.Grant{{Role: role, Scope: scope}}}
			must(db.Read(ctx, func(tx *store.Tx) (err error) {
				if key != "" {
					a.PersonID, err = tx.OrgPersonID(ctx, key)
				}
				return err
			}))
			return a
		}
		sellerA, sellerB := actor("A", access.RoleSeller, access.ScopeOwn), actor("B", access.RoleSeller, access.ScopeOwn)
		lead, all := actor("L", access.RoleLead, access.ScopeTeamAndBelow), actor("", access.RoleOperations, access.ScopeAll)
		work := opportunity.NewService(db.Opportunities(), deal.NewService(db.Deals(), storetest.Clock()), storetest.Clock())
		open := func(who access.Actor, customer string, stages ...opportunity.Stage) int64 {
			o, err := work.Save(ctx, who, opportunity.Entry{Name: "x", Customer: customer, AmountMinor: 100_00, Currency: money.CNY, ExpectedOn: today + 30})
			must(err)
			for _, stage := range stages {
				_, err = work.Move(ctx, who, o.ID, stage, 0)
				must(err)
			}
			return o.ID
		}
		open(sellerA, "C1", opportunity.StageNeeds, opportunity.StageProposal)
		lost := open(sellerA, "C1", opportunity.StageProposal)
		_, err := work.Lose(ctx, sellerA, opportunity.Lose{ID: lost, For: "price"})
		must(err)
		open(sellerB, "C2", opportunity.StageNeeds)

		s := flow.NewService(db.Flow(), shipped{}, nil, storetest.Clock())
		for name, c := range map[string]struct {
			actor    access.Actor
			filter   flow.Filter
			cases    int
			variants int
		}{
			"everything": {all, everything(), 3, 3}, "one's own": {sellerA, everything(), 2, 2}, "another's": {sellerB, everything(), 1, 1}, "the team's": {lead, everything(), 2, 2},
			"existing customers": {all, flow.Filter{Opened: fact.AnyDay(), Kind: flow.KindExisting}, 2, 2}, "new customers": {all, flow.Filter{Opened: fact.AnyDay(), Kind: flow.KindNew}, 1, 1},
			"a person": {all, flow.Filter{Opened: fact.AnyDay(), PersonID: sellerB.PersonID}, 1, 1}, "a person out of reach": {sellerA, flow.Filter{Opened: fact.AnyDay(), PersonID: sellerB.PersonID}, 0, 0},
		} {
			rep, err := s.Report(ctx, c.actor, c.filter)
			must(err)
			if rep.Cases != c.cases || rep.VariantCount != c.variants {
				t.Errorf("%s: %d cases in %d variants, want %d in %d", name, rep.Cases, rep.VariantCount, c.cases, c.variants)
			}
		}
		list, total, err := s.Cases(ctx, sellerA, everything(), flow.Pick{Variant: "development.proposal.lost"})
		must(err)
		if total != 1 || len(list) != 1 || list[0].ID != lost || list[0].CustomerName != "C1" {
			t.Errorf("%d cases: %+v", total, list)
		}
		if list, total, err := s.Cases(ctx, sellerB, everything(), flow.Pick{Variant: "development.proposal.lost"}); err != nil || total+len(list) != 0 {
			t.Errorf("another's case is shown: %+v %v", list, err)
		}
	})
}
