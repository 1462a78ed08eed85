package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/lead"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/quote"
	"xiaoguan/internal/servicecase"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// workFound are what searches of leads, quotes, contracts and service cases find, in a snapshot and in a transaction that writes: memory and the tables
// must agree, and what is counted must be what is listed.
func workFound(t *testing.T, db *store.DB, search string) (found []string) {
	t.Helper()
	ctx, now := t.Context(), storetest.Clock()()
	today, all := calendar.DateOf(now), access.Scope{All: true}
	paging := func(sort string) fact.Paging { return fact.Paging{Sort: sort, Limit: 100} }
	counted := 0
	ask := func(tx *store.Tx) error {
		found, counted = nil, 0
		count := func(total fact.Total, err error) error { counted += int(total.Count); return err }
		leads, _, err := tx.Leads(ctx, lead.Reach{Scope: all, Today: today}, lead.Filter{Search: search, Created: fact.AnyDay(), Paging: paging(lead.SortNew)})
		if err != nil {
			return err
		}
		for _, l := range leads {
			found = append(found, l.Company)
		}
		reach := deal.Reach{Scope: all, Today: today}
		quotes, _, err := tx.Quotes(ctx, reach, quote.Filter{Search: search, Valid: fact.AnyDay(), Paging: paging(quote.SortNew)})
		if err != nil {
			return err
		}
		for _, q := range quotes {
			found = append(found, q.Title)
		}
		contracts, _, err := tx.Contracts(ctx, reach, contract.Filter{Search: search, Ends: fact.AnyDay(), Paging: paging(contract.SortNew)})
		if err != nil {
			return err
		}
		for _, c := range contracts {
			found = append(found, c.Title)
		}
		within := servicecase.Reach{Scope: all, Today: today, Now: now}
		cases, _, err := tx.ServiceCases(ctx, within, servicecase.Filter{Search: search, Opened: fact.AnyDay(), Paging: paging(servicecase.SortNew)})
		if err != nil {
			return err
		}
		for _, c := range cases {
			found = append(found, c.Title)
		}
		if err := count(tx.LeadTotal(ctx, lead.Reach{Scope: all, Today: today}, lead.Filter{Search: search, Created: fact.AnyDay()})); err != nil {
			return err
		}
		if err := count(tx.QuoteTotal(ctx, reach, quote.Filter{Search: search, Valid: fact.AnyDay()})); err != nil {
			return err
		}
		if err := count(tx.ContractTotal(ctx, reach, contract.Filter{Search: search, Ends: fact.AnyDay()})); err != nil {
			return err
		}
		return count(tx.ServiceCaseTotal(ctx, within, servicecase.Filter{Search: search, Opened: fact.AnyDay()}))
	}
	do(t, db, ask)
	tables := found
	if err := db.Read(ctx, ask); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(tables, found) || counted != len(found) {
		t.Errorf("%q finds %q in memory and %q in the tables, counted %d", search, found, tables, counted)
	}
	return found
}

func TestLeadsQuotesContractsAndServiceCasesAreFoundAndFollowed(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		named(t, db)
		ctx := t.Context()
		at := time.Date(2026, time.August, 3, 2, 0, 0, 0, time.UTC)
		var l lead.Lead
		var q quote.Quote
		var c contract.Contract
		var s servicecase.Case
		do(t, db, func(tx *store.Tx) error {
			customer, err := tx.CustomerID(ctx, "N0") // 北京上元科技有限公司
			if err != nil {
				return err
			}
			l = lead.Lead{ID: 1, Company: "杭州青山机电有限公司", Name: "王伟", Phone: "13900001234", Campaign: "工博会", Status: lead.StatusNew, NextOn: calendar.NoDate, CreatedBy: "u", CreatedAt: at, Revision: 1}
			o := opportunity.Opportunity{ID: 1, Name: "商机", CustomerID: customer, Stage: opportunity.StageNeeds, State: opportunity.StateOpen, Currency: money.CNY, ExpectedOn: calendar.DateOf(at), EndedOn: calendar.NoDate,
				NextOn: calendar.NoDate, StageSince: at, CreatedBy: "u", CreatedAt: at, Revision: 1}
			q = quote.Quote{ID: 1, RootID: 1, Version: 1, Latest: true, OpportunityID: o.ID, CustomerID: customer, Title: "激光切割机报价", State: quote.StateDraft, Currency: money.CNY, ValidUntil: calendar.DateOf(at), SentOn: calendar.NoDate,
				EndedOn: calendar.NoDate, CreatedBy: "u", CreatedAt: at, Revision: 1}
			c = contract.Contract{ID: 1, Number: "HT-2026-777", CustomerID: customer, Title: "空压机合同", State: contract.StateDraft, Currency: money.CNY, StartsOn: calendar.NoDate, EndsOn: calendar.NoDate,
				SignedOn: calendar.NoDate, EndedOn: calendar.NoDate, CreatedBy: "u", CreatedAt: at, Revision: 1}
			s = servicecase.Case{ID: 1, Title: "漏油投诉", Kind: servicecase.KindComplaint, Severity: servicecase.SeverityHigh, State: servicecase.StateNew, CustomerID: customer, OpenedAt: at, AnswerDue: at, SolveFrom: at,
				SolveDue: at, CreatedBy: "u", Revision: 1}
			if err := tx.PutWorkRows(ctx, store.WorkRows{Leads: []lead.Lead{l}, Opportunities: []opportunity.Opportunity{o}, Quotes: []quote.Quote{q}, Contracts: []contract.Contract{c}}); err != nil {
				return err
			}
			return tx.InsertServiceCase(ctx, s)
		})
		expect(t, workFound(t, db, "青山"), l.Company)
		expect(t, workFound(t, db, "hzqs"), l.Company)
		expect(t, workFound(t, db, "00001234"), l.Company)
		expect(t, workFound(t, db, "切割"), q.Title)
		expect(t, workFound(t, db, "2026-777"), c.Title)
		expect(t, workFound(t, db, "漏油"), s.Title)
		expect(t, workFound(t, db, "上元"), q.Title, c.Title, s.Title)
		expect(t, workFound(t, db, "bjsy"), q.Title, c.Title, s.Title)
		expect(t, workFound(t, db, "777 空压")) // nothing is found across a number and a title
		l.Company, l.Revision = "宁波海天机电", 2
		q.Title, q.Revision = "仓储系统报价", 2
		c.Number, c.Revision = "HT-2026-888", 2
		s.Title, s.Revision = "异响", 2
		do(t, db, func(tx *store.Tx) error {
			if err := tx.SaveLead(ctx, l); err != nil {
				return err
			}
			if err := tx.SaveQuote(ctx, q); err != nil {
				return err
			}
			if err := tx.SaveContract(ctx, c); err != nil {
				return err
			}
			return tx.SaveServiceCase(ctx, s)
		})
		for _, gone := range []string{"青山", "切割", "2026-777", "漏油"} {
			expect(t, workFound(t, db, gone))
		}
		expect(t, workFound(t, db, "海天"), l.Company)
		expect(t, workFound(t, db, "仓储"), q.Title)
		expect(t, workFound(t, db, "2026-888"), c.Title)
		expect(t, workFound(t, db, "异响"), s.Title)
	})
}

// TestASearchThatManyShareFindsTheSameInMemoryAndInTheTables looks for what more rows have in common than a statement is given ids for: memory sifts them.
func TestASearchThatManyShareFindsTheSameInMemoryAndInTheTables(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		named(t, db)
		ctx, at := t.Context(), time.Date(2026, time.August, 3, 2, 0, 0, 0, time.UTC)
		const rows = 4_000 // more than memory is asked for by id
		do(t, db, func(tx *store.Tx) error {
			var work store.WorkRows
			customers := make([]int64, 4)
			for i := range customers {
				var err error
				if customers[i], err = tx.CustomerID(ctx, []string{"N0", "N1", "N2", "N3"}[i]); err != nil {
					return err
				}
			}
			for id := int64(1); id <= rows; id++ {
				o := opportunity.Opportunity{ID: id, Name: "伺服电机采购", CustomerID: customers[id%4], Stage: opportunity.StageNeeds, State: opportunity.StateOpen, AmountMinor: id, Currency: money.CNY,
					ExpectedOn: calendar.DateOf(at) + calendar.Date(id%97), EndedOn: calendar.NoDate, NextOn: calendar.NoDate, StageSince: at, CreatedBy: "u", CreatedAt: at, Revision: 1}
				switch {
				case id%9 == 0:
					o.Name = "净化设备"
				case id%7 == 0:
					o.State, o.EndedOn = opportunity.StateWon, calendar.DateOf(at)-calendar.Date(id%31)
				}
				work.Opportunities = append(work.Opportunities, o)
			}
			return tx.PutWorkRows(ctx, work)
		})
		reach := deal.Reach{Scope: access.Scope{All: true}, Today: calendar.DateOf(at)}
		column := opportunity.Column{Stage: opportunity.StageNeeds, WonSince: calendar.DateOf(at) - 20}
		// listed are the ids of all pages, of the cards, and the sums.
		listed := func(tx *store.Tx, sort string, descending bool) (ids []int64, sums []fact.Total, err error) {
			f := opportunity.Filter{Search: "伺服", Expected: fact.AnyDay(), ExactTotal: true, Paging: fact.Paging{Sort: sort, Descending: descending, Limit: 190}}
			for {
				page, next, err := tx.Opportunities(ctx, reach, f)
				if err != nil {
					return nil, nil, err
				}
				for _, o := range page {
					ids = append(ids, o.ID)
				}
				if f.Paging.Cursor = next; next == "" {
					break
				}
			}
			cards, err := tx.BoardCards(ctx, reach, f, column, 2_900)
			for _, o := range cards {
				ids = append(ids, o.ID)
			}
			total, totalErr := tx.OpportunityTotal(ctx, reach, f)
			return ids, []fact.Total{total}, errors.Join(err, totalErr)
		}
		for _, sort := range []string{opportunity.SortNew, opportunity.SortExpected, opportunity.SortAmount} {
			for _, descending := range []bool{false, true} {
				var want, got []int64
				var wantSums, gotSums []fact.Total
				do(t, db, func(tx *store.Tx) (err error) { want, wantSums, err = listed(tx, sort, descending); return err })
				if err := db.Read(ctx, func(tx *store.Tx) (err error) { got, gotSums, err = listed(tx, sort, descending); return err }); err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(want, got) || !cmp.Equal(wantSums, gotSums) {
					t.Errorf("by %s, descending %v: %d and %d rows, sums %v and %v", sort, descending, len(want), len(got), wantSums, gotSums)
				}
				if found := wantSums[0].Count; found != rows-rows/9 {
					t.Errorf("counted %d of %d", found, rows-rows/9)
				}
			}
		}
	})
}
