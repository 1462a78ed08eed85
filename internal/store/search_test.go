package store_test

import (
	"fmt"
	"slices"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/org"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// named is a company whose customers and people have names to look for.
func named(t *testing.T, db *store.DB) *books {
	b := newBooks(t, db)
	record(t, db, func(w fact.Writer) {
		must := func(_ fact.Outcome, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		for i, name := range []string{"北京上元科技有限公司", "重庆长安汽车", "ＡＢＣ　Trading Co., Ltd.", "100%_新"} {
			key := fmt.Sprint("N", i)
			must(w.PutCustomer(t.Context(), fact.CustomerRecord{Key: key, Name: name, CreditCode: "91350100M000100Y43"[:17] + fmt.Sprint(i)}))
			must(w.PutDeal(t.Context(), fact.DealRecord{Key: "HT-" + key, Customer: key, Product: "X", SignedOn: day("2026-08-05"), AmountMinor: 1_00, Currency: money.CNY,
				Shares: []fact.ShareRecord{{Person: "P4", BasisPoints: 10000}}}))
			must(w.PutPayment(t.Context(), fact.PaymentRecord{Key: "SK-" + key, Deal: "HT-" + key, PaidOn: day("2026-09-05"), AmountMinor: 1_00, Currency: money.CNY}))
		}
		must(w.PutPerson(t.Context(), fact.PersonRecord{Key: "P9", Name: "曾单", Team: "T3", Level: "core", Hired: day("2021-01-15"), Left: calendar.Forever, ValidFrom: calendar.NoDate}))
	})
	return b
}

// customersFound are the keys of customers that a search finds, in a snapshot and in a transaction that writes: the one asks memory, the
// other the tables, and both must agree.
func customersFound(t *testing.T, b *books, actor access.Actor, search string) (keys []string) {
	t.Helper()
	page, err := b.customers.List(t.Context(), actor, customer.Filter{Search: search})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range page.Rows {
		keys = append(keys, row.Key)
	}
	var tables []string
	do(t, b.db, func(tx *store.Tx) error {
		rows, _, err := tx.Customers(t.Context(), customer.Reach{Scope: actor.ScopeOf(access.PermSalesRead), Today: calendar.DateOf(storetest.Clock()())},
			customer.Filter{Search: search, Paging: fact.Paging{Sort: customer.SortKey, Limit: 100}})
		tables = nil
		for _, row := range rows {
			tables = append(tables, row.Key)
		}
		return err
	})
	if !slices.Equal(keys, tables) {
		t.Errorf("%q finds %v in memory and %v in the tables", search, keys, tables)
	}
	return keys
}

func TestCustomersAreFoundByWhatPeopleType(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := named(t, db)
		for search, want := range map[string][]string{
			"上元": {"N0"}, "元": {"N0"}, "bjsy": {"N0"}, "BJSYKJ": {"N0"}, "shangyuan": {"N0"}, "shang yu": {"N0"}, "ang": nil,
			"cqca": {"N1"}, "changan": {"N1"}, "zhongqing": {"N1"}, "ＡＢＣ": {"N2"}, "abc trading": {"N2"}, "ABC  Trading": {"N2"}, "ltd": {"N2"},
			"100%": {"N3"}, "%_": {"N3"}, "0_": nil, "m000100": {"N0", "N1", "N2", "N3"}, "n2": {"N2"}, "客户C": {"C1", "C2", "C3", "C4"}, "没有": nil, `\`: nil, "'": nil,
		} {
			if got := customersFound(t, b, b.clerk(), search); !slices.Equal(got, want) {
				t.Errorf("%q finds %v, want %v", search, got, want)
			}
		}
		if got := customersFound(t, b, b.as("P1", access.RoleSeller, access.ScopeOwn), "kh"); !slices.Equal(got, []string{"C1"}) {
			t.Errorf("a seller finds %v beside their own", got)
		}
	})
}

func TestDealsAndPaymentsAreFoundByKeyAndCustomer(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := named(t, db)
		for search, want := range map[string][]string{
			"bjsy": {"HT-N0"}, "ｈｔ-n1": {"HT-N1"}, "ht": {"HT-N0", "HT-N1", "HT-N2", "HT-N3"}, "T-N2": {"HT-N2"}, "长安": {"HT-N1"}, "shangyuan": {"HT-N0"},
		} {
			f := anyDeal()
			f.Search, f.Paging.Sort = search, deal.SortKey
			if got := b.dealKeys(t, b.clerk(), f); !slices.Equal(got, want) {
				t.Errorf("%q finds deals %v, want %v", search, got, want)
			}
			p := anyPayment()
			p.Search = search
			page, err := b.deals.Payments(t.Context(), b.clerk(), p)
			if err != nil {
				t.Fatal(err)
			}
			if page.Total.Count != int64(len(want)) || len(page.Rows) != len(want) {
				t.Errorf("%q finds %d payments, counted %d, want %d", search, len(page.Rows), page.Total.Count, len(want))
			}
		}
		p := anyPayment()
		p.Search = "SK-N2"
		if page, err := b.deals.Payments(t.Context(), b.clerk(), p); err != nil || len(page.Rows) != 1 || page.Rows[0].DealKey != "HT-N2" {
			t.Errorf("by its own key: %v, %v", page.Rows, err)
		}
	})
}

func TestPeopleAreFoundByTheirReadings(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := named(t, db)
		for search, want := range map[string]string{"zengs": "[P9]", "cengdan": "[P9]", "zs": "[P9]", "曾": "[P9]", "p9": "[P9]", "ren": "[P0 P1 P2 P3 P4]", "shanzeng": "[]"} {
			page, err := b.people.List(t.Context(), b.clerk(), org.Filter{When: org.Now(), Search: search})
			if err != nil {
				t.Fatal(err)
			}
			keys := []string{}
			for _, m := range page.Members {
				keys = append(keys, m.Key)
			}
			if got := fmt.Sprint(keys); got != want {
				t.Errorf("%q finds %v, want %v", search, got, want)
			}
		}
	})
}

func TestSearchesFollowChanges(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := named(t, db)
		find := func(search string) []string { return customersFound(t, b, b.clerk(), search) }
		expect(t, find("上元"), "N0")
		record(t, db, func(w fact.Writer) {
			if _, err := w.PutCustomer(t.Context(), fact.CustomerRecord{Key: "N0", Name: "北京下元"}); err != nil {
				t.Fatal(err)
			}
			if _, err := w.PutCustomer(t.Context(), fact.CustomerRecord{Key: "N7", Name: "上元新号"}); err != nil {
				t.Fatal(err)
			}
		})
		expect(t, find("上元"), "N7")
		expect(t, find("xiayuan"), "N0")
		var last fact.BatchID
		do(t, db, func(tx *store.Tx) (err error) { last, err = tx.LatestBatch(t.Context()); return err })
		do(t, db, func(tx *store.Tx) error {
			_, err := tx.UndoBatch(t.Context(), last, fact.BatchRequest{Kind: fact.BatchUndo, ActorID: "u-1"})
			return err
		})
		expect(t, find("上元"), "N0")
		expect(t, find("下元"))
	})
}

// TestManyAreAskedOneByOne finds more than a statement is given ids for: rows are walked and asked in SQL then.
func TestManyAreAskedOneByOne(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := newBooks(t, db)
		record(t, db, func(w fact.Writer) {
			for i := range 7000 {
				name := fmt.Sprintf("上元%d店", i)
				if i%2 == 1 {
					name = "长安"
				}
				if i < 100 {
					name = "ＳＹ商贸"
				}
				if _, err := w.PutCustomer(t.Context(), fact.CustomerRecord{Key: fmt.Sprintf("S%04d", i), Name: name}); err != nil {
					t.Fatal(err)
				}
			}
		})
		for search, want := range map[string]int64{"s": 7000, "s0": 1000, "sy": 3550, "changan": 3450, "shang": 3550, "an": 3450, "nonesuch": 0} {
			page, err := b.customers.List(t.Context(), b.clerk(), customer.Filter{Search: search, ExactTotal: true})
			if err != nil || page.Count != want || len(page.Rows) != min(int(want), 50) {
				t.Errorf("%q: %d rows, %d counted, want %d (%v)", search, len(page.Rows), page.Count, want, err)
			}
		}
	})
}

// TestTextsAreMadeForRowsFromBefore upgrades a database whose rows have no texts yet, a portion of which was already made.
func TestTextsAreMadeForRowsFromBefore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := named(t, db)
		do(t, db, func(tx *store.Tx) error {
			for _, text := range []string{"UPDATE customer SET search_text = ''", "UPDATE person SET search_text = ''", "DELETE FROM search_state WHERE kind = 'person'",
				"UPDATE search_state SET version = version - 1 WHERE kind = 'customer'"} {
				if _, err := tx.Exec(t.Context(), text); err != nil {
					return err
				}
			}
			return nil
		})
		for range 2 { // the second has nothing to do
			if err := db.Upgrade(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		expect(t, customersFound(t, b, b.clerk(), "cqca"), "N1")
		expect(t, texts(t, db, "SELECT key FROM customer WHERE search_text = '' UNION ALL SELECT key FROM person WHERE search_text = ''"))
		page, err := b.people.List(t.Context(), b.clerk(), org.Filter{When: org.Now(), Search: "zengdan"})
		if err != nil || len(page.Members) != 1 {
			t.Errorf("%v, %v", page.Members, err)
		}
	})
}
