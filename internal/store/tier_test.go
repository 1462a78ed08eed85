package store_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/profile"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/tier"
	"xiaoguan/internal/tierbook"
)

// customersForTiers records two customers, one with a deal of a known cost, one with a deal that was cancelled.
func customersForTiers(t *testing.T, db *store.DB, today calendar.Date) {
	t.Helper()
	do(t, db, func(tx *store.Tx) error {
		ctx := t.Context()
		w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
		if err != nil {
			return err
		}
		for _, problem := range []func() (fact.Outcome, error){
			func() (fact.Outcome, error) { return w.PutRegion(ctx, fact.RegionRecord{Key: "E", Name: "华东"}) },
			func() (fact.Outcome, error) {
				return w.PutTeam(ctx, fact.TeamRecord{Key: "T1", Name: "一部", Region: "E"})
			},
			func() (fact.Outcome, error) {
				return w.PutPerson(ctx, fact.PersonRecord{Key: "A", Name: "销售A", Team: "T1", Level: "core", Hired: today - 900, Left: calendar.Forever, ValidFrom: calendar.NoDate})
			},
			func() (fact.Outcome, error) {
				return w.PutProduct(ctx, fact.ProductRecord{Key: "X", Name: "控制器", Category: "A"})
			},
			func() (fact.Outcome, error) {
				return w.PutCustomer(ctx, fact.CustomerRecord{Key: "C1", Name: "恒越精密", Industry: "制造"})
			},
			func() (fact.Outcome, error) {
				return w.PutCustomer(ctx, fact.CustomerRecord{Key: "C2", Name: "澜川电子"})
			},
			func() (fact.Outcome, error) {
				return w.PutDeal(ctx, fact.DealRecord{Key: "D1", Customer: "C1", Product: "X", SignedOn: today - 30, AmountMinor: 100_00, Currency: money.CNY, Shares: []fact.ShareRecord{{Person: "A", BasisPoints: 10_000}},
					Detail: &fact.DealDetail{Units: fact.Unknown, CostMinor: 40_00, CancelledOn: calendar.Forever}})
			},
			func() (fact.Outcome, error) {
				return w.PutDeal(ctx, fact.DealRecord{Key: "D2", Customer: "C2", Product: "X", SignedOn: today - 30, AmountMinor: 500_00, Currency: money.CNY, Shares: []fact.ShareRecord{{Person: "A", BasisPoints: 10_000}},
					Detail: &fact.DealDetail{Units: fact.Unknown, CostMinor: fact.Unknown, CancelledOn: today - 3, CancelReason: "退货"}})
			},
		} {
			if _, err := problem(); err != nil {
				return err
			}
		}
		_, err = w.Finish(ctx)
		return err
	})
}

func TestStandingsAreReadAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		ctx, today := t.Context(), calendar.DateOf(storetest.Start)
		customersForTiers(t, db, today)
		var known []tierbook.Known
		do(t, db, func(tx *store.Tx) (err error) {
			known, err = tx.KnownCustomers(ctx, 0, 10, today)
			return err
		})
		if len(known) != 2 || len(known[0].Orders) != 1 || known[0].Orders[0].CostMinor != 40_00 || known[0].Orders[0].SellerID == 0 || len(known[1].Orders) != 0 || known[1].Standing != nil {
			t.Fatalf("known %+v", known)
		}
		id := known[0].ID
		noted := profile.Profile{CustomerID: id, Need: "换线", BudgetMinor: 5_00, ContractEnd: today + 9, Ratings: map[string]int{"need": 80}, Confirmed: map[profile.Field]calendar.Date{profile.FieldNeed: today}, Revision: 1}
		text := "7"
		want := tierbook.Standing{CustomerID: id, Before: tier.Standing{Tier: tier.B, Pending: -1}, ReviewID: 3, DecidedIn: 2, AsOf: today, PolicyHash: "h", AliveMillion: 900_000, Expected: tierbook.Unknown, ExpectedMinor: tierbook.Unknown,
			Complete: 250_000, OwnerID: known[0].Orders[0].SellerID, OwnerLevel: "core", LastContact: today - 30, ContactDue: today - 23, OverrideBy: text, Lift: tier.Lift{Minor: 0, Known: true}}
		want.Result = tier.Result{Tier: tier.A, Due: tier.C, Ground: tier.GroundValue, Score: 777, Judged: true, Potential: 5, Axis: tier.ChurnWarned, Warnings: []tier.Warning{tier.WarningSilent, tier.WarningContractEnds},
			Standing: tier.Standing{Tier: tier.B, Pending: 1}, Proposal: &tier.Proposal{From: tier.B, To: tier.C, Approval: true, Jump: true}, Overridden: true, NegativeMargin: true}
		want.Facts = tier.Customer{Margin: -5, Spend: 9, Orders: 1, FirstOrder: today - 30, LastOrder: today - 30, Interval: 12, ContractEnd: today + 9, Override: &tier.Override{Tier: tier.A, From: today, Until: today + 5, Reason: "重点"}}
		want.RFM = tier.RFM{Recency: 1, Frequency: 2, Money: 3, Group: tier.GroupKeep}
		do(t, db, func(tx *store.Tx) error {
			if err := tx.SaveProfile(ctx, noted); err != nil {
				return err
			}
			return tx.PutStandings(ctx, []tierbook.Standing{want, {CustomerID: known[1].ID, Result: tier.Result{Tier: tier.C}, Facts: tier.Customer{FirstOrder: calendar.NoDate, LastOrder: calendar.NoDate, ContractEnd: calendar.NoDate},
				AsOf: today, LastContact: calendar.NoDate, ContactDue: calendar.NoDate}})
		})
		do(t, db, func(tx *store.Tx) error {
			k, err := tx.KnownCustomer(ctx, id, today)
			if err != nil {
				return err
			}
			got := *k.Standing
			want.Revision, got.Facts.ID, got.Result.Customer, got.RFM.Customer = 1, "", "", ""
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the standing:\n%s", diff)
			}
			if diff := cmp.Diff(noted, k.Profile); diff != "" {
				t.Errorf("the profile:\n%s", diff)
			}
			noted.Need = "别的"
			if err := tx.SaveProfile(ctx, noted); !errs.Is(err, errs.KindConflict) {
				t.Errorf("an old profile is stored: %v", err)
			}
			for _, c := range []struct {
				f    tierbook.Filter
				want string
			}{{tierbook.Filter{}, "C1 C2"}, {tierbook.Filter{Tier: tier.A}, "C1"}, {tierbook.Filter{Relation: tier.ChurnWarned}, "C1"}, {tierbook.Filter{Overdue: true}, "C1"}, {tierbook.Filter{Overridden: true}, "C1"},
				{tierbook.Filter{Search: "lanchuan"}, "C2"}, {tierbook.Filter{Incomplete: true, Goal: 100_000}, "C2"}, {tierbook.Filter{PersonID: want.OwnerID}, "C1"}, {tierbook.Filter{Group: tier.GroupKeep}, "C1"}} {
				c.f.Paging = fact.Paging{Sort: tierbook.SortScore, Descending: true, Limit: 5}
				rows, _, err := tx.Standings(ctx, tierbook.Owned{Scope: access.Scope{All: true}, Today: today}, c.f)
				if err != nil {
					return err
				}
				n, _, err := tx.StandingCount(ctx, tierbook.Owned{Scope: access.Scope{All: true}, Today: today}, c.f)
				var keys []string
				for _, s := range rows {
					keys = append(keys, s.CustomerKey)
				}
				if got := strings.Join(keys, " "); err != nil || got != c.want || n != int64(len(keys)) {
					t.Errorf("%+v finds %s, %d, %v", c.f, got, n, err)
				}
			}
			return nil
		})
	})
}

func TestOneProposalOfACustomerWaits(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		do(t, db, func(tx *store.Tx) error {
			if err := tx.InsertTierProposals(ctx, []tierbook.Proposal{{ID: 1, CustomerID: 5, From: tier.A, To: tier.C, State: tierbook.ProposalWaiting}, {ID: 2, CustomerID: 6, From: tier.C, To: tier.A, State: tierbook.ProposalWaiting}}); err != nil {
				return err
			}
			if err := tx.DropTierProposals(ctx, []int64{5}); err != nil {
				return err
			}
			waiting, err := tx.WaitingProposals(ctx, 1, 10)
			if err != nil || len(waiting) != 1 || waiting[0].CustomerID != 6 {
				t.Errorf("waiting %+v, %v", waiting, err)
			}
			if unasked, err := tx.UnaskedTierProposals(ctx, 1, 10); err != nil || len(unasked) != 1 || unasked[0].ID != 2 {
				t.Errorf("unasked %+v, %v", unasked, err)
			}
			if err := tx.AskTierProposal(ctx, 2, "r-1"); err != nil {
				return err
			}
			p, err := tx.WaitingProposal(ctx, 6)
			if err != nil || p.RequestID != "r-1" {
				t.Errorf("asked %+v, %v", p, err)
			}
			if unasked, err := tx.UnaskedTierProposals(ctx, 0, 10); err != nil || len(unasked) != 0 {
				t.Errorf("unasked %+v, %v", unasked, err)
			}
			if err := tx.AskTierProposal(ctx, 1, "r-2"); !errs.Is(err, errs.KindConflict) {
				t.Errorf("what was dropped is asked for: %v", err)
			}
			p.State = tierbook.ProposalApproved
			if err := tx.SaveTierProposal(ctx, p); err != nil {
				return err
			}
			if err := tx.SaveTierProposal(ctx, p); !errs.Is(err, errs.KindConflict) {
				t.Errorf("decided twice: %v", err)
			}
			return nil
		})
	})
}
