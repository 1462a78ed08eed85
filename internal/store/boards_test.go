package store_test

import (
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/board"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// TestWhatBoardsListIsOfThePlaceAndInReach on both databases: two regions with a team each; A sells in the one, B in the other.
func TestWhatBoardsListIsOfThePlaceAndInReach(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		ctx, today := t.Context(), calendar.DateOf(storetest.Start)
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		ids := map[string]int64{}
		must(db.InTx(ctx, func(tx *store.Tx) error {
			w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
			must(err)
			for key, team := range map[string]string{"A": "T1", "B": "T2"} {
				_, err = w.PutRegion(ctx, fact.RegionRecord{Key: "R" + key, Name: "大区" + key})
				must(err)
				_, err = w.PutTeam(ctx, fact.TeamRecord{Key: team, Name: "团队" + key, Region: "R" + key})
				must(err)
				_, err = w.PutPerson(ctx, fact.PersonRecord{Key: key, Name: "人" + key, Team: team, Level: "regular", Hired: today - 500, Left: calendar.Forever, ValidFrom: calendar.NoDate})
				must(err)
			}
			_, err = w.PutCustomer(ctx, fact.CustomerRecord{Key: "C", Name: "恒越精密"})
			must(err)
			_, err = w.Finish(ctx)
			return err
		}))
		must(db.InTx(ctx, func(tx *store.Tx) (err error) {
			for _, key := range []string{"A", "B"} {
				if ids[key], err = tx.OrgPersonID(ctx, key); err != nil {
					return err
				}
			}
			customer, err := tx.CustomerID(ctx, "C")
			must(err)
			for i, owner := range []string{"A", "B"} {
				c := contract.Contract{ID: int64(i + 1), Number: "HT-" + owner, CustomerID: customer, OwnerID: ids[owner], Title: "合同", State: contract.StateSigned, Currency: money.CNY, AmountMinor: 600, StartsOn: calendar.NoDate, EndsOn: calendar.NoDate, SignedOn: today - 300, EndedOn: calendar.NoDate, PlanRevision: 1, CreatedBy: "u", CreatedAt: tx.Now(), Revision: 1}
				must(tx.InsertContract(ctx, c))
				var plan []contract.Instalment
				for n, due := range []calendar.Date{today + 5, today - 1, today - 30, today - 31, today - 181} {
					plan = append(plan, contract.Instalment{ContractID: c.ID, Number: int64(n + 1), OwnerID: c.OwnerID, Name: "款", DueOn: due, AmountMinor: int64(100 * (i + 1)), UntilMinor: int64((n + 1) * 100 * (i + 1)), Currency: money.CNY})
				}
				must(tx.PutInstalments(ctx, c, plan))
			}
			return tx.ReplacePoolCountdowns(ctx, today, []pool.Countdown{{OwnerID: ids["A"], Customers: 3, First: today + 2}, {OwnerID: ids["B"], Customers: 1, First: today + 1}})
		}))
		must(db.Read(ctx, func(tx *store.Tx) error {
			path, err := tx.BoardPath(ctx, metric.Place{Kind: metric.PlacePerson, ID: ids["A"]}, today)
			must(err)
			if len(path) != 3 || path[0].Name != "大区A" || path[1].Name != "团队A" || path[2].Name != "人A" {
				t.Errorf("path %+v", path)
			}
			region, all, own := path[0], access.Scope{All: true}, access.Scope{PersonID: ids["B"]}
			rows, err := tx.BoardOverdue(ctx, all, metric.Company, metric.ByRegion, today, money.CNY)
			must(err)
			a := board.Aged(rows)
			if a.Late != 1200 || a.Sums[board.NotDue] != 300 || a.Sums[board.Days30] != 600 || a.Sums[board.Days60] != 300 || a.Sums[board.Longer] != 300 || len(a.Groups) != 2 || a.Groups[0].Name != "大区B" {
				t.Errorf("of the company %+v", a)
			}
			due, _, err := tx.DueInstalments(ctx, deal.Reach{Scope: all, Today: today}, contract.DueFilter{Overdue: true, RegionID: region.ID, Due: fact.Days{From: calendar.NoDate, To: calendar.NoDate}, Paging: fact.Paging{Sort: contract.SortDue, Limit: 20}})
			must(err)
			if len(due) != 4 || due[0].OwnerID != ids["A"] {
				t.Errorf("instalments of a region: %+v", due)
			}
			if rows, err = tx.BoardOverdue(ctx, all, region, metric.ByTeam, today, money.CNY); err != nil || board.Aged(rows).Late != 400 || rows[0].Group.Name != "团队A" {
				t.Errorf("of a region %+v, %v", rows, err)
			}
			if rows, err = tx.BoardOverdue(ctx, own, metric.Company, metric.ByPerson, today, money.CNY); err != nil || board.Aged(rows).Late != 800 {
				t.Errorf("of one's own %+v, %v", rows, err)
			}
			if rows, err = tx.BoardOverdue(ctx, own, region, metric.ByTeam, today, money.CNY); err != nil || len(rows) != 0 {
				t.Errorf("out of reach %+v, %v", rows, err)
			}
			for name, test := range map[string]struct {
				scope access.Scope
				of    pool.CountdownOf
				want  int
			}{"everybody": {all, pool.CountdownOf{}, 2}, "a region": {all, pool.CountdownOf{RegionID: region.ID}, 1}, "a team": {all, pool.CountdownOf{TeamID: path[1].ID}, 1}, "a person": {all, pool.CountdownOf{PersonID: ids["B"]}, 1}, "out of reach": {own, pool.CountdownOf{RegionID: region.ID}, 0}} {
				soon, err := tx.PoolCountdowns(ctx, test.scope, test.of, today)
				if err != nil || len(soon) != test.want {
					t.Errorf("countdowns of %s: %+v, %v", name, soon, err)
				}
			}
			return nil
		}))
	})
}
