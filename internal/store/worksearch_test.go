package store_test

import (
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// opportunitiesFound are the names of opportunities that a search finds, in a snapshot and in a transaction that writes: memory and the
// tables must agree.
func opportunitiesFound(t *testing.T, db *store.DB, search string) (names []string) {
	t.Helper()
	filter := opportunity.Filter{Search: search, Expected: anyDeal().Signed, Paging: fact.Paging{Sort: opportunity.SortNew, Limit: 100}}
	reach := deal.Reach{Scope: access.Scope{All: true}, Today: calendar.DateOf(storetest.Clock()())}
	var count int64
	ask := func(tx *store.Tx) error {
		rows, _, err := tx.Opportunities(t.Context(), reach, filter)
		if err != nil {
			return err
		}
		names = nil
		for _, row := range rows {
			names = append(names, row.Name)
		}
		total, err := tx.OpportunityTotal(t.Context(), reach, filter)
		count = total.Count
		return err
	}
	do(t, db, ask)
	tables := names
	if err := db.Read(t.Context(), ask); err != nil {
		t.Fatal(err)
	}
	if len(tables) != len(names) || int(count) != len(names) {
		t.Errorf("%q finds %q in memory and %q in the tables, counted %d", search, names, tables, count)
	}
	return names
}

func TestOpportunitiesAreFoundAndFollowed(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		named(t, db)
		at := time.Date(2026, time.August, 3, 2, 0, 0, 0, time.UTC)
		add := func(name, customer string) (o opportunity.Opportunity) {
			do(t, db, func(tx *store.Tx) (err error) {
				o = opportunity.Opportunity{Name: name, Stage: opportunity.StageNeeds, State: opportunity.StateOpen, AmountMinor: 1_00, Currency: money.CNY, ExpectedOn: day("2026-09-01"),
					EndedOn: calendar.NoDate, NextOn: calendar.NoDate, StageSince: at, CreatedBy: "u-1", CreatedAt: at, Revision: 1}
				if o.CustomerID, err = tx.CustomerID(t.Context(), customer); err != nil {
					return err
				}
				if o.ID, err = tx.NextNumber(t.Context(), "opportunity"); err != nil {
					return err
				}
				return tx.InsertOpportunity(t.Context(), o)
			})
			return o
		}
		first := add("数控机床", "N0")
		expect(t, opportunitiesFound(t, db, "机床"), "数控机床")
		add("视觉检测线", "N1")
		expect(t, opportunitiesFound(t, db, "检测"), "视觉检测线")
		expect(t, opportunitiesFound(t, db, "cqca"), "视觉检测线")
		expect(t, opportunitiesFound(t, db, "上元"), "数控机床")
		expect(t, opportunitiesFound(t, db, "没有"))
		first.Name, first.Revision = "激光切割机", 2
		do(t, db, func(tx *store.Tx) error { return tx.SaveOpportunity(t.Context(), first) })
		expect(t, opportunitiesFound(t, db, "机床"))
		expect(t, opportunitiesFound(t, db, "激光"), "激光切割机")
		first.Stage, first.Revision = opportunity.StageProposal, 3 // the name stays
		do(t, db, func(tx *store.Tx) error { return tx.SaveOpportunity(t.Context(), first) })
		expect(t, texts(t, db, "SELECT kind FROM search_renamed"), "opportunity")
		expect(t, opportunitiesFound(t, db, "bjsy"), "激光切割机")
	})
}
